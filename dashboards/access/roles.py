"""Roles, scopes and the signed-in user, as plain values."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is here to do; decides pages and kinds of tables."""

    LEADER = "leader"
    SECTION = "section"
    BUREAU = "bureau"
    CADRE = "cadre"
    OPERATOR = "operator"
    ANALYST = "analyst"


ROLE_NAMES = {
    Role.LEADER: "市局领导",
    Role.SECTION: "市局业务科室",
    Role.BUREAU: "主管局",
    Role.CADRE: "村干部",
    Role.OPERATOR: "运维",
    Role.ANALYST: "分析员",
}


class ScopeKind(StrEnum):
    """Which part of the city's rows a person may see."""

    CITY = "city"
    BUREAU = "bureau"
    TOWN = "town"
    NONE = "none"


@dataclass(frozen=True)
class Scope:
    """A part of the city: all of it, some bureaus, some towns, or no rows at all."""

    kind: ScopeKind
    codes: tuple[str, ...] = ()
    label: str = ""

    def __post_init__(self) -> None:
        if self.kind in (ScopeKind.BUREAU, ScopeKind.TOWN) and not self.codes:
            raise ValueError(f"a scope of kind {self.kind} needs at least one code")

    @property
    def key(self) -> str:
        """Stable text for cache keys and the access log."""
        return f"{self.kind}:{','.join(sorted(self.codes))}"


@dataclass(frozen=True)
class User:
    """A signed-in person; made from the account on every request, never from what the browser says."""

    account_id: int
    login: str
    display_name: str
    role: Role
    scope: Scope = field(default_factory=lambda: Scope(ScopeKind.NONE))

    @property
    def role_name(self) -> str:
        """The role in Chinese."""
        return ROLE_NAMES[self.role]

    @property
    def sees_rows(self) -> bool:
        """Whether lists of single records are for this role; the others see aggregates."""
        return self.role in (Role.LEADER, Role.SECTION, Role.BUREAU)

    @property
    def sees_masked_contacts(self) -> bool:
        """Whether masked personal columns are for this role; the others do not even get the masked text."""
        return self.role in (Role.SECTION, Role.BUREAU)
