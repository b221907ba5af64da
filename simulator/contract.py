"""The exchange contract as the dbt sources declare it: systems, tables, columns and their physical types."""

from dataclasses import dataclass
from functools import cache

from common.paths import dbt_project_dir
from simulator.params import read_yaml


@dataclass(frozen=True)
class Column:
    """One column of an exchange table."""

    name: str
    kind: str  # physical type in the exchange
    text_format: str | None


@dataclass(frozen=True)
class Table:
    """One exchange table."""

    system: str
    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    cursor: str | None = None


@cache
def tables() -> tuple[Table, ...]:
    """All declared exchange tables, in the order of their files."""
    out = []
    for file in sorted(dbt_project_dir().glob("models/staging/*/_*__sources.yml")):
        for source in read_yaml(file)["sources"]:
            schema = source["config"]["meta"]["exchange_schema"]
            for table in source["tables"]:
                columns = []
                for column in table["columns"]:
                    text_format = column.get("config", {}).get("meta", {}).get("text_format")
                    columns.append(
                        Column(column["name"], "varchar" if text_format else column["data_type"], text_format)
                    )
                meta = table["config"]["meta"]
                out.append(Table(schema, table["name"], tuple(meta["key"]), tuple(columns), meta.get("cursor")))
    return tuple(out)
