"""The project's SQL as dbt compiles it, with what each model reads."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import paths


@dataclass(frozen=True)
class Model:
    """One model: its layer and folder, its SQL, the relation it becomes, and the ids of what it reads."""

    name: str
    layer: str
    folder: str
    sql: str
    inputs: tuple[str, ...]
    unique_id: str = ""
    relation: str = ""
    parents: tuple[str, ...] = ()
    is_rule: bool = False
    rule_id: str = ""
    cadence: str = ""
    is_view: bool = False
    is_watched: bool = False
    """Built anew by the hourly watch."""


@dataclass(frozen=True)
class Project:
    """All models by id, and the relations of seeds and exchange tables by theirs."""

    models: Mapping[str, Model]
    stored: Mapping[str, str]

    def with_all_above(self, chosen: Iterable[Model]) -> list[Model]:
        """These models and those that they stand on, each after what it reads itself."""
        ordered: dict[str, Model] = {}

        def visit(unique_id: str) -> None:
            model = self.models.get(unique_id)
            if model is None or unique_id in ordered:
                return
            for parent in model.parents:
                visit(parent)
            ordered[unique_id] = model

        for one in chosen:
            visit(one.unique_id)
        return list(ordered.values())

    def tables_of(self, chosen: Iterable[Model]) -> list[str]:
        """Seeds and exchange tables that these models read directly."""
        return sorted({self.stored[parent] for one in chosen for parent in one.parents if parent in self.stored})


def project(warehouse: Path, folder: Path, as_of: str | None) -> Project:
    """Everything, compiled against this warehouse without touching it."""
    command = [str(Path(sys.executable).with_name("dbt")), "compile", "--quiet", "--select", "path:models"]
    command += ["--project-dir", str(paths.dbt_project_dir()), "--profiles-dir", str(paths.root())]
    command += ["--target-path", str(folder), "--log-path", str(folder)]
    if as_of:
        command += ["--vars", json.dumps({"as_of": as_of})]
    environment = {**os.environ, "SHEBAO_WAREHOUSE": str(warehouse), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"dbt could not compile the models:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    nodes: dict[str, Any] = manifest["nodes"]
    stored = {
        unique_id: _relation(node["schema"], node.get("alias") or node["name"])
        for unique_id, node in nodes.items()
        if node["resource_type"] == "seed"
    }
    stored |= {
        unique_id: _relation(node["schema"], node["identifier"]) for unique_id, node in manifest["sources"].items()
    }
    models = {}
    for unique_id, node in nodes.items():
        if node["resource_type"] != "model":
            continue
        parents = tuple(node["depends_on"]["nodes"])
        inputs = tuple(
            _relation(nodes[one]["schema"], nodes[one].get("alias") or nodes[one]["name"])
            for one in parents
            if one in nodes and nodes[one]["config"]["materialized"] in ("table", "seed")
        )
        sql = (folder / "compiled" / "shebao" / node["original_file_path"]).read_text(encoding="utf-8")
        layer, _, rest = node["path"].partition("/")
        meta = {**(node.get("meta") or {}), **((node.get("config") or {}).get("meta") or {})}
        models[unique_id] = Model(
            node["name"],
            layer,
            rest.split("/")[0],
            sql,
            inputs,
            unique_id,
            _relation(node["schema"], node.get("alias") or node["name"]),
            parents,
            meta.get("kind") == "rule",
            str(meta.get("rule_id") or ""),
            str(meta.get("cadence") or ""),
            # A rule that is a view is read once, by the publication: it costs what its table would.
            node["config"]["materialized"] == "view" and meta.get("kind") != "rule",
            "monitoring" in node["config"].get("tags", []),
        )
    return Project(models, stored)


def _relation(schema: str, name: str) -> str:
    return f'"{schema}"."{name}"'
