"""Hands the entities of cases to the simulated world, projects it, and adds what a plan of one moment per step cannot say.

The world's own projection writes the exchange tables, as it does for the demo. Only second payments, returns of another
amount and the like, which no plan of the demo knows, are put into the exchange tables beside it.
"""

import datetime as dt
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from simulator import contract, project
from simulator.casebook import code_tables
from simulator.casebook import model as m
from simulator.casebook import vocabulary as w
from simulator.casebook.casting import EMPLOYER_ONLY
from simulator.casebook.interpret import Case
from simulator.parts import parts
from simulator.world import World

# Parts whose own projection follows from a case's tickets and agreements, and of their tables those that acts and raw rows fill alone.
PROJECTED_PARTS = ("annuity", "bank")
ONLY_BY_ACTS = (
    'annuity."NJ_ZZLS"',
    'annuity."NJ_SR"',
    'tax_bank."XY_YZJG"',
    'tax_bank."YHD_PZ"',
    'tax_bank."TIPS_JG"',
    'tax_bank."GK_RKLS"',
)
Row = dict[str, Any]
_HRSS_RETURN = "HPXH ZJTZLSH CSPCH AAB001 AAE140 DZSPHM {0}JE {0}RQ HPSJ CXBZ DQBZ DQSJ GXSJ"
_NHSA_RETURN = "RTN_NO CLCT_NTC_NO SEND_BTCH EMP_NO INSUTYPE TAX_VOU_NO {0}_AMT {0}_DATE RTN_TIME WTDR_FLAG READ_FLAG READ_TIME UPDT_TIME"
RETURN_TABLES = {
    (w.HRSS, "remittance"): ("hrss", "RS_SJHP", _HRSS_RETURN.format("SJ").split()),
    (w.HRSS, "settlement"): ("hrss", "RS_RKHP", _HRSS_RETURN.format("RK").split()),
    (w.NHSA, "remittance"): ("nhsa", "TAX_RMT_D", _NHSA_RETURN.format("RMT").split()),
    (w.NHSA, "settlement"): ("nhsa", "TAX_STL_D", _NHSA_RETURN.format("STL").split()),
}
POSTING_TABLES = {
    w.HRSS: ("hrss", "RS_DZ", ["DZXH", "ZJTZLSH", "CSPCH", "AAE140", "DZSPHM", "DZJE", "DZRQ", "GXSJ"]),
    w.NHSA: (
        "nhsa",
        "ARVL_CFM_D",
        ["ARVL_NO", "CLCT_NTC_NO", "SEND_BTCH", "INSUTYPE", "TAX_VOU_NO", "ARVL_AMT", "ARVL_DATE", "UPDT_TIME"],
    ),
}


class Writer:
    """Collects the rows of all cases of one build and writes their exchange."""

    def __init__(self, as_of: dt.date) -> None:
        self.as_of = as_of
        self.end = dt.datetime.combine(as_of, dt.time(23, 59, 59))
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.extra: dict[tuple[str, str], list[Row]] = defaultdict(list)
        # (system, table, column) -> rows of (key columns …, value)
        self.updates: dict[tuple[str, str, str], list[tuple[Row, Any]]] = defaultdict(list)
        self.deletes: list[tuple[str, str, Row]] = []
        for key, rows in code_tables.rows().items():
            self.extra[key] += rows
        self._registration_no = 0
        self._bill_no = 0

    # ------------------------------------------------------------------------------------------------------ entities
    def add(self, case: Case) -> None:
        """Take in one case."""
        for employer in case.cast.employers.values():
            self._employer(employer, case)
        for taxpayer in case.cast.taxpayers.values():
            self._taxpayer(taxpayer)
        for registration in case.cast.registrations.values():
            self._registration(registration)
        for fee in case.cast.fee_registrations:
            self._fee(fee)
        for agreement in case.cast.agreements.values():
            self._agreement(agreement)
        for bill in case.cast.bills.values():
            self._bill(bill, case)
        for account in case.cast.client_accounts.values():
            self._client_account(account, case)
        for annuity in case.cast.annuities.values():
            self._annuity(annuity)
        for table, values in case.cast.world_rows:
            self.rows[table].append(values)
        for row in case.cast.rows:
            told = self.extra[(row.system, row.table)]
            if row.at <= self.end and not (row.is_shared and row.values in told):
                told.append(row.values)
        self.deletes += case.cast.removed
        for change in case.cast.changes:
            for column, value in change.values.items():
                self.updates[(change.system, change.table, column)].append((change.where, value))

    def _employer(self, employer: m.Employer, case: Case) -> None:
        self.rows["employer"].append(
            {
                "employer_key": employer.key,
                "employer_no": int(employer.key[1:7]) * 100 + int(employer.key[8:]),
                "name": employer.name,
                "uscc": employer.uscc,
                "unit_type_code": employer.unit_type,
                "district_code": _district(employer.bureau, employer.town),
                "town_code": employer.town,
                "bureau_code": employer.bureau,
                "office_code": w.office_of(employer.bureau),
                "opened_on": case.start,
            }
        )

    def _taxpayer(self, taxpayer: m.Taxpayer) -> None:
        authority = taxpayer.authority
        self.rows["taxpayer"].append(
            {
                "taxpayer_key": taxpayer.key,
                "employer_key": taxpayer.employer.key if taxpayer.employer else None,
                "taxpayer_no": taxpayer.number,
                "uscc": taxpayer.uscc,
                "name": taxpayer.name,
                "status_code": taxpayer.status,
                "status_date": taxpayer.status_date,
                "entity_type_code": taxpayer.entity_type,
                "registration_type_code": "410" if taxpayer.unit_type == "92" else "173",
                "industry_code": "5100",
                "bureau_code": w.roll_up(authority),
                "office_code": authority if w.roll_up(authority) != authority else w.office_of(authority),
                "town_code": taxpayer.town,
                "address": "民族大道1号",
                "registered_on": taxpayer.registered_at.date(),
                "created_at": taxpayer.registered_at,
            }
        )
        self._touched("taxpayer", taxpayer.key, taxpayer.updated_at, taxpayer.registered_at)

    def _touched(self, entity: str, key: str, updated: dt.datetime | None, created: dt.datetime | None) -> None:
        if updated is not None and (created is None or updated > created):
            self.rows["change"].append(
                {
                    "entity": entity,
                    "key": key,
                    "attribute": "touched",
                    "value": "1",
                    "changed_at": updated,
                    "is_noted": True,
                }
            )

    def _registration(self, registration: m.Registration) -> None:
        self._registration_no += 1
        key = registration_key(registration)
        steps = registration.steps
        shared = steps.get("shared")
        processed = steps.get("processed")
        self.rows["registration"].append(
            {
                "registration_key": key,
                "registration_no": self._registration_no,
                "employer_key": registration.employer.key,
                "department_code": registration.department,
                "source_system": registration.system,
                "unit_no": registration.unit_no,
                "name": registration.name,
                "uscc": registration.uscc,
                "agency_code": registration.agency,
                "unit_type_code": registration.unit_type,
                "district_code": _district(registration.employer.bureau, registration.town),
                "town_code": registration.town,
                "address": "民族大道1号",
                "is_project": False,
                "status_code": registration.status,
                "ended_on": registration.ended_on,
                "bureau_code": w.roll_up(registration.assigned_bureau),
                "office_code": w.office_of(w.roll_up(registration.assigned_bureau)),
                "base_sent_at": registration.base_sent_at,
                "base_read_at": registration.base_read_at,
                "base_withdrawn_at": registration.base_withdrawn_at,
                "received_at": steps.get("received"),
                "pushed_at": steps.get("pushed"),
                "written_back_at": shared + dt.timedelta(minutes=1) if shared and registration.written_back else None,
                "shared_at": shared,
                "shared_pushed_at": steps.get("entered_front"),
                "front_at": steps.get("entered_front"),
                "front_processed_at": processed,
                "front_state_code": ("2" if registration.fail_reason else "1") if processed else None,
                "front_fail_reason": registration.fail_reason,
            }
        )
        for enrolment in registration.enrolments.values():
            self.rows["enrolment"].append(
                {
                    "registration_key": key,
                    "insurance_code": enrolment.item,
                    "started_on": (enrolment.sent_at or self.end).date().replace(day=1),
                    "status_code": "1",
                    "is_project": enrolment.is_project,
                    "sent_at": enrolment.sent_at,
                    "read_at": enrolment.read_at,
                    "withdrawn_at": enrolment.withdrawn_at,
                }
            )
        self._touched("registration", key, registration.updated_at, registration.base_sent_at)

    def _client_account(self, account: m.ClientAccount, case: Case) -> None:
        if account.registered_at > self.end:
            return
        cancelled = account.cancelled_at if account.cancelled_at and account.cancelled_at <= self.end else None
        taxpayer = case.cast.taxpayers.get(account.employer.label)
        self.extra[("tax_client", "KHD_ZH")].append(
            {
                "YHXH": account.key, "YHXM": "经办人", "SFZJLX_DM": "201", "SFZJHM": account.id_number, "SJHM": account.mobile,
                "ZCDJXH": taxpayer.key if taxpayer else None, "ZCZD_DM": "2", "ZCSJ": account.registered_at, "SMRZBZ": "Y",
                "ZHZT_DM": "3" if cancelled else "1", "ZXSJ": cancelled, "GXSJ": cancelled or account.registered_at,
            }
        )  # fmt: skip

    def _fee(self, fee: m.FeeRegistration) -> None:
        self.rows["fee_registration"].append(
            {
                "fee_registration_no": fee.number,
                "registration_key": registration_key(fee.registration),
                "taxpayer_key": fee.taxpayer.key,
                "bureau_code": w.roll_up(fee.authority),
                "office_code": fee.authority
                if w.roll_up(fee.authority) != fee.authority
                else w.office_of(fee.authority),
                "agency_code": fee.registration.agency,
                "created_at": fee.associated_at,
                "associated_at": fee.associated_at,
                "cancelled_at": fee.cancelled_at,
                "is_valid": fee.is_valid,
            }
        )
        self._touched("fee_registration", fee.number, fee.updated_at, fee.associated_at)

    def _agreement(self, agreement: m.Agreement) -> None:
        self.rows["agreement"].append(
            {
                "agreement_key": agreement.key,
                "taxpayer_key": agreement.taxpayer.key,
                "taxpayer_no": agreement.taxpayer.number,
                "bank_code": agreement.bank,
                "bank_no": agreement.branch,
                "account_name": agreement.account_name,
                "account_no": agreement.account,
                "is_batch": agreement.is_batch,
                "authority_code": agreement.authority,
                "verify_code": agreement.verified,
                "signed_on": agreement.signed_at.date(),
                "ended_on": agreement.ended_on,
                "sign_channel_code": agreement.through,
                "created_at": agreement.signed_at,
            }
        )

    def _annuity(self, agreement: m.AnnuityAgreement) -> None:
        key = registration_key(agreement.registration)
        self.rows["annuity_agreement"].append(
            {
                "agreement_key": agreement.key,
                "registration_key": key,
                "employer_key": agreement.registration.employer.key,
                "way_code": agreement.way,
                "client_account": agreement.client_account,
                "bank_code": agreement.bank,
                "bank_no": f"{agreement.bank}611000012",
                "account_name": agreement.account_name,
                "account_no": agreement.account,
                "sign_channel_code": agreement.through,
                "signed_on": agreement.signed_at.date(),
                "created_at": agreement.signed_at,
                "changed_at": agreement.changed_at,
                "new_account_no": agreement.new_account,
                "ended_at": agreement.ended_at,
            }
        )
        self.rows["annuity_check"] += agreement.checks
        self.rows["annuity_move"] += [{**move, "registration_key": key} for move in agreement.moves]

    # --------------------------------------------------------------------------------------------------------- bills
    def _tie(self, bill: m.Bill, case: Case) -> m.FeeRegistration | None:
        """The association under which the bill is declared: the registration's last one that is not cancelled."""
        fees = [fee for fee in case.cast.fee_registrations if fee.registration is bill.registration]
        alive = [fee for fee in fees if fee.cancelled_at is None] or fees
        return max(alive, key=lambda fee: fee.associated_at) if alive else None

    def _bill(self, bill: m.Bill, case: Case) -> None:
        self._bill_no += 1
        key = bill_key(bill)
        stem = f"{case.number:06d}{self._bill_no:07d}"
        fee = self._tie(bill, case)
        taxpayer = fee.taxpayer if fee else case.cast.taxpayers.get(bill.employer.label)
        bureau = w.roll_up(fee.authority) if fee else bill.employer.bureau
        steps = bill.steps
        shared, processed = steps.get("shared"), steps.get("processed")
        self.rows["bill"].append(
            {
                "bill_key": key,
                "registration_key": registration_key(bill.registration) if bill.registration else None,
                "employer_key": bill.employer.key,
                "department_code": bill.department,
                "source_system": bill.system,
                "unit_no": bill.unit_no,
                "agency_code": bill.agency,
                "notice_serial": bill.serial,
                "batch_no": bill.batch,
                "period": bill.period,
                "bill_no": 1,
                "ticket_stem": stem,
                "origin_code": bill.origin,
                "is_project": bill.is_project,
                "is_annuity": set(bill.lines) == {"ZYNJ"},
                "person_count": bill.persons,
                "amount": bill.summary,
                "taxpayer_key": taxpayer.key if taxpayer else None,
                "fee_registration_no": fee.number if fee else None,
                "bureau_code": bureau,
                "channel_code": bill.tickets[0].channel if bill.tickets else "1",
                "summary_sent_at": bill.sent_at if bill.at_agency and bill.has_summary else None,
                "processing_sent_at": bill.sent_at + dt.timedelta(minutes=1)
                if bill.at_agency and bill.has_processing
                else None,
                "detail_sent_at": bill.sent_at + dt.timedelta(minutes=2)
                if bill.at_agency and bill.has_detail
                else None,
                "read_at": bill.read_at,
                "withdrawn_at": bill.withdrawn_at,
                "voided_at": bill.voided_at,
                "received_at": steps.get("received"),
                "validation_code": bill.validation if "received" in steps else None,
                "intercept_reason": bill.reason,
                "pushed_at": steps.get("pushed"),
                "written_back_at": shared + dt.timedelta(minutes=1) if shared and bill.written_back else None,
                "shared_at": shared,
                "shared_pushed_at": steps.get("entered_front"),
                "front_at": steps.get("entered_front"),
                "front_processed_at": processed,
                "front_state_code": ("2" if bill.fail_reason else "1") if processed else None,
                "front_fail_reason": bill.fail_reason,
                "declared_at": steps.get("declared"),
                "write_off_at": bill.write_off_at,
                "tax_voided_at": bill.tax_voided_at,
            }
        )
        self._lines(bill, key, stem)
        for seq, ticket in enumerate(bill.tickets, start=1):
            self._ticket(bill, key, ticket, seq)

    def _lines(self, bill: m.Bill, key: str, stem: str) -> None:
        line_no = 0
        tax_total = m.ZERO
        ordered = sorted(bill.lines.values(), key=lambda line: list(w.items()).index(line.item))
        for number, line in enumerate(ordered, start=1):
            item = w.items()[line.item]
            shown = (
                line.processing if line.processing is not None else line.tax if line.tax is not None else line.detail
            )
            unit, person = _parts(line.item, shown or m.ZERO)
            self.rows["bill_item"].append(
                {
                    "bill_key": key,
                    "insurance_code": line.item,
                    "item_no": number,
                    "person_count": bill.persons,
                    "unit_amount": unit,
                    "person_amount": person,
                    "amount": shown,
                    "tax_amount": line.tax if "received" in bill.steps else None,
                    "is_declared": line.declared is None or line.declared > 0,
                }
            )
            tax_total += line.tax or m.ZERO
            if line.processing is None and bill.at_agency:
                table, serial, batch, code = (("RS_ZJCL", "ZJTZLSH", "CSPCH", "AAE140") if bill.department == w.HRSS
                                              else ("CLCT_NTC_D", "CLCT_NTC_NO", "SEND_BTCH", "INSUTYPE"))  # fmt: skip
                self.deletes.append(
                    (bill.department.lower(), table, {serial: bill.serial, batch: bill.batch, code: item.agency_code})
                )
            declared = (
                line.declared if line.declared is not None else line.tax if line.tax is not None else line.processing
            )
            projected = line.tax if line.tax is not None and "received" in bill.steps else shown
            if declared is not None and declared != projected:
                where = {"BMLY_DM": bill.department, "ZJTZLSH": bill.serial, "CSPCH": bill.batch, "ZSPM_DM": item.zspm}
                self.updates[("tax_levy", "ZS_SBXX", "YBTSE")].append((where, declared))
            if line.detail is not None:
                for name_no, part, amount in _split(bill.persons, line.item, line.detail):
                    line_no += 1
                    self.rows["bill_person"].append(
                        {
                            "bill_key": key,
                            "line_no": line_no,
                            "insurance_code": line.item,
                            "person_no": f"1{stem[1:6]}{name_no:06d}",
                            "id_number": None,
                            "name": None,
                            "part_code": part,
                            "base": Decimal("5000.00"),
                            "amount": amount,
                        }
                    )
        bill_where = {"BMLY_DM": bill.department, "ZJTZLSH": bill.serial, "CSPCH": bill.batch}
        if "received" in bill.steps:
            if tax_total != bill.summary:
                self.rows["bill"][-1]["tax_amount"] = tax_total
            if "pushed" not in bill.steps and bill.validation != "2":
                self.updates[("tax_support", "ZC_ZJXX", "JYZT_DM")].append((bill_where, bill.validation))
        if bill.declared_void:
            self.updates[("tax_levy", "ZS_SBXX", "ZFBZ")].append((bill_where, "Y"))

    def _ticket(self, bill: m.Bill, key: str, ticket: m.Ticket, seq: int) -> None:
        posted_only = ticket.voided_at == dt.datetime.min
        if not posted_only:
            agreement = next((one.agreement for one in ticket.deductions if one.agreement), None)
            self.rows["ticket"].append(
                {
                    "ticket_no": ticket.number,
                    "bill_key": key,
                    "seq": seq,
                    "channel_code": ticket.channel,
                    "agreement_key": agreement.key if agreement else None,
                    "issued_at": ticket.issued_at,
                    "voided_at": ticket.voided_at,
                }
            )
            for number, deduction in enumerate(ticket.deductions, start=1):
                self.rows["deduction"].append(
                    {
                        "deduction_key": deduction.number,
                        "ticket_no": ticket.number,
                        "bill_key": key,
                        "seq": number,
                        "kind_code": deduction.kind,
                        "batch_no": deduction.batch_no,
                        "agreement_key": deduction.agreement.key if deduction.agreement else None,
                        "amount": deduction.amount,
                        "sent_at": deduction.sent_at,
                        "returned_at": deduction.returned_at,
                        "return_code": deduction.code,
                        "return_text": deduction.text,
                    }
                )
        extra_items = {one.item for one in (*ticket.remittances, *ticket.settlements, *ticket.postings)}
        extra_items |= {row.item for row in ticket.returns}
        for code in dict.fromkeys((*ticket.items, *sorted(extra_items))):
            self._ticket_item(bill, key, ticket, code, posted_only)

    def _ticket_item(self, bill: m.Bill, key: str, ticket: m.Ticket, code: str, posted_only: bool) -> None:
        remittances = [one for one in ticket.remittances if one.item == code]
        settlements = [one for one in ticket.settlements if one.item == code]
        returns = {
            kind: [row for row in ticket.returns if row.item == code and row.kind == kind]
            for kind in ("remittance", "settlement")
        }
        postings = [one for one in ticket.postings if one.item == code]
        row: Row = {
            "ticket_no": ticket.number,
            "bill_key": key,
            "insurance_code": code,
            "amount": ticket.items.get(code),
        }
        in_world = not posted_only and code in ticket.items
        # what fits the plan of one moment per step goes into the world, the rest beside it
        if in_world and len(remittances) == 1:
            row |= {"remitted_at": remittances[0].at, "remitted_amount": remittances[0].amount}
        if in_world and len(settlements) == 1:
            row |= {"settled_at": settlements[0].at, "settled_amount": settlements[0].amount}
        for kind, movements in (("remittance", remittances), ("settlement", settlements)):
            rows = returns[kind]
            fits = (in_world and len(rows) == 1 and len(movements) == 1 and not rows[0].failed
                    and rows[0].amount == movements[0].amount and movements[0].at <= self.end)  # fmt: skip
            if fits:
                row |= {
                    f"{kind}_no": rows[0].number,
                    f"{kind}_returned_at": rows[0].at,
                    f"{kind}_read_at": rows[0].read_at,
                    f"{kind}_withdrawn_at": rows[0].withdrawn_at,
                }
            else:
                for returned in rows:
                    self._extra_return(bill, ticket, returned)
        if in_world and len(postings) == 1 and "remittance_no" in row:
            row |= {"posted_at": postings[0].at, "posted_amount": postings[0].amount, "post_count": 1}
        else:
            for number, one in enumerate(postings, start=1):
                self._extra_posting(bill, ticket, one, number)
        if in_world:
            self.rows["ticket_item"].append(row)
        if not in_world or len(remittances) > 1:
            self._extra_movements(bill, ticket, "ZS_SJXX", "SJ", remittances)
        if not in_world or len(settlements) > 1:
            self._extra_movements(bill, ticket, "ZS_RKXX", "RK", settlements)

    # ------------------------------------------------------------------------------------- beside the world's plans
    def _extra_movements(
        self, bill: m.Bill, ticket: m.Ticket, table: str, head: str, movements: list[m.Movement]
    ) -> None:
        for number, one in enumerate(movements, start=1):
            if one.at > self.end:
                continue
            item = w.items()[one.item]
            row = {
                f"{head}XH": f"{head}{ticket.number}{item.zspm}{number}", "DZSPHM": ticket.number, "ZSXM_DM": item.zsxm,
                "ZSPM_DM": item.zspm, "BMLY_DM": bill.department, "ZJTZLSH": bill.serial, "CSPCH": bill.batch,
                f"{head}JE": one.amount, f"{head}RQ": one.at.date(), "GXSJ": one.at,
            }  # fmt: skip
            self.extra[("tax_levy", table)].append(row)

    def _extra_return(self, bill: m.Bill, ticket: m.Ticket, row: m.ReturnRow) -> None:
        if row.at > self.end:
            return
        item = w.items()[row.item]
        self.extra[("tax_levy", "ZS_HPXX")].append(
            {
                "HPXH": f"H{row.number}", "BMLY_DM": bill.department, "ZJTZLSH": bill.serial, "CSPCH": bill.batch,
                "ZSXM_DM": item.zsxm, "ZSPM_DM": item.zspm, "DZSPHM": ticket.number,
                "HPLX_DM": "1" if row.kind == "remittance" else "2", "HPJE": row.amount, "HPSJ": row.at,
                "HPZT_DM": "2" if row.failed else "1", "GXSJ": row.at,
            }
        )  # fmt: skip
        if row.failed:
            return
        system, table, columns = RETURN_TABLES[(bill.department, row.kind)]
        read = row.read_at if row.read_at and row.read_at <= self.end else None
        withdrawn = row.withdrawn_at if row.withdrawn_at and row.withdrawn_at <= self.end else None
        values = (row.number, bill.serial, bill.batch, bill.unit_no, item.agency_code, ticket.number, row.amount, row.business_date,
                  row.at, "Y" if withdrawn else None, "1" if read else "0", read, max(t for t in (row.at, read, withdrawn) if t))  # fmt: skip
        self.extra[(system, table)].append(dict(zip(columns, values, strict=True)))

    def _extra_posting(self, bill: m.Bill, ticket: m.Ticket, one: m.Movement, number: int) -> None:
        if one.at > self.end:
            return
        item = w.items()[one.item]
        system, table, columns = POSTING_TABLES[bill.department]
        values = (f"P{ticket.number}{item.zspm}{number}", bill.serial, bill.batch, item.agency_code, ticket.number, one.amount,
                  one.at.date(), one.at)  # fmt: skip
        self.extra[(system, table)].append(dict(zip(columns, values, strict=True)))

    # ------------------------------------------------------------------------------------------------------- writing
    def world(self) -> World:
        """The world of all cases taken in, projected to the business date."""
        world = World.empty(seed=1, parts=[part for part in parts() if part.name in PROJECTED_PARTS])
        with tempfile.TemporaryDirectory() as folder:
            for table, rows in self.rows.items():
                _insert(world, Path(folder), f"world.{table}", rows)
            world.sql("""
                update world.employer set organisation_code = substr(uscc, 9, 9), address = make_street(employer_key),
                    is_institution = unit_type_code in ('11', '12'), headcount = 2, channel_code = '1';
                update world.registration set contact_name = make_person_name(registration_key),
                    contact_phone = make_mobile(registration_key), address = make_street(registration_key);
                update world.bill_person set
                    id_number = make_id('450103', date '1980-01-01' + chance_int(person_no, 'birth', 0, 6000), 1 + chance_int(person_no, 'sequence', 0, 900)),
                    name = make_person_name(person_no);
                update world.taxpayer set address = make_street(taxpayer_key),
                    legal_name = make_person_name(taxpayer_key || 'legal'), legal_mobile = make_mobile(taxpayer_key || 'legal'),
                    finance_name = make_person_name(taxpayer_key || 'finance'), finance_mobile = make_mobile(taxpayer_key || 'finance'),
                    clerk_name = make_person_name(taxpayer_key || 'clerk'), clerk_mobile = make_mobile(taxpayer_key || 'clerk');
            """)  # fmt: skip
            project.project(world, self.as_of)
            for name in ONLY_BY_ACTS:
                world.sql(f"delete from {name}")
            for number, ((system, table), rows) in enumerate(self.extra.items()):
                _insert(world, Path(folder), f'{system}."{table}"', rows, f"extra{number}")
        for (system, table, column), pairs in self.updates.items():
            for where, value in pairs:
                _update(world, system, table, where, column, value)
        for system, table, where in self.deletes:
            condition, values = _where(where)
            world.con.execute(f'delete from {system}."{table}" where {condition}', values)
        return world


def registration_key(registration: m.Registration) -> str:
    """As the warehouse composes it."""
    return _key(registration.department, registration.system, registration.unit_no)


def bill_key(bill: m.Bill) -> str:
    """As the warehouse composes it."""
    return _key(bill.department, bill.serial, bill.batch)


def _key(*parts: str) -> str:
    return "|".join("".join(w.code_norm(part).split()) for part in parts)


def _district(bureau: str, town: str | None) -> str:
    return w.bureaus()[bureau].get("district_code") or (w.towns()[town]["district"] if town else "450100")


def _parts(item: str, amount: Decimal) -> tuple[Decimal, Decimal]:
    """What the employer and what the person pays."""
    if item in EMPLOYER_ONLY:
        return amount, m.ZERO
    unit = (amount * 2 / 3).quantize(Decimal("0.01"))
    return unit, amount - unit


def _split(persons: int, item: str, amount: Decimal) -> Iterable[tuple[int, str, Decimal]]:
    """Detail rows of an item: (person, part, amount), exact in sum."""
    for part, whole in zip(("1", "2"), _parts(item, amount), strict=True):
        if part == "2" and item in EMPLOYER_ONLY:
            continue
        cents = int(whole * 100)
        share, rest = divmod(cents, persons) if cents >= 0 else (0, cents)
        for person in range(1, persons + 1):
            mine = share + (rest if person == 1 else 0)
            yield person, part, Decimal(mine) / 100


def _where(where: Row) -> tuple[str, list[Any]]:
    return " and ".join(f'"{name}" = ?' for name in where), list(where.values())


def _update(world: World, system: str, table: str, where: Row, column: str, value: Any) -> None:
    condition, values = _where(where)
    world.con.execute(f'update {system}."{table}" set "{column}" = ? where {condition}', [value, *values])


def _insert(world: World, folder: Path, table: str, rows: list[Row], name: str | None = None) -> None:
    """Rows into a table by name: through a file of JSON lines, which is much faster than row by row."""
    if not rows:
        return
    columns = list(dict.fromkeys(column for row in rows for column in row))
    kinds = {row[0]: row[1] for row in world.rows(f"describe {table}")}
    # An exchange table whose department writes its dates as text gets them so from an act too.
    formats = {
        column: form for column, form in _date_formats().get(table, {}).items() if kinds.get(column) == "VARCHAR"
    }
    file = folder / f"{name or table.rpartition('.')[2]}.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for row in rows:
            values = {column: _plain(row.get(column), formats.get(column)) for column in columns}
            out.write(json.dumps(values, ensure_ascii=False) + "\n")
    types = ", ".join(f"\"{column}\": 'VARCHAR'" for column in columns)
    selected = ", ".join(f'"{column}"::{kinds[column]} as "{column}"' for column in columns)
    world.sql(
        f"insert into {table} by name select {selected} from read_json('{file}', format = 'newline_delimited', columns = {{{types}}})"
    )


@cache
def _date_formats() -> dict[str, dict[str, str]]:
    """How departments write their dates as text, by table and column."""
    return {
        project.name_of(table): {
            column.name: project.DATE_FORMATS[column.text_format]
            for column in table.columns
            if column.text_format in project.DATE_FORMATS
        }
        for table in contract.tables()
    }


def _plain(value: Any, date_format: str | None = None) -> str | None:
    if value is None:
        return None
    if date_format and isinstance(value, dt.date):
        return value.strftime(date_format)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else value.isoformat()
    return str(value)
