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
    ADMIN = "admin"


ROLE_NAMES = {
    Role.LEADER: "市局领导",
    Role.SECTION: "市局业务科室",
    Role.BUREAU: "主管局",
    Role.CADRE: "村干部",
    Role.OPERATOR: "运维",
    Role.ANALYST: "分析员",
    Role.ADMIN: "系统管理员",
}


class ScopeKind(StrEnum):
    """Which part of the city's rows a person may see."""

    CITY = "city"
    BUREAU = "bureau"
    TOWN = "town"
    VILLAGE = "village"
    NONE = "none"


SCOPE_NAMES = {
    ScopeKind.CITY: "全市",
    ScopeKind.BUREAU: "主管局",
    ScopeKind.TOWN: "乡镇街道",
    ScopeKind.VILLAGE: "村社区",
    ScopeKind.NONE: "无业务数据",
}
# Which kinds of scope a role can have: a technical role never gets business rows by a slip of the hand.
# The first is what a new account is offered.
ROLE_SCOPES = {
    Role.LEADER: (ScopeKind.CITY,),
    Role.SECTION: (ScopeKind.CITY,),
    Role.BUREAU: (ScopeKind.BUREAU,),
    Role.CADRE: (ScopeKind.VILLAGE, ScopeKind.TOWN),
    Role.OPERATOR: (ScopeKind.NONE,),
    Role.ANALYST: (ScopeKind.NONE,),
    Role.ADMIN: (ScopeKind.NONE,),
}


@dataclass(frozen=True)
class Scope:
    """A part of the city: all of it, some bureaus, towns or villages, or no rows at all."""

    kind: ScopeKind
    codes: tuple[str, ...] = ()
    label: str = ""

    def __post_init__(self) -> None:
        if self.kind in (ScopeKind.BUREAU, ScopeKind.TOWN, ScopeKind.VILLAGE) and not self.codes:
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
    session_code: str = field(default="", compare=False)
    must_change: bool = field(default=False, compare=False)
    must_consent: bool = field(default=False, compare=False)

    @property
    def must_wait(self) -> bool:
        """Whether something has to be done before anything is read: the first password changed, the consent signed."""
        return self.must_change or self.must_consent

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

    @property
    def exports_lists(self) -> bool:
        """Whether lists may leave the system by this role's hand. A cadre never: not by a button, not by an address."""
        return self.role in (Role.SECTION, Role.BUREAU)

    @property
    def exports_aggregates(self) -> bool:
        """Whether figures of areas, in which nobody is named, may leave the system by this role's hand."""
        return self.role in (Role.LEADER, Role.SECTION, Role.BUREAU)

    @property
    def needs_approval(self) -> bool:
        """Whether a second person has to agree before a list of the whole city is made."""
        return self.role is Role.SECTION

    @property
    def approves_exports(self) -> bool:
        """Whether this person may agree to another's export."""
        return self.role is Role.LEADER

    @property
    def sees_persons(self) -> bool:
        """Whether the record of one natural person is for this role: those who answer a cadre or a payer."""
        return self.role in (Role.SECTION, Role.BUREAU)
