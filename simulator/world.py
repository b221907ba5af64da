"""The world: entities with plans, built from a random population or from a small explicit cast, changed by acts."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from simulator import habits, identifiers, names, params, plan, reference
from simulator.engine import connect, insert_rows
from simulator.part import Part
from simulator.scale import Scale, scale_of

DateOrSql = dt.date | dt.datetime | str
SCHEMA_FILE = Path(__file__).with_name("world.sql")

# What a relation given to add_… may leave out, and what then stands there. SQL over the given columns.
EMPLOYER_DEFAULTS = {
    "unit_type_code": "'91'",
    "is_institution": "unit_type_code in ('11', '12')",
    "town_code": "(select min(town_code) from town where town.bureau_code = coalesce(given.bureau_code, '14501030000'))",
    "district_code": "(select district_code from town where town.town_code = given.town_code)",
    "bureau_code": "(select bureau_code from town where town.town_code = given.town_code)",
    "office_code": "(select min(office_code) from ref_tax_office where parent_bureau_code = given.bureau_code)",
    "organisation_code": """case when length(uscc) = 18 then substr(uscc, 9, 9) else
        case when unit_type_code in ('11', '12') then '4' || lpad(((employer_no * 7919 + 104729) % 10000000)::varchar, 7, '0')
            else 'MA' || lpad(((employer_no * 7919 + 104729) % 1000000)::varchar, 6, '0') end end""",
    "uscc": """make_uscc(case when unit_type_code = '99' then '52' else unit_type_code end, district_code,
        case when length(organisation_code) = 8
            then organisation_code || org_check(organisation_code) else organisation_code end)""",
    "name": "'南宁' || make_brand(employer_key) || '商贸有限公司'",
    "address": "make_street(employer_key)",
    "industry_code": "'5100'",
    "injury_rate": "0.002",
    "headcount": "2",
    "channel_code": "'1'",
    "is_prompt": "true",
    "opened_on": "date '2021-03-15'",
    "has_project": "false",
}
REGISTRATION_DEFAULTS = {
    "department_code": "'HRSS'",
    "source_system": "case department_code when 'HRSS' then 'NNSB' else 'QYYB' end",
    "unit_no": """case department_code when 'HRSS' then '45' || lpad((registration_no + 10000000)::varchar, 10, '0')
        else '4501' || lpad((registration_no + 20000000)::varchar, 8, '0') end""",
    "name": "employer.name",
    "uscc": "employer.uscc",
    "agency_code": "(select agency_code from town where town.town_code = employer.town_code)",
    "unit_type_code": "employer.unit_type_code",
    "district_code": "employer.district_code",
    "town_code": "employer.town_code",
    "address": "employer.address",
    "contact_name": "make_person_name(employer.employer_key || 'contact')",
    "contact_phone": "make_mobile(employer.employer_key || 'contact')",
    "is_project": "false",
    "status_code": "'1'",
    "bureau_code": "employer.bureau_code",
    "office_code": "employer.office_code",
    "base_sent_at": "moment(workday_not_before(employer.opened_on), chance(employer.employer_key || department_code, 'sent'), 520, 900)",
}
BILL_DEFAULTS = {
    "employer_key": "registration.employer_key",
    "department_code": "registration.department_code",
    "source_system": "registration.source_system",
    "unit_no": "registration.unit_no",
    "agency_code": "registration.agency_code",
    "notice_serial": """case coalesce(given.department_code, registration.department_code) when 'HRSS' then '4501' else '4599' end
        || given.period || lpad(registration.registration_no::varchar, 6, '0') || lpad(given.bill_no::varchar, 2, '0')""",
    "summary_sent_at": """moment(workday_not_before(month_first(given.period) + 1),
        chance(given.registration_key || given.period, 'sent'), 520, 900)""",
    "origin_code": "case when employer.is_institution then '1' else '2' end",
    "is_project": "registration.is_project",
    "is_annuity": "false",
    "channel_code": "case when given.is_annuity then '5' else employer.channel_code end",
    "ticket_stem": """'4450' || case coalesce(given.department_code, registration.department_code) when 'HRSS' then '16' else '15' end
        || substr(given.period, 3, 4) || lpad(registration.registration_no::varchar, 6, '0') || given.bill_no::varchar""",
    "taxpayer_key": "tie.taxpayer_key",
    "fee_registration_no": "tie.fee_registration_no",
    "bureau_code": "registration.bureau_code",
}
BILL_LATER_DEFAULTS = {
    "batch_no": "strftime(given.summary_sent_at, '%Y%m%d') || case given.department_code when 'HRSS' then 'RS' else 'YB' end || '01'",
    "processing_sent_at": "given.summary_sent_at + interval 1 minute",
    "detail_sent_at": "given.summary_sent_at + interval 2 minute",
}


def _filled(defaults: Mapping[str, str]) -> str:
    """The columns of `given`, each with its default where it is NULL; the bureau of a bill is that of its tie before all."""
    return ", ".join(
        f"coalesce({'tie.bureau_code, ' if column == 'bureau_code' else ''}given.{column}, {expression}) as {column}"
        for column, expression in defaults.items()
    )


def _by_need(defaults: Mapping[str, str]) -> list[list[str]]:
    """Columns in rounds: each round needs only columns of the rounds before it."""
    level: dict[str, int] = {}
    for column, expression in defaults.items():
        used = [level[other] + 1 for other in level if re.search(rf"\b{other}\b", expression)]
        level[column] = max(used, default=0)
    return [[column for column in level if level[column] == n] for n in sorted(set(level.values()))]


class World:
    """A simulated world in a DuckDB session: schema `world` holds entities and their plans."""

    def __init__(self, seed: int, scale: Scale | None = None, threads: int = 2, parts: Sequence[Part] = ()) -> None:
        self.seed = seed
        self.scale = scale or scale_of("ci")
        self.parts = tuple(parts)
        self.last_employer_no = 0  # numbers up to it belong to the population of this or another block
        self.threads = threads
        self.params = params.load()
        self._columns: dict[str, list[tuple[str, str]]] = {}
        self.con = connect(seed, threads)
        identifiers.install(self.con)
        names.install(self.con)
        habits.install(self.con)
        reference.install(self.con)
        self.con.execute(SCHEMA_FILE.read_text(encoding="utf-8"))
        for part in self.parts:
            self.con.execute(part.settings_sql + part.schema_sql)

    @classmethod
    def empty(cls, seed: int = 0, threads: int = 2, parts: Sequence[Part] = ()) -> "World":
        """A world without employers; the reference data is there, and the empty tables of the parts asked for."""
        return cls(seed, threads=threads, parts=parts)

    # --- asking -------------------------------------------------------------------------------------------------
    def sql(self, statement: str) -> None:
        """Run one or more statements."""
        self.con.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.con.execute(query).fetchall()

    def value(self, query: str) -> Any:
        """First column of the first row, None when there is none."""
        row = self.con.execute(query).fetchone()
        return None if row is None else row[0]

    def scope(self, subjects: str, name: str = "scope") -> str:
        """Keep the first column of `subjects` (a relation name or a select) as temp table `name`(key)."""
        query = (
            subjects
            if subjects.lstrip().lower().startswith(("select", "with", "from", "values"))
            else f"from {subjects}"
        )
        self.con.execute(f"create or replace temp table {name} as select distinct key from ({query}) as given(key)")
        return name

    def relation(self, name: str, rows: Iterable[Mapping[str, Any]]) -> str:
        """A temp table of explicit rows (all values as texts, missing ones NULL), to be given to add_… and acts."""
        materialised = list(rows)
        columns = list(dict.fromkeys(column for row in materialised for column in row))
        assert columns, "a relation needs at least one row with one column"
        self.con.execute(
            f"create or replace temp table {name} ({', '.join(f'{column} varchar' for column in columns)})"
        )
        values = [[_text(row.get(column)) for column in columns] for row in materialised]
        insert_rows(self.con, name, values)
        return name

    # --- adding -------------------------------------------------------------------------------------------------
    def _given(self, relation: str, table: str) -> None:
        """Temp table `given`: the relation with all columns of `table`, the missing ones NULL, each cast to its type."""
        if table not in self._columns:  # asked once: the list of all columns is long
            self._columns[table] = [(row[0], row[1]) for row in self.rows(f"describe world.{table}")]
        wanted = self._columns[table]
        source = relation if relation.lstrip().lower().startswith(("select", "with", "from")) else f"from {relation}"
        self.con.execute(f"create or replace temp view given_source as {source}")
        have = {row[0].lower() for row in self.rows("describe given_source")}
        unknown = have - {name for name, _ in wanted} - {"key"}
        if unknown:
            raise ValueError(f"world.{table} has no column {', '.join(sorted(unknown))}")
        columns = ", ".join(f"{name if name in have else 'null'}::{kind} as {name}" for name, kind in wanted)
        self.con.execute(f"create or replace temp table given as select {columns} from given_source")

    def _default(self, defaults: Mapping[str, str], source: str = "given") -> None:
        """Fill each column that is NULL with its default. One may use others that stand before it: they are filled first."""
        holes = ", ".join(f"count(*) > count({column})" for column in defaults)
        missing = dict(zip(defaults, self.rows(f"select {holes} from given")[0], strict=True))
        for columns in _by_need({column: text for column, text in defaults.items() if missing[column]}):
            values = ", ".join(f"coalesce(given.{column}, {defaults[column]}) as {column}" for column in columns)
            self.con.execute(
                f"update given set {', '.join(f'{column} = filled.{column}' for column in columns)} "
                f"from (select given.rowid as id, {values} from {source}) as filled where given.rowid = filled.id"
            )

    def add_employers(self, relation: str, *, with_taxpayer: bool = True) -> None:
        """Add employers (required: employer_key). Each gets one taxpayer of its name and code unless told otherwise.

        Columns: see world.employer in world.sql; every one that is missing or NULL gets a believable default.
        """
        self._given(relation, "employer")
        start = self.value(f"select greatest(max(employer_no), {self.last_employer_no}) from world.employer")
        self.con.execute(
            f"update given set employer_no = {start} + n from "
            f"(select employer_key as k, row_number() over (order by employer_key) as n from given) as numbered "
            f"where given.employer_key = numbered.k and given.employer_no is null"
        )
        self._default(EMPLOYER_DEFAULTS)
        self.con.execute("insert into world.employer select * from given")
        plan.fill_persons_of_employers(self, "select employer_key from given")
        if with_taxpayer:
            self.con.execute("create or replace temp table new_employer as select employer_key from given")
            self.add_taxpayers("select employer_key from new_employer")

    def add_taxpayers(self, relation: str) -> None:
        """Add tax registrations (required: employer_key); name, number and bureau follow the employer's unless given."""
        self._given(relation, "taxpayer")
        count = "(select count(*) from world.taxpayer t where t.employer_key = given.employer_key)"
        source = "given join world.employer as employer on employer.employer_key = given.employer_key"
        self._default(
            {
                "taxpayer_key": f"""'10145010000' || lpad((employer.employer_no * 10 + {count}
                    + row_number() over (partition by given.employer_key order by given.rowid))::varchar, 9, '0')""",
                "taxpayer_no": "employer.uscc",
                "uscc": "employer.uscc",
                "name": "employer.name",
                "status_code": "'03'",
                "status_date": "employer.opened_on",
                "entity_type_code": "case employer.unit_type_code when '92' then '1120' else '1110' end",
                "registration_type_code": """case when employer.is_institution then '510' when employer.unit_type_code = '92'
                    then '410' else pick(['173', '159', '174', '230'], chance(given.employer_key, 'type')) end""",
                "industry_code": "employer.industry_code",
                "bureau_code": "employer.bureau_code",
                "office_code": "employer.office_code",
                "town_code": "employer.town_code",
                "address": "employer.address",
                "registered_on": "employer.opened_on",
            },
            source,
        )
        people = {}
        for role in ("legal", "finance", "clerk"):
            people[f"{role}_name"] = f"make_person_name(given.employer_key || '{role}')"
            people[f"{role}_mobile"] = f"make_mobile(given.employer_key || '{role}')"
            people[f"{role}_phone"] = (
                f"case when chance(given.employer_key, '{role} phone') < 0.6 then make_landline(given.employer_key) end"
            )
        self._default({**people, "created_at": "moment(registered_on, chance(taxpayer_key, 'created'), 540, 1020)"})
        self.con.execute("insert into world.taxpayer select * from given")

    def add_registrations(self, relation: str, *, enrolments: str | None = None, associated: bool = True) -> None:
        """Add registrations (required: employer_key; usually department_code).

        `enrolments`: a select of (registration_key, insurance_code[, more columns of world.enrolment]); without it the usual
        items of the unit type are enrolled. With `associated` each registration is tied to its employer's first taxpayer.
        The plan (read, received … processed) gets its usual times; set columns of the relation to change them.
        """
        self._given(relation, "registration")
        source = "given join world.employer as employer on employer.employer_key = given.employer_key"
        start = self.value(
            f"select greatest(max(registration_no), 3 * {self.last_employer_no}) from world.registration"
        )
        self.con.execute(
            f"update given set registration_no = {start} + n from (select rowid as id, row_number() over "
            f"(order by employer_key, department_code, source_system, unit_no) as n from given) as numbered "
            f"where given.rowid = numbered.id and given.registration_no is null"
        )
        self._default(REGISTRATION_DEFAULTS, source)
        self.con.execute(
            "update given set registration_key = upper(department_code || '|' || trim(source_system) || '|' || trim(unit_no)) "
            "where registration_key is null"
        )
        self.con.execute("create or replace temp table new_registration as select registration_key as key from given")
        self.con.execute("insert into world.registration select * from given")
        if enrolments is None:
            enrolments = plan.usual_enrolments("new_registration")
        self._given(enrolments, "enrolment")
        self._default(
            {
                "started_on": "registration.base_sent_at::date",
                "status_code": "'1'",
                "is_project": "registration.is_project",
                "sent_at": "registration.base_sent_at + interval 2 minute",
            },
            "given join world.registration as registration on registration.registration_key = given.registration_key",
        )
        self.con.execute("insert into world.enrolment select * from given")
        plan.plan_registrations(self, "new_registration")
        if associated:
            self.associate("new_registration")

    def associate(self, registrations: str, *, taxpayer_key: str | None = None, bureau_code: str | None = None) -> None:
        """Tie registrations to a taxpayer (their employer's first one) under a bureau (the one assigned to them)."""
        scope = self.scope(registrations, "associating")
        taxpayer = f"'{taxpayer_key}'" if taxpayer_key else (
            "(select min(t.taxpayer_key) from world.taxpayer t where t.employer_key = r.employer_key)"
        )  # fmt: skip
        bureau = f"'{bureau_code}'" if bureau_code else "r.bureau_code"
        self.con.execute(
            f"""
            insert into world.fee_registration
            select
                '3' || lpad((r.registration_no * 100 + 1 + (
                    select count(*) from world.fee_registration f where f.registration_key = r.registration_key))::varchar, 11, '0'),
                r.registration_key, {taxpayer}, {bureau},
                (select min(o.office_code) from ref_tax_office o where o.parent_bureau_code = {bureau}), r.agency_code,
                coalesce(r.front_processed_at, r.base_sent_at + interval 1 day),
                coalesce(r.front_processed_at, r.base_sent_at + interval 1 day) + interval 1 hour,
                null, true
            from world.registration as r where r.registration_key in (select key from {scope})
            """
        )

    def add_agreements(self, relation: str) -> None:
        """Add tri-party agreements (required: taxpayer_key); bank, account, authority get usual values unless given."""
        self._given(relation, "agreement")
        source = """given join world.taxpayer as taxpayer on taxpayer.taxpayer_key = given.taxpayer_key
            join world.employer as employer on employer.employer_key = taxpayer.employer_key"""
        banks = [row[0] for row in self.params["banks"]]
        heads = {row[0]: row[1] for row in self.params["banks"]}
        self._default(
            {
                "agreement_key": """'5' || strftime(coalesce(given.signed_on, employer.opened_on), '%Y%m') || lpad((employer.employer_no * 10 + (
                    select count(*) from world.agreement a where a.taxpayer_key = given.taxpayer_key)
                    + row_number() over (partition by given.taxpayer_key order by given.rowid))::varchar, 9, '0')""",
                "taxpayer_no": "taxpayer.taxpayer_no",
                "bank_code": params.choose_sql(
                    "chance(given.taxpayer_key, 'bank')", {row[0]: row[2] for row in self.params["banks"]}
                ),
                "bank_no": "bank_code || '6110' || lpad(chance_int(given.taxpayer_key, 'branch', 100, 99999)::varchar, 5, '0')",
                "account_name": "taxpayer.name",
                "account_no": "case bank_code "
                + " ".join(f"when '{bank}' then '{heads[bank]}'" for bank in banks)
                + " else '4500' end || lpad(employer.employer_no::varchar, 7, '0') "
                "|| lpad(chance_int(given.agreement_key, 'account', 0, 99999999)::varchar, 8, '0')",
                "is_batch": "employer.channel_code = '2'",
                "authority_code": """coalesce((select min(f.bureau_code) from world.fee_registration f
                    where f.taxpayer_key = given.taxpayer_key), taxpayer.bureau_code)""",
                "verify_code": "'1'",
                "signed_on": "workday_not_before(employer.opened_on + chance_int(given.taxpayer_key, 'signed', 5, 30))",
                "sign_channel_code": "case when chance(given.taxpayer_key, 'sign channel') < 0.55 then '2' else '1' end",
            },
            source,
        )
        self._default({"created_at": "moment(signed_on, chance(agreement_key, 'signed at'), 540, 1020)"})
        self.con.execute("insert into world.agreement select * from given")

    def add_bills(self, relation: str, items: str, *, persons: str | None = None, usual: bool = False) -> None:
        """Add bills and plan their usual way as far as processing; paid only where pay_on says so.

        relation: required registration_key, period; optional any column of world.bill (summary_sent_at is when it is sent,
        pay_on the day of payment, declare_on the day of declaring without paying, notice_serial, batch_no, origin_code …).
        items: select (registration_key, period, bill_no, insurance_code, unit_amount, person_amount[, person_count]).
        persons: select (registration_key, period, bill_no, insurance_code, person_no, id_number, name, part_code, base, amount);
        without it one detail line per item and part is made, on the employer's first person.
        usual: the tables of all bills agree and nothing of them is planned yet, so that the platform's checks need not be made.
        """
        self._given(relation, "bill")
        self.con.execute(
            f"""
            create or replace temp table new_bill_row as
            with first as (
                select given.* replace ({_filled(BILL_DEFAULTS)})
                from (select * replace (coalesce(bill_no, 1) as bill_no) from given) as given
                left join world.registration as registration on registration.registration_key = given.registration_key
                left join world.employer as employer on employer.employer_key = registration.employer_key
                left join ({plan.TIES}) as tie on tie.registration_key = given.registration_key
            ),
            second as (select given.* replace ({_filled(BILL_LATER_DEFAULTS)}) from first as given)
            select given.* replace (
                coalesce(bill_key, upper(department_code || '|' || trim(notice_serial) || '|' || trim(batch_no))) as bill_key)
            from second as given;
            create or replace temp table new_bill as select bill_key as key, registration_key, period, bill_no from new_bill_row;
            """
        )
        plan.add_bill_items(self, items, persons)
        self.con.execute(
            """
            create or replace temp table new_bill_row as
            select rows.* replace (
                coalesce(rows.amount, bill_total.amount) as amount, coalesce(rows.person_count, bill_total.person_count) as person_count)
            from new_bill_row as rows left join bill_total using (bill_key)
            """
        )
        if usual:
            plan.plan_usual(self)
            return
        self.con.execute("insert into world.bill from new_bill_row")
        plan.plan_defaults(self, "select key from new_bill", new=True)

    # --- odd values and what was done ------------------------------------------------------------------------------
    def change(
        self, entity: str, subjects: str, attribute: str, value: str, at: DateOrSql, *, noted: bool = True
    ) -> None:
        """From a moment on an attribute of taxpayer | registration | fee_registration | agreement has another value.

        `value` and `at` are SQL over the columns of the subjects' entity (alias `subject`), or plain text / a date.
        """
        scope = self.scope(subjects, "changing")
        key = {"taxpayer": "taxpayer_key", "registration": "registration_key", "fee_registration": "fee_registration_no",
               "agreement": "agreement_key"}[entity]  # fmt: skip
        self.con.execute(
            f"insert into world.change select '{entity}', subject.{key}, '{attribute}', ({value})::varchar, "
            f"{moment_sql(at)}, {noted} from world.{entity} as subject where subject.{key} in (select key from {scope})"
        )

    def override(self, table_name: str, key: str, column_name: str, value: str | None) -> None:
        """Set a raw column of an exchange row at the very end: table 'hrss.RS_ZJHZ', key columns joined by '|'."""
        insert_rows(self.con, "world.override", [(table_name, key, column_name, value)])

    def note_truth(self, query: str) -> None:
        """Write what an act planted: select rule_id, subject_key, act, since_date, visible_from, visible_to."""
        self.con.execute(f"insert into world.truth {query}")

    def note_near_miss(self, rule_id: str, subjects: str, why: str) -> None:
        """Write subjects that look like a finding of a rule and are none."""
        self.con.execute(
            f"insert into world.near_miss select '{rule_id}', key, '{why}' from ({subjects}) as given(key)"
        )


class Sql(str):
    """An SQL expression where an act expects a value: it is computed for each subject."""


def moment_sql(value: DateOrSql | None, default_time: str = "10:30:00") -> str:
    """A parameter as an SQL timestamp: a date gets a time of the day, an Sql stays, None becomes NULL."""
    if value is None:
        return "null::timestamp"
    if isinstance(value, Sql):
        return f"({value})::timestamp"
    if isinstance(value, dt.datetime):
        return f"timestamp '{value.isoformat(sep=' ')}'"
    text = value.isoformat() if isinstance(value, dt.date) else str(value).strip()
    return f"timestamp '{text}'" if len(text) > 10 else f"timestamp '{text} {default_time}'"


def date_sql(value: DateOrSql | None) -> str:
    """A parameter as an SQL date."""
    return "null::date" if value is None else f"({moment_sql(value)})::date"


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def quoted(values: Sequence[str]) -> str:
    """Texts as an SQL list of literals."""
    return ", ".join("'" + str(value).replace("'", "''") + "'" for value in values)


__all__ = ["DateOrSql", "Sql", "World", "date_sql", "moment_sql", "quoted"]
