"""The dbt project keeps its own rules: layers, grain, names, words, contracts, personal data, and one SQL for all engines."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from common import paths
from tests.conftest import BuiltWorld

LAYERS = ("staging", "intermediate", "marts")
# What a model of a layer may read.
MAY_READ = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"intermediate", "marts", "seed"},
}
PREFIXES = {
    "models/staging": ("stg_",),
    "models/intermediate": ("int_",),
    "models/marts/core": ("dim_", "fct_"),
    "models/marts/anomaly": ("anm_",),
    "models/marts/reconciliation": ("rec_",),
    "models/marts/collection": ("mtr_",),
    "models/marts/monitoring": ("mon_",),
    "models/marts/metric": ("mtr_",),
}
ENGINES = re.compile(r"\b(duckdb|spark|oracle|postgres)\b", re.IGNORECASE)
CLOCK = re.compile(
    r"\b(current_date|current_timestamp|now\s*\(|today\s*\(|getdate|sysdate|localtimestamp|run_started_at)",
    re.IGNORECASE,
)
ONE_ENGINE_ONLY = re.compile(
    r"\b(regexp_\w+|strpos|instr|date_diff|datediff|strftime|date_format|strptime|to_date|string_agg|group_concat"
    r"|unnest|explode|list_\w+|array_agg|arg_max|to_months|add_months|epoch)\s*\(|\bexclude\s*\(|//|\bdistinct on\b",
    re.IGNORECASE,
)
COMMENT = re.compile(r"--[^\n]*|\{#.*?#\}", re.DOTALL)
TEXT = re.compile(r"'[^'\n]*'")
UNIQUENESS = {"unique", "unique_key", "unique_grain"}

Manifest = dict[str, Any]
Node = dict[str, Any]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """The project as dbt reads it."""
    folder = tmp_path_factory.mktemp("manifest")
    command = [
        str(Path(sys.executable).with_name("dbt")),
        "parse",
        "--quiet",
        "--project-dir",
        str(paths.dbt_project_dir()),
    ]
    command += ["--profiles-dir", str(paths.root()), "--target-path", str(folder), "--log-path", str(folder)]
    environment = {
        **os.environ,
        "SHEBAO_WAREHOUSE": str(folder / "none.duckdb"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    read: Manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return read


def models_of(manifest: Manifest) -> list[Node]:
    """All models of the project."""
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def layer_of(node: Node) -> str:
    """The layer that a node belongs to, from its path; seeds and sources are their own."""
    if node["resource_type"] != "model":
        return str(node["resource_type"])
    return Path(node["original_file_path"]).parts[1]


def bare_sql(node: Node) -> str:
    """A model's SQL without comments and without texts."""
    return TEXT.sub("''", COMMENT.sub(" ", node["raw_code"]))


def generics_on(manifest: Manifest, model: Node) -> list[Node]:
    """Generic tests that are attached to a model."""
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node.get("attached_node") == model["unique_id"]
    ]


def test_there_is_something_to_judge(manifest: Manifest) -> None:
    """Every declared source has a staging model; every layer has models."""
    models = models_of(manifest)
    read = {parent for model in models for parent in model["depends_on"]["nodes"]}
    assert {layer_of(model) for model in models} == set(LAYERS)
    assert not set(manifest["sources"]) - read, "sources that nothing reads"


def test_references_go_down_only(manifest: Manifest) -> None:
    """Staging reads sources, intermediate reads staging, marts read intermediate; nothing skips a layer or looks up."""
    wrong = []
    for model in models_of(manifest):
        for parent_id in model["depends_on"]["nodes"]:
            parent = manifest["nodes"].get(parent_id) or manifest["sources"][parent_id]
            if layer_of(parent) not in MAY_READ[layer_of(model)]:
                wrong.append(f"{model['name']} reads {parent['name']} ({layer_of(parent)})")
    assert not wrong


def test_a_staging_model_stands_for_one_source(manifest: Manifest) -> None:
    """One source, one model, no join."""
    for model in models_of(manifest):
        if layer_of(model) == "staging":
            assert len(model["depends_on"]["nodes"]) == 1, model["name"]
            assert not re.search(r"\bjoin\b", bare_sql(model)), model["name"]
            assert model["config"]["materialized"] == "view", model["name"]


def test_names_say_the_role(manifest: Manifest) -> None:
    """The folder decides the prefix; a staging model names its system; each layer has its schema."""
    for model in models_of(manifest):
        path = model["original_file_path"]
        prefixes = [prefix for folder, prefix in PREFIXES.items() if path.startswith(folder + "/")]
        assert prefixes, f"{path} is in no known folder"
        assert model["name"].startswith(prefixes[0]), path
        assert model["schema"] == layer_of(model), path
        if layer_of(model) == "staging":
            assert model["name"].startswith(f"stg_{Path(path).parent.name}__"), path
        assert re.fullmatch(r"[a-z0-9_]+", model["name"]), path


def test_every_model_states_its_grain(manifest: Manifest) -> None:
    """A header comment says what one row is."""
    wrong = []
    for model in models_of(manifest):
        header = re.match(r"\s*((?:--[^\n]*\n)+)", model["raw_code"])
        if not header or "Grain:" not in header.group(1):
            wrong.append(model["original_file_path"])
    assert not wrong


def test_every_model_proves_its_grain(manifest: Manifest) -> None:
    """Each model has a test of uniqueness."""
    wrong = [
        model["name"]
        for model in models_of(manifest)
        if not {(test.get("test_metadata") or {}).get("name") for test in generics_on(manifest, model)} & UNIQUENESS
    ]
    assert not wrong


def test_every_model_and_column_is_described(manifest: Manifest) -> None:
    """No model and no declared column without words, seeds and sources included."""
    wrong = []
    for node in [*manifest["nodes"].values(), *manifest["sources"].values()]:
        if node["resource_type"] not in ("model", "seed", "source"):
            continue
        if not node["description"].strip():
            wrong.append(node["name"])
        if not node["columns"]:
            wrong.append(f"{node['name']} has no columns")
        wrong += [
            f"{node['name']}.{name}" for name, column in node["columns"].items() if not column["description"].strip()
        ]
    assert not wrong


def test_marts_keep_a_contract(manifest: Manifest) -> None:
    """What people read has an enforced contract with a type for each column."""
    for model in models_of(manifest):
        if layer_of(model) == "marts":
            assert model["config"]["contract"]["enforced"], model["name"]
            untyped = [name for name, column in model["columns"].items() if not column["data_type"]]
            assert not untyped, f"{model['name']}: {untyped}"


def test_no_model_asks_a_clock(manifest: Manifest) -> None:
    """The business date is the only today."""
    wrong = [
        f"{model['name']}: {found.group(0)}"
        for model in models_of(manifest)
        if (found := CLOCK.search(bare_sql(model)))
    ]
    assert not wrong


def test_no_model_names_an_engine(manifest: Manifest) -> None:
    """What engines spell differently is in macros/dialect, once."""
    wrong = []
    for model in models_of(manifest):
        for pattern in (ENGINES, ONE_ENGINE_ONLY):
            sql = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", bare_sql(model), flags=re.DOTALL)
            wrong += [f"{model['name']}: {found.group(0)}" for found in pattern.finditer(sql)]
    assert not wrong


def test_every_dialect_macro_speaks_all_engines(manifest: Manifest) -> None:
    """A macro with a DuckDB variant has one for Spark, and the other way round."""
    ours = {macro["name"] for macro in manifest["macros"].values() if macro["package_name"] == "shebao"}
    variants = {name.split("__", 1)[1] for name in ours if name.startswith(("duckdb__", "spark__"))} & ours
    missing = []
    for name in variants:
        missing += [
            f"{engine}__{name}"
            for engine in ("duckdb", "spark")
            if {f"{engine}__{name}", f"default__{name}"}.isdisjoint(ours)
        ]
    assert not missing


def test_personal_data_stays_marked(manifest: Manifest) -> None:
    """A column that the contract classes as personal keeps its class in every model that carries it on."""
    classes: dict[str, str] = {}
    for model in models_of(manifest):
        if layer_of(model) == "staging":
            for name, column in model["columns"].items():
                if kind := column["config"].get("meta", {}).get("personal_data"):
                    classes[name] = kind
    assert set(classes.values()) == {"person_name", "phone", "id_number", "account"}
    wrong = []
    for model in models_of(manifest):
        for name, column in model["columns"].items():
            kind = column["config"].get("meta", {}).get("personal_data")
            if name in classes and kind != classes[name]:
                wrong.append(f"{model['name']}.{name} is {kind}, not {classes[name]}")
    assert not wrong


def test_staging_carries_the_class_of_each_personal_column(manifest: Manifest) -> None:
    """As many personal columns leave a staging model as its source declares."""

    def personal(node: Node) -> list[str]:
        kinds = [column["config"].get("meta", {}).get("personal_data") for column in node["columns"].values()]
        return sorted(kind for kind in kinds if kind)

    for model in models_of(manifest):
        if layer_of(model) == "staging":
            source = manifest["sources"][model["depends_on"]["nodes"][0]]
            assert personal(model) == personal(source), model["name"]


def test_documented_columns_are_the_columns(manifest: Manifest, built_world: Callable[..., BuiltWorld]) -> None:
    """YAML and SQL list the same columns in every model that was built."""
    with duckdb.connect(str(built_world().warehouse), read_only=True) as con:
        built: dict[tuple[str, str], set[str]] = {}
        for schema, table, column in con.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
        ).fetchall():
            built.setdefault((schema, table), set()).add(column.lower())
    wrong = []
    for model in models_of(manifest):
        columns = built.get((model["schema"], model["name"]))
        assert columns, f"{model['name']} was not built"
        documented = {name.lower() for name in model["columns"]}
        if columns != documented:
            wrong.append(f"{model['name']}: {sorted(columns ^ documented)}")
    assert not wrong
