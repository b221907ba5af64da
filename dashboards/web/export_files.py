"""What the file of an agreed export holds, and its writing: rows are asked for anew through the gate, within the scope of who fetches it."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from dashboards.access import exports
from dashboards.access.models import Export
from dashboards.access.roles import User
from dashboards.components import residents
from dashboards.components.watermark import WORDS
from dashboards.repositories import breaks, bulk, collection, deduction, findings, metrics, names, reconciliation
from dashboards.repositories.breaks import BreakFilter
from dashboards.repositories.deduction import ItemFilter
from dashboards.repositories.findings import Filter, ListFilter
from dashboards.services import bulk as service
from dashboards.services import (
    catalogue,
    export_aggregates,
    export_breaks,
    export_gate,
    export_lists,
    formats,
    measures,
    placing,
    ranking,
    season,
    values,
    workbook,
)
from dashboards.services.catalogue import Rule

# The kind of an export that answers an uploaded list.
BATCH = "batch"
_Filter = TypeVar("_Filter", ItemFilter, BreakFilter, reconciliation.BreakFilter)


@dataclass(frozen=True)
class _List:
    """What a file holds: its columns and rows, and what is said above them."""

    title: str
    narrowed: str
    definition: str
    fields: list[workbook.Field]
    rows: Iterator[dict[str, Any]]
    name: str
    holds: str = "已脱敏"


def write(user: User, row: Export, file: Path, asked: Any = None) -> str:
    """Write the file of an agreed export and note its rows and hash; returns its name. `asked`: the uploaded list whose answers it holds."""
    info = names.published(user)
    as_of = date.fromisoformat(str(info["as_of"])[:10])
    known = values.Names(names.codes(user), names.bureaus(user), names.fee_items(user), names.agencies(user))
    filters: dict[str, Any] = json.loads(row.filters)
    if filters["kind"] == BATCH:
        wanted = _of_batch(user, row, filters, as_of, known, asked)
    else:
        wanted = _MAKERS.get(filters["kind"], _of_rule)(user, row, filters, as_of, known)
    written = workbook.write(file, _about(user, row, wanted, as_of), wanted.fields, wanted.rows)
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while part := content.read(1 << 20):
            digest.update(part)
    exports.finish(
        user,
        row,
        rows=written,
        size=file.stat().st_size,
        sha256=digest.hexdigest(),
        snapshot=str(info.get("snapshot_id", "")),
    )
    return wanted.name


def _of_rule(user: User, row: Export, filters: dict[str, Any], as_of: date, known: values.Names) -> _List:
    """A list of findings or a rule's own table."""
    rule = next(rule for rule in catalogue.rules(findings.rules(user)) if rule.rule_id == row.rule_id)
    fields, rows = _content(user, rule, filters, f"导出：{row.purpose}", known)
    return _List(
        f"{rule.rule_id} {rule.title}", export_lists.filter_words(rule, filters, known.bureaus), rule.description, fields, rows,
        export_lists.file_name(rule, as_of, row.code),
    )  # fmt: skip


def _of_batch(user: User, row: Export, filters: dict[str, Any], as_of: date, known: values.Names, asked: Any) -> _List:
    """The answers to an uploaded list, asked anew: the list itself was in memory only and is gone after this."""
    if asked is None or bulk.digest(asked) != filters["list"]:
        raise exports.ExportRefusedError("名单已不在服务器上，请重新上传。")
    topics = [topic for topic in service.TOPICS if topic in filters["topics"]]
    answers = bulk.answer(user, f"导出：{row.purpose}", asked, topics, f"{as_of:%Y%m}")
    rows = iter(service.as_rows(answers[: exports.max_rows()]))
    fields = service.fields(asked.kind, topics, known, str(as_of.year))
    return _List(
        f"批量查询　{row.title}", service.summary(asked, answers), service.DEFINITIONS[asked.kind], fields, rows,
        f"批量查询 {row.title.replace('：', ' ')} {as_of:%Y-%m-%d} {row.code}.xlsx",
    )  # fmt: skip


def _of_breaks(user: User, row: Export, filters: dict[str, Any], as_of: date, known: values.Names) -> _List:
    """A list of 对账: of the departments, or of any pairs."""
    purpose, limit = f"导出：{row.purpose}", exports.max_rows()
    if filters["list"] == "departments":
        rows = reconciliation.break_stream(
            user, purpose, _narrowed(reconciliation.BreakFilter, filters), sort=filters["sort"], limit=limit
        )
    else:
        chosen = _narrowed(BreakFilter, filters)
        rows = breaks.stream(user, purpose, chosen, sort=filters["sort"], limit=limit)
    fields = export_breaks.fields(filters, known)
    return _List(
        f"{row.rule_id}　{row.title}", export_breaks.filter_words(filters, known.bureaus), export_breaks.definition(filters),
        export_lists.chosen(fields, filters.get("cols")), rows, export_breaks.file_name(row.title, as_of, row.code),
    )  # fmt: skip


def _of_gate(user: User, row: Export, filters: dict[str, Any], as_of: date, known: values.Names) -> _List:
    """The items of 批扣核查."""
    rules = {rule.rule_id: rule for rule in catalogue.rules(findings.rules(user))}
    insurances = {code: name for (kind, code), name in known.codes.items() if kind == "person_insurance"}
    rows = deduction.stream(
        user, f"导出：{row.purpose}", _narrowed(ItemFilter, filters), sort=filters["sort"], limit=exports.max_rows()
    )
    return _List(
        f"{row.rule_id}　{row.title}", export_gate.filter_words(filters, known.bureaus, insurances), export_gate.DEFINITION,
        export_lists.chosen(export_gate.fields(rules, insurances, known), filters.get("cols")), rows, export_gate.file_name(as_of, row.code),
    )  # fmt: skip


def _of_ranking(user: User, row: Export, filters: dict[str, Any], as_of: date, known: values.Names) -> _List:
    """The table of 排名, of any metric and any level."""
    every = metrics.by_id(user)
    metric, level = every[filters["metric"]], filters["level"]
    bases = placing.family(every, metric)
    rows = {str(one["metric_id"]): _among(user, row, one, filters) for one in [metric, *bases]}
    found = _places(user, metric, rows[filters["metric"]], filters)
    fields = export_aggregates.ranking_fields(
        metric, level, bases, rows, placing.key_of, has_bands=any(place.row["band"] for place in found)
    )
    explained = placing.explained(metric, level, export_aggregates.LEVELS[level], found)
    said = _aggregate(row, filters, as_of, export_aggregates.metric_definition(metric, explained), fields, found)
    if filters["cut_type"] == "total" or not found:
        return said
    cut = f"{measures.CUTS.get(filters['cut_type'], filters['cut_type'])}：{found[0].row['cut_name']}"
    return replace(said, narrowed=f"{said.narrowed}；{cut}")


def _of_residents(user: User, row: Export, filters: dict[str, Any], as_of: date, known: values.Names) -> _List:
    """The areas of the residents' two insurances on 征收进度."""
    metric = metrics.by_id(user)["resident_rate"]
    whole = {**filters, "per": residents.PER, "cut_type": residents.CUT}
    found = placing.places(metric, _among(user, row, metric, whole))
    definition = export_aggregates.metric_definition(metric, season.explained(metric))
    return _aggregate(
        row, filters, as_of, definition, export_aggregates.resident_fields(metric, filters["level"]), found
    )


def _of_progress(user: User, row: Export, filters: dict[str, Any], as_of: date, known: values.Names) -> _List:
    """The employers' areas on 征收进度."""
    rows = collection.rates(
        user, f"导出：{row.purpose}", filters["period"], filters["level"], parent_code=filters["parent_code"]
    )
    definition = export_aggregates.rate_definition(collection.definitions(user, "collection_rate"))
    fields = export_aggregates.employer_fields(filters["level"])
    return _aggregate(row, filters, as_of, definition, fields, ranking.standings(rows))


def _among(user: User, row: Export, metric: dict[str, Any], filters: dict[str, Any]) -> list[dict[str, Any]]:
    return metrics.among(
        user, f"导出：{row.purpose}", metric, filters["per"], filters["period"], filters["level"], cut_type=filters["cut_type"],
        cut_code=filters["cut_code"], parent_code=filters["parent_code"], bureau_code=filters["bureau_code"],
    )  # fmt: skip


def _places(
    user: User, metric: dict[str, Any], rows: list[dict[str, Any]], filters: dict[str, Any]
) -> list[placing.Place]:
    # Towns of all bureaus in one list are told apart by their bureaus, as on the page.
    of_all = filters["level"] == "town" and filters["parent_code"] is None
    return placing.places(metric, rows, names=names.bureaus(user) if of_all else None)


def _aggregate(
    row: Export, filters: dict[str, Any], as_of: date, definition: str, fields: list[workbook.Field],
    found: Sequence[placing.Place | ranking.Standing],
) -> _List:  # fmt: skip
    return _List(
        f"{row.rule_id}　{row.title}", str(filters["areas"]), definition, fields, iter(export_aggregates.as_rows(found)),
        export_aggregates.file_name(row.title, as_of, row.code), export_aggregates.SCOPE,
    )  # fmt: skip


_MAKERS = {
    "breaks": _of_breaks, "gate": _of_gate, "ranking": _of_ranking, "residents": _of_residents, "progress": _of_progress,
}  # fmt: skip


def _narrowed(kind: type[_Filter], filters: dict[str, Any]) -> _Filter:
    """The filter of a list out of the register."""
    return kind(**{field.name: filters[field.name] for field in dataclass_fields(kind) if field.name in filters})


def _content(
    user: User, rule: Rule, filters: dict[str, Any], purpose: str, known: values.Names
) -> tuple[list[workbook.Field], Iterator[dict[str, Any]]]:
    limit = exports.max_rows()
    if filters["kind"] == "findings":
        chosen = Filter(
            rule.rule_id,
            filters["state"],
            filters["bureau_code"],
            filters["reason_code"],
            filters["min_age"],
            filters["max_age"],
        )
        fields = export_lists.chosen(export_lists.finding_fields(rule, known), filters.get("cols"))
        return fields, findings.stream(user, purpose, chosen, sort=filters["sort"], limit=limit)
    chosen_list = ListFilter(filters["bureau_code"], filters["period"], filters["reason_code"])
    rows = findings.list_stream(
        user, purpose, rule.model_name, chosen_list, sort=filters.get("sort") or "area", limit=limit
    )
    first = next(rows, None)
    if first is None:
        return [workbook.Field("没有记录", lambda row: None)], iter(())
    fields = export_lists.chosen(export_lists.table_fields(rule, first, known), filters.get("cols"))
    return fields, chain([first], rows)


def _about(user: User, row: Export, wanted: _List, as_of: date) -> workbook.About:
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    who = f"{WORDS}　{user.display_name} {user.login} {now:%Y-%m-%d %H:%M} {row.code}"
    return workbook.About(
        wanted.title,
        (
            ("数据截至", formats.day(as_of)),
            ("数据范围", f"{user.scope.label}（按登录账号的范围取数，{wanted.holds}）"),
            ("筛选", wanted.narrowed),
            ("口径", wanted.definition),
            ("用途", row.purpose),
            ("导出", f"{user.display_name}（{user.login}） {now:%Y-%m-%d %H:%M}　导出码 {row.code}"),
        ),
        who, row.code,
    )  # fmt: skip
