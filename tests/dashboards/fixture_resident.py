"""Made-up rows of the residents' two insurances: progress of two fee years down to villages, and the season day by day.

Contains no drawing of lots, so that it shifts no other fixture. The first bureau of two shares its rate with the second, the last has nothing due.
"""

import math
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

_CUBE = (
    "metric_id period_type period level area_code area_name parent_code bureau_code town_code cut_type cut_code cut_name numerator denominator rate"
    " prev_year_numerator prev_year_denominator prev_year_rate rate_yoy rank prev_rank rank_change target gap subject_count is_small band_low band_high band"
)
FILLED = {
    "mtr_cube_resident_progress": _CUBE,
    "mtr_resident_season": "fee_year insurance_code season_day calendar_date level area_code area_name parent_code bureau_code town_code paid_persons"
    " paid_persons_cum paid_amount_cum",
}
YEARS = ("2025", "2026")
INSURANCES = {"10210": "城乡居民养老", "10212": "城乡居民医疗"}
_TARGET = Decimal("0.95")
_FEE = 400
# Days of the season on which people paid, the same in both years.
_DAYS = (3, 20, 45, 70, 100, 122)
_CITY = "14501000000"
Area = dict[str, Any]


def definitions() -> list[tuple[Any, ...]]:
    """The metrics of the cube in words, in the order of the fixture's own definitions."""
    return [
        (name, name, None, "mtr_cube_resident_progress", "A10.07", title, None, f"{title}，按缴费年度。", unit, is_rate, "higher", numerator,
         denominator, "人 × 险种 × 缴费年度", "险种、人员类别、经办机构", "city,bureau,town,village", "fee_year", "", "与上一缴费年度的同一天比较",
         "只在16个主管局之间排名", _TARGET if is_rate else None, "假设值，待业务科室给出" if is_rate else None, 30, date(2019, 4, 1))
        for name, title, unit, is_rate, numerator, denominator in (
            ("resident_rate", "两险征缴率（按人数）", "人", True, "已上解且未全额退费的人数", "有效参保或已缴的人数"),
            ("resident_paid_people", "两险已缴人数", "人", False, "已缴人数", None),
            ("resident_paid_total", "两险已缴金额", "元", False, "已缴金额", None),
        )
    ]  # fmt: skip


def fill(
    rows: dict[str, list[tuple[Any, ...]]],
    bureaus: list[dict[str, str]],
    towns: dict[str, list[tuple[str, str]]],
    villages: dict[str, list[tuple[str, str]]],
) -> None:
    """Add the rows."""
    areas = _areas(bureaus, towns, villages)
    rows["mtr_definition"] = [*rows["mtr_definition"], *definitions()]
    rows["mtr_cube_resident_progress"] = [
        row
        for year in YEARS
        for cut in (
            ("total", "total", "全部"),
            *(("person_insurance", code, name) for code, name in INSURANCES.items()),
        )
        for row in _cube(areas, year, cut)
    ]
    rows["mtr_resident_season"] = [
        row for area in areas for year in YEARS for code in INSURANCES for row in _season(area, year, code)
    ]


def _areas(
    bureaus: list[dict[str, str]], towns: dict[str, list[tuple[str, str]]], villages: dict[str, list[tuple[str, str]]]
) -> list[Area]:
    """Every area with who is due and the share who paid; what is above is the sum of what is below."""
    made: list[Area] = []
    for place, bureau in enumerate(bureaus):
        code = bureau["bureau_code"]
        nothing = place == len(bureaus) - 1
        share = Decimal("0.93") if place < 2 else Decimal("0.90") - Decimal(place) / 200
        below = []
        for town, name in towns.get(code) or []:
            due = 0 if nothing else 1000
            below.append(_area("town", town, name, code, code, town, due, share))
            for number, (village, village_name) in enumerate(villages.get(town, [])[:3]):
                size = 0 if nothing else (20, 300, 500)[number]
                made.append(
                    _area("village", village, village_name, town, code, town, size, share - Decimal(number) / 50)
                )
        made += below
        made.append(
            _area("bureau", code, bureau["short_name"], _CITY, code, None, sum(area["due"] for area in below), share)
        )
    due = sum(area["due"] for area in made if area["level"] == "bureau")
    paid = sum(area["due"] * area["share"] for area in made if area["level"] == "bureau")
    made.append(_area("city", _CITY, "全市", None, None, None, due, paid / due))
    return made


def _area(level: str, code: str, name: str, parent: Any, bureau: Any, town: Any, due: int, share: Decimal) -> Area:
    return {
        "level": level, "code": code, "name": name, "parent": parent, "bureau": bureau, "town": town, "due": due, "share": share,
    }  # fmt: skip


def _cube(areas: list[Area], year: str, cut: tuple[str, str, str]) -> list[tuple[Any, ...]]:
    factor = 1 if cut[0] == "total" else Decimal("0.5")
    ranked = sorted({area["share"] for area in areas if area["level"] == "bureau" and area["due"]}, reverse=True)
    many = [area["share"] for area in areas if area["level"] == "bureau" and area["due"]]
    city = next(area["share"] for area in areas if area["level"] == "city")
    made = []
    for area in areas:
        due = int(area["due"] * factor)
        paid = int(due * area["share"])
        before = int(paid * Decimal("0.96")) if year == YEARS[-1] else None
        rate = _rate(paid, due)
        rate_before = _rate(before, due) if before is not None else None
        rank = 1 + sum(1 for share in many if share > area["share"]) if area["level"] == "bureau" and due else None
        change = None if rank is None or year == YEARS[0] else (ranked.index(area["share"]) % 3) - 1
        low, high = city - Decimal("0.02"), city + Decimal("0.02")
        is_banded = area["level"] == "bureau" and rate is not None
        band = None if not is_banded or rate is None else "worse" if rate < low else "better" if rate > high else "same"
        values = {
            "resident_rate": (paid, due, rate, before, due if before is not None else None, rate_before, math.ceil(max(due * _TARGET - paid, Decimal(0)))),
            "resident_paid_people": (paid, None, None, before, None, None, None),
            "resident_paid_total": (paid * _FEE, None, None, None if before is None else before * _FEE, None, None, None),
        }  # fmt: skip
        for metric, (numerator, denominator, rate_now, year_ago, due_ago, rate_ago, gap) in values.items():
            is_rate = metric == "resident_rate"
            made.append((
                metric, "fee_year", year, area["level"], area["code"], area["name"], area["parent"], area["bureau"], area["town"], *cut, numerator,
                denominator, rate_now, year_ago, due_ago, rate_ago, None if rate_ago is None or rate_now is None else rate_now - rate_ago, rank,
                None if rank is None or change is None else rank + change, change, _TARGET if is_rate else None, gap, due, is_rate and due < 30,
                round(low, 4) if is_rate and is_banded else None, round(high, 4) if is_rate and is_banded else None, band if is_rate else None,
            ))  # fmt: skip
    return made


def _rate(part: int, whole: int) -> Decimal | None:
    return round(Decimal(part) / whole, 4) if whole else None


def _season(area: Area, year: str, insurance: str) -> list[tuple[Any, ...]]:
    begin = date(int(year) - 1, 9, 1) if insurance == "10212" else date(int(year), 1, 1)
    paid = int(int(area["due"] * Decimal("0.5")) * area["share"])
    if year == YEARS[0]:
        paid = int(paid * Decimal("0.96"))
    made, before = [], 0
    for number, day in enumerate(_DAYS):
        until = paid * (number + 1) // len(_DAYS)
        if until > before:
            made.append((
                year, insurance, day, begin + timedelta(days=day - 1), area["level"], area["code"], area["name"], area["parent"], area["bureau"],
                area["town"], until - before, until, until * _FEE,
            ))  # fmt: skip
        before = until
    return made
