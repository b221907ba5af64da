"""Which figures the reconciliation covers: by cube, with the metric where it does not cover all of a cube's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Coverage:
    """What compares a kind of figures, and by which clock; the view of 对账 where its breaks are listed."""

    clock: str
    """fee_month: a bill's fee month; annuity_month: that of the confirmation; person_month: that of the payment; season: from the season's first day."""
    view: str
    basis: str
    """What the months are, in words."""
    unit: str = "笔"
    pairs: tuple[str, ...] = ()


BILLS = Coverage("fee_month", "departments", "费款所属期")
ANNUITY = Coverage("annuity_month", "annuity", "税务确认月份")
SEASON = Coverage("season", "persons", "缴费季", "项")
_REMITTED = Coverage("person_month", "persons", "上解月份", "项", ("person_remittance",))
_SETTLED = Coverage("person_month", "persons", "入库月份", "项", ("person_settlement",))

# A cube stands here when a pair of the reconciliation compares what it counts by the same clock; a metric stands by itself where that holds for some only.
# The pairs are those of marts/reconciliation: rec_break (fee months), rec_annuity_break (the four cases), rec_person_summary (months of the movement).
COVERED: dict[str, Coverage | dict[str, Coverage]] = {
    "mtr_cube_collection": BILLS,
    "mtr_cube_annuity_income": ANNUITY,
    "mtr_cube_resident_progress": SEASON,
    "mtr_cube_person_payment": {
        "person_payments": _REMITTED,
        "person_paid": _REMITTED,
        "person_channel_share": _REMITTED,
        "person_channel_share_amount": _REMITTED,
        "person_settlements": _SETTLED,
        "person_settled": _SETTLED,
    },
}
# Everything else, with the reason. Cubes first, then what pages count themselves.
OUTSIDE = {
    "mtr_cube_bill_event": "按发生日统计，与部门对账按费款所属期逐笔比对",
    "mtr_cube_money": "按上解、入库日统计，与部门对账按费款所属期逐笔比对",
    "mtr_cube_person_payment": "申报、退费没有逐笔比对的另一方",
    "mtr_cube_deduction": "扣款结果以银行返回为准，没有另一方的数据可比",
    "mtr_cube_agreement": "协议没有逐笔比对的另一方",
    "mtr_cube_client_payment": "办理渠道没有逐笔比对的另一方",
    "mtr_cube_print": "打印记录没有逐笔比对的另一方",
    "mtr_cube_registration": "户籍不逐笔对账，不一致的列为疑点",
    "mtr_cube_person_registration": "户籍不逐笔对账，不一致的列为疑点",
    "mtr_cube_taxpayer": "户籍、协议、申报不逐笔对账",
    "mtr_cube_cadre": "村干账户没有逐笔比对的另一方",
    "mtr_cube_cadre_print": "打印记录没有逐笔比对的另一方",
    "finding": "疑点按规则核查，条数不与部门比对",
    "gate": "清册尚未提交，没有可比的结果",
    "counted": "由协议、扣款返回和疑点计数，没有另一方的数据可比",
    "score": "评分由各项指标折算，不单独对账",
    "operation": "运行情况不是业务数据",
    "bucket": "按上解、入库月份统计，与部门对账按费款所属期逐笔比对",
}


def of(metric: Mapping[str, Any]) -> Coverage | None:
    """What covers a metric (a row of its definition); None where nothing does."""
    found = COVERED.get(str(metric["cube"]))
    return found.get(str(metric["metric_id"])) if isinstance(found, dict) else found


def months(per: str, period: str, until: str) -> list[str]:
    """The months of a period up to the one of the data; none for days and weeks, which are not reconciled by themselves."""
    if per == "month":
        return [period]
    if per == "quarter":
        first = 3 * int(period[-1]) - 2
        every = [f"{period[:4]}{month:02d}" for month in range(first, first + 3)]
    elif per == "year":
        every = [f"{period[:4]}{month:02d}" for month in range(1, 13)]
    else:
        return []
    return [month for month in every if month <= until]
