"""压力测试指标: the monthly score of the bureaus, its components, where points are missing, and the units that would bring them."""

from typing import Any

import streamlit as st

from dashboards.components import address, arrivals, frame, html, kpi, reconciled, says, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.repositories import topics
from dashboards.services import formats, scores
from dashboards.services.scores import Component, Score

Row = dict[str, Any]
_PURPOSE = "压力测试指标"
_PAGE_SIZE = 20
_SCORES = "mtr_score"
_HOW = "比率取自统一口径的指标，在起分与满分之间按比例得分；没有应计对象的项不计分，其余项放大到百分制。权重与起止分为假设，待业务科室给出。"
_MONEY = {"collection", "pension"}
_OF_TAXPAYERS = {"fund", "agreement"}
_OWED = {
    "fund": "未申报残保金的单位", "cleaning": "未清洗的户籍", "agreement": "没有生效三方协议的单位", "binding": "未在客户端绑定的户籍",
    "collection": "未缴清的户籍", "pension": "城职养老未缴清的户籍",
}  # fmt: skip


def show(context: Context) -> None:
    """The page."""
    path = context.path_to_bureau()
    here = path[-1]
    bureau = here.code if here.level == "bureau" else None
    frame.head("压力测试指标", f"{here.name} · 每月评分多少，失分在哪里，补哪些户", context)
    frame.breadcrumb(path, key="score_crumb")
    months = topics.score_periods(context.user, _PURPOSE)
    if not months:
        states.missing("评分")
        return
    with st.container(key="filters_score"):
        first, _ = st.columns([1.2, 4], vertical_alignment="bottom")
        with first:
            period = address.select(
                "月份", "at", months, default=months[0], names=formats.period_name, resets=("page",)
            )
    found = scores.read(topics.scores(context.user, _PURPOSE, period, formats.shift_period(period, -1), bureau), period)
    if not found:
        states.empty("本月没有评分", "换一个月份。")
        return
    own = found[0] if bureau else None
    missing = topics.score_missing(context.user, _PURPOSE, bureau)
    # The records behind the score are those of the current month only.
    current = any(row["period"] == period for row in missing.values())
    if own is not None:
        _cards(context, own)
        says.show([scores.own_sentence(own, period)])
        _components(context, own, missing if current else {})
    else:
        says.show([scores.standing_sentence(found, period), scores.lost_sentence(found)])
        _ranking(context, found)
    _records(context, found, bureau, period, missing if current else {})


def _cards(context: Context, own: Score) -> None:
    weakest = own.weakest
    items = [
        kpi.Kpi(
            "总分", scores.points(own.total), "分", below=f"较上月 {html.text(scores.signed(own.moved))}", main=True
        ),
        kpi.Kpi("名次", "—" if own.rank is None else f"第 {own.rank} 名", below=html.steps(own.rank_change)),
    ]
    if weakest is not None:
        items.append(
            kpi.Kpi(
                "失分最多", scores.points(weakest.lost), "分", below=f"{html.text(weakest.name)} {formats.share(weakest.rate)}"
            )
        )  # fmt: skip
    mark = reconciled.outside("score")
    kpi.show(kpi.marked(items, mark.badge))
    reconciled.below(context, [mark])


def _ranking(context: Context, found: list[Score]) -> None:
    first = found[0].components

    def cell(code: str) -> Any:
        return lambda score: _points(score.components.get(code))

    def go(code: str) -> None:
        if code in context.bureaus:
            address.put(bureau=code)
            address.drop("town", "page")

    with st.container(key="card_score_ranking"):
        st.html(html.title("各主管局评分", arrivals.brief(context, _SCORES, "点选一行看该局各项")))
        table.pick(
            "score_ranking",
            [
                Column("名次", lambda score: "—" if score.rank is None else str(score.rank), "c"),
                Column("升降", lambda score: html.steps(score.rank_change), "c n"),
                Column("主管局", lambda score: f"<b>{html.text(formats.bureau_label(score.name))}</b>", "n"),
                Column("总分", lambda score: f"<b>{scores.points(score.total)}</b>{_bar(score)}", "r"),
                Column("较上月", lambda score: html.text(scores.signed(score.moved)), "r hide-s"),
                *(Column(f"{one.name}（满分 {one.weight.normalize():f}）", cell(code), "r t hide-s") for code, one in first.items()),
            ],
            found, key_of=lambda score: score.code, on_pick=go,
        )  # fmt: skip
        st.html(html.note(f"各项得分下方为比率。{_HOW}"))


def _bar(score: Score) -> str:
    return "" if score.total is None else html.bar(score.total / 100)


def _points(one: Component | None) -> str:
    if one is None or one.points is None:
        return "不适用"
    return f"{scores.points(one.points)}<br><small>{formats.share(one.rate)}</small>"


def _components(context: Context, own: Score, missing: dict[str, Row]) -> None:
    chosen = address.get("tab")

    def go(code: str) -> None:
        address.put(tab=None if code == chosen else code)
        address.drop("page")

    with st.container(key="card_score_components"):
        hint = "点选一行看要补的户" if missing else ""
        st.html(html.title("各项得分", arrivals.brief(context, _SCORES, hint)))
        table.pick(
            "score_components",
            [
                Column("评分项", lambda one: f'<span class="go">{html.text(one.name)}</span>', ""),
                Column("比率", lambda one: formats.share(one.rate) + (html.bar(one.rate) if one.rate is not None else ""), "r"),
                Column("得分", lambda one: "不适用" if one.points is None else f"<b>{scores.points(one.points)}</b>", "r"),
                Column("满分", lambda one: scores.points(one.weight), "r hide-s"),
                Column("失分", lambda one: scores.points(one.lost), "r"),
                Column("较上月", lambda one: html.text(scores.signed(_moved(one))), "r hide-s"),
                Column("还差", lambda one: html.text(_owed(one.code, missing.get(one.code))), "r hide-s"),
            ],
            list(own.components.values()), key_of=lambda one: one.code, selected=chosen, on_pick=go,
        )  # fmt: skip
        st.html(html.note(_HOW))


def _moved(one: Component) -> Any:
    return None if one.points is None or one.before is None else one.points - one.before


def _owed(code: str, row: Row | None) -> str:
    if row is None:
        return formats.NONE
    count = f"{formats.count(row['missing_count'])} 户"
    return f"{count}，{formats.money(row['missing'])}" if code in _MONEY else count


def _records(
    context: Context, found: list[Score], bureau: str | None, period: str, missing: dict[str, Row]
) -> None:  # fmt: skip
    names = {code: one.name for code, one in found[0].components.items()}
    if not missing or not names:
        states.empty(f"{formats.period_name(period)}没有明细依据", "明细依据只保留统计月份；选择最近的月份查看。")
        return
    weakest = found[0].weakest if bureau else None
    wanted = address.get("tab")
    code = (
        wanted
        if wanted in names
        else weakest.code
        if weakest
        else next((one for one in names if one in missing), next(iter(names)))
    )
    total = int(missing.get(code, {}).get("missing_count") or 0)

    leads = code not in _OF_TAXPAYERS and frame.opens(context.user, "subject")

    def go(key: str) -> None:
        frame.go("subject", view="unit", unit=key)

    with st.container(key="card_score_records"):
        left, right = st.columns([2, 1.2], vertical_alignment="center")
        with right:
            address.select("评分项", "tab", list(names), default=code, names=names.__getitem__, resets=("page",))
        with left:
            st.html(
                html.title(
                    f"{_OWED.get(code, names[code])}：{_owed(code, missing.get(code))}" if total else names[code],
                    arrivals.brief(context, "mtr_score_record", "点选一行打开户籍体检" if leads else ""),
                )
            )
        if not total:
            states.empty("这一项没有要补的户")
            return
        slot = st.container()
        number = address.pager(total, _PAGE_SIZE)
        rows = topics.score_records(context.user, _PURPOSE, code, bureau, number=number, size=_PAGE_SIZE)
        with slot:
            columns = [
                Column("单位", lambda row: html.unit(row["unit_name"], row["unit_no"] or row["subject_key"]), "w"),
                Column("主管局", lambda row: html.text(context.bureaus.get(row["bureau_code"] or "", "未分配")), "n hide-s"),
            ]  # fmt: skip
            if code in _MONEY:
                columns += [
                    Column("应征（元）", lambda row: formats.yuan(row["denominator"]), "r hide-s"),
                    Column("已征（元）", lambda row: formats.yuan(row["numerator"]), "r hide-s"),
                    Column(
                        "还差（元）", lambda row: f"<b>{formats.yuan(row['denominator'] - row['numerator'])}</b>", "r"
                    ),
                ]
            if leads:
                table.pick("score_records", columns, rows, key_of=lambda row: str(row["subject_key"]), on_pick=go)
            else:
                table.show(columns, rows)
        st.html(html.note("只列统计月份还差的；全部明细合计等于评分的分子、分母。"))
