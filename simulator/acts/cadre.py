"""Acts of village cadres: registered wrongly, codes that do not come, rosters that are cut off, matching that breaks off."""

from simulator.acts.registry import act, record
from simulator.world import DateOrSql, World, date_sql, moment_sql

WRONG = {
    "id_number": "substr(id_number, 1, 17)",  # a digit too few
    "mobile": "substr(mobile, 1, 10)",
    "landline": "make_landline(cadre_no)",
    "village_code": "(select min(v.village_code) from village as v where v.village_code > c.village_code and v.town_code <> substr(c.village_code, 1, 9))",
}


def _abnormal(world: World, name: str, query: str) -> None:
    """P1.3.1 names the cadre, whatever is abnormal with it."""
    record(world, "P1.3.1", name, query)


@act("cadre")
def cadre_registered_wrong(
    world: World, scope: str, *, what: str = "id_number", until: DateOrSql | None = None
) -> None:
    """A cadre's account carries a wrong id_number | mobile | landline (in the mobile's place) | village_code (of another town)."""
    attribute = "mobile" if what == "landline" else what
    world.sql(
        f"""
        insert into world.cadre_wrong
        select cadre_no, '{attribute}', {WRONG[what]}, {moment_sql(until)} from world.cadre as c where cadre_no in (select key from {scope})
        """
    )
    _abnormal(
        world, "cadre_registered_wrong",
        f"""select cadre_no, registered_at::date, registered_at::date, {date_sql(until)} from world.cadre
        where cadre_no in (select key from {scope})""",
    )  # fmt: skip


@act("cadre")
def cadre_gets_no_codes(
    world: World, scope: str, *, on: DateOrSql, tries: int = 3, cause: str = "01", notes: bool = True
) -> None:
    """The cadre's phone receives no code: so many requests on a day without a receipt."""
    world.sql(
        f"""
        insert into world.cadre_message
        select key, {moment_sql(on)} + to_seconds(n * 130 + chance_int(key, 'no code', 0, 100)), '{cause}' from {scope} cross join range({tries}) as r(n)
        """
    )
    if notes:
        _abnormal(world, "cadre_gets_no_codes", f"select key, {date_sql(on)}, {date_sql(on)}, null::date from {scope}")


@act("cadre")
def import_abnormal(
    world: World, scope: str, *, on: DateOrSql, how: str = "failed", until: DateOrSql | None = None
) -> None:
    """The cadre's last import is abnormal: failed, or cut off to a fifth of its lines; on `until` it imports properly again."""
    failed = how == "failed"
    world.sql(
        f"""
        create or replace temp table odd_import as
        select c.cadre_no, 'DR' || substr(c.cadre_no, 3) || 'T' as stem,
            (select max(i.nth) from world.cadre_import i where i.cadre_no = c.cadre_no and i.imported_at < {moment_sql(on)}) as nth
        from world.cadre as c where c.cadre_no in (select key from {scope});
        delete from world.cadre_run where import_no in (select import_no from world.cadre_import join odd_import using (cadre_no)
            where imported_at >= {moment_sql(on)});
        delete from world.cadre_import where cadre_no in (select cadre_no from odd_import) and imported_at >= {moment_sql(on)};
        insert into world.cadre_import
        select stem || '1', cadre_no, coalesce(nth, 0) + 1, {moment_sql(on)}, {1 if failed else 0.2},
            {"'文件格式不符合模板要求'" if failed else "null"} from odd_import;
        """
    )
    if until is not None:
        world.sql(
            f"""insert into world.cadre_import
            select stem || '2', cadre_no, coalesce(nth, 0) + 2, {moment_sql(until)}, 1, null from odd_import"""
        )
    _abnormal(
        world, "import_abnormal",
        f"select cadre_no, {date_sql(on)}, {date_sql(on)}, {date_sql(until)} from odd_import",
    )  # fmt: skip
    _match(
        world,
        "select import_no from world.cadre_import where cadre_no in (select cadre_no from odd_import) "
        "and import_no like 'DR%T%' and fail_reason is null",
    )


def _match(world: World, imports: str) -> None:
    """Usual runs of new imports: an hour later, half a minute a kind."""
    world.sql(
        f"""
        insert into world.cadre_run
        select 'PP' || substr(import_no, 3) || kind.code, import_no, cadre_no, kind.code, imported_at + interval 30 minute,
            imported_at + to_minutes(60 + kind.code::int), imported_at + to_minutes(60 + kind.code::int) + interval 30 second, '1', 1.0, null
        from world.cadre_import cross join (values ('1'), ('2'), ('3')) as kind(code) where import_no in ({imports})
        """
    )


@act("cadre")
def matching_stops(
    world: World, scope: str, *, on: DateOrSql, how: str = "broken", until: DateOrSql | None = None, share: float = 0.55
) -> None:
    """The cadre imports anew and the matching of persons breaks off half-way (how = broken) or ends in an error (error).

    On `until` it is run again to its end in idle hours. Broken: the run itself is what P1.3.2 takes up. Error: P1.3.1.
    """
    state = "2" if how == "broken" else "3"
    reason = "网络中断，任务终止" if how == "broken" else "缴费信息同步返回报文解析失败"
    world.sql(
        f"""
        create or replace temp table stopping as
        select c.cadre_no, 'DR' || substr(c.cadre_no, 3) || 'S1' as import_no,
            (select max(i.nth) from world.cadre_import i where i.cadre_no = c.cadre_no and i.imported_at < {moment_sql(on)}) as nth
        from world.cadre as c where c.cadre_no in (select key from {scope});
        delete from world.cadre_run where import_no in (select i.import_no from world.cadre_import as i join stopping using (cadre_no)
            where i.imported_at >= {moment_sql(on)});
        delete from world.cadre_import where cadre_no in (select cadre_no from stopping) and imported_at >= {moment_sql(on)};
        insert into world.cadre_import select import_no, cadre_no, coalesce(nth, 0) + 1, {moment_sql(on)}, 1, null from stopping;
        insert into world.cadre_run
        select 'PP' || substr(import_no, 3) || '1', import_no, cadre_no, '1', {moment_sql(on)} + interval 20 minute, {moment_sql(on)} + interval 25 minute,
            {moment_sql(on)} + interval 31 minute, '{state}', {share}, '{reason}' from stopping;
        """
    )
    if until is not None:
        world.sql(
            f"""insert into world.cadre_run
            select 'PP' || substr(import_no, 3) || '2', import_no, cadre_no, '1', {moment_sql(until, "20:00:00")}, {moment_sql(until, "20:05:00")},
                {moment_sql(until, "20:16:00")}, '1', 1.0, null from stopping"""
        )
    subject = "'PP' || substr(import_no, 3) || '1'" if how == "broken" else "cadre_no"
    record(
        world, "P1.3.2" if how == "broken" else "P1.3.1", "matching_stops",
        f"select {subject}, {date_sql(on)}, {date_sql(on)}, {date_sql(until)} from stopping",
    )  # fmt: skip
