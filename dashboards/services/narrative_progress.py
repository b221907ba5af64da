"""What 征收进度 of employers says first: how far, where the money is missing, and where the bills stand."""

from collections.abc import Sequence
from decimal import Decimal

from dashboards.services import formats, narrative
from dashboards.services.ranking import Standing
from dashboards.services.series import Step

_FROM_AGENCY, _COLLECTED = 10, 90
"""Of the stages' order: below the first a bill is withdrawn or voided, from the second on its money has been remitted."""


def owing_sentence(
    own: Standing | None, cut: str, values: Sequence[Standing], noun: str, areas: Sequence[Standing]
) -> str:
    """How much is missing, in which value of the cut and in which area most of it; nothing where nothing was due."""
    if own is None or own.rate is None:
        return ""
    if own.gap <= 0:
        return "本期费款已全部征收，没有尚欠。"
    shares = [_most(f"按{cut}看", values, own.gap), _most(f"按{noun}看", areas, own.gap) if noun else ""]
    return f"尚欠 {formats.money(own.gap)}{''.join(f'，{said}' for said in shares if said)}。"


def _most(head: str, items: Sequence[Standing], whole: Decimal) -> str:
    owing = [item for item in items if item.gap > 0]
    most = narrative.leading([(item.name, item.gap) for item in owing])
    if most is None or len(items) < 2:
        return ""
    if len(owing) == 1:
        return f"{head}全部在{most.name}"
    return f"{head}最多的是{most.said(formats.money(most.value), whole)}"


def stage_sentence(steps: Sequence[Step]) -> str:
    """How many bills are not remitted yet, and where most of them stand; nothing without bills."""
    valid = [step for step in steps if step.order >= _FROM_AGENCY]
    total = sum(step.bills for step in valid)
    if not total:
        return ""
    waiting = [step for step in valid if step.order < _COLLECTED and step.bills]
    if not waiting:
        return f"有效单据 {formats.count(total)} 张，均已上解。"
    count = sum(step.bills for step in waiting)
    text = f"有效单据 {formats.count(total)} 张中，{formats.count(count)} 张还没有全部上解"
    most = narrative.leading([(narrative.quoted(step.name), step.bills) for step in waiting], "个环节")
    if most is not None:
        text += f"，停得最多的环节是{most.said(f'{formats.count(most.value)} 张')}"
    oldest = min((step.oldest for step in waiting if step.oldest is not None), default=None)
    if oldest is not None:
        text += f"，最早的 {formats.day(oldest)} 发送"
    return text + "。"
