"""对账: who agrees with whom, where the differences go, and each single break, in eight views that the address names."""

from collections.abc import Callable

import streamlit as st

from dashboards.components import address, frame
from dashboards.components.context import Context, choose_period
from dashboards.pages.reconciliation import (
    annuity,
    departments,
    detail,
    internal,
    movement,
    persons,
    pieces,
    received,
    treasury,
    waterfall,
)
from dashboards.services import formats

# View: its name, what its month means, what it answers, and its function.
_VIEWS: dict[str, tuple[str, str, str, Callable[[Context, str | None], None]]] = {
    "departments": ("部门对账", "费款所属期", "税务与人社、医保逐笔比对", departments.show),
    "waterfall": ("差额去向", "所属期（月份）", "从一方合计到另一方合计，每一分钱归入一个原因", waterfall.show),
    "received": ("全量接收", "月份", "南宁社保、医保用人单位社保费全量接收数据按险种", received.show),
    "internal": (
        "税务内部",
        "费款所属期",
        "支撑平台、共享平台、管理子系统、征收子系统、税库银逐环节比对",
        internal.show,
    ),
    "annuity": ("职业年金", "月份", "单据、结算中心、银行转账流水双向对账", annuity.show),
    "treasury": ("国库与到账", "入库月份", "按经办机构统计国库入库，入库与国库流水、部门到账比对", treasury.show),
    "persons": ("自然人", "月份", "缴款与上解、入库回盘和到账反馈逐笔比对", persons.show),
    "movement": ("差异变动", "", "期初、新增、消除、期末，超过预计消除日的差异", movement.show),
}
_OWN = (
    "pair", "measure", "by", "outcome", "cause", "page", "item", "agency", "unit_type", "household", "clock", "exception",
    "case", "rule", "overdue", "finding", "sort", "cols",
)  # fmt: skip


def show(context: Context) -> None:
    """The page: one view, or one break."""
    wanted = address.get("view")
    view = wanted if wanted in _VIEWS else "departments"
    finding_id = address.get("finding")
    if finding_id is not None:
        detail.show(context, finding_id, _VIEWS[view][0])
        return
    _, month, answers, draw = _VIEWS[view]
    scope = context.user.scope
    bureau = address.get("bureau") if scope.kind == "city" else None
    badge = frame.reconciled_badge(context, bureau) if view == "departments" else ""
    when = f"{formats.period_name(context.period)} · " if month else ""
    frame.head("对账", f"{when}{answers}", context, badge=badge)
    address.segments(
        "对账内容", "view", list(_VIEWS), default="departments", names=lambda code: _VIEWS[code][0], resets=_OWN
    )
    with st.container(key="filters_rec"):
        first, second, _ = st.columns([1, 1, 2])
        if month:
            with first:
                choose_period(context, month)
        with second if month else first:
            pieces.choose_bureau(context)
    draw(context, bureau)
