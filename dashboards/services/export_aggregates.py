"""What the tables of 排名 and 征收进度 look like as files: figures of areas, and never a person or an employer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from dashboards.services import formats, measures, season
from dashboards.services.placing import Place
from dashboards.services.ranking import Standing
from dashboards.services.workbook import Field

Row = Mapping[str, Any]
RANKING, PROGRESS = "排名", "征收进度"
LEVELS = {"bureau": "主管局", "town": "街道乡镇", "village": "村社区"}
SCOPE = "汇总数据，不含单位和个人明细"


def as_rows(areas: Sequence[Place | Standing]) -> list[dict[str, Any]]:
    """Areas as rows of the fields below."""
    return [{"area": area} for area in areas]


def ranking_title(metric: Row, level: str, per: str, period: str) -> str:
    """街道乡镇排名：城乡居民两险征缴率，2026 年度."""
    return f"{LEVELS[level]}排名：{metric['title']}，{measures.period_name(per, period)}"


def ranking_fields(
    metric: dict[str, Any], level: str, bases: Sequence[dict[str, Any]], rows: Mapping[str, Sequence[dict[str, Any]]],
    key_of: Callable[[dict[str, Any]], str], *, has_bands: bool,
) -> list[Field]:  # fmt: skip
    """The columns of 排名; `rows` are those of each basis, by its name, that say what is missing to the target."""
    unit = str(metric["unit"])
    value = (
        Field("数值", _of_row(lambda row: _rate(row["rate"])), "share")
        if metric["is_rate"]
        else Field(f"数值（{unit}）", _of_row(lambda row: _number(row["numerator"], unit)), _kind(unit))
    )
    gaps = {str(one["metric_id"]): {key_of(row): row for row in rows[str(one["metric_id"])]} for one in bases}

    def gap(one: dict[str, Any]) -> Field:
        found, its_unit = gaps[str(one["metric_id"])], str(one["unit"])

        def missing(row: Row) -> Any:
            own = found.get(row["area"].key)
            return None if own is None else _gap(one, own)

        return Field(f"距目标（{its_unit}）", missing, _kind(its_unit))

    return [
        *_rank(),
        Field("升降", lambda row: row["area"].rank_change, "count"),
        Field(LEVELS[level], lambda row: row["area"].name),
        value,
        _change(metric, "较上期", "prev"),
        _change(metric, "较去年", "prev_year"),
        *(gap(one) for one in bases),
        *([
            Field("分档", _of_row(lambda row: measures.BANDS.get(row["band"]))),
            Field("控制限", _of_row(lambda row: None if row["band_low"] is None else measures.limits(row))),
        ] if has_bands else []),
        _small(),
    ]  # fmt: skip


def resident_title(level: str, insurance: str, fee_year: str) -> str:
    """各街道乡镇：城乡居民养老保险，2026 缴费年度."""
    return f"各{LEVELS[level]}：{season.INSURANCES[insurance]}，{fee_year} 缴费年度"


def resident_fields(metric: dict[str, Any], level: str) -> list[Field]:
    """The columns of the residents' areas on 征收进度."""
    return [
        *_rank(),
        Field(LEVELS[level], lambda row: row["area"].name),
        Field("征缴率", _of_row(lambda row: _rate(row["rate"])), "share"),
        _change(metric, "较去年", "prev_year"),
        Field("应缴（人）", _of_row(lambda row: _number(row["denominator"], "人")), "count"),
        Field("已缴（人）", _of_row(lambda row: _number(row["numerator"], "人")), "count"),
        Field("距目标（人）", _of_row(lambda row: _gap(metric, row)), "count"),
        _small(),
    ]


def employer_title(level: str, period: str) -> str:
    """各主管局：2026年6月."""
    return f"各{LEVELS[level]}：用人单位，费款所属期 {formats.period_name(period)}"


def employer_fields(level: str) -> list[Field]:
    """The columns of the employers' areas on 征收进度, with exact amounts."""

    def rate(basis: str) -> Callable[[Row], Any]:
        return lambda row: _rate(row["area"].rates.get(basis))

    return [
        *([*_rank(), Field("升降", lambda row: row["area"].rank_change, "count")] if level == "bureau" else []),
        Field(LEVELS[level], lambda row: row["area"].name),
        Field("征收率·金额", rate("amount"), "share"),
        Field("较上月（百分点）", lambda row: _points(row["area"].moves.get("amount")), "money"),
        Field("较去年（百分点）", lambda row: _points(row["area"].yearly.get("amount")), "money"),
        Field("征收率·单据", rate("bill"), "share"),
        Field("征收率·户数", rate("employer"), "share"),
        Field("应征（元）", lambda row: row["area"].due, "money"),
        Field("已征收（元）", lambda row: row["area"].collected, "money"),
        Field("尚欠（元）", lambda row: row["area"].gap, "money"),
        *([Field("仅供参考", lambda row: "*" if row["area"].is_small else None)] if level == "bureau" else []),
    ]  # fmt: skip


def metric_definition(metric: Row, explained: str = "") -> str:
    """What a metric means, and how its areas are ranked."""
    parts = [str(metric["description"] or ""), f"分子：{metric['numerator_words']}。"]
    if metric["denominator_words"]:
        parts.append(f"分母：{metric['denominator_words']}。")
    return "".join([*parts, explained])


def rate_definition(rows: Sequence[Row]) -> str:
    """What the collection rate means, by each basis."""
    said = "；".join(
        f"{row['basis_title']}：{row['numerator_words']}÷{row['denominator_words']}（{row['unit']}）" for row in rows
    )
    return f"{said}。不计入：{rows[0]['exclusions']}。" if rows else "征收率＝已征收÷应征。"


def file_name(title: str, as_of: date, code: str) -> str:
    """For instance 街道乡镇排名 城乡居民两险征缴率 2026 年度 2026-06-30 K7M2PQ9D.xlsx."""
    plain = "".join(" " if mark in '\\/:*?"<>|：，' else mark for mark in title)[:60]
    return f"{plain} {as_of:%Y-%m-%d} {code}.xlsx"


def _rank() -> list[Field]:
    return [Field("名次", lambda row: row["area"].rank, "count")]


def _small() -> Field:
    return Field("仅供参考", _of_row(lambda row: "*" if row["is_small"] else None))


def _of_row(made: Callable[[dict[str, Any]], Any]) -> Callable[[Row], Any]:
    """Something of a place's row of the metric."""
    return lambda row: made(row["area"].row)


def _kind(unit: str) -> str:
    return "money" if unit == "元" else "count"


def _number(value: Any, unit: str) -> Decimal | int | None:
    """An amount to the cent, anything else as a whole number."""
    number = formats.decimal_of(value)
    return number if number is None or unit == "元" else int(number)


def _rate(value: Any) -> Decimal | str:
    """A share, and the page's word where nothing was due."""
    number = formats.decimal_of(value)
    return formats.share(None) if number is None else number


def _points(value: Any) -> Decimal | None:
    number = formats.decimal_of(value)
    return None if number is None else number * 100


def _change(metric: dict[str, Any], label: str, other: str) -> Field:
    """The change of a rate in points, of a number in percent."""
    if metric["is_rate"]:
        return Field(f"{label}（百分点）", _of_row(lambda row: _points(measures.rate_change(row, other))), "money")

    def relative(row: dict[str, Any]) -> Decimal | None:
        now, before = formats.decimal_of(row["numerator"]), formats.decimal_of(row[f"{other}_numerator"])
        return None if now is None or not before else now / before - 1

    return Field(f"{label}（增减）", _of_row(relative), "share")


def _gap(metric: dict[str, Any], row: dict[str, Any]) -> Any:
    """What is missing to the target as a number; the words of the page where nothing is."""
    if row["gap"] is None or (metric["is_rate"] and row["rate"] is None):
        return None
    return _number(row["gap"], str(metric["unit"])) if row["gap"] > 0 else "已达标"
