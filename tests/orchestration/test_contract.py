"""The contract says what is wrong with a declaration, and where."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from common import paths
from orchestration.lib import contract

# How many tables each system has: a new one is added here on purpose.
TABLES = {
    "annuity": 8,
    "exchange_ops": 4,
    "hrss": 9,
    "hrss_legacy": 2,
    "hrss_person": 6,
    "hrss_person_return": 3,
    "nhsa": 8,
    "nhsa_legacy": 1,
    "nhsa_person": 10,
    "nhsa_person_return": 3,
    "tax_bank": 9,
    "tax_cadre": 7,
    "tax_client": 10,
    "tax_core": 2,
    "tax_levy": 6,
    "tax_mgmt": 3,
    "tax_person": 11,
    "tax_registry": 28,
    "tax_sharing": 2,
    "tax_support": 3,
    "tax_virtual": 3,
}


def declaration(**meta: Any) -> dict[str, Any]:
    return {
        "version": 2,
        "sources": [
            {
                "name": "hrss",
                "config": {
                    "meta": {"exchange_schema": "hrss"},
                    "freshness": {"warn_after": {"count": 2, "period": "day"}},
                },
                "tables": [
                    {
                        "name": "T",
                        "config": {"meta": {"key": ["A"], "mode": "incremental", "cursor": "C", **meta}},
                        "columns": [
                            {"name": "A", "data_type": "varchar"},
                            {"name": "C", "data_type": "timestamp"},
                            {"name": "M", "data_type": "decimal(16, 2)"},
                        ],
                    }
                ],
            }
        ],
    }


def read(folder: Path, body: dict[str, Any]) -> tuple[contract.Table, ...]:
    (folder / "hrss").mkdir(exist_ok=True)
    (folder / "hrss" / "_hrss__sources.yml").write_text(yaml.safe_dump(body), encoding="utf-8")
    return contract.from_yaml(folder)


def test_a_good_declaration(tmp_path: Path) -> None:
    [table] = read(tmp_path, declaration(parity_sums=["M"]))
    assert (table.id, table.raw, table.key, table.warn_after_hours) == ("hrss.T", '"raw_hrss"."T"', ("A",), 48)


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        ({"mode": "sometimes"}, "mode"),
        ({"key": []}, "no key"),
        ({"key": ["X"]}, "X"),
        ({"cursor": "X"}, "X"),
        ({"cursor": None}, "needs a cursor"),
        ({"cursor": "A"}, "timestamp"),
        ({"parity_sums": ["A"]}, "exact number"),
    ],
)
def test_a_wrong_declaration_names_table_and_column(tmp_path: Path, meta: dict[str, Any], said: str) -> None:
    with pytest.raises(contract.ContractError, match=r"hrss\.T") as error:
        read(tmp_path, declaration(**meta))
    assert said in str(error.value)


@pytest.mark.parametrize(
    "column",
    [
        {"name": "A B", "data_type": "varchar"},
        {"name": "B", "data_type": "money"},
        {"name": "B", "data_type": "date", "config": {"meta": {"text_format": "ddmm"}}},
        {"name": "B", "data_type": "varchar", "config": {"meta": {"personal_data": "face"}}},
        {"name": "a", "data_type": "varchar"},
    ],
)
def test_a_wrong_column_is_refused(tmp_path: Path, column: dict[str, Any]) -> None:
    body = declaration()
    body["sources"][0]["tables"][0]["columns"].append(column)
    with pytest.raises(contract.ContractError):
        read(tmp_path, body)


def test_the_checksum_follows_the_shape_and_not_the_words(tmp_path: Path) -> None:
    [before] = read(tmp_path, declaration())
    body = declaration()
    body["sources"][0]["tables"][0]["description"] = "其他说法"
    [same] = read(tmp_path, body)
    body["sources"][0]["tables"][0]["columns"][2]["data_type"] = "decimal(18,2)"
    [other] = read(tmp_path, body)
    assert before.checksum == same.checksum != other.checksum


def test_the_projects_own_contract() -> None:
    tables = contract.from_yaml(paths.dbt_project_dir() / "models" / "staging")
    assert Counter(t.source for t in tables) == TABLES
