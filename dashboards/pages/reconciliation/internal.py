"""税务内部: support platform, sharing platform, management, collection, TIPS and the treasury, each against the next."""

from dashboards.components import says
from dashboards.components.context import Context
from dashboards.pages.reconciliation import pieces
from dashboards.repositories import reconciled_sums
from dashboards.repositories.breaks import BreakFilter
from dashboards.services import narrative_reconciliation, words


def show(context: Context, bureau: str | None) -> None:
    """The view."""
    rows = reconciled_sums.internal_pairs(context.user, context.period, bureau)
    says.show([narrative_reconciliation.pairs_sentence(context.period, rows)])
    pair = pieces.pair_table(
        context, "chain", "相邻环节逐笔比对", "rec_internal_summary", rows, words.INTERNAL_PAIRS,
        "按单据流转的先后排列。共享平台和管理子系统前置库的报文不带金额，以单据金额代之；缴费人尚未申报的单据算在途。差额＝前者－后者，含在途。",
    )  # fmt: skip
    name = words.pair_name(pair) if pair else "税务内部"
    chosen = BreakFilter([pair] if pair else list(words.INTERNAL_PAIRS), None, context.period, bureau)
    pieces.break_list(context, "chain_list", f"{name}：差异清单", chosen)
