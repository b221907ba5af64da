"""One amount against several: what the macro proves is what trying every subset proves, whatever the order of rows."""

from __future__ import annotations

import itertools
import random

import duckdb
import jinja2
import pytest

from common import paths

LIMIT = 40
Groups = list[tuple[str, str, int]]


def _sql() -> str:
    text = (paths.dbt_project_dir() / "macros" / "metrics" / "bounded_match.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=False)
    environment.globals["var"] = lambda name: {"rec_match_group": LIMIT}[name]
    ctes = environment.from_string(text).module.bounded_match("wholes", "parts")  # type: ignore[attr-defined]
    return (
        f"with {ctes} select w.whole_key, w.match_code, w.subset_count, string_agg(p.part_key, ',' order by p.part_key)"
        " from match_whole w left join match_part p using (whole_key) group by all order by all"
    )


SQL = _sql()


def run(wholes: Groups, parts: Groups) -> dict[str, tuple[str, int, str | None]]:
    """The macro over these rows, in this order."""
    with duckdb.connect(":memory:") as con:
        for name, key, rows in (("wholes", "whole_key", wholes), ("parts", "part_key", parts)):
            con.execute(f"create table {name} (group_key varchar, {key} varchar, amount decimal(18, 2))")
            if rows:
                con.executemany(f"insert into {name} values (?, ?, ?)", rows)
        return {whole: (code, count, keys) for whole, code, count, keys in con.execute(SQL).fetchall()}


def every_subset(wholes: Groups, parts: Groups) -> dict[str, tuple[str, int, str | None]]:
    """The same by trying all subsets that the macro promises to try."""
    found: dict[str, list[frozenset[str]]] = {}
    for group, whole, amount in wholes:
        own = [(key, part) for other, key, part in parts if other == group]
        sizes = {n for n in (1, 2, 3, len(own), len(own) - 1, len(own) - 2) if n >= 1}
        found[whole] = [
            frozenset(key for key, _ in chosen)
            for n in sizes
            for chosen in itertools.combinations(own, n)
            if sum(part for _, part in chosen) == amount
        ]
    claims: dict[str, set[str]] = {}
    for whole, subsets in found.items():
        for subset in subsets:
            for key in subset:
                claims.setdefault(key, set()).add(whole)
    result: dict[str, tuple[str, int, str | None]] = {}
    for whole, subsets in found.items():
        contested = any(len(claims[key]) > 1 for subset in subsets for key in subset)
        code = "none" if not subsets else "proved" if len(subsets) == 1 and not contested else "ambiguous"
        result[whole] = (code, len(subsets), ",".join(sorted(subsets[0])) if code == "proved" else None)
    return result


@pytest.mark.parametrize("seed", range(12))
def test_as_trying_all_of_them(seed: int) -> None:
    dice = random.Random(seed)
    wholes: Groups = []
    parts: Groups = []
    for group in ("甲", "乙"):
        own = [(group, f"{group}p{n}", dice.randint(1, 12)) for n in range(dice.randint(0, 8))]
        parts += own
        for n in range(dice.randint(1, 2)):
            chosen = dice.sample(own, dice.randint(1, len(own))) if own and dice.random() < 0.8 else []
            wholes.append((group, f"{group}w{n}", sum(part for _, _, part in chosen) or dice.randint(1, 40)))
    wanted = every_subset(wholes, parts)
    assert run(wholes, parts) == wanted
    dice.shuffle(wholes)
    dice.shuffle(parts)
    assert run(wholes, parts) == wanted


def test_large_groups_are_bounded() -> None:
    """Two hundred persons: all, all but one and single ones are tried; pairs inside are not."""
    parts: Groups = [("村", f"p{n:03d}", 400 + n) for n in range(200)]
    whole = sum(amount for _, _, amount in parts)
    assert run([("村", "w", whole)], parts)["w"][0] == "proved"
    assert run([("村", "w", whole - 417)], parts)["w"][:2] == ("proved", 1)
    assert run([("村", "w", 400 + 401)], parts)["w"][0] == "none"


def test_two_wholes_never_share_a_part() -> None:
    assert run([("甲", "w1", 5), ("甲", "w2", 5)], [("甲", "p1", 5)]) == {
        "w1": ("ambiguous", 1, None),
        "w2": ("ambiguous", 1, None),
    }
