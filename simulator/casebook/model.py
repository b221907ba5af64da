"""What a case is made of after reading: entities with the moments of their steps, each with its own keys."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

ZERO = Decimal("0.00")


@dataclass
class Employer:
    """An employer of the cast."""

    label: str
    key: str
    name: str | None
    uscc: str | None
    unit_type: str
    bureau: str
    town: str | None
    agency: str


@dataclass
class Taxpayer:
    """A registration with tax."""

    label: str
    key: str
    employer: Employer | None
    number: str | None
    uscc: str | None
    name: str | None
    status: str
    status_date: dt.date
    entity_type: str
    authority: str
    town: str | None
    registered_at: dt.datetime
    updated_at: dt.datetime
    unit_type: str = "91"


@dataclass
class Enrolment:
    """One item of a registration."""

    item: str
    is_project: bool
    sent_at: dt.datetime | None
    read_at: dt.datetime | None = None
    withdrawn_at: dt.datetime | None = None


@dataclass
class Registration:
    """An employer's registration at a department."""

    label: str
    employer: Employer
    department: str
    system: str
    unit_no: str
    name: str | None
    uscc: str | None
    agency: str
    unit_type: str
    town: str | None
    assigned_bureau: str
    status: str = "1"
    ended_on: dt.date | None = None
    base_sent_at: dt.datetime | None = None
    base_read_at: dt.datetime | None = None
    base_withdrawn_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    validation: str = "1"
    fail_reason: str | None = None
    steps: dict[str, dt.datetime] = field(default_factory=dict)
    enrolments: dict[str, Enrolment] = field(default_factory=dict)
    written_back: bool = True

    @property
    def sent_at(self) -> dt.datetime | None:
        """When the first part of it was sent."""
        times = [self.base_sent_at, *(one.sent_at for one in self.enrolments.values())]
        return min((time for time in times if time), default=None)


@dataclass
class FeeRegistration:
    """A registration tied to a taxpayer."""

    number: str
    registration: Registration
    taxpayer: Taxpayer
    authority: str
    associated_at: dt.datetime
    cancelled_at: dt.datetime | None = None
    is_valid: bool = True
    updated_at: dt.datetime | None = None


@dataclass
class Agreement:
    """A tri-party agreement."""

    label: str
    key: str
    taxpayer: Taxpayer
    bank: str
    account: str | None
    account_name: str | None
    authority: str | None
    is_batch: bool
    verified: str
    through: str
    signed_at: dt.datetime
    ended_on: dt.date | None = None
    branch: str | None = None


@dataclass
class ClientAccount:
    """An account of a handler in the employer client."""

    label: str
    key: str
    employer: Employer
    registered_at: dt.datetime
    id_number: str | None
    mobile: str | None
    cancelled_at: dt.datetime | None = None


@dataclass
class ExchangeRow:
    """A row put into an exchange table beside what the world projects; after the business date it is not there yet."""

    system: str
    table: str
    at: dt.datetime
    values: dict[str, Any]
    is_shared: bool = False  # the same row of several cases is one


@dataclass
class ExchangeChange:
    """Columns of projected rows that have other values."""

    system: str
    table: str
    where: dict[str, Any]
    values: dict[str, Any]


@dataclass
class AnnuityAgreement:
    """An agreement on occupational annuity, with the bank's verifications and its moves, as rows of the world."""

    label: str
    key: str
    registration: Registration
    way: str
    bank: str
    account: str | None
    account_name: str | None
    through: str
    client_account: str
    signed_at: dt.datetime
    changed_at: dt.datetime | None = None
    new_account: str | None = None
    ended_at: dt.datetime | None = None
    checks: list[dict[str, Any]] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Line:
    """An item of a bill, as each table has it."""

    item: str
    processing: Decimal | None
    detail: Decimal | None
    tax: Decimal | None
    declared: Decimal | None = None


@dataclass
class Movement:
    """Money of one item of a ticket at a moment."""

    item: str
    amount: Decimal
    at: dt.datetime
    filled: bool = False


@dataclass
class ReturnRow:
    """A row that tax returned to the department."""

    label: str | None
    number: str
    kind: str
    item: str
    amount: Decimal
    business_date: dt.date
    at: dt.datetime
    failed: bool = False
    withdrawn_at: dt.datetime | None = None
    read_at: dt.datetime | None = None


@dataclass
class Deduction:
    """A debit sent to the bank."""

    number: str
    amount: Decimal
    kind: str
    sent_at: dt.datetime
    returned_at: dt.datetime | None
    code: str | None
    text: str | None
    agreement: Agreement | None
    batch_no: str | None


@dataclass
class Ticket:
    """An invoice with what became of it."""

    label: str
    number: str
    channel: str
    issued_at: dt.datetime
    items: dict[str, Decimal]
    voided_at: dt.datetime | None = None
    filled: bool = False
    deductions: list[Deduction] = field(default_factory=list)
    remittances: list[Movement] = field(default_factory=list)
    settlements: list[Movement] = field(default_factory=list)
    returns: list[ReturnRow] = field(default_factory=list)
    postings: list[Movement] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        """Face value."""
        return sum(self.items.values(), ZERO)


@dataclass
class Bill:
    """A bill on its way."""

    label: str
    department: str
    registration: Registration | None
    employer: Employer
    unit_no: str
    system: str
    agency: str
    serial: str
    batch: str
    period: str
    origin: str
    is_project: bool
    persons: int
    sent_at: dt.datetime
    lines: dict[str, Line]
    summary: Decimal | None
    has_summary: bool = True
    has_processing: bool = True
    has_detail: bool = True
    at_agency: bool = True
    read_at: dt.datetime | None = None
    withdrawn_at: dt.datetime | None = None
    voided_at: dt.datetime | None = None
    tax_voided_at: dt.datetime | None = None
    write_off_at: dt.datetime | None = None
    validation: str = "1"
    reason: str | None = None
    fail_reason: str | None = None
    written_back: bool = True
    steps: dict[str, dt.datetime] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)
    declared_void: bool = False
    tickets: list[Ticket] = field(default_factory=list)

    @property
    def amounts(self) -> dict[str, Decimal]:
        """What tax would declare per item."""
        out = {}
        for code, line in self.lines.items():
            amount = (
                line.tax if line.tax is not None else line.processing if line.processing is not None else line.detail
            )
            out[code] = amount if amount is not None else ZERO
        return out


@dataclass
class Cast:
    """All entities of one case."""

    employers: dict[str, Employer] = field(default_factory=dict)
    taxpayers: dict[str, Taxpayer] = field(default_factory=dict)
    registrations: dict[str, Registration] = field(default_factory=dict)
    fee_registrations: list[FeeRegistration] = field(default_factory=list)
    agreements: dict[str, Agreement] = field(default_factory=dict)
    bills: dict[str, Bill] = field(default_factory=dict)
    client_accounts: dict[str, ClientAccount] = field(default_factory=dict)
    rows: list[ExchangeRow] = field(default_factory=list)
    changes: list[ExchangeChange] = field(default_factory=list)
    removed: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)  # projected rows that are not there
    others: dict[str, str] = field(default_factory=dict)  # labels of what has a key of its own: accounts, messages
    annuities: dict[str, AnnuityAgreement] = field(default_factory=dict)
    annuity_again: dict[str, tuple[str, Decimal]] = field(default_factory=dict)  # last transfer by bill: number, amount
    world_rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # rows of the world's own tables
