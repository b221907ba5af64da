"""The table of collection rates of bureaus, towns, or the values of a cut."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from dashboards.components import html, states, table
from dashboards.components.table import Column
from dashboards.services import formats
from dashboards.services.ranking import Standing


def _rank(item: Standing) -> str:
    if item.rank is None:
        return '<span class="sb-rank">—</span>'
    return f'<span class="sb-rank{" top" if item.rank <= 3 else ""}">{item.rank}</span>'


def _rate(basis: str, *, bar: bool = False) -> Callable[[Standing], str]:
    def cell(item: Standing) -> str:
        rate = item.rates.get(basis)
        return formats.share(rate) + (html.bar(rate) if bar and rate is not None else "")

    return cell


def _columns(items: Sequence[Standing], *, first: str, ranked: bool, star: bool) -> list[Column]:
    shown = [item for item in items if item.rate is not None]
    widest = max((item.gap for item in items if item.gap > 0), default=Decimal(0))
    columns = []
    if ranked:
        columns += [
            Column("名次", _rank, "c"),
            Column("升降", lambda item: html.steps(item.rank_change), "c n"),
        ]
    return [
        *columns,
        Column(first, lambda item: f"<b>{html.text(item.name)}</b>{' *' if star and item.is_small else ''}", "n"),
        Column("征收率·金额", _rate("amount", bar=True), "r"),
        Column("较上月", lambda item: html.delta(item.moves.get("amount")), "r hide-s"),
        Column("较去年", lambda item: html.delta(item.yearly.get("amount")), "r hide-s"),
        Column("单据", _rate("bill"), "r hide-s"),
        Column("户数", _rate("employer"), "r hide-s"),
        Column("应征（万元）", lambda item: formats.wan(item.due), "r hide-s"),
        Column("已征收（万元）", lambda item: formats.wan(item.collected), "r hide-s"),
        Column(
            "尚欠（万元）",
            lambda item: formats.wan(item.gap) + (html.bar(item.gap / widest, kind="gap") if item in shown and widest else ""),
            "r",
        ),
    ]  # fmt: skip


def pick(
    key: str, items: Sequence[Standing], own: Standing | None, *, on_pick: Callable[[str], None], ranked: bool,
    marks: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Areas to drill into, with the sum of the area above as first row; `marks` say of each area whether it is reconciled."""
    columns = _columns(items, first="主管局" if ranked else "街道乡镇", ranked=ranked, star=True)
    if marks:
        columns.append(Column("对账", lambda item: marks.get(item.code, ""), "n hide-s"))
    table.pick(
        key, columns, list(items), key_of=lambda item: item.code, on_pick=on_pick, sums=[own] if own is not None else []
    )


def show(items: Sequence[Standing], *, first: str, own: Standing | None = None, ranked: bool = False) -> None:
    """Values of a cut, or areas, to read."""
    if not items:
        states.empty("本期没有应征数据")
        return
    columns = _columns(items, first=first, ranked=ranked, star=ranked)
    table.show(columns, list(items), sums=[own] if own is not None else [])


def show_single(own: Standing | None) -> None:
    """One area by the three bases."""
    if own is None:
        states.empty("本期没有应征数据")
        return
    rows = [
        ("按金额", own.rates.get("amount"), formats.money(own.collected), formats.money(own.due), formats.money(own.gap)),
        *(
            (name, own.rates.get(basis), f"{formats.count(done)} {unit}", f"{formats.count(due)} {unit}", f"{formats.count(due - done)} {unit}")
            for basis, name, unit in (("bill", "按单据", "张"), ("employer", "按户数", "户"))
            for done, due in [own.counts.get(basis, (0, 0))]
        ),
    ]  # fmt: skip
    table.show(
        [
            Column("口径", lambda row: f"<b>{row[0]}</b>", "n"),
            Column("征收率", lambda row: formats.share(row[1]) + html.bar(row[1]), "r"),
            Column("应征", lambda row: row[3], "r"),
            Column("已征收", lambda row: row[2], "r"),
            Column("未缴清", lambda row: row[4], "r"),
        ],
        rows,
    )
