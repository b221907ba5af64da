"""What is said of an error names its kind, place and SQLite's code, and none of its words."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from common import failures


def _broken(statement: str, file: Path) -> Exception:
    with pytest.raises(SQLAlchemyError) as caught, create_engine(f"sqlite:///{file}").connect() as con:
        con.execute(text(statement), {"name": "secret"})
    return caught.value


def test_the_store_s_own_code_is_told(tmp_path: Path) -> None:
    said = failures.described(_broken("select :name from nowhere", tmp_path / "a.sqlite"))
    assert said.startswith("OperationalError SQLITE_ERROR tests/common/test_failures.py:")
    assert "secret" not in said
    assert "nowhere" not in said
    said = failures.described(_broken("select :name", tmp_path / "no folder" / "a.sqlite"))
    assert said.startswith("OperationalError SQLITE_CANTOPEN tests/common/test_failures.py:")


def test_another_error_has_kind_and_place() -> None:
    with pytest.raises(ValueError, match="secret") as caught:
        raise ValueError("secret")
    assert failures.described(caught.value).startswith("ValueError tests/common/test_failures.py:")
    assert failures.described(ValueError("secret")) == "ValueError elsewhere"
