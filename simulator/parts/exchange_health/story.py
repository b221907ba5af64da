"""What went wrong with the exchange systems around the anchor day, and what only looked like it."""

from typing import TYPE_CHECKING

from common.calendar import add_workdays
from simulator import acts
from simulator.part import Block, settings

if TYPE_CHECKING:
    from simulator.world import World


def tell(world: "World", block: Block) -> None:
    """A few troubles around the anchor: some over, one going on, one to come; and a maintenance that is no trouble."""
    alarm = settings("exchange_health")["alarm"]

    def day(offset: int) -> str:
        return add_workdays(world.params.anchor, offset).isoformat()

    def one(key: str) -> str:
        return f"select '{key}'"

    acts.perform(world, "connection_lost", one("NHSA"), since=f"{day(0)} 14:30:00", until=f"{day(0)} 17:00:00")
    acts.perform(world, "connection_lost", one("HRSS"), since=f"{day(-7)} 09:00:00", until=f"{day(-7)} 11:00:00")
    acts.perform(world, "connection_lost", one("SHARE"), since=f"{day(2)} 10:00:00", until=f"{day(2)} 12:00:00")
    acts.perform(
        world, "connection_lost", one("QYYB"), since=f"{day(-3)} 10:00:00", until=f"{day(-3)} 10:30:00", alarm=False,
        near="one beat only",
    )  # fmt: skip
    world.note_near_miss(
        "A13.2", "select distinct system_code || '|' || strftime(beat_at, '%Y-%m-%d') from world.heartbeat where is_maintenance",
        "announced maintenance on a Sunday night",
    )  # fmt: skip
    acts.perform(world, "responses_slow", one("SUPPORT"), since=f"{day(-1)} 15:00:00", until=f"{day(-1)} 18:00:00")
    acts.perform(world, "responses_slow", one("SHARE"), since=f"{day(0)} 08:00:00", until=f"{day(0)} 11:00:00")
    acts.perform(
        world, "responses_slow", one("QYMS"), since=f"{day(0)} 15:00:00", until=f"{day(0)} 16:00:00", alarm=False
    )
    acts.perform(world, "connection_lost", one("TIPS"), since=f"{day(0)} 09:00:00", until=f"{day(0)} 10:30:00")

    # space runs out at the month-end peak, and inserts fail with it until the administrators extend it
    acts.perform(
        world, "space_runs_out", one("HRSS_DATA"), since=day(-10), until=day(2), alarm=float(alarm["space_share"])
    )
    acts.perform(
        world,
        "inserts_fail",
        one("HRSS|RS_ZJMX"),
        since=f"{day(0)} 10:00:00",
        error="ORA-01653",
        until=f"{day(2)} 10:30:00",
    )
    acts.perform(
        world,
        "space_runs_out",
        one("NHSA_IDX"),
        since=day(-14),
        until=day(-4),
        share=0.93,
        alarm=float(alarm["space_share"]),
    )
    acts.perform(
        world, "inserts_fail", one("NHSA|EMP_INSU_D"), since=f"{day(-1)} 09:10:00", error="ORA-12899", batches=2
    )
    acts.perform(
        world, "inserts_fail", one("NHSA|CLCT_NTC_B"), since=f"{day(1)} 09:30:00", error="ORA-12170", batches=3
    )
    quick = "select failure_no from world.insert_failure where business_code = '1' and recovered_at < failed_at + interval 1 hour"
    world.note_near_miss("A13.2", quick, "went in at the next try")
    acts.perform(world, "reads_crawl", one("NHSA|CLCT_PSN_D"), on=day(0), times=float(alarm["slow_times"]) + 4)
    acts.perform(world, "reads_crawl", one("HRSS|RS_DWJBXX"), on=day(-2), times=float(alarm["slow_times"]) + 1)
