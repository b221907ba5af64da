"""What the project itself declares: rules with their reasons, outcomes and causes of the reconciliation, exchange tables."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from common.paths import dbt_project_dir
from simulator.params import read_yaml


@dataclass(frozen=True)
class Rule:
    """One rule as its YAML declares it."""

    rule_id: str
    model: str
    title: str
    subject: str
    reasons: dict[str, str]
    parameters: dict[str, Any]
    ledger: bool  # false: a pure extract, whose rows accuse nobody, or a reconciliation, asked for by its own words
    where: str = ""  # boolean column that says which rows count
    kind: str = "rule"  # rule, or reconciliation


@dataclass(frozen=True)
class Column:
    """A column of an exchange table."""

    name: str
    title: str


@dataclass(frozen=True)
class ExchangeTable:
    """An exchange table as the contract declares it."""

    system: str
    name: str
    title: str
    columns: tuple[Column, ...]

    @property
    def full_name(self) -> str:
        """hrss.RS_ZJHZ."""
        return f"{self.system}.{self.name}"


@cache
def rules() -> dict[str, Rule]:
    """All rules by id."""
    found: dict[str, Rule] = {}
    for file in sorted(dbt_project_dir().glob("models/marts/**/*.yml")):
        for model in (read_yaml(file) or {}).get("models") or []:
            meta = (model.get("config") or {}).get("meta") or {}
            if meta.get("rule_id") and meta.get("kind") in ("rule", "reconciliation"):
                found[str(meta["rule_id"])] = Rule(
                    str(meta["rule_id"]), model["name"], str(meta.get("title", "")), str(meta.get("subject", "")),
                    {str(code): str(text) for code, text in (meta.get("reasons") or {}).items()},
                    dict(meta.get("parameters") or {}),
                    bool(meta.get("ledger")) and meta.get("kind") == "rule",
                    str(meta.get("ledger_where") or ""),
                    str(meta["kind"]),
                )  # fmt: skip
    return dict(sorted(found.items(), key=lambda pair: _order(pair[0])))


def _order(rule_id: str) -> tuple[Any, ...]:
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|\D+", rule_id))


@cache
def _words(macro: str) -> dict[str, str]:
    """A closed list that a macro of the project writes down."""
    for file in dbt_project_dir().glob("macros/**/*.sql"):
        text = file.read_text(encoding="utf-8")
        found = re.search(rf"{{%-? *macro {macro}\(\) *-?%}}(.*?){{%-? *endmacro", text, re.DOTALL)
        if found:
            return {code.strip("'\""): words for code, words in re.findall(r"([\w']+): '([^']*)'", found.group(1))}
    return {}


def causes() -> dict[str, str]:
    """Causes of a break."""
    return _words("rec_causes")


def chain_causes() -> dict[str, str]:
    """Causes of a break inside tax, of the annuity and of persons' payments."""
    return _words("rec_chain_causes")


def pairs() -> dict[str, str]:
    """Who is compared with whom."""
    return _words("rec_pairs")


def outcomes() -> dict[str, str]:
    """The eight outcomes."""
    return _words("rec_outcomes")


@dataclass(frozen=True)
class Metric:
    """A metric as its YAML declares it."""

    metric_id: str
    label: str
    family: str
    basis: str | None
    cube: str
    unit: str
    requirements: tuple[str, ...]
    period_types: tuple[str, ...]


@cache
def metrics() -> dict[str, Metric]:
    """All metrics by id."""
    found: dict[str, Metric] = {}
    for file in sorted(dbt_project_dir().glob("models/marts/metric/_semantic_*.yml")):
        declared = read_yaml(file)
        models = {
            measure["name"]: (model["name"], tuple(model["config"]["meta"]["periods"]))
            for model in declared["semantic_models"]
            for measure in model["measures"]
        }
        for one in declared["metrics"]:
            meta = one["config"]["meta"]
            params = one["type_params"]
            model, periods = models[params.get("measure") or params["numerator"]]
            found[one["name"]] = Metric(
                one["name"], one["label"], str(meta.get("family", one["name"])), meta.get("basis"), f"mtr_cube_{model}",
                str(meta["unit"]), tuple(meta["requirements"]), periods,
            )  # fmt: skip
    return found


@cache
def tables() -> tuple[ExchangeTable, ...]:
    """All exchange tables."""
    out = []
    for file in sorted(dbt_project_dir().glob("models/staging/*/_*__sources.yml")):
        for source in read_yaml(file)["sources"]:
            for table in source["tables"]:
                out.append(
                    ExchangeTable(
                        source["config"]["meta"]["exchange_schema"], table["name"], table["description"],
                        tuple(Column(c["name"], re.split(r"[（(]", c.get("description", ""))[0]) for c in table["columns"]),
                    )
                )  # fmt: skip
    return tuple(out)
