"""Python and SQL make the same number comparable in the same way, and give it the same token."""

from types import SimpleNamespace

import duckdb
import pytest
from jinja2 import Environment

from common import identity, paths
from orchestration.lib import masking

NUMBERS = [
    "450103199001019990", " 450103 19900101999x ", "４５０１０３１９９００１０１９９９Ｘ", "450103900101999", "450103900101999　", "H0123456",
    "ｅ12345678", "5010000001", "\u00a05010000001\u200b", "810000199001019990", "",
]  # fmt: skip


@pytest.fixture(scope="module")
def macros() -> dict[str, str]:
    """SQL of the two macros over the column v, as dbt renders them for DuckDB."""
    folder = paths.dbt_project_dir() / "macros"
    text = "".join((folder / name).read_text(encoding="utf-8") for name in ("dialect/text.sql", "house/phone.sql"))
    adapter = SimpleNamespace(dispatch=lambda name, package: lambda value: f"strlen({value}) = length({value})")
    environment = Environment(autoescape=False)
    return {
        name: environment.from_string(text + f"{{{{ {name}('v') }}}}").render(adapter=adapter).strip()
        for name in ("code_norm", "id_number_key")
    }


@pytest.mark.parametrize("name", ["code_norm", "id_number_key"])
def test_numbers_are_compared_as_in_sql(macros: dict[str, str], name: str) -> None:
    function = getattr(identity, name)
    for number in NUMBERS:
        row = duckdb.execute(f"select {macros[name]} from (select ? as v)", [number]).fetchone()
        assert row is not None
        assert function(number) == (row[0] or ""), repr(number)


def test_the_short_and_the_long_form_of_an_id_are_one() -> None:
    assert identity.id_number_key("450103900101999") == identity.id_number_key("45010319900101999X")
    assert identity.id_number_key("45010319900101999X") != identity.id_number_key("45010320900101999X")


def test_the_token_is_the_one_that_is_published() -> None:
    key = b"k" * 32
    with duckdb.connect() as con:
        ipad, opad = masking.hmac_pads(key)
        con.execute("set variable token_ipad = ?", [ipad])
        con.execute("set variable token_opad = ?", [opad])
        row = con.execute(f"select {masking.token_sql('v', 'person_no')} from (select '5010000001' as v)").fetchone()
    assert row == (identity.token_value("5010000001", "person_no", key),)
