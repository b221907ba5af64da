"""What every page knows: the user, the snapshot's date, the period and the area chosen in the address."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dashboards.access.roles import ScopeKind, User
from dashboards.components import address, outside
from dashboards.repositories import names
from dashboards.services import formats
from dashboards.services.arrivals import Feed

CITY_CODE = "14501000000"


@dataclass(frozen=True)
class Area:
    """A point of the drill-down: the city, a bureau, a town or a village."""

    level: str
    code: str
    name: str


@dataclass(frozen=True)
class Context:
    """Made once a run, handed to the page."""

    user: User
    as_of: date
    published_at: datetime | None
    snapshot_id: str
    periods: list[str]
    period: str
    areas: list[dict[str, Any]]
    fed: dict[tuple[str, ...], list[Feed]] = field(default_factory=dict, compare=False, repr=False)
    """What this run has read of the exchange tables behind its panels, so that none is asked for twice."""

    @property
    def bureaus(self) -> dict[str, str]:
        """Names of the bureaus that the user sees, as figures know them."""
        return {row["area_code"]: row["area_name"] for row in self.areas if row["level"] == "bureau"}

    def towns_of(self, bureau_code: str) -> dict[str, str]:
        """Names of a bureau's towns."""
        return {
            row["area_code"]: row["area_name"]
            for row in self.areas
            if row["level"] == "town" and row["parent_code"] == bureau_code
        }

    def path(self) -> list[Area]:
        """From the widest area that the user sees down to the one in the address."""
        scope, made = self.user.scope, []
        if scope.kind is ScopeKind.CITY:
            made.append(Area("city", CITY_CODE, "全市"))
        bureau, town = address.get("bureau"), address.get("town")
        if scope.kind is ScopeKind.BUREAU and (bureau is None or bureau not in self.bureaus):
            bureau = scope.codes[0]
        if scope.kind is ScopeKind.TOWN:
            name = next((row["area_name"] for row in self.areas if row["area_code"] == scope.codes[0]), scope.label)
            return [Area("town", scope.codes[0], name)]
        if scope.kind is ScopeKind.VILLAGE:
            return [Area("village", scope.codes[0], scope.label)]
        if bureau is not None and bureau in self.bureaus:
            made.append(Area("bureau", bureau, self.bureaus[bureau]))
            if town is not None and town in self.towns_of(bureau):
                made.append(Area("town", town, self.towns_of(bureau)[town]))
        elif scope.kind is ScopeKind.BUREAU:
            # A bureau of which there are no figures yet is still where its people are.
            made.append(Area("bureau", scope.codes[0], scope.label))
        return made

    def path_to_bureau(self) -> list[Area]:
        """The same for what is not told below a bureau; for people of a town or a village it is that."""
        path = self.path()
        return [area for area in path if area.level in ("city", "bureau")] or path


def bureau_of(path: Sequence[Area]) -> str | None:
    """The bureau of the way down; a town may belong to two, and below a bureau only what is the bureau's counts."""
    return next((area.code for area in path if area.level == "bureau"), None)


def build(user: User) -> Context:
    """Read what every page needs."""
    info = names.published(user)
    periods = names.periods(user)
    as_of, published = info.get("as_of"), info.get("published_at")
    day = as_of.date() if isinstance(as_of, datetime) else as_of
    day = day if isinstance(day, date) else date.fromisoformat(str(day)[:10])
    wanted = address.get("period")
    made_areas = names.areas(user)
    if user.scope.kind in (ScopeKind.BUREAU, ScopeKind.TOWN, ScopeKind.VILLAGE):
        levels = ("bureau", "town", "village") if user.scope.kind is ScopeKind.VILLAGE else ("bureau", "town")
        for level in levels:
            code = address.get(level)
            if code is not None and code not in _own(user, made_areas):
                outside.asked(user, "地址", f"{level}:{code}")
    newest = next((period for period in periods if period <= f"{day:%Y%m}"), periods[0] if periods else "")
    return Context(
        user=user, as_of=day, published_at=published if isinstance(published, datetime) else None,
        snapshot_id=str(info.get("snapshot_id", "")),
        periods=periods, period=wanted if wanted in periods else newest, areas=made_areas,
    )  # fmt: skip


def _own(user: User, areas: list[dict[str, Any]]) -> set[str]:
    """Codes that may stand in the address of a user with a part of the city."""
    known = {*user.scope.codes}
    for row in areas:
        known.add(str(row["area_code"]))
        if row["level"] == "town":
            known.add(str(row["parent_code"]))
    return known


def choose_period(context: Context, label: str = "费款所属期") -> None:
    """The period select box; the newest period leaves the address short."""
    newest = next((p for p in context.periods if p <= f"{context.as_of:%Y%m}"), context.period)
    address.select(label, "period", context.periods, default=newest, names=formats.period_name, resets=("page",))
