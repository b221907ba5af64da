"""One made-up employer for the fixture snapshot, with a registration at each department, bills, an agreement and a refused deduction."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

Rows = dict[str, list[tuple[Any, ...]]]

REGISTRATION, TWIN, OTHER = "HRSS|NN|900001", "NHSA|YB|900001", "HRSS|NN|900002"
NAME, TWIN_NAME, OTHER_NAME = (
    "南宁市青秀区体检样例有限公司",
    "南宁市青秀区体检样例商贸有限公司",
    "南宁市良庆区体检样例有限公司",
)
QINGXIU, LIANGQING = "14501030000", "14501080000"
# What the rows of the other parts of the fixture do not have is filled with nothing.
MORE = {
    "dim_registration": "source_system uscc identity_key is_valid has_base has_enrolment is_associated associated_at taxpayer_key taxpayer_no"
    " taxpayer_name fee_bureau_code",
    "fct_bill": "notice_serial origin_code stage_code is_valid collected_amount posted_amount",
}
FILLED = {
    "fct_agreement": "agreement_key taxpayer_key bureau_code is_batch verify_code is_valid signed_date bank_code",
    "fct_deduction": "batch_item_key registration_key bill_key agreement_key bureau_code batch_month amount sent_date returned_date return_code"
    " reason_class is_success is_returned",
}


def fill(rows: Rows) -> None:
    """Add the employer, and one of another bureau."""
    for table, columns in MORE.items():
        rows[table] = [(*row, *([None] * len(columns.split()))) for row in rows[table]]
    tied = (True, datetime(2024, 1, 5), "10214501030000000001", "914501030000000001", NAME, QINGXIU)
    rows["dim_registration"] += [
        (REGISTRATION, "HRSS", "900001", NAME, QINGXIU, None, None, None, "NN", "91450103MA5000001X", "MA5000001", True, True, True, *tied),
        (TWIN, "NHSA", "900001", TWIN_NAME, QINGXIU, None, None, None, "YB", "91450103MA5000001X", "MA5000001", True, True, False, False,
         *[None] * 5),
        (OTHER, "HRSS", "900002", OTHER_NAME, LIANGQING, None, None, None, "NN", "91450108MA5000002X", "MA5000002", True, True, True, *tied),
    ]  # fmt: skip
    rows["fct_bill"] += [
        (f"HRSS|ZJ90000{place}|1", REGISTRATION, "HRSS", QINGXIU, None, NAME, period, Decimal("1200.00"), f"ZJ90000{place}", "1",
         "posted" if paid else "invoiced", True, Decimal(paid), Decimal(paid))
        for place, (period, paid) in enumerate((("202604", 1200), ("202605", 1200), ("202606", 0)))
    ]  # fmt: skip
    rows["fct_agreement"] = [("XY900001", "10214501030000000001", QINGXIU, True, "1", True, date(2024, 2, 1), "102")]
    rows["fct_deduction"] = [
        ("PK900001", REGISTRATION, "HRSS|ZJ900002|1", "XY900001", QINGXIU, "202606", Decimal("1200.00"), date(2026, 6, 12), date(2026, 6, 12), "24005",
         "insufficient_funds", False, True)
    ]  # fmt: skip
