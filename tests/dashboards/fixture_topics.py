"""Made-up figures of the topic pages for the fixture snapshot: cubes with the words of the semantic models, refused deductions, scores, rules.

Nothing random: the values follow from place, period and the metric's own name, so that no other part of the fixture shifts.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from common import paths

Rows = dict[str, list[tuple[Any, ...]]]
Row = dict[str, Any]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
AS_OF = date(2026, 6, 30)
MONTHS, WEEKS, QUARTERS = ("202604", "202605", "202606"), ("2026-06-22", "2026-06-29"), ("2026Q1", "2026Q2")
CUBES = (
    "deduction",
    "annuity_income",
    "agreement",
    "taxpayer",
    "registration",
    "client_payment",
    "print",
    "cadre",
    "cadre_print",
)
QINGXIU, LIANGQING = "14501030000", "14501080000"
_CUBE = (
    "metric_id period_type period level area_code area_name parent_code bureau_code town_code cut_type cut_code cut_name numerator denominator"
    " rate prev_numerator prev_year_numerator prev_rate prev_year_rate rate_mom rate_yoy rank prev_rank rank_change subject_count is_small band"
)
_FAILED = " unit_name unit_no failed_months first_month last_month attempts return_code return_text"
_SCORE = "period bureau_code area_name component_code component_name sort_order metric_id cut_type cut_code numerator denominator rate weight points score rank"
COMPONENTS = [
    ("fund", "机关事业单位残保金申报率", 10), ("cleaning", "户籍清洗率", 15), ("agreement", "三方协议签订率", 15),
    ("binding", "客户端绑定率", 15), ("collection", "社保费征收率", 25), ("pension", "用人单位城职养老征收率", 20),
]  # fmt: skip
# Rules that the topics point at: id, model, title, kind, subject, reasons.
_RULES = [
    ("A5.3", "anm_annuity_collection_failed", "年金托收失败", "anomaly", "bill",
     {"insufficient_funds": "余额不足", "never_verified": "协议从未验证", "not_decided": "未能判定"}),
    ("A4.3.1", "anm_agreement_not_verified", "三方协议验证失败", "anomaly", "agreement",
     {"name_differs": "户名不符", "agricultural_bank": "农行账户", "not_decided": "未能判定"}),
    ("P1.3.1", "anm_cadre_abnormal", "村干账户与名册异常", "anomaly", "cadre", {"phone_wrong": "手机号码无法接收验证码"}),
]  # fmt: skip
_SHOWN = {"unit_name": "单位名称", "failed_months": "连续失败月数", "amount": "未扣成金额"}
_CHAPTERS = {"A5": "职业年金", "A4": "用人单位客户端", "P1": "个人社保"}


def filled(leading: str) -> dict[str, str]:
    """The columns that the rows here have."""
    return {
        **{f"mtr_cube_{cube}": _CUBE for cube in CUBES},
        "anm_batch_failed_months": leading + _FAILED,
        "anm_annuity_failed_months": leading + _FAILED,
        "mtr_score": _SCORE,
        "mtr_score_record": "component_code period bureau_code subject_type subject_key numerator denominator",
    }


def fill(rows: Rows) -> None:
    """Add them to the tables made so far; call it last."""
    areas = _areas(rows)
    for metric in _metrics():
        rows["mtr_definition"].append(_definition(metric))
        rows.setdefault(f"mtr_cube_{metric['cube']}", []).extend(_figures(metric, areas))
    _deductions(rows)
    _failed_units(rows)
    _rules(rows)
    _scores(rows, [area for area in areas if area[0] == "bureau"])


def _areas(rows: Rows) -> list[tuple[Any, ...]]:
    """Level, code, name, parent, bureau: the city, its bureaus, and the first town of each."""
    found: dict[tuple[str, str], tuple[Any, ...]] = {}
    for row in rows["mtr_collection_rate"]:
        level, code, name, parent, bureau = row[1:6]
        found.setdefault((level, str(parent) if level == "town" else code), (level, code, name, parent, bureau))
    return list(found.values())


def _metrics() -> Iterator[Row]:
    """Every metric of these cubes with its words, read from its own declaration."""
    folder = paths.dbt_project_dir() / "models" / "marts" / "metric"
    for file in ("_semantic_client.yml", "_semantic_person.yml"):
        declared = yaml.load((folder / file).read_text(encoding="utf-8"), _LOADER)
        models = {model["name"]: model for model in declared["semantic_models"]}
        cube_of = {measure["name"]: name for name, model in models.items() for measure in model["measures"]}
        for metric in declared["metrics"]:
            params = metric["type_params"]
            cube = cube_of[params.get("numerator") or params["measure"]]
            if cube in CUBES:
                periods = models[cube]["config"]["meta"]["periods"]
                yield {
                    **metric,
                    "cube": cube,
                    "periods": periods,
                    "is_rate": metric["type"] == "ratio",
                    **metric["config"]["meta"],
                }


def _definition(metric: Row) -> tuple[Any, ...]:
    levels = [
        level
        for level in ("city", "bureau", "town", "village")
        if any(level in found for found in metric["periods"].values())
    ]
    return (
        metric["name"], metric.get("family"), metric.get("basis"), f"mtr_cube_{metric['cube']}", ",".join(metric["requirements"]), metric["label"], None,
        metric["description"], metric["unit"], metric["is_rate"], metric["direction"], metric["numerator_words"], metric.get("denominator_words"),
        metric["grain"], "", ",".join(levels), ",".join(metric["periods"]), "无", metric["comparison"], "只在16个主管局之间排名",
        None, None, 30, date(2019, 4, 1),
    )  # fmt: skip


def _figures(metric: Row, areas: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    cuts = [("total", "total", "全部")]
    if metric["cube"] == "deduction":
        cuts += [("department", "HRSS", "人社"), ("department", "NHSA", "医保")]
    for period_type, periods in (("month", MONTHS), ("week", WEEKS), ("quarter", QUARTERS)):
        levels = metric["periods"].get(period_type, [])
        for cut_place, (cut_type, cut_code, cut_name) in enumerate(cuts):
            before: dict[str, tuple[Decimal, Decimal]] = {}
            old_ranks: dict[str, int] = {}
            for number, period in enumerate(periods if levels else ()):
                values = _values(metric, areas, number, cut_place)
                bureaus = sorted(
                    (key for key in values if key.startswith("bureau")),
                    key=lambda key: (-_value(metric, values[key]), key),
                )
                ranks = {key: place + 1 for place, key in enumerate(bureaus)}
                for level, code, name, parent, bureau in areas:
                    if level not in levels:
                        continue
                    key = _key(level, code, parent)
                    part, whole = values[key]
                    old = before.get(key)
                    rate = _ratio(part, whole) if metric["is_rate"] else None
                    old_rate = _ratio(*old) if metric["is_rate"] and old else None
                    year = rate - Decimal("0.0100") if rate is not None else None
                    rank, old_rank = ranks.get(key), old_ranks.get(key)
                    yield (
                        metric["name"], period_type, period, level, code, name, parent, bureau, code if level == "town" else None, cut_type, cut_code, cut_name,
                        part, whole if metric["is_rate"] else None, rate, old[0] if old else None, part - 1, old_rate, year,
                        rate - old_rate if rate is not None and old_rate is not None else None, Decimal("0.0100") if year is not None else None,
                        rank, old_rank, old_rank - rank if rank and old_rank else None, int(whole), whole < 30,
                        "worse" if rank == 16 and metric.get("counted") else "same" if rank and metric.get("counted") else None,
                    )  # fmt: skip
                before, old_ranks = values, ranks


def _key(level: str, code: str, parent: Any) -> str:
    return f"{level}|{code}|{parent if level == 'town' else ''}"


def _values(
    metric: Row, areas: list[tuple[Any, ...]], number: int, cut_place: int
) -> dict[str, tuple[Decimal, Decimal]]:
    """What of what, for each area; the city is the sum of its bureaus, a town has half of its bureau's."""
    scale = 1000 if metric["unit"] == "元" else 1
    found: dict[str, tuple[Decimal, Decimal]] = {}
    own: dict[str, tuple[Decimal, Decimal]] = {}
    for place, (level, code, _, parent, _) in enumerate(area for area in areas if area[0] == "bureau"):
        whole = (40 + 7 * place + 3 * number) * scale // (cut_place + 1)
        percent = 70 + (place * 5 + number * 3 + len(metric["name"])) % 25
        own[code] = (Decimal(whole * percent // 100), Decimal(whole))
        found[_key(level, code, parent)] = own[code]
    for level, code, _, parent, bureau in areas:
        if level == "city":
            found[_key(level, code, parent)] = (
                sum((one[0] for one in own.values()), Decimal(0)),
                sum((one[1] for one in own.values()), Decimal(0)),
            )
        elif level == "town":
            part, whole_of = own[bureau]
            found[_key(level, code, parent)] = (part // 2, whole_of // 2)
    return found


def _ratio(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole).quantize(Decimal("0.0001"))


def _value(metric: Row, one: tuple[Decimal, Decimal]) -> Decimal:
    return _ratio(*one) if metric["is_rate"] else one[0]


def _deductions(rows: Rows) -> None:
    """June: six bills of 青秀 of which one goes through at the second attempt, three of 良庆, and one that the bank did not answer."""
    june, later = date(2026, 6, 12), date(2026, 6, 22)
    made = [
        ("PK1", "B1", QINGXIU, june, "90000", "success", True, True), ("PK2", "B2", QINGXIU, june, "24005", "insufficient_funds", False, True),
        ("PK3", "B2", QINGXIU, later, "90000", "success", True, True), ("PK4", "B3", QINGXIU, june, "24001", "account_invalid", False, True),
        ("PK5", "B3", QINGXIU, later, "24005", "insufficient_funds", False, True), ("PK6", "B4", QINGXIU, june, None, None, False, False),
        ("PK7", "B5", LIANGQING, june, "24005", "insufficient_funds", False, True), ("PK8", "B6", LIANGQING, june, "24001", "account_invalid", False, True),
        ("PK9", "B7", LIANGQING, june, "90000", "success", True, True),
    ]  # fmt: skip
    rows["fct_deduction"] += [
        (item, f"HRSS|NN|{bill}", f"HRSS|{bill}|1", "XY900001" if bill == "B1" else None, bureau, "202606", Decimal("100.00"), sent,
         sent if answered else None, code, reason, success, answered)
        for item, bill, bureau, sent, code, reason, success, answered in made
    ]  # fmt: skip


def _failed_units(rows: Rows) -> None:
    """Each open finding of A8.4 has its row in the rule's table; of the annuity there are two."""
    model = [row for row in rows["finding"] if row[1] == "A8.4" and row[19] == "open"]
    rows["anm_batch_failed_months"] = [
        (*row[1:19], row[24], f"8{place:05d}", 3 + place % 5, "202601", "202606", 3 + place % 5, "24005", "余额不足")
        for place, row in enumerate(model)
    ]
    rows["anm_annuity_failed_months"] = [
        ("A8.8", *row[2:19], row[24], f"9{place:05d}", 4, "202603", "202606", 4, "24005", "余额不足")
        for place, row in enumerate(model[:2])
    ]
    rows["finding"] += [
        (hashlib.sha256(f"A8.8|{row[3]}".encode()).hexdigest()[:16], "A8.8", *row[2:]) for row in model[:2]
    ]


def _rules(rows: Rows) -> None:
    for place, (rule_id, model, title, kind, subject, reasons) in enumerate(_RULES):
        codes = [code for code in reasons if code != "not_decided"]
        opened = [(QINGXIU, codes[0]), (QINGXIU, codes[0]), (LIANGQING, codes[-1])]
        for number, (bureau, reason) in enumerate(opened):
            key = f"{rule_id}-{number}"
            evidence = f"专题样例第{number + 1}单位：{reasons[reason]}；核实并更正后解除。"
            finding_id = hashlib.sha256(f"{rule_id}|{key}".encode()).hexdigest()[:16]
            rows["finding"].append((
                finding_id, rule_id, subject, key, "HRSS", bureau, None, None, None, "202606", Decimal("100.00"), reason, date(2026, 6, 20), 6, evidence,
                None, None, None, None, "open", date(2026, 6, 21), AS_OF, None, 0, f"专题样例第{number + 1}单位",
            ))  # fmt: skip
        chapter = rule_id.split(".")[0]
        rows["rule"].append((
            rule_id, model, title, f"{title}，逐日核对后列出。", "daily", "medium", "征管科", subject, "核实后办理。", "{}",
            json.dumps(reasons, ensure_ascii=False), rule_id, len(opened), AS_OF, "checked", "[]", "rule", 200 + place, None, kind, True,
            chapter, _CHAPTERS[chapter], "[]",
        ))  # fmt: skip
    shown = [
        {"name": name, "description": label, "label": label, "personal_data": None} for name, label in _SHOWN.items()
    ]
    rows["rule"].append((
        "A8.8", "anm_annuity_failed_months", "连续多月年金托收失败单位", "按户列出。", "monthly", "medium", "征收科", "registration", "办理。", "{}",
        json.dumps({"insufficient_funds": "余额不足"}, ensure_ascii=False), "A8.8", 2, AS_OF, "checked", json.dumps(shown), "rule", 210, None, "list", True,
        "A8", "批量扣款", json.dumps([column["name"] for column in shown]),
    ))  # fmt: skip


def _scores(rows: Rows, bureaus: list[tuple[Any, ...]]) -> None:
    made: list[tuple[Any, ...]] = []
    for number, period in enumerate(MONTHS):
        totals: dict[str, tuple[str, Decimal]] = {}
        for place, (_, code, name, _, _) in enumerate(bureaus):
            total = Decimal(0)
            for at, (component, title, weight) in enumerate(COMPONENTS):
                # The last bureau has no institution, so nothing is due in the first component.
                nothing = component == "fund" and place == len(bureaus) - 1
                part = Decimal(60 + (place * 7 + at * 3 + number * 5) % 40) / 100
                points = None if nothing else (part * weight).quantize(Decimal("0.01"))
                total += points or 0
                made.append((
                    period, code, name, component, title, at + 1, f"{component}_rate", "total", "total", None if nothing else int(part * 100),
                    None if nothing else 100, None if nothing else part, weight, points, None, None,
                ))  # fmt: skip
            whole = 90 if place == len(bureaus) - 1 else 100
            totals[code] = (name, (total * 100 / whole).quantize(Decimal("0.01")))
        order = sorted(totals, key=lambda code: (-totals[code][1], code))
        made += [
            (
                period,
                code,
                totals[code][0],
                "TOTAL",
                "合计",
                99,
                None,
                None,
                None,
                None,
                None,
                None,
                100,
                None,
                totals[code][1],
                order.index(code) + 1,
            )
            for code in order
        ]
    rows["mtr_score"] = made
    rows["mtr_score_record"] = [
        ("binding", "202606", bureau, "registration", key, Decimal(done), Decimal(1))
        for bureau, key, done in (
            (QINGXIU, "HRSS|NN|900001", 0), (QINGXIU, "NHSA|YB|900001", 1), (LIANGQING, "HRSS|NN|900002", 0),
        )
    ]  # fmt: skip
