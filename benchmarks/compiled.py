"""The marts' SQL as dbt compiles it, with the tables that each reads."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import paths


@dataclass(frozen=True)
class Model:
    """One mart: its folder under marts/, its SQL, and the stored tables it reads, each as "schema"."name"."""

    name: str
    folder: str
    sql: str
    inputs: tuple[str, ...]


def marts(warehouse: Path, folder: Path, as_of: str | None) -> list[Model]:
    """All marts, compiled against this warehouse without touching it."""
    command = [str(Path(sys.executable).with_name("dbt")), "compile", "--quiet", "--select", "path:models/marts"]
    command += ["--project-dir", str(paths.dbt_project_dir()), "--profiles-dir", str(paths.root())]
    command += ["--target-path", str(folder), "--log-path", str(folder)]
    if as_of:
        command += ["--vars", json.dumps({"as_of": as_of})]
    environment = {**os.environ, "SHEBAO_WAREHOUSE": str(warehouse), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"dbt could not compile the marts:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    nodes: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    found = []
    for node in nodes.values():
        if node["resource_type"] == "model" and node["path"].startswith("marts/"):
            parents = [nodes[parent] for parent in node["depends_on"]["nodes"] if parent in nodes]
            inputs = tuple(
                f'"{parent["schema"]}"."{parent["name"]}"'
                for parent in parents
                if parent["config"]["materialized"] in ("table", "seed")
            )
            sql = (folder / "compiled" / "shebao" / node["original_file_path"]).read_text(encoding="utf-8")
            found.append(Model(node["name"], node["path"].split("/")[1], sql, inputs))
    return sorted(found, key=lambda model: model.name)
