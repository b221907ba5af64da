"""Made-up natural persons for the fixture snapshot: one with everything wrong, one with nothing wrong, one of another bureau, two under one number."""

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from common import identity, keys

Rows = dict[str, list[tuple[Any, ...]]]
Row = dict[str, Any]

# Id numbers with a wrong check digit: nobody has them.
WRONG_ID, GOOD_ID, OTHER_BUREAU_ID, TWIN_ID = (
    "450103199001019990",
    "450103198502023330",
    "450108197703034440",
    "450103200104045550",
)
WRONG_NO, OLD_NO, GOOD_NO, SHARED_NO, OTHER_BUREAU_NO = (
    "5010000001",
    "00123456",
    "5010000002",
    "5010000077",
    "5010000003",
)
WRONG_PHONE = "13800000001"
QINGXIU, LIANGQING = "14501030000", "14501080000"

FILLED = {
    "fct_person_registration": "person_key_token insured_key fee_registration_no department_code source_system person_no old_person_no kept_person_no"
    " insurance_code bureau_code agency_code town_code person_name person_id_number mobile named_by is_at_agency agency_state enrolled_date"
    " enrolment_sent_date enrolment_read_date enrolment_stage stop_reason stop_registered_date stop_stage person_message_key fail_class"
    " failed_date is_valid_at_tax tax_status_code tax_registered_date disagreement_code",
    "fct_person_number": "number_text_token number_kind department_code person_key_token bureau_code",
    "fct_person_payment": "person_key_token payment_key department_code bureau_code fee_registration_no person_no insurance_code fee_year"
    " period_begin_date period_end_date is_special channel_code amount issued_date remitted_date settled_date refunded_amount returned_amount"
    " remittance_returned_date is_remittance_unread settlement_returned_date posted_date remittance_outcome_code settlement_outcome_code"
    " posting_outcome_code remittance_cause_code settlement_cause_code posting_cause_code",
    "fct_person_agreement": "person_key_token agreement_key fee_registration_no bureau_code department_code insurance_code agreement_type_code"
    " is_batch is_verified is_in_force signed_date ended_date",
    "fct_person_deduction": "person_key_token item_no fee_registration_no bureau_code insurance_code fee_year deduction_batch_no amount"
    " generated_date submitted_date returned_date return_code reason_class is_success is_voided",
    "fct_person_special_due": "person_key_token special_due_key bureau_code department_code person_no insurance_code special_kind_code"
    " due_amount care_amount assessed_date sent_date is_care_refused",
}  # fmt: skip


def token_of(text: str, kind: str = "id_number") -> str:
    """The token under which the fixture keeps a person or a number."""
    value = identity.id_number_key(text) if kind == "id_number" else identity.code_norm(text)
    return identity.token_value(value, kind, keys.derive("token", create=True))


def fill(folder: Path, rows: Rows) -> None:
    """Add the persons, with tokens of the key that lies under `folder`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHEBAO_VAR", str(folder))
        made = _persons()
    for table, columns in FILLED.items():
        rows[table] = [tuple(row.get(column) for column in columns.split()) for row in made[table]]


def finding(leading: int) -> tuple[Any, ...]:
    """An open finding of the person with everything wrong."""
    assert leading == 18
    key = f"HRSS|QYMS|{WRONG_NO}|10210"
    evidence = f"人社5月6日登记死亡，至今未推送税务，税务登记（人员编号 {WRONG_NO}）仍有效；由人社补推后停保。"
    return (
        hashlib.sha256(f"B1.02a|{key}".encode()).hexdigest()[:16], "B1.02a", "insured", key, "HRSS", QINGXIU, None, "450103004", "10210", None, None,
        "dead", date(2026, 5, 6), 38, evidence, None, None, None, None, "open", date(2026, 5, 12), date(2026, 6, 30), None, 0, None,
    )  # fmt: skip


def _registration(who: str, department: str, number: str, insurance: str, bureau: str, **more: Any) -> Row:
    system = "QYMS" if department == "HRSS" else "QYYB"
    row: Row = {
        "person_key_token": token_of(who), "insured_key": f"{department}|{system}|{number}|{insurance}", "fee_registration_no": f"2045{number}{insurance}",
        "department_code": department, "source_system": system, "person_no": number, "insurance_code": insurance, "bureau_code": bureau,
        "town_code": "450103004", "person_name": "韦**", "person_id_number": f"{who[:6]}********{who[-4:]}", "mobile": "138****0001",
        "named_by": "both", "is_at_agency": True, "agency_state": "valid", "enrolled_date": date(2021, 3, 1), "enrolment_sent_date": date(2021, 3, 2),
        "enrolment_read_date": date(2021, 3, 3), "enrolment_stage": "not_applied", "is_valid_at_tax": True, "tax_status_code": "1",
        "tax_registered_date": date(2021, 3, 4),
    }  # fmt: skip
    return row | more


def _payment(who: str, row: Row, number: str, year: int, paid_amount: str, **more: Any) -> Row:
    paid = date(year, 2, 10)
    made: Row = {
        "person_key_token": token_of(who), "payment_key": number, "department_code": row["department_code"], "bureau_code": row["bureau_code"],
        "fee_registration_no": row["fee_registration_no"], "person_no": row["person_no"], "insurance_code": row["insurance_code"], "fee_year": str(year),
        "period_begin_date": date(year, 1, 1), "period_end_date": date(year, 12, 31), "is_special": False, "channel_code": "11", "amount": Decimal(paid_amount),
        "issued_date": paid, "remitted_date": paid, "settled_date": date(year, 2, 11), "refunded_amount": Decimal(0),
        "remittance_returned_date": date(year, 2, 11), "is_remittance_unread": False, "settlement_returned_date": date(year, 2, 12),
        "posted_date": date(year, 2, 13), "remittance_outcome_code": 1, "settlement_outcome_code": 1, "posting_outcome_code": 1,
    }  # fmt: skip
    return made | more


def _persons() -> dict[str, list[Row]]:
    dead = _registration(
        WRONG_ID, "HRSS", WRONG_NO, "10210", QINGXIU, old_person_no=OLD_NO, agency_state="ended", stop_reason="dead",
        stop_registered_date=date(2026, 5, 6), stop_stage="not_sent", disagreement_code="ended_at_agency",
    )  # fmt: skip
    medical = _registration(WRONG_ID, "NHSA", "4501000000000011", "10212", QINGXIU)
    refused = _registration(
        WRONG_ID, "NHSA", "4501000000000011", "10203L", QINGXIU, fee_registration_no=None, is_valid_at_tax=False, tax_status_code=None,
        tax_registered_date=None, person_message_key="BW0001", fail_class="name_differs", failed_date=date(2026, 6, 3), disagreement_code="not_at_tax",
    )  # fmt: skip
    good = _registration(GOOD_ID, "HRSS", GOOD_NO, "10210", QINGXIU, person_name="黄*")
    other = _registration(OTHER_BUREAU_ID, "HRSS", OTHER_BUREAU_NO, "10210", LIANGQING, person_name="陆*")
    shared = _registration(GOOD_ID, "HRSS", SHARED_NO, "10201L", QINGXIU, person_name="黄*")
    twin = _registration(TWIN_ID, "NHSA", SHARED_NO, "10212", QINGXIU, person_name="梁**")
    registrations = [dead, medical, refused, good, other, shared, twin]
    return {
        "fct_person_registration": registrations,
        "fct_person_number": [
            {"number_text_token": token_of(number, "person_no"), "number_kind": kind, "department_code": row["department_code"],
             "person_key_token": row["person_key_token"], "bureau_code": row["bureau_code"]}
            for row in registrations
            for number, kind in ((row["person_no"], "current"), (row.get("old_person_no"), "old"))
            if number
        ],
        "fct_person_payment": [
            _payment(WRONG_ID, medical, "T0001", 2026, "400.00"),
            _payment(WRONG_ID, dead, "T0002", 2025, "200.00", remittance_returned_date=None, is_remittance_unread=None, posted_date=None,
                     remittance_outcome_code=4, remittance_cause_code="not_returned", posting_outcome_code=4, posting_cause_code="not_returned"),
            _payment(WRONG_ID, dead, "person_remittance|R1", 2024, "0", amount=None, issued_date=None, remitted_date=None, settled_date=None,
                     refunded_amount=None, returned_amount=Decimal("99.00"), period_begin_date=None, period_end_date=None, posted_date=None,
                     settlement_returned_date=None, settlement_outcome_code=None, posting_outcome_code=None, remittance_outcome_code=6,
                     remittance_cause_code="without_origin", fee_registration_no=None),
            _payment(GOOD_ID, good, "T0003", 2026, "3000.00"),
            _payment(OTHER_BUREAU_ID, other, "T0004", 2026, "5678.00"),
        ],
        "fct_person_agreement": [
            {"person_key_token": token_of(WRONG_ID), "agreement_key": "XY0001", "fee_registration_no": dead["fee_registration_no"], "bureau_code": QINGXIU,
             "department_code": "HRSS", "insurance_code": "10210", "agreement_type_code": "2", "is_batch": True, "is_verified": True, "is_in_force": True,
             "signed_date": date(2022, 9, 1)},
        ],
        "fct_person_deduction": [
            {"person_key_token": token_of(WRONG_ID), "item_no": "QC0001", "fee_registration_no": dead["fee_registration_no"], "bureau_code": QINGXIU,
             "insurance_code": "10210", "fee_year": "2026", "deduction_batch_no": "20260610", "amount": Decimal("200.00"),
             "generated_date": date(2026, 6, 10), "submitted_date": date(2026, 6, 11), "returned_date": date(2026, 6, 11), "return_code": "24005",
             "reason_class": "insufficient_funds", "is_success": False, "is_voided": False},
        ],
        "fct_person_special_due": [
            {"person_key_token": token_of(WRONG_ID), "special_due_key": "NHSA|TS0001", "bureau_code": QINGXIU, "department_code": "NHSA",
             "person_no": "4501000000000011", "insurance_code": "10203L", "special_kind_code": "3", "due_amount": Decimal("1234.00"),
             "care_amount": Decimal(0), "assessed_date": date(2026, 6, 20), "is_care_refused": False},
        ],
    }  # fmt: skip
