"""What a case expects of the reconciliation beside the agencies' pairs: words of pairs and causes, all breaks, buckets over the case's own bills."""

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from simulator.casebook import catalogue

Row = dict[str, Any]

AGENCY_PAIRS = ("tax_hrss", "tax_nhsa")
BREAK_MODELS = (
    "rec_break", "rec_internal_break", "rec_annuity_break", "rec_treasury_break", "rec_person_return_break",
    "rec_person_posting_break",
)  # fmt: skip
PAIR_ALIASES = {
    "hrss": "tax_hrss", "人社": "tax_hrss", "社保": "tax_hrss", "nhsa": "tax_nhsa", "医保": "tax_nhsa",
    "tips": "levy_tips", "税库银": "levy_tips", "settlement": "levy_settlement", "treasury": "levy_treasury", "国库": "levy_treasury",
    "annuity": "annuity_bank", "年金": "annuity_bank", "职业年金": "annuity_bank", "double_payment": "bill_collection",
    "到账闭环": "person_posting", "上解回盘": "person_remittance", "入库回盘": "person_settlement",
}  # fmt: skip
MEASURES = {
    "bill": "bill", "单据": "bill", "单据金额": "bill", "collection": "collection", "征收": "collection", "征收金额": "collection",
    "缴款": "collection", "settlement": "settlement", "入库": "settlement", "入库金额": "settlement", "到账": "settlement",
    "arrival": "settlement", "stage": "stage", "annuity": "annuity", "payment": "payment", "day": "day",
}  # fmt: skip
CAUSE_ALIASES = {
    "settled_unread": "settled_not_read", "settlement_unread": "settled_not_read", "settlement_not_returned": "settled_not_returned",
    "cross_day": "crosses_day", "cross_month": "crosses_month", "duplicate": "double", "onesided": "one_sided",
    "item_differs": "wrong_item", "agency_differs": "wrong_agency", "partly_settled": "partial", "double_payment": "double",
}  # fmt: skip
CASES = {
    "1": "1", "已转账未确认": "1", "transferred_not_confirmed": "1", "2": "2", "未转账已确认": "2", "confirmed_not_transferred": "2",
    "3": "3", "金额不一致已确认": "3", "differs_confirmed": "3", "4": "4", "金额不一致未确认": "4", "differs_not_confirmed": "4",
}  # fmt: skip
EXCEPTIONS = {
    "partial": "partial", "部分入库": "partial", "one_sided": "one_sided", "单边账": "one_sided", "double": "double", "重复缴纳": "double",
    "重复缴费": "double",
}  # fmt: skip
BASES = {
    "flow": "flow",
    "发生月": "flow",
    "发生月口径": "flow",
    "period": "period",
    "所属期": "period",
    "费款所属期": "period",
}
HOUSEHOLDS = {
    "managed": "managed", "正常管户": "managed", "project": "project", "工程项目户": "project", "ceased": "ceased", "注销、非正常户": "ceased",
    "unassociated": "unassociated", "未关联户": "unassociated", "unassigned": "unassigned", "未分配主管局": "unassigned",
}  # fmt: skip


def pair_words() -> dict[str, str]:
    """Every word for a pair: its code, its Chinese name, and what people say."""
    words = {code: code for code in catalogue.pairs()} | {text: code for code, text in catalogue.pairs().items()}
    return words | PAIR_ALIASES


def cause_of(text: str) -> str | None:
    """The code of a cause by code or words; None when nobody knows it."""
    for words in (catalogue.causes(), catalogue.chain_causes()):
        for code, said in words.items():
            if text in {code, said}:
                return code
    return CAUSE_ALIASES.get(text)


def rows_of(con: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """A query's rows as mappings."""
    cursor = con.execute(sql)
    columns = [one[0] for one in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def breaks(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """The breaks of every pair, each with all columns of its own list."""
    return [row for model in BREAK_MODELS for row in rows_of(con, f"select * from marts.{model}")]


# Both sides of a measure in int_recon_line: tax's state, its amount, the agency's amount.
_SIDES = {
    "bill": ("tax_bill_state", "tax_bill_amount", "agency_bill_amount"),
    "collection": ("tax_collection_state", "collected_amount", "posted_amount"),
    "settlement": ("tax_settlement_state", "settled_amount", "settlement_read_amount"),
}
_AGREED = """
    select
        'tax_' || lower(line.department_code) as pair, '{measure}' as measure, line.bill_key, line.insurance_code, line.department_code,
        line.registration_key, line.agency_code, line.bureau_code, line.period,
        case when line.{state} = 'success' then 1 else 7 end as outcome_code, timing.cause_code,
        case when line.{state} = 'success' then line.{tax} else 0 end as tax_amount,
        case when line.{state} = 'success' then line.{agency} else 0 end as agency_amount,
        cast(0 as decimal(18, 2)) as difference
    from intermediate.int_recon_line as line
    left join marts.rec_timing as timing
        on timing.measure = '{measure}' and timing.bill_key = line.bill_key and timing.insurance_code = line.insurance_code
    left join marts.rec_measured as written
        on written.measure = '{measure}' and written.bill_key = line.bill_key and written.insurance_code = line.insurance_code
    where written.bill_key is null
"""
_OTHER = """
    select {columns}, outcome_code, cause_code, tax_amount, other_amount as agency_amount,
        coalesce(tax_amount, 0) - coalesce(other_amount, 0) as difference
    from intermediate.{model}
"""
_OTHERS = {
    "int_recon_internal": "pair, 'stage' as measure, bill_key, insurance_code, ticket_no",
    "int_recon_annuity": "pair, 'annuity' as measure, bill_key, 'ZYNJ' as insurance_code, ticket_no, transfer_no as subject_key",
    "int_recon_person": """pair, 'payment' as measure, subject_no as subject_key, insurance_code, ticket_no, department_code""",
}


# All that breaks() and measured() read.
MODELS = (*BREAK_MODELS, "rec_measured", "rec_timing", "int_recon_line", *_OTHERS)


def measured(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """All eight outcomes of every pair: what is written, and what agrees (1) or neither has (7) and is only counted."""
    found = rows_of(con, "select * from marts.rec_measured")
    for measure, (state, tax, agency) in _SIDES.items():
        found += rows_of(con, _AGREED.format(measure=measure, state=state, tax=tax, agency=agency))
    for model, columns in _OTHERS.items():
        found += rows_of(con, _OTHER.format(model=model, columns=columns))
    return found


class ModelBench:
    """Runs one of the project's compiled models on the rows of one case's bills only."""

    def __init__(self, source: duckdb.DuckDBPyConnection, manifest: Path, model: str, by_bill: Iterable[str]) -> None:
        nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
        node = nodes[f"model.shebao.{model}"]
        compiled = node.get("compiled_code")
        if not compiled:
            file = manifest.parent / "compiled" / "shebao" / node["original_file_path"]
            compiled = file.read_text(encoding="utf-8")
        self.sql = compiled
        self.con = duckdb.connect(":memory:")
        self.con.execute("set enable_progress_bar = false")
        database = node["database"]
        self.con.execute(f"attach ':memory:' as \"{database}\"")
        self.con.execute("create temp table wanted (key varchar)")
        by_bill = set(by_bill)
        for unique_id in node["depends_on"]["nodes"]:
            one = nodes[unique_id]
            relation = f'"{database}"."{one["schema"]}"."{one["alias"]}"'
            self.con.execute(f'create schema if not exists "{database}"."{one["schema"]}"')
            rows = source.execute(f'select * from "{one["schema"]}"."{one["alias"]}"').to_arrow_table()
            self.con.register("arriving", rows)
            if one["name"] in by_bill:
                self.con.execute(f"create temp table all_{one['name']} as from arriving")
                self.con.execute(
                    f"create view {relation} as from temp.main.all_{one['name']} where bill_key in (from temp.main.wanted)"
                )
            else:
                self.con.execute(f"create table {relation} as from arriving")
            self.con.unregister("arriving")

    def over(self, bills: Iterable[str]) -> list[Row]:
        """The model's rows for these bills."""
        self.con.execute("delete from wanted")
        self.con.executemany("insert into wanted values (?)", [[key] for key in sorted(bills)] or [["–"]])
        return rows_of(self.con, self.sql)


def total(rows: Iterable[Row], column: str) -> Decimal:
    """Sum of a column."""
    return sum((Decimal(row[column] or 0) for row in rows), Decimal(0))
