"""A small, believable published snapshot, so that tests of the pages need no run of the whole chain.

Contains the published tables' columns (read from the contracts themselves) and made-up rows for all
16 bureaus, some towns, 13 periods, findings, breaks and operations. Deterministic. Avoid business logic here: figures only
need to look right together.
"""

import csv
import hashlib
import json
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from common import paths
from tests.dashboards import fixture_person, fixture_reconciliation, fixture_resident, fixture_topics, fixture_unit

AS_OF = date(2026, 6, 30)
SNAPSHOT_ID = "20260630T101112Z-0a1b2c3d"
# Just now: an old snapshot says so on every page.
PUBLISHED_AT = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
PERIODS = [f"{2025 + (5 + step) // 12}{(5 + step) % 12 + 1:02d}" for step in range(13)]
CITY = "14501000000"

# Columns that the fixture fills, in the order of its rows. The tables themselves have all columns of the contracts.
_LEADING = (
    "rule_id subject_type subject_key department_code bureau_code agency_code town_code insurance_code period amount reason_code"
    " since_date age_workdays evidence registration_key bill_key taxpayer_key agreement_key"
)
FILLED = {
    "snapshot": "snapshot_id as_of run_id published_at git_sha reconciled",
    "dim_bureau": "bureau_code bureau_name short_name district_code kind parent_bureau_code sort_order is_ranked is_assumed",
    "dim_agency": "agency_code agency_name district_code level is_assumed",
    "dim_insurance_item": "insurance_code insurance_name department_code is_treasury sort_order",
    "dim_code": "code_type code code_name sort_order",
    "dim_division": "level division_code division_name parent_code",
    "dim_registration": "registration_key department_code unit_no unit_name bureau_code town_code contact_phone contact_phone_token "
    + fixture_unit.MORE["dim_registration"],
    "fct_bill": "bill_key registration_key department_code bureau_code town_code unit_name period amount " + fixture_unit.MORE["fct_bill"],
    "mtr_collection_rate": "period level area_code area_name parent_code bureau_code cut_type cut_code cut_name basis numerator"
    " denominator rate settled_numerator settled_rate prev_rate prev_year_rate rate_mom rate_yoy rank prev_rank rank_change"
    " employer_count is_small",
    "mtr_collection_daily": "period calendar_date day_no level area_code area_name bureau_code collected_amount"
    " collected_amount_cum due_amount collected_bills_cum due_bills rate_amount rate_bills",
    "mtr_today": "as_of period level area_code area_name bureau_code today_amount month_amount prev_month_amount"
    " prev_year_amount due_amount collected_amount earlier_missing_amount missing_amount today_bills due_bills missing_bills"
    " due_employers missing_employers earlier_missing_bills rate_amount rate_bills rate_employers",
    "mtr_stage": "period area_code area_name bureau_code department_code stage_code stage_name sort_order bill_count amount"
    " oldest_sent_date",
    "mtr_definition": "metric_id family basis cube requirements title basis_title description unit is_rate direction numerator_words"
    " denominator_words grain dimensions levels period_types exclusions comparison ranking target target_source small_denominator valid_from",
    "mtr_cube_collection": "metric_id period_type period level area_code area_name parent_code bureau_code town_code cut_type cut_code"
    " cut_name numerator denominator rate prev_rate prev_year_rate rate_mom rate_yoy rank prev_rank rank_change target gap subject_count"
    " is_small band",
    "rec_summary": "pair measure period bureau_code agency_code insurance_code outcome_code bill_count tax_amount agency_amount"
    " difference",
    "rec_break": "pair measure bill_key registration_key unit_name insurance_code agency_code bureau_code period outcome_code"
    " outcome cause_code tax_amount agency_amount difference tax_date agency_date age_workdays evidence is_counted subject_key rule_id",
    "mtr_deduction_gate": "item_no deduction_batch_no insured_key fee_registration_no person_no department_code bureau_code agency_code town_code"
    " village_code insurance_code fee_year generated_date amount verdict rule_id reason_code reason_count rule_ids refund_saved_amount",
    "mtr_deduction_round": "deduction_batch_no insurance_code bureau_code result_class generated_date submitted_date fee_year item_count amount",
    "rec_employer_item": "pair period agency_code registration_key bureau_code insurance_code tax_bill_count agency_bill_count"
    " tax_bill_amount agency_bill_amount tax_collected_amount agency_collected_amount bill_count_difference"
    " bill_amount_difference collected_amount_difference is_equal unit_name",
    "finding": "finding_id " + _LEADING + " state first_seen last_seen resolved_on reopened_count unit_name",
    "finding_event": "as_of rule_id subject_key event detail",
    "rule": "rule_id model_name title description cadence severity section subject next_step parameters reasons requirements"
    " open_count last_checked status columns kind sort_order status_reason rule_kind ledger chapter chapter_title list_columns",
    "anm_partly_paid": _LEADING + " unit_name bill_amount collected_amount",
    "anm_duplicate_bill": _LEADING + " unit_name notice_serial",
    "ops_run": "run_id as_of started_at finished_at status git_sha error job",
    "ops_patrol": "as_of check_id section title status why measured_at run_id worst_status worst_why worst_at",
    "ops_alert_log": "log_id logged_at channel kind outcome severity conditions title",
    "ops_roster_run": "run_id as_of started_at finished_at status lines chunks chunks_open chunks_done chunks_left message",
    "ops_roster_count": "run_id match_state code lines",
    "mon_system": "system_code system_name state newest_beat_at response_ms usual_ms response_ratio connection_count cpu_share"
    " memory_share availability_24h availability_30d outages_30d outage_minutes_30d open_failures open_failure_rows fullest_share"
    " days_until_full",
    "mon_heartbeat_hour": "system_code beat_hour_at beat_count down_count slow_count maintenance_count response_ms usual_ms",
    "mon_backlog": "table_name table_title system_code system_name business_code reader state is_read_slow unread_rows usual_rows"
    " limit_rows oldest_sent_at oldest_hours oldest_workdays sent_rows read_rows usual_read_rows mean_wait_hours last_read_at"
    " history_days",
    "mon_backlog_day": "table_name day is_workday unread_rows sent_rows read_rows",
    "mon_read_hour": "table_name hour_of_day read_rows usual_rows",
    "mon_insert_failure_day": "system_code system_name table_name table_title business_code failed_date error_code error_name who"
    " batch_count row_count open_batch_count open_row_count recovered_minutes longest_open_minutes",
    "mon_space": "system_code system_name tablespace_name state measured_at total_gb used_gb used_share growth_gb days_until_full"
    " over_since",
    "ops_sync_table": "run_id source_name table_name rows_read rows_changed rows_quarantined seconds status parity_status"
    " source_count raw_count detail synced_at mode rows_deleted bytes_read proof_scope key_status",
    "ops_quarantine": "run_id source_name table_name key_text column_name reason raw_value_masked quarantined_at row_ref",
    "ops_check_result": "run_id check_name model_name kind severity status failures message",
    "ops_rule_run": "as_of run_id rule_id status reason rows checksum",
    "ops_freshness": "source_name table_name latest_cursor_at synced_at status",
    "ops_snapshot": "snapshot_id as_of run_id published_at rows bytes",
    "mart_source": "model_name source_name table_name title warn_after_hours",
    **fixture_reconciliation.FILLED,
    **fixture_person.FILLED,
    **fixture_unit.FILLED,
    **fixture_topics.filled(_LEADING),
    **fixture_resident.FILLED,
}  # fmt: skip

# What the publishing step adds beside the marts; test_fixture_contract holds these against its code.
ADDED = {
    "snapshot": "snapshot_id varchar, as_of date, run_id varchar, published_at timestamp, git_sha varchar, reconciled boolean",
    "rule": "rule_id varchar, sort_order integer, model_name varchar, kind varchar, rule_kind varchar, ledger boolean,"
    " chapter varchar, chapter_title varchar, title varchar, description varchar, cadence varchar, severity varchar,"
    " section varchar, subject varchar, next_step varchar, parameters varchar, reasons varchar, requirements varchar,"
    " columns varchar, list_columns varchar, open_count bigint, new_count bigint, resolved_count bigint, row_count bigint,"
    " last_checked date, status varchar, status_reason varchar",
    "mart_source": "model_name varchar, source_name varchar, table_name varchar, title varchar, warn_after_hours integer",
    "dictionary_table": "table_name varchar, layer varchar, title varchar, description varchar, requirements varchar, rule_id varchar,"
    " is_published boolean",
    "dictionary_column": "table_name varchar, column_name varchar, sort_order integer, label varchar, description varchar,"
    " data_type varchar, personal_data varchar",
    "dictionary_edge": "table_name varchar, upstream_name varchar",
    "list_count": "rule_id varchar, bureau_code varchar, town_code varchar, row_count bigint, amount decimal(18,2)",
    "finding": "finding_id varchar, {leading}, unit_name varchar, state varchar, first_seen date, last_seen date,"
    " resolved_on date, reopened_count integer",
    "finding_by_key": "owner_key varchar, finding_id varchar, {leading}, unit_name varchar, state varchar, first_seen date,"
    " last_seen date, resolved_on date, reopened_count integer",
    "break_movement": "as_of date, rule_id varchar, bureau_code varchar, agency_code varchar, insurance_code varchar,"
    " opening_count integer, opening_amount decimal(18,2), new_count integer, new_amount decimal(18,2), changed_amount decimal(18,2),"
    " cleared_count integer, cleared_amount decimal(18,2), closing_count integer, closing_amount decimal(18,2)",
    "finding_event": "as_of date, event varchar, checksum varchar, detail varchar, run_id varchar, {leading}, unit_name varchar",
    "ops_run": "run_id varchar, as_of date, started_at timestamp, finished_at timestamp, status varchar, git_sha varchar,"
    " error varchar, job varchar",
    "ops_roster_run": "run_id varchar, as_of date, started_at timestamp, finished_at timestamp, status varchar, lines bigint,"
    " chunks integer, chunks_open integer, chunks_done integer, chunks_left integer, message varchar",
    "ops_roster_count": "run_id varchar, match_state varchar, code varchar, lines bigint",
    "ops_disk": "measured_at timestamp, run_id varchar, place varchar, total_bytes bigint, free_bytes bigint",
    "ops_patrol": "as_of date, check_id varchar, section varchar, title varchar, status varchar, why varchar,"
    " measured_at timestamp, run_id varchar, worst_status varchar, worst_why varchar, worst_at timestamp",
    "ops_alert_log": "log_id bigint, logged_at timestamp, channel varchar, kind varchar, outcome varchar, severity varchar,"
    " conditions integer, title varchar",
    "ops_sync_table": "run_id varchar, source_name varchar, table_name varchar, rows_read bigint, rows_changed bigint,"
    " rows_quarantined bigint, seconds double, status varchar, parity_status varchar, source_count bigint,"
    " raw_count bigint, detail varchar, synced_at timestamp, mode varchar, rows_deleted bigint, bytes_read bigint,"
    " proof_scope varchar, key_status varchar",
    "ops_quarantine": "run_id varchar, source_name varchar, table_name varchar, key_text varchar, column_name varchar,"
    " reason varchar, raw_value_masked varchar, quarantined_at timestamp, row_ref varchar",
    "ops_check_result": "run_id varchar, check_name varchar, model_name varchar, kind varchar, severity varchar,"
    " status varchar, failures bigint, message varchar",
    "ops_rule_run": "as_of date, run_id varchar, rule_id varchar, status varchar, reason varchar, rows bigint,"
    " checksum varchar",
    "ops_freshness": "source_name varchar, table_name varchar, latest_cursor_at timestamp, synced_at timestamp, status varchar",
    "ops_snapshot": "snapshot_id varchar, as_of date, run_id varchar, published_at timestamp, rows bigint, bytes bigint",
}  # fmt: skip
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LEADING_TYPES = {"amount": "decimal(18,2)", "since_date": "date", "age_workdays": "integer"}


@cache
def tables() -> dict[str, list[tuple[str, str]]]:
    """Every table of a published snapshot with its columns: the marts from their contracts, the rest from ADDED."""
    made: dict[str, list[tuple[str, str]]] = {}
    for file in sorted((paths.dbt_project_dir() / "models" / "marts").rglob("_*__models.yml")):
        for model in yaml.load(file.read_text(encoding="utf-8"), _LOADER).get("models", []):
            meta = (model.get("config") or {}).get("meta") or {}
            if meta.get("publish") is not False:
                made[model["name"]] = _contract(model)
    leading = ", ".join(f"{name} {_LEADING_TYPES.get(name, 'varchar')}" for name in _LEADING.split())
    for table, text in ADDED.items():
        columns = text.format(leading=leading).replace("decimal(18,2)", "decimal(18;2)").split(", ")
        made[table] = [(part.split(" ")[0], part.split(" ")[1].replace(";", ",")) for part in columns]
    # Made up here, so that every kind of rule has a page whatever the project holds: a list, a pure extract, proposals.
    for table, own in _OWN.items():
        made[table] = [(name, _LEADING_TYPES.get(name, "varchar")) for name in _LEADING.split()] + own
    return made


def _contract(model: dict[str, Any]) -> list[tuple[str, str]]:
    columns = []
    for column in model["columns"]:
        data_type = str(column["data_type"]).replace("string", "varchar")
        columns.append((column["name"], data_type))
        meta = (column.get("config") or {}).get("meta") or {}
        if meta.get("lookup_key"):
            columns[-1] = (f"{column['name']}_token", "varchar")
        elif meta.get("personal_data") and not any(
            (one.get("config") or {}).get("meta", {}).get("lookup_key") for one in model["columns"]
        ):
            columns.append((f"{column['name']}_token", "varchar"))
    return columns


Rows = dict[str, list[tuple[Any, ...]]]

_CHAPTERS = {
    "A1": "用人单位日常数据流转监控", "A2": "用人单位户籍数据运维", "A3": "用人单位缴费单据数据运维", "A6": "三方协议",
    "A7": "每月回盘数据处理", "A8": "批量扣款", "A9": "其他报表", "B4": "数据支撑", "B11": "本地化特色",
}  # fmt: skip
_RULES = [
    ("A1.01", "anm_unread_by_tax", "人社/医保已传递、税务未读取", "daily", "high", "征收科", "bill", {"bill_unread": "征集单未读取"}),
    ("A1.09", "anm_duplicate_bill", "有效征集单重复传递", "daily", "high", "征收科", "bill", {"same_serial": "同一流水号多条有效单据"}),
    ("A1.10", "anm_name_differs_hrss_nhsa", "人社户籍名称与医保户籍名称不一致", "weekly", "low", "规费科", "registration",
     {"suffix_differs": "仅公司后缀不同", "name_differs": "名称不同"}),
    ("A3.04", "anm_bill_not_processed", "已进入社保子系统但处理失败", "daily", "high", "征收科", "bill",
     {"not_associated": "户籍未关联", "no_section": "未分配科所", "not_decided": "未能判定"}),
    ("A9.99", "anm_quiet", "没有疑点的规则", "weekly", "low", "规费科", "bill", {}),
    ("A6.1", "anm_agreement_authority_differs", "协议所属机关与社保主管局不一致", "weekly", "medium", "征管科", "agreement",
     {"authority_differs": "机关不一致"}),
    ("A7.4", "anm_partly_paid", "部分缴纳", "daily", "medium", "征收科", "bill", {"partly_paid": "部分缴纳"}),
    ("A8.4", "anm_batch_failed_months", "连续多月批扣失败单位", "monthly", "medium", "征收科", "registration",
     {"insufficient_funds": "余额不足", "agreement_invalid": "协议失效"}),
    ("B11.2", "anm_resident_list_check", "城乡居民批扣前核查", "monthly", "high", "规费科", "insured",
     {"already_paid": "本年度已缴纳", "agreement_missing": "没有两方批扣协议"}),
]  # fmt: skip
_QUIET = {"A9.99", "B11.2"}  # found nothing today
# Rule id, table, title, kind, whether it has findings, and its own columns in the users' order with their headings.
_LISTED = [
    ("A8.1", "anm_fixture_batch", "社保费批扣明细", "list", False, "unit_no return_text"),
    ("A7.1", "anm_fixture_urge", "催报催缴清册", "list", True, "unit_name bureau_code amount unit_no"),
    ("A2.05", "anm_fixture_proposal", "批量分配户籍主管局", "proposal", True,
     "unit_name field_name current_value proposed_value reason_text confidence evidence_source state"),
    ("B4.09", "anm_fixture_person", "自然人缴费入库时间查询", "list", True, "person_no insurance_code amount"),
]  # fmt: skip
_OWN_TYPES = {"confidence": "decimal(5,4)"}
_OWN = {
    table: [(name, _OWN_TYPES.get(name, "varchar")) for name in own.split() if name not in _LEADING.split()]
    for _, table, _, _, _, own in _LISTED
}
_HEADINGS = {
    "unit_no": "单位编号", "unit_name": "单位名称", "return_text": "银行返回信息", "bureau_code": "主管税务局", "amount": "欠费金额",
    "field_name": "拟改字段", "current_value": "现值", "proposed_value": "建议值", "reason_text": "理由", "confidence": "置信度",
    "evidence_source": "依据来源", "state": "状态", "person_no": "人员编号", "insurance_code": "险种",
}  # fmt: skip
_ITEMS = [
    ("10201", "城职养老", "HRSS", 0.42), ("10211", "机关养老", "HRSS", 0.12), ("ZYNJ", "职业年金", "HRSS", 0.05),
    ("10202", "失业", "HRSS", 0.03), ("10204", "工伤", "HRSS", 0.02), ("10203", "城职医疗", "NHSA", 0.33),
    ("10299-05", "大额医疗", "NHSA", 0.03),
]  # fmt: skip
_WEIGHTS = [9, 24, 11, 17, 8, 3, 6, 2, 2, 2, 4, 5, 12, 9, 3, 1]


def seed(name: str) -> list[dict[str, str]]:
    """A reference seed of the dbt project."""
    with (paths.dbt_project_dir() / "seeds" / "reference" / f"{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def figures() -> list[str]:
    """The published tables that stand on exchange tables."""
    return [
        name for name in tables() if name.startswith(("mtr_", "rec_", "anm_", "fct_")) or name == "dim_registration"
    ]


def write(folder: Path) -> Path:
    """Write the snapshot and CURRENT into var/published under `folder`; returns the file."""
    published = folder / "published"
    published.mkdir(parents=True, exist_ok=True)
    file = published / f"{SNAPSHOT_ID}.duckdb"
    file.unlink(missing_ok=True)
    rows = _make()
    fixture_person.fill(folder, rows)
    fixture_unit.fill(rows)
    rows["finding"].append(fixture_person.finding(len(_LEADING.split())))
    fixture_topics.fill(rows)
    with duckdb.connect(str(file)) as connection:
        for table, columns in tables().items():
            connection.execute(f"create table {table} ({', '.join(f'{name} {kind}' for name, kind in columns)})")
            _fill(connection, table, rows.get(table, []))
        connection.execute(
            "insert into finding_by_key select unnest(list_distinct([registration_key, taxpayer_key, subject_key])), f.*"
            " from finding as f where state <> 'resolved'"
        )
    (published / "CURRENT").write_text(file.name)
    (published / "STATUS.json").write_text(
        json.dumps({"status": "success", "as_of": str(AS_OF), "finished_at": "2026-06-30 18:11:12"})
    )
    return file


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        import pandas as pd

        frame = pd.DataFrame([[None if value is None else str(value) for value in row] for row in rows], dtype="object")
        connection.register("incoming", frame)
        columns = ", ".join(FILLED[table].split() if table in FILLED else [name for name, _ in tables()[table]])
        connection.execute(f"insert into {table} ({columns}) select * from incoming")
        connection.unregister("incoming")


class _World:
    def __init__(self) -> None:
        self.random = random.Random(20260630)
        self.bureaus = [row for row in seed("ref_bureau") if row["is_ranked"] == "true"]
        self.bureaus.sort(key=lambda row: int(row["sort_order"]))
        names = {row["division_code"]: row["division_name"] for row in seed("ref_division") if row["level"] == "town"}
        self.towns: dict[str, list[tuple[str, str]]] = {}
        for row in seed("ref_town_bureau"):
            kept = self.towns.setdefault(row["bureau_code"], [])
            if len(kept) < 5:
                kept.append((row["town_code"], names.get(row["town_code"], row["town_code"])))
        self.villages: dict[str, list[tuple[str, str]]] = {}
        for row in seed("ref_division"):
            if row["level"] == "village":
                self.villages.setdefault(row["parent_code"], []).append((row["division_code"], row["division_name"]))
        self.agencies = [row["agency_code"] for row in seed("ref_agency")]


def _make() -> Rows:
    world = _World()
    rows: Rows = {
        "snapshot": [(SNAPSHOT_ID, AS_OF, "run-14", PUBLISHED_AT, "abc1234", False)],
        "dim_bureau": [
            tuple(row[name] or None for name in (
                "bureau_code", "bureau_name", "short_name", "district_code", "kind", "parent_bureau_code", "sort_order",
                "is_ranked", "is_assumed",
            ))
            for row in seed("ref_bureau")
        ],
        "dim_agency": [
            (row["agency_code"], row["agency_name"], row["district_code"], row["level"], row["is_assumed"])
            for row in seed("ref_agency")
        ],
        "dim_insurance_item": [(code, name, dept, code != "ZYNJ", number) for number, (code, name, dept, _) in enumerate(_ITEMS)],
        "dim_code": [("payment_channel", row["channel_code"], row["channel_name"], 1) for row in seed("ref_payment_channel")]
        + [("person_insurance", row["insurance_code"], row["insurance_name"], 1) for row in seed("ref_person_insurance")]
        + [("person_channel", row["channel_code"], row["channel_name"], 1) for row in seed("ref_person_channel")]
        + [("taxpayer_status", row["taxpayer_status_code"], row["taxpayer_status_name"], 1) for row in seed("ref_taxpayer_status")]
        + [("bank", row["bank_code"], row["bank_name"], 1) for row in seed("ref_bank")]
        + [("bill_stage", row["stage_code"], row["stage_name"], 1) for row in seed("ref_bill_stage")]
        + [("bank_reason", *pair, 1) for pair in sorted({(row["reason_class"], row["reason_class_name"]) for row in seed("ref_bank_return_code")})],
        "dim_division": [
            (row["level"], row["division_code"], row["division_name"], row["parent_code"]) for row in seed("ref_division")
        ],
    }  # fmt: skip
    _rates(world, rows)
    _days(world, rows)
    _stages(world, rows)
    fixture_resident.fill(rows, world.bureaus, world.towns, world.villages)
    _findings(world, rows)
    _reconciliation(world, rows)
    fixture_reconciliation.fill(rows, world.bureaus, world.agencies, AS_OF)
    _gate(world, rows)
    _operations(world, rows)
    _dictionary(rows)
    return rows


def _dictionary(rows: Rows) -> None:
    """A cube, what it is made of, and the exchange table at its beginning."""
    chain = (
        ("mtr_cube_collection", "marts", "征收汇总", "各期各区域的征收指标"),
        ("int_bill_item", "intermediate", "征集单分险种", "征集单按险种的应征与已征"),
        ("ref_bureau", "seed", "主管税务局", "16个主管局"),
        ("stg_hrss__bill", "staging", "人社征集单", "人社交换库的征集单，改用英文字段名"),
        ("hrss.RS_ZJXX", "source", "征集信息表", "人社推送的征集信息"),
    )
    rows["dictionary_table"] = [
        (name, layer, title, words, '["A9.1"]', None, layer == "marts") for name, layer, title, words in chain
    ]
    rows["dictionary_column"] = [
        ("mtr_cube_collection", "numerator", 0, "分子", "已上解的金额", "decimal(18,2)", None),
        ("mtr_cube_collection", "denominator", 1, "分母", "应征的金额", "decimal(18,2)", None),
        ("hrss.RS_ZJXX", "AAE005", 0, "联系电话", "单位联系电话", "varchar", "phone"),
    ]
    rows["dictionary_edge"] = [
        ("mtr_cube_collection", "int_bill_item"), ("mtr_cube_collection", "ref_bureau"), ("int_bill_item", "stg_hrss__bill"),
        ("stg_hrss__bill", "hrss.RS_ZJXX"),
    ]  # fmt: skip


def _cents(value: float) -> Decimal:
    return Decimal(round(value * 100)) / 100


def _rate(part: float, whole: float) -> Decimal | None:
    return Decimal(round(part / whole * 10000)) / 10000 if whole else None


def _rates(world: _World, rows: Rows) -> None:
    made: list[list[Any]] = []
    cuts = (
        [("total", "total", "全部", 1.0)]
        + [("insurance", code, name, part) for code, name, _, part in _ITEMS]
        + [("department", "HRSS", "人社", 0.64), ("department", "NHSA", "医保", 0.36)]
        + [("origin", "1", "核定征集", 0.7), ("origin", "2", "自行申报", 0.26), ("origin", "3", "特殊缴费", 0.04)]
        + [("unit_type", "11", "机关", 0.1), ("unit_type", "12", "事业", 0.2), ("unit_type", "91", "企业", 0.66), ("unit_type", "92", "个体工商户", 0.04)]
    )  # fmt: skip
    before: dict[tuple[str, ...], Decimal | None] = {}
    for number, period in enumerate(PERIODS):
        for cut_type, cut_code, cut_name, part in cuts:
            for basis in ("amount", "bill", "employer"):
                scale = {"amount": 2_600_000.0, "bill": 46.0, "employer": 13.0}[basis]
                drop = {"amount": 0.0, "bill": 0.02, "employer": 0.045}[basis]
                slice_rows: list[list[Any]] = []
                city = [0.0, 0.0]
                for place, (bureau, weight) in enumerate(zip(world.bureaus, _WEIGHTS, strict=True)):
                    totals = [0.0, 0.0]
                    code = bureau["bureau_code"]
                    towns = world.towns.get(code) or [("UNASSIGNED", "未分配")]
                    for town_code, town_name in towns:
                        due = max(round(weight * scale * part * world.random.uniform(0.7, 1.3) / len(towns)), 1)
                        share = min(
                            0.995,
                            0.972
                            - drop
                            - (place * 7 % 16) * 0.004
                            + number * 0.0008
                            + world.random.uniform(-0.02, 0.02),
                        )
                        paid = due * share if basis == "amount" else round(due * share)
                        totals[0] += paid
                        totals[1] += due
                        slice_rows.append(
                            [
                                period,
                                "town",
                                town_code,
                                town_name,
                                code,
                                code,
                                cut_type,
                                cut_code,
                                cut_name,
                                basis,
                                paid,
                                due,
                            ]
                        )
                    slice_rows.append(
                        [
                            period,
                            "bureau",
                            code,
                            bureau["short_name"],
                            CITY,
                            code,
                            cut_type,
                            cut_code,
                            cut_name,
                            basis,
                            *totals,
                        ]
                    )
                    city[0] += totals[0]
                    city[1] += totals[1]
                slice_rows.append(
                    [period, "city", CITY, "全市", None, None, cut_type, cut_code, cut_name, basis, *city]
                )
                made += _compared(slice_rows, before)
    rows["mtr_collection_rate"] = [tuple(row) for row in made]


def _compared(slice_rows: list[list[Any]], before: dict[tuple[str, ...], Decimal | None]) -> list[list[Any]]:
    bureaus = sorted((row for row in slice_rows if row[1] == "bureau"), key=lambda row: -(row[10] / row[11]))
    ranks = {row[2]: place + 1 for place, row in enumerate(bureaus)}
    made = []
    for row in slice_rows:
        paid, due = row[10], row[11]
        rate = _rate(paid, due)
        key = (row[1], row[2], str(row[4]), row[6], row[7], row[9])
        earlier = before.get(key)
        year_ago = None if earlier is None or rate is None else rate - Decimal("0.0131")
        rank = ranks.get(row[2]) if row[1] == "bureau" else None
        old_rank = None if rank is None else (rank + 1) % 16 + 1
        made.append([
            *row[:10], _cents(paid), _cents(due), rate, _cents(paid * 0.97), _rate(paid * 0.97, due), earlier, year_ago,
            None if earlier is None or rate is None else rate - earlier, None if year_ago is None or rate is None else rate - year_ago,
            rank, old_rank, None if rank is None or old_rank is None else old_rank - rank, int(due // 200_000) + 5, due < 30,
        ])  # fmt: skip
        before[key] = rate
    return made


def _days(world: _World, rows: Rows) -> None:
    totals = {
        (row[0], row[2]): (row[10], row[11])
        for row in rows["mtr_collection_rate"]
        if row[6] == "total" and row[9] == "amount" and row[1] in ("city", "bureau")
    }
    names = {row["bureau_code"]: row["short_name"] for row in world.bureaus} | {CITY: "全市"}
    made, today = [], []
    for (period, area), (paid, due) in totals.items():
        first = date(int(period[:4]), int(period[4:]), 1)
        days = (date(first.year + first.month // 12, first.month % 12 + 1, 1) - first).days
        level = "city" if area == CITY else "bureau"
        before = 0.0
        for number in range(days):
            progress = ((number + 1) / days) ** 2.2
            cumulated = float(paid) * progress
            made.append((
                period, first + timedelta(days=number), number + 1, level, area, names[area], None if level == "city" else area,
                _cents(cumulated - before), _cents(cumulated), due, int(700 * progress), 733, _rate(cumulated, float(due)), Decimal("0.9"),
            ))  # fmt: skip
            before = cumulated
        if period == PERIODS[-1]:
            day = float(paid) * 0.061
            today.append((
                AS_OF, period, level, area, names[area], None if level == "city" else area, _cents(day), paid, _cents(float(paid) * 0.98),
                _cents(float(paid) * 0.93), due, paid, _cents(float(due) * 0.011), due - paid, 41, 733, 33, 210, 17, 12,
                _rate(float(paid), float(due)), Decimal("0.9549"), Decimal("0.9190"),
            ))  # fmt: skip
    rows["mtr_collection_daily"] = made
    rows["mtr_today"] = today


def _stages(world: _World, rows: Rows) -> None:
    wanted = {
        "sent": 3,
        "read": 2,
        "front_waiting": 4,
        "declared": 9,
        "invoiced": 14,
        "partly_collected": 2,
        "collected": 24,
        "settled": 40,
        "posted": 180,
    }
    names = {row["stage_code"]: row for row in seed("ref_bill_stage")}
    rows["mtr_stage"] = [
        (PERIODS[-1], bureau["bureau_code"], bureau["short_name"], bureau["bureau_code"], department, code, names[code]["stage_name"],
         names[code]["sort_order"], max(count * weight // 8, 0), _cents(count * weight * 9000.0), date(2026, 6, 3))
        for bureau, weight in zip(world.bureaus, _WEIGHTS, strict=True) for department in ("HRSS", "NHSA") for code, count in wanted.items()
        if count * weight // 8
    ]  # fmt: skip
    rows["mtr_definition"] = [
        (f"collection_rate_{basis}", "collection_rate", basis, "mtr_cube_collection", "A9.1", f"征收率（{title}）", title,
         f"应征中已征的比例，{title}。", unit, True, "higher", numerator, denominator, "所属期 × 户籍", "险种、社保医保系统", "city,bureau,town",
         "month", "上游已撤销、已作废的征集单；超过应征金额的部分", "与上一所属期同一进度日相比", "只在16个主管局之间排名",
         Decimal("0.98"), "假设值", 30, date(2019, 4, 1))
        for basis, title, unit, numerator, denominator in (
            ("amount", "按金额", "元", "已上解金额", "应征金额"), ("bill", "按单据", "张", "已足额上解的张数", "有效征集单张数"),
            ("employer", "按户籍", "户", "已足额上解的户籍数", "有应征的户籍数"),
        )
    ]  # fmt: skip
    rates = [dict(zip(FILLED["mtr_collection_rate"].split(), row, strict=True)) for row in rows["mtr_collection_rate"]]
    rows["mtr_cube_collection"] = [
        (f"collection_rate_{row['basis']}", "month", row["period"], row["level"], row["area_code"], row["area_name"], row["parent_code"],
         row["bureau_code"], row["area_code"] if row["level"] == "town" else None, row["cut_type"], row["cut_code"], row["cut_name"],
         row["numerator"], row["denominator"], row["rate"], row["prev_rate"], row["prev_year_rate"], row["rate_mom"], row["rate_yoy"],
         row["rank"], row["prev_rank"], row["rank_change"], Decimal("0.98"),
         max(_cents(float(row["denominator"]) * 0.98) - row["numerator"], Decimal(0)), row["employer_count"], row["is_small"],
         "same" if row["rank"] and row["basis"] != "amount" else None)
        for row in rates
    ]  # fmt: skip


def _findings(world: _World, rows: Rows) -> None:
    findings, events, paid, doubled, registrations = [], [], [], [], []
    for rule_id, _, title, _, _, _, subject, reasons in _RULES:
        for number in range(0 if rule_id in _QUIET else 6 + len(title) * 3):
            bureau = world.random.choices(world.bureaus, _WEIGHTS)[0]
            code = bureau["bureau_code"]
            towns = world.towns.get(code) or [(None, None)]
            town = world.random.choice(towns)[0]
            age = world.random.choice([1, 2, 3, 4, 6, 9, 14, 22, 41])
            since = AS_OF - timedelta(days=round(age * 1.4))
            amount = _cents(world.random.lognormvariate(9.4, 1.1))
            unit = f"南宁市{bureau['short_name']}第{number + 1}测试有限公司"
            reason = world.random.choice(sorted(reasons))
            key = f"HRSS|{rule_id.replace('.', '')}{number:05d}|1"
            registration = f"HRSS|NN|{rule_id}{number:05d}"
            state = "resolved" if number % 5 == 4 else "open"
            first = AS_OF if age == 1 else since + timedelta(days=1)
            resolved = (AS_OF if number % 2 else AS_OF - timedelta(days=3)) if state == "resolved" else None
            evidence = f"“{unit}”{title}：自{since.month}月{since.day}日起已{age}个工作日，涉及{amount:,}元；核实并更正后解除。"
            leading = (
                rule_id, subject, key, "HRSS", code, world.agencies[number % len(world.agencies)], town, "10201", PERIODS[-1 - number % 3],
                amount, reason, since, age, evidence, registration, key if subject == "bill" else None, None, None,
            )  # fmt: skip
            finding_id = hashlib.sha256(f"{rule_id}|{key}".encode()).hexdigest()[:16]
            findings.append((finding_id, *leading, state, first, resolved or AS_OF, resolved, 0, unit))
            events.append((first, rule_id, key, "opened", ""))
            if age > 5:
                events.append((first + timedelta(days=2), rule_id, key, "changed", "金额由 0.00 元变为现值"))
            if resolved:
                events.append((resolved, rule_id, key, "resolved", "今日未再发现"))
            if state == "open" and rule_id == "A7.4":
                paid.append((*leading, unit, amount * 3, amount * 2))
            if state == "open" and rule_id == "A1.09":
                doubled.append((*leading, unit, f"ZJ2026{number:06d}"))
            registrations.append(
                (
                    registration,
                    "HRSS",
                    f"{number:06d}",
                    unit,
                    code,
                    town,
                    "138****8000",
                    f"{number:032x}",
                )
            )
    opened: dict[str, int] = {}
    for finding in findings:
        opened[finding[1]] = opened.get(finding[1], 0) + (finding[19] == "open")
    labels = {
        "bill_amount": "单据金额",
        "collected_amount": "已征收金额",
        "last_collected_date": "最近缴款日",
        "notice_serial": "征集通知流水号",
        "twins": "重复条数",
    }
    rows["rule"] = [
        (rule_id, model, title, f"{title}，逐日核对后列出。", cadence, severity, section, subject, "与推送部门核实后更正。",
         json.dumps({"delay": {"default": 1, "unit": "工作日", "why": "约定次日读取"}}), json.dumps(reasons, ensure_ascii=False),
         rule_id, opened.get(rule_id, 0), AS_OF, "not_checked" if rule_id == "A6.1" else "checked",
         json.dumps([{"name": name, "description": label, "label": label, "personal_data": None} for name, label in labels.items()]),
         "rule", number, "table_late: tax_mgmt.SF_SFXY" if rule_id == "A6.1" else None,
         "diagnosis" if "not_decided" in reasons else "anomaly", True, rule_id.split(".")[0], _CHAPTERS[rule_id.split(".")[0]], "[]")
        for number, (rule_id, model, title, cadence, severity, section, subject, reasons) in enumerate(_RULES)
    ]  # fmt: skip
    _listed(rows, findings)
    bills = [
        (f"HRSS|{key}", None, "HRSS", code, town, unit, PERIODS[-1], 1)
        for key, _, _, unit, code, town, _, _ in registrations
    ]
    rows |= {
        "fct_bill": bills,
        "finding": findings,
        "finding_event": events,
        "anm_partly_paid": paid,
        "anm_duplicate_bill": doubled,
        "dim_registration": registrations,
    }


def _listed(rows: Rows, findings: list[tuple[Any, ...]]) -> None:
    """Lists and proposals over the units of A7.4, one row each."""
    model = [finding for finding in findings if finding[1] == "A7.4" and finding[19] == "open"]
    rows["list_count"] = []
    for place, (rule_id, table, title, kind, ledger, own) in enumerate(_LISTED):
        rows[table] = []
        for number, finding in enumerate(model):
            leading = (rule_id, *finding[2:8], "10203L" if "person_no" in own else finding[8], *finding[9:19])
            words = {"unit_no": f"{number:06d}", "person_no": f"45{number:06d}", "unit_name": finding[24], "return_text": "余额不足",
                     "field_name": "主管税务局", "current_value": None, "proposed_value": "青秀局", "reason_text": "信用代码与核心征管一致",
                     "confidence": Decimal("0.9500"), "evidence_source": "核心征管", "state": "proposed"}  # fmt: skip
            rows[table].append((*leading, *(words[name] for name, _ in _OWN[table])))
            if ledger:
                key = hashlib.sha256(f"{rule_id}|{finding[3]}".encode()).hexdigest()[:16]
                findings.append((key, *leading, *finding[19:]))
            else:
                rows["list_count"].append((rule_id, finding[5], finding[7], 1, finding[10]))
        rows["rule"].append(
            (rule_id, table, title, f"{title}的说明。", "monthly", "low", "征收科", "bill", "按清单办理。", "{}", "{}", f'["{rule_id}"]',
             len(model) if ledger else None, AS_OF, "checked",
             json.dumps([{"name": name, "description": _HEADINGS[name], "label": _HEADINGS[name], "personal_data": None} for name in own.split()]),
             "rule", 100 + place, None, kind, ledger, rule_id.split(".")[0], _CHAPTERS[rule_id.split(".")[0]], json.dumps(own.split()))
        )  # fmt: skip


def _reconciliation(world: _World, rows: Rows) -> None:
    summary, breaks, employers = [], [], []
    for pair, department in (("tax_hrss", "HRSS"), ("tax_nhsa", "NHSA")):
        items = [item for item in _ITEMS if item[2] == department]
        for measure in ("bill", "collection"):
            for bureau, weight in zip(world.bureaus, _WEIGHTS, strict=True):
                agency = world.agencies[int(bureau["sort_order"]) % len(world.agencies)]
                for code, _, _, part in items:
                    for period in PERIODS[-3:]:
                        good = _cents(weight * 2_000_000 * part)
                        for item in (code, "*") if code == items[0][0] else (code,):
                            summary.append(
                                (
                                    pair,
                                    measure,
                                    period,
                                    bureau["bureau_code"],
                                    agency,
                                    item,
                                    1,
                                    weight * 9,
                                    good,
                                    good,
                                    0,
                                )
                            )
                            if measure == "collection":
                                summary.append(
                                    (
                                        pair,
                                        measure,
                                        period,
                                        bureau["bureau_code"],
                                        agency,
                                        item,
                                        0,
                                        weight,
                                        good / 20,
                                        0,
                                        good / 20,
                                    )
                                )
                        if world.random.random() < 0.12:
                            outcome, cause = world.random.choice(
                                [(2, "amount_changed"), (3, "returned_unread"), (4, "not_sent"), (6, "double_posted")]
                            )
                            tax = _cents(world.random.uniform(500, 90_000))
                            agency_amount = (
                                _cents(float(tax) * 0.8) if outcome == 2 else (Decimal(0) if outcome < 5 else tax * 2)
                            )
                            for item in (code, "*"):
                                summary.append(
                                    (
                                        pair,
                                        measure,
                                        period,
                                        bureau["bureau_code"],
                                        agency,
                                        item,
                                        outcome,
                                        1,
                                        tax,
                                        agency_amount,
                                        tax - agency_amount,
                                    )
                                )
                            unit = f"南宁市{bureau['short_name']}对账测试有限公司"
                            key = f"{department}|ZJ{len(breaks):08d}|1"
                            breaks.append((
                                pair, measure, key, f"{department}|NN|{len(breaks):06d}", unit, "*", agency, bureau["bureau_code"], period, outcome,
                                "见结果代码", cause, tax, agency_amount, tax - agency_amount, date(2026, 6, 12), None if outcome == 4 else date(2026, 6, 18), 9,
                                f"“{unit}”税务记 {tax:,} 元，对方记 {agency_amount:,} 元，相差 {tax - agency_amount:,} 元；核对后补登或更正。",
                                True, f"{measure}|{key}|*", "REC",
                            ))  # fmt: skip
                            employers.append((
                                pair, period, agency, f"{department}|NN|{len(breaks):06d}", bureau["bureau_code"], code, 3, 3, tax, agency_amount, tax,
                                agency_amount, 0, tax - agency_amount, tax - agency_amount, False, unit,
                            ))  # fmt: skip
    rows |= {"rec_summary": summary, "rec_break": breaks, "rec_employer_item": employers}


def _gate(world: _World, rows: Rows) -> None:
    """Waiting items of a batch deduction: most go, some of each bureau stop or are to be checked."""
    kinds = [("go", None, None)] * 7 + [
        ("stop", "B11.2", "already_paid"),
        ("stop", None, "listed_twice"),
        ("check", "B11.2", "agreement_missing"),
    ]
    rows["mtr_deduction_gate"] = [
        (
            f"Q{place:02d}{number:03d}", "20260630101", f"HRSS|QYMS|50{place:02d}{number:04d}|10210", f"7{place:02d}{number:04d}", f"50{place:02d}{number:04d}",
            "HRSS", row["bureau_code"], None, None, None, "10210", "2026", AS_OF, Decimal("200.00"), verdict, rule, reason, 0 if verdict == "go" else 1, rule,
            Decimal("200.00") if verdict == "stop" else Decimal(0),
        )
        for place, row in enumerate(world.bureaus)
        for number, (verdict, rule, reason) in enumerate(kinds)
    ]  # fmt: skip
    results = [
        ("success", 70),
        ("insufficient_funds", 20),
        ("account_invalid", 6),
        ("agreement_invalid", 3),
        ("voided", 8),
    ]
    rows["mtr_deduction_round"] = [
        (
            f"2026{month:02d}20101", "10210", row["bureau_code"], result, date(2026, month, 20), None if result == "voided" else date(2026, month, 21),
            "2026", count + month, Decimal(200 * (count + month)),
        )
        for month in range(1, 7)
        for row in world.bureaus
        for result, count in results
    ]  # fmt: skip


def _operations(world: _World, rows: Rows) -> None:
    started = datetime(2026, 6, 30, 18, 6)
    rows["ops_run"] = [
        (f"run-{14 - number}", AS_OF - timedelta(days=number), started - timedelta(days=number), started - timedelta(days=number, minutes=-5),
         "failed" if number == 4 else "success", "abc1234", "对账检查未通过" if number == 4 else None, "daily_refresh")
        for number in range(8)
    ]  # fmt: skip
    rows["ops_roster_run"] = [
        ("match-2", AS_OF, started + timedelta(hours=3), started + timedelta(hours=9), "stopped", 812_000, 256, 96, 60, 36, "不在预约时段内，下次 07-01 20:00"),
        ("match-1", AS_OF, started - timedelta(hours=21), None, "interrupted", 812_000, 256, 256, 160, 96, None),
    ]  # fmt: skip
    rows["ops_roster_count"] = [
        ("match-2", "matched", "name_and_birth", 391_204),
        ("match-2", "matched", "name_and_partial_id", 12_377),
        ("match-2", "ambiguous", "several_candidates", 8_006),
        ("match-2", "unmatched", "not_registered", 201_119),
        ("match-1", "matched", "id_number", 5),
    ]
    _exchange(rows)
    tables = [
        ("hrss", "AB01"),
        ("hrss", "RS_ZSHZ"),
        ("nhsa", "TAX_BILL_B"),
        ("tax_core", "DJ_NSRXX"),
        ("tax_levy", "ZS_KKXX"),
        ("tax_support", "ZC_ZSHZ"),
    ]
    rows["ops_sync_table"] = [
        ("run-14", source, table, 3200 + number * 417, 41 + number, 2 if number == 1 else 0, 0.4 + number / 10, "ok",
         "FAIL" if number == 3 else "PASS", 3200 + number * 417, 3200 + number * 417 - (number == 3), "", started,
         "incremental", 0, 300_000, "whole", "PASS")
        for number, (source, table) in enumerate(tables)
    ]  # fmt: skip
    rows["ops_freshness"] = [
        (source, table, started - timedelta(hours=3 + 40 * (number == 4)), started, "late" if number == 4 else "fresh")
        for number, (source, table) in enumerate(tables)
    ]
    rows["mart_source"] = [
        (model, source, table, f"{table}的表", 36) for model in figures() for source, table in tables
    ]
    rows["ops_quarantine"] = [
        ("run-14", "hrss", "RS_ZSHZ", "ZJ****12|110", "YJE", "amount_does_not_fit", "1,2.00", started, "r12"),
        ("run-14", "hrss", "RS_ZSHZ", "ZJ****12|110", "LXDH", "nul_byte", "139****9000", started, "r12"),
        ("run-14", "hrss", "RS_ZSHZ", "ZJ****19|110", "YJE", "duplicate_key", "3.40", started, "r19"),
    ]
    rows["ops_check_result"] = [
        ("run-14", f"unique_{table.lower()}", f"stg_{source}__{table.lower()}", "integrity", "error", "PASS", 0, "")
        for source, table in tables
    ] + [
        ("run-14", "accepted_values_ab01_aae140", "AB01", "contract", "warn", "WARN", 3, "出现未登记的险种代码"),
        ("run-14", "no_findings_anm_partly_paid", "anm_partly_paid", "rule", "warn", "WARN", 17, ""),
        ("run-14", "assert_nothing_due", "mtr_collection_rate", "integrity", "error", "N/A", None, "没有可检查的对象"),
    ]
    rows["ops_rule_run"] = [
        (
            AS_OF,
            "run-14",
            rule[0],
            "not_checked" if rule[0] == "A6.1" else "checked",
            "table_late: tax_mgmt.SF_SFXY" if rule[0] == "A6.1" else None,
            12,
            "c0ffee",
        )
        for rule in _RULES
    ]
    rows["ops_snapshot"] = [(SNAPSHOT_ID, AS_OF, "run-14", PUBLISHED_AT, 123456, 9_000_000)]


def _exchange(rows: Rows) -> None:
    """Exchange systems with one that is down, a table that piles up, a full tablespace, a patrol and alerts."""
    now = datetime(2026, 6, 30, 17, 30)
    systems = [
        ("HRSS", "人社交换库", "normal"),
        ("NHSA", "医保交换库", "down"),
        ("SHARE", "数据共享平台", "slow"),
        ("TIPS", "税库银", "maintenance"),
    ]
    rows["mon_system"] = [
        (code, name, state, now, None if state == "down" else 24 + 90 * (state == "slow"), 22, None if state == "down" else 1 + 4 * (state == "slow"),
         48, 41, 55, Decimal("0.8958") if state == "down" else 1, Decimal("0.9952"), int(state == "down"), 150 * (state == "down"),
         0, 0, Decimal("94.85") if code == "HRSS" else 60, 2 if code == "HRSS" else 400)
        for code, name, state in systems
    ]  # fmt: skip
    rows["mon_heartbeat_hour"] = [
        (code, now.replace(minute=0) - timedelta(hours=hour), 2, 2 if state == "down" and hour < 3 else 0, int(state == "slow" and hour < 4),
         2 if state == "maintenance" and hour < 2 else 0, 25, 22)
        for code, _, state in systems
        for hour in range(24 * 20)
        if not (code == "TIPS" and 30 < hour < 60)
    ]  # fmt: skip
    tables = [
        ("RS_ZJHZ", "征集汇总表", "HRSS", "人社交换库", "2", "tax", "usual", 5, 4, 14),
        ("CLCT_NTC_B", "征集汇总表", "NHSA", "医保交换库", "2", "tax", "piled_up", 96, 8, 21),
        ("RS_SJHP", "上解回盘表", "HRSS", "人社交换库", "3", "agency", "too_early", 12, None, None),
        ("RS_RYHB", "人员编号合并表", "HRSS", "人社交换库", "4", "tax", "no_rows", 0, None, None),
    ]
    rows["mon_backlog"] = [
        (table, title, code, system, business, reader, state, state == "piled_up", unread, usual, limit, now - timedelta(hours=50) if unread else None,
         50 if unread else None, 2 if unread else None, 30, 3 if state == "piled_up" else 28, 30, Decimal("13.6"), now - timedelta(hours=2), 39)
        for table, title, code, system, business, reader, state, unread, usual, limit in tables
    ]  # fmt: skip
    rows["mon_backlog_day"] = [
        (table, AS_OF - timedelta(days=back), True, max(0, unread - back * (unread // 6)), 30, 28)
        for table, *_, unread, _usual, _limit in tables
        for back in range(30)
    ]
    rows["mon_read_hour"] = [(table, hour, 4, 5) for table, *_ in tables[:3] for hour in range(9, 18)]
    rows["mon_insert_failure_day"] = [
        ("HRSS", "人社交换库", "RS_ZJMX", "征集明细表", "2", AS_OF, "ORA-01653", "表空间不足，表无法扩展", "交换库运维", 4, 17000, 4, 17000, None, 840),
        ("NHSA", "医保交换库", "EMP_INSU_D", "单位参保险种表", "1", AS_OF - timedelta(days=3), "ORA-12170", "连接超时", "网络与交换库运维",
         1, 96, 0, 0, 31, None),
    ]  # fmt: skip
    rows["mon_space"] = [
        ("HRSS", "人社交换库", "HRSS_DATA", "over", now, 800, Decimal("758.8"), Decimal("94.85"), Decimal("17.2"), 2, AS_OF - timedelta(days=2)),
        ("NHSA", "医保交换库", "NHSA_IDX", "soon", now, 378, 294, Decimal("77.76"), Decimal("3.1"), 27, None),
        ("NHSA", "医保交换库", "NHSA_TEMP", "autoextend", now, 100, 60, 60, Decimal("0.1"), 400, None),
    ]  # fmt: skip
    checks = [("heartbeat", "服务器运行", "系统可用", "FAIL", "医保交换库：06-30 17:30 心跳无应答"), ("disk", "服务器运行", "本机磁盘", "PASS", "3 项正常"),
              ("backlog", "数据接口", "读取堆积", "FAIL", "征集汇总表（CLCT_NTC_B）：堆积：未读 96 行，通常 8 行"),
              ("middleware", "中间件", "中间件", "N/A", "没有接入监测数据")]  # fmt: skip
    rows["ops_patrol"] = [
        (AS_OF - timedelta(days=back), check, section, title, status if back == 0 or status == "N/A" else "PASS", why, now - timedelta(days=back), "run-14",
         status if back in (0, 4) or status == "N/A" else "PASS", why, now - timedelta(days=back))
        for check, section, title, status, why in checks
        for back in range(10)
        if back != 6
    ]  # fmt: skip
    rows["ops_alert_log"] = [
        (1, now - timedelta(hours=20), "duty", "held", "held", "high", 1, "【社保费数据监测】1 项告警（重要）"),
        (2, now - timedelta(hours=9), "duty", "digest", "sent", "high", 1, "【社保费数据监测】1 项告警（重要）"),
        (3, now, "mail", "new", "failed", "urgent", 2, "【社保费数据监测】2 项告警（紧急）"),
    ]


if __name__ == "__main__":
    import sys

    print(write(Path(sys.argv[1])))
