"""Fit the points of the readiness scorecard on every other month of a warehouse and say how well they tell the months between.

Each value of a feature gets its weight of evidence, the logarithm of how much oftener it stands with a declaration than without, times SCALE. Nothing is
written: the printed rows are what seeds/reference/ref_readiness_point.csv holds, after a look by eye.
"""

import argparse
import math
import sys
from pathlib import Path

import duckdb

from common import paths

FEATURES = ("months_since_paid", "paid_times", "has_agreement", "season", "insurance")
SCALE = 20
BASE = "marts.mtr_readiness_base"


def fit(con: duckdb.DuckDBPyConnection, months: list[str], features: tuple[str, ...]) -> dict[tuple[str, str], int]:
    """Points of each value of each feature, out of the months given."""
    listed = ", ".join(f"'{month}'" for month in months)
    points: dict[tuple[str, str], int] = {}
    hits, misses = con.execute(
        f"select count(*) filter (where has_declared), count(*) filter (where not has_declared) from {BASE} where period in ({listed})"
    ).fetchall()[0]
    for feature in features:
        for value, hit, miss in con.execute(
            f"select {feature}, count(*) filter (where has_declared), count(*) filter (where not has_declared)"
            f" from {BASE} where period in ({listed}) group by 1 order by 1"
        ).fetchall():
            points[feature, value] = round(SCALE * math.log((hit + 0.5) / (miss + 0.5) * (misses + 0.5) / (hits + 0.5)))
    return points


def area_under_curve(
    con: duckdb.DuckDBPyConnection, months: list[str], points: dict[tuple[str, str], int]
) -> float | None:
    """The chance that somebody who declared has more points than somebody who did not; ties count half."""
    used = tuple(dict.fromkeys(feature for feature, _ in points))
    listed = ", ".join(f"'{month}'" for month in months)
    score = " + ".join(
        "case "
        + feature
        + "".join(f" when '{v}' then {p}" for (f, v), p in points.items() if f == feature)
        + " else 0 end"
        for feature in used
    )
    groups = con.execute(
        f"select {score} as points, count(*) filter (where has_declared), count(*) filter (where not has_declared)"
        f" from {BASE} where period in ({listed}) group by 1 order by 1"
    ).fetchall()
    below, won, hits, misses = 0, 0.0, 0, 0
    for _, hit, miss in groups:
        won += hit * (below + miss / 2)
        below, hits, misses = below + miss, hits + hit, misses + miss
    return won / (hits * misses) if hits and misses else None


def main() -> int:
    """Print points from half of the months, and the area under the curve in either half, feature by feature."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readiness", description=__doc__)
    parser.add_argument("--warehouse", type=Path, default=paths.warehouse_file())
    args = parser.parse_args()
    with duckdb.connect(str(args.warehouse), read_only=True) as con:
        months = [
            row[0] for row in con.execute(f"select distinct period from {BASE} where is_over order by 1").fetchall()
        ]
        # Every other month, so that both sides have months inside and outside the season.
        older, newer = months[0::2], months[1::2]
        print(f"fitted on {older}, tested on {newer}")
        for count in range(1, len(FEATURES) + 1):
            points = fit(con, older, FEATURES[:count])
            old, new = (area_under_curve(con, part, points) for part in (older, newer))
            print(f"{', '.join(FEATURES[:count]):<75} AUC {old or 0:.4f} fitted, {new or 0:.4f} tested")
        for (feature, value), number in points.items():
            print(f"{feature},{value},{number}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
