"""The data dictionary is what the declared sources say, and complete."""

from __future__ import annotations

from pathlib import Path

import yaml

from common import dictionary, paths

STAGING = paths.dbt_project_dir() / "models" / "staging"


def test_the_page_is_up_to_date() -> None:
    """`make dictionary` was run after the last change of a source or a staging model."""
    assert dictionary.main(["--check"]) == 0


def test_every_table_and_column_has_its_line() -> None:
    text = dictionary.page(STAGING)
    for file in STAGING.glob("*/_*__sources.yml"):
        for source in yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                section = (
                    text.split(f"### {source['name']}.{table['name']} ", 1)[1]
                    .split("\n### ", 1)[0]
                    .split("\n## ", 1)[0]
                )
                for column in table["columns"]:
                    line = next(line for line in section.splitlines() if line.startswith(f"| `{column['name']}` |"))
                    assert line.split(" | ")[1].strip(), f"{table['name']}.{column['name']} has no English name"
                    assert line.count(" | ") == 4, line


def test_english_names_come_from_what_is_shown() -> None:
    sql = """
    select
        {{ code_norm('A_DM') }} as a_code,
        case
            when T > {{ as_of_end() }} then '0'
            else coalesce({{ code_norm('B_DM') }}, '0')
        end as state_code,
        not {{ known_flag('F', '1', 'T') }} as is_unread,
        T as read_at,
        A_DM || B_DM as both_codes
    from source
"""
    assert dictionary.english_names(sql, ["A_DM", "B_DM", "F", "T"]) == {
        "A_DM": ["a_code", "both_codes"],
        "B_DM": ["state_code"],
        "F": ["is_unread"],
        "T": ["read_at"],
    }


def test_a_small_page(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    (folder / "_office__sources.yml").write_text(
        yaml.safe_dump(
            {
                "sources": [
                    {
                        "name": "office",
                        "description": "某局",
                        "tables": [
                            {
                                "name": "T",
                                "description": "某表",
                                "config": {"meta": {"key": ["A"], "mode": "append", "cursor": "C",
                                                    "read_flag": {"column": "A", "reader": "tax"}}},
                                "columns": [
                                    {"name": "A", "data_type": "varchar", "description": "甲|乙",
                                     "config": {"meta": {"personal_data": "phone"}}},
                                    {"name": "C", "data_type": "date", "description": "丙", "config": {"meta": {"text_format": "yyyymmdd"}}},
                                ],
                            }
                        ],
                    }
                ]
            },
            allow_unicode=True,
        ),
        encoding="utf-8",
    )  # fmt: skip
    text = dictionary.page(tmp_path)
    assert "| [office](#office) | 某局 | 1 | 2 | 1 |" in text
    assert "key `A`; mode append 追加; cursor `C`; read flag `A` 税务读取." in text
    assert "| `A` |  | varchar | 甲\\|乙 | phone 电话 |" in text
    assert "| `C` |  | date (text yyyymmdd) | 丙 |  |" in text
