"""How long the dashboard waits for a cut of a cube: every metric, level and cut of its newest period, asked once each."""

import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboards.access import roles

_SHAPES = """
select metric_id, period_type, max(period) as period, level, cut_type
from {table}
group by metric_id, period_type, level, cut_type
order by metric_id, period_type, level, cut_type
"""


@dataclass(frozen=True)
class Waits:
    """Milliseconds of the requests for one cube's cuts; no request was answered from the cache."""

    cube: str
    rows: int
    milliseconds: tuple[float, ...]

    @property
    def p95(self) -> float:
        """What nineteen of twenty requests stay below."""
        if len(self.milliseconds) < 2:
            return max(self.milliseconds, default=0.0)
        return statistics.quantiles(self.milliseconds, n=20, method="inclusive")[-1]


def run() -> list[Waits]:
    """Ask the current snapshot (under SHEBAO_VAR) as a leader of the whole city, on a state store of its own."""
    with tempfile.TemporaryDirectory(prefix="shebao-bench-") as folder:
        # The requests go through the gate with its log, as a page's do; the log of the users is not to hold them.
        os.environ["SHEBAO_STATE_URL"] = f"sqlite:///{Path(folder) / 'state.sqlite'}"
        from dashboards.repositories import metrics
        from dashboards.repositories.gate import gate

        leader = roles.User(0, "bench", "bench", roles.Role.LEADER, roles.Scope(roles.ScopeKind.CITY))
        found = []
        cubes: dict[str, dict[str, dict[str, Any]]] = {str(row["cube"]): {} for row in metrics.definitions(leader)}
        for row in metrics.definitions(leader):
            cubes[str(row["cube"])][str(row["metric_id"])] = row
        for cube, by_id in sorted(cubes.items()):
            count = gate.query_text(leader, "bench", "count", f"select count(*) as n from {cube}", {}).one()["n"]
            waits = []
            for shape in gate.query_text(leader, "bench", "shapes", _SHAPES.format(table=cube), {}).rows:
                metric = by_id.get(str(shape["metric_id"]))
                if metric is None:
                    continue
                begin = time.perf_counter()
                metrics.figures(
                    leader, "bench", metric, str(shape["period_type"]), str(shape["period"]), str(shape["level"]),
                    cut_type=str(shape["cut_type"]),
                )  # fmt: skip
                waits.append((time.perf_counter() - begin) * 1000)
            found.append(Waits(cube, int(count), tuple(waits)))
        return found


def show(found: list[Waits]) -> None:
    """Print median, 95th hundredth and longest per cube, and of all."""
    print(f"{'cube':<34}{'rows':>12}{'requests':>10}{'median ms':>11}{'p95 ms':>9}{'longest':>9}")
    everything = Waits("all", sum(one.rows for one in found), tuple(ms for one in found for ms in one.milliseconds))
    for one in [*found, everything]:
        if one.milliseconds:
            middle = statistics.median(one.milliseconds)
            print(
                f"{one.cube:<34}{one.rows:>12,}{len(one.milliseconds):>10}{middle:>11.1f}{one.p95:>9.1f}{max(one.milliseconds):>9.1f}"
            )
