"""Masks and tokens: SQL and Python agree, and nothing clear is left."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.lib import masking
from orchestration.lib.contract import PERSONAL_DATA

KEY = b"k" * 40


@pytest.mark.parametrize(
    ("kind", "clear", "masked"),
    [
        ("phone", "13800008000", "138****8000"),
        ("phone", "0771-5531234", "0771-****34"),
        ("phone", "07715531234", "0771-****34"),
        ("phone", "12345", "****"),
        ("person_name", "韦小宝", "韦**"),
        ("person_name", "韦", "韦*"),
        ("account", "6222021001116245702", "6222****5702"),
        ("account", "123", "****"),
        ("id_number", "450103199001011234", "450103********1234"),
        ("id_number", "H1234", "****"),
        ("phone", "", ""),
    ],
)
def test_masks(kind: str, clear: str, masked: str) -> None:
    assert masking.mask_value(clear, kind) == masked
    with duckdb.connect() as con:
        assert con.execute(f"select {masking.mask_sql('v', kind)} from (select ? as v)", [clear]).fetchone() == (
            masked,
        )


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PERSONAL_DATA), st.text(alphabet="0123456789-Xx 韦小宝a", max_size=22))
def test_sql_and_python_agree(kind: str, value: str) -> None:
    with duckdb.connect() as con:
        ipad, opad = masking.hmac_pads(KEY)
        con.execute("set variable token_ipad = ?", [ipad])
        con.execute("set variable token_opad = ?", [opad])
        row = con.execute(
            f"select {masking.mask_sql('v', kind)}, {masking.token_sql('v', kind)} from (select ?::varchar as v)",
            [value],
        ).fetchone()
    assert row is not None
    trimmed = value.strip(" ")
    assert row[0] == masking.mask_value(value, kind)
    assert row[1] == (masking.token_value(value, kind, KEY) if trimmed else None)


@pytest.mark.parametrize("kind", PERSONAL_DATA)
def test_nothing_stays_null_safe(kind: str) -> None:
    with duckdb.connect() as con:
        con.execute("set variable token_ipad = ''::blob")
        con.execute("set variable token_opad = ''::blob")
        row = con.execute(
            f"select {masking.mask_sql('v', kind)}, {masking.token_sql('v', kind)} from (select null::varchar as v)"
        ).fetchone()
    assert row == (None, None)
    assert masking.mask_value(None, kind) is None


def test_free_text_loses_its_long_numbers() -> None:
    shown = masking.mask_free_text("联系 13800008000 或 450103199001011234")
    assert shown is not None
    assert "0000800" not in shown
    assert "19900101" not in shown
