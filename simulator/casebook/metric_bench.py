"""The project's metrics over the cast of one case: its cubes, run on nothing but the rows that belong to the case.

Contains which tables are cut down to a case's own rows, and how the models above them are run again on what is left.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]
# The column by which a row belongs to a case, the most telling first.
OWNERS = ("bill_key", "registration_key", "agreement_key", "taxpayer_key", "fee_registration_no", "cadre_key")


@dataclass(frozen=True)
class Keys:
    """Keys of everything that a case has brought into the world."""

    bills: frozenset[str]
    registrations: frozenset[str]
    taxpayers: frozenset[str]
    agreements: frozenset[str]
    stem: str


class MetricBench:
    """Runs a cube's compiled SQL, and what lies between it and the stored tables, on the rows of one case."""

    ALSO = ("int_fee_registration",)  # read whatever the cube

    def __init__(self, source: duckdb.DuckDBPyConnection, manifest: Path) -> None:
        self._source = source
        self._manifest = manifest
        self._nodes: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
        self.con = duckdb.connect(":memory:")
        self.con.execute("set enable_progress_bar = false")
        self._databases: set[str] = set()
        self._loaded: set[str] = set()
        self._answers: dict[tuple[str, str], list[Row]] = {}

    def over(self, keys: Keys, cube: str) -> list[Row]:
        """All rows of a cube for one case."""
        asked = (keys.stem, cube)
        if asked not in self._answers:
            node = self._nodes[f"model.shebao.{cube}"]
            self._prepare(node, keys, set())
            cursor = self.con.execute(self._compiled(node))
            columns = [one[0] for one in cursor.description]
            self._answers[asked] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        return self._answers[asked]

    def _prepare(self, node: dict[str, Any], keys: Keys, done: set[str]) -> None:
        """Everything that a node reads, cut down to the case: stored tables filtered, marts between run again."""
        for unique_id in node["depends_on"]["nodes"]:
            parent = self._nodes[unique_id]
            if unique_id in done:
                continue
            done.add(unique_id)
            relation = self._relation(parent)
            is_metric = parent["resource_type"] == "model" and parent["name"].startswith("mtr_")
            if is_metric and parent["name"] != "mtr_collection_payment":
                self._prepare(parent, keys, done)
                self.con.execute(f"create or replace table {relation} as {self._compiled(parent)}")
                continue
            kept = self._load(parent)
            self.con.execute(
                f"create or replace table {relation} as select * from {kept} where {self._owned(kept, keys)}"
            )

    def _load(self, node: dict[str, Any]) -> str:
        """A stored table, read once for all cases."""
        name = f'kept."{node["schema"]}_{node["alias"]}"'
        if name not in self._loaded:
            self.con.execute("create schema if not exists kept")
            arriving = self._source.execute(f'select * from "{node["schema"]}"."{node["alias"]}"').to_arrow_table()
            self.con.register("arriving", arriving)
            self.con.execute(f"create table {name} as from arriving")
            self.con.unregister("arriving")
            self._loaded.add(name)
        return name

    def _owned(self, kept: str, keys: Keys) -> str:
        columns = [row[0] for row in self.con.execute(f"describe {kept}").fetchall()]
        owner = next((column for column in OWNERS if column in columns), None)
        if owner is None or "ref_" in kept:
            return "true"
        if owner == "fee_registration_no":
            return f"{owner} like '%{keys.stem}%' or {owner} in ({self._fee_registrations(keys)})"
        own = {
            "bill_key": keys.bills,
            "registration_key": keys.registrations,
            "taxpayer_key": keys.taxpayers,
            "agreement_key": keys.agreements,
        }.get(owner, frozenset())
        listed = ", ".join("'" + key.replace("'", "''") + "'" for key in sorted(own)) or "''"
        return f"{owner} in ({listed}) or {owner} like '{keys.stem}%' or {owner} like '%|{keys.stem}%'"

    def _fee_registrations(self, keys: Keys) -> str:
        kept = self._load(self._nodes["model.shebao.int_fee_registration"])
        listed = ", ".join("'" + key.replace("'", "''") + "'" for key in sorted(keys.registrations)) or "''"
        return f"select fee_registration_no from {kept} where registration_key in ({listed})"

    def _relation(self, node: dict[str, Any]) -> str:
        database = node["database"]
        if database not in self._databases:
            self.con.execute(f"attach ':memory:' as \"{database}\"")
            self._databases.add(database)
        self.con.execute(f'create schema if not exists "{database}"."{node["schema"]}"')
        return f'"{database}"."{node["schema"]}"."{node["alias"]}"'

    def _compiled(self, node: dict[str, Any]) -> str:
        text = node.get("compiled_code")
        if text:
            return str(text)
        file = self._manifest.parent / "compiled" / "shebao" / node["original_file_path"]
        return file.read_text(encoding="utf-8")
