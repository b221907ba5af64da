"""One natural person: found by an id or person number, and then what each system has of them, within the user's scope."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from common import identity, keys
from dashboards.access import audit, audit_search
from dashboards.access.models import AccessEvent
from dashboards.access.roles import User
from dashboards.repositories.gate import gate

Row = dict[str, Any]
Rows = list[Row]
# Shorter texts are not numbers of anybody; longer ones are not looked at.
SHORTEST, LONGEST = 6, 40
NOBODY = "nobody"


@dataclass(frozen=True)
class Person:
    """A person who was found. Pages hand it back as it is: its token is never shown and never leaves the server."""

    token: str = field(repr=False)

    @property
    def subject(self) -> str:
        """How the access log names the person: by a digest of the token, so that the log opens nothing."""
        return hashlib.sha256(f"person:{self.token}".encode()).hexdigest()[:32]


def subject_of(id_number: str) -> str:
    """How the access log names the person of an id number; before the first publication it names nobody."""
    try:
        key = keys.derive("token")
    except keys.KeyMissingError:
        return NOBODY
    return Person(identity.token_value(identity.id_number_key(id_number), "id_number", key)).subject


def find(user: User, purpose: str, typed: str) -> list[Person]:
    """Persons whose id number, old or new person number this is and of whom the user may see a registration."""
    if not SHORTEST <= len(identity.code_norm(typed)) <= LONGEST:
        return []
    key = keys.derive("token")
    number = identity.token_value(identity.code_norm(typed), "person_no", key)
    tokens = [identity.token_value(identity.id_number_key(typed), "id_number", key)]
    tokens += [str(row["found_token"]) for row in gate.look_up(user, purpose, "person_by_number", number).rows]
    persons = [Person(token) for token in dict.fromkeys(tokens)]
    return [person for person in persons if registrations(user, purpose, person)]


def record_look(user: User, purpose: str, person: Person) -> None:
    """Write down that the person's page was opened."""
    audit.record_act(user, "look", person.subject, purpose=purpose)


def looks(person: Person, limit: int = 12) -> Sequence[AccessEvent]:
    """Who looked at the person lately, newest first."""
    return audit_search.looks_at(person.subject, limit=limit)


def registrations(user: User, purpose: str, person: Person) -> Rows:
    """Numbers in insurances, as department, sharing platform and management system have them."""
    return _rows(user, purpose, "person_registrations", person)


def payments(user: User, purpose: str, person: Person) -> Rows:
    """Payments and returns, newest first."""
    return _rows(user, purpose, "person_payments", person)


def agreements(user: User, purpose: str, person: Person) -> Rows:
    """Agreements with banks, those in force first."""
    return _rows(user, purpose, "person_agreements", person)


def deductions(user: User, purpose: str, person: Person) -> Rows:
    """Items of batch deductions, newest first."""
    return _rows(user, purpose, "person_deductions", person)


def special_dues(user: User, purpose: str, person: Person) -> Rows:
    """One-off dues that tax has not taken over."""
    return _rows(user, purpose, "person_special_dues", person)


def findings(user: User, purpose: str, person: Person, keys_of: Iterable[str]) -> Rows:
    """Open findings of the records named."""
    return gate.look_up(user, purpose, "person_findings", person.token, {"subject_keys": sorted(set(keys_of))}).rows


def _rows(user: User, purpose: str, name: str, person: Person) -> Rows:
    return gate.look_up(user, purpose, name, person.token).rows
