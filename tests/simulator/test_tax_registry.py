"""What was planted in the tax core's tables can be seen in them, and nothing else looks like it; what several stations say agrees."""

from __future__ import annotations

import datetime as dt

import pytest

from simulator import build, params, project
from simulator.parts import tax_codes, tax_registry
from simulator.scale import scale_of
from simulator.world import World

ANCHOR = params.load().anchor
BILL = "BMLY_DM || '|' || ZJTZLSH || '|' || CSPCH"
UNIT = "BMLY_DM || '|' || XTLY || '|' || DWBH"


def aged(moment: str, more_than: int) -> str:
    """More than so many working days old at the anchor."""
    return f"workday_no(date '{ANCHOR}') - workday_no({moment}) > {more_than}"


# every registration as its department sends it, every bill with its state in the departments' tables
UNITS = """(
    select 'HRSS' as BMLY_DM, AAB001 as DWBH, XTLY, AAB004 as DWMC, AAB003 as SHXYDM, AAB019 as DWLX_DM, YAB003 as JBJG_DM, HJZT_DM, CSSJ, CXBZ
    from hrss."RS_DWJBXX"
    union all
    select 'NHSA', EMP_NO, SRC_SYS, EMP_NAME, USCC, EMP_TYPE, OPTINS_NO, EMP_STAS, SEND_TIME, WTDR_FLAG from nhsa."EMP_INFO_B")"""
LIVE = f"(from {UNITS} where HJZT_DM = '1' and CXBZ is null)"
BILLS = """(
    select 'HRSS' as BMLY_DM, ZJTZLSH, CSPCH, AAB001 as DWBH, XTLY, GCXMBZ, CXBZ is not null or YXBZ = 'N' as is_gone from hrss."RS_ZJHZ"
    union all
    select 'NHSA', CLCT_NTC_NO, SEND_BTCH, EMP_NO, SRC_SYS, 'N', WTDR_FLAG is not null or VALI_FLAG = 'N' from nhsa."CLCT_NTC_B")"""
STUCK = f"""(
    select z.* from tax_support."ZC_ZJXX" as z left join {BILLS} as b using (BMLY_DM, ZJTZLSH, CSPCH)
    where z.TSBZ is null and z.ZFBZ is null and not coalesce(b.is_gone, false))"""
PROJECT_BILLS = f"""(
    select b.*, g.XMBH, g.XMMC, g.XMDZ, g.XZQH_DM, z.JSSJ, z.TSBZ
    from hrss."RS_ZJGC" as g join {BILLS} as b using (ZJTZLSH, CSPCH) join tax_support."ZC_ZJXX" as z using (BMLY_DM, ZJTZLSH, CSPCH)
    where b.BMLY_DM = 'HRSS')"""
UNKNOWN_DISTRICT = 'coalesce(XZQH_DM not in (select XZQH_DM from tax_registry."GCXM_QH"), true)'
PERSON_LINES = """(
    select 'HRSS' as BMLY_DM, m.XTLY, m.AAB001 as DWBH, m.AAC001 as RYBH, h.FKSSQ from hrss."RS_ZJMX" as m join hrss."RS_ZJHZ" as h using (ZJTZLSH, CSPCH)
    where h.GCXMBZ = 'N'
    union all
    select 'NHSA', m.SRC_SYS, m.EMP_NO, m.PSN_NO, h.CASHYM from nhsa."CLCT_PSN_D" as m join nhsa."CLCT_NTC_B" as h using (CLCT_NTC_NO, SEND_BTCH))"""

# What a reader of the exchange would look for, written without a look at how the acts do it.
SEEN = {
    "A1.12": f"select {BILL} from {PROJECT_BILLS} where {UNKNOWN_DISTRICT} and TSBZ is null and {aged('JSSJ', 1)}",
    "A1.13": f"""select 'HRSS|' || b.ZJTZLSH || '|' || b.CSPCH from {PROJECT_BILLS} as b left join tax_registry."GCXM_DJ" as d using (XMBH)
        where d.XMBH is null or translate(b.XMMC, '（）　 ', '()') <> translate(d.XMMC, '（）　 ', '()') or b.XMDZ <> d.XMDZ""",
    "A2.01": f"select {UNIT} from tax_registry.\"ZC_HJJY\" where JYGZ_DM between 'R01' and 'R05' and JJSJ is null",
    "A2.02": """select 'HRSS|NNSB|' || DWBH from tax_registry."YXT_DWHJ" as h
        where HJZT_DM = '1' and BLRQ is not null
            and exists (select 1 from tax_registry."YXT_DWXZ" as x where x.DWBH = h.DWBH and XZLX_DM = '04' and CBZT_DM = '1')
            and not exists (select 1 from nhsa."EMP_INFO_B" as n where n.USCC = h.SHXYDM or n.EMP_NAME = h.DWMC)""",
    "A2.04": f"""select {UNIT} from {UNITS} as u join tax_registry."JG_FW" as f using (JBJG_DM, BMLY_DM) where JBBZ = 'N' and HJZT_DM = '1'
        union
        select {UNIT} from {UNITS} as u anti join {BILLS} as b using (BMLY_DM, XTLY, DWBH)
        where HJZT_DM = '1' and CSSJ < date '{ANCHOR}' - interval 24 month""",
    "A2.05": f"""select {UNIT} from tax_support."ZC_DWXX" as z where ZGSWJ_DM is null and {aged("JSSJ", 1)}
            and exists (select 1 from tax_core."DJ_NSRXX" as n where n.SHXYDM = z.SHXYDM and NSRZT_DM = '03'
                and n.ZGSWJ_DM in (select bureau_code from ref_bureau where kind = 'bureau'))""",
    "A2.06": f"""select {UNIT} from tax_registry."DWLX_WH" join {UNITS} as u using (BMLY_DM, XTLY, DWBH)
        join (select SHXYDM, max_by(ZQDWLX_DM, TGSJ) as listed from tax_registry."DWLX_QC" group by all) using (SHXYDM)
        where "DWLX_WH".DWLX_DM <> listed""",
    "A2.07": f"""select {UNIT} from tax_support."ZC_DWXX" anti join tax_sharing."GX_DWXX" using (BMLY_DM, XTLY, DWBH)
        semi join {LIVE} using (BMLY_DM, XTLY, DWBH) where TSBZ = '1' and {aged("TSSJ", 1)}""",
    "A2.08": f"""select {UNIT} from tax_sharing."GX_DWXX" anti join tax_mgmt."QZ_DWXX" using (BMLY_DM, XTLY, DWBH)
        semi join {LIVE} using (BMLY_DM, XTLY, DWBH) where {aged("JSSJ", 1)}""",
    "A2.09": f"select {UNIT} from tax_mgmt.\"QZ_DWXX\" semi join {LIVE} using (BMLY_DM, XTLY, DWBH) where CLZT_DM = '2'",
    "A3.01": f"select {BILL} from tax_registry.\"ZC_JYJG\" where CLFS_DM = '1' and JYGZ_DM between 'B11' and 'B14'",
    "A3.02": f"select {BILL} from {STUCK} where {aged('JSSJ', 1)}",
    "A3.04": f"""select {BILL} from tax_mgmt."QZ_ZJXX" join tax_support."ZC_ZJXX" using (BMLY_DM, ZJTZLSH, CSPCH)
        where CLZT_DM = '2' and ZFBZ is null""",
    "A3.05": f"select {BILL} from tax_registry.\"HX_SQ\" where HXZT_DM <> '1' and {aged('FQSJ', 2)}",
    "A3.06": f"""select {BILL} from tax_registry."ZC_DBTS" anti join (from {BILLS} where is_gone) using (BMLY_DM, ZJTZLSH, CSPCH)
        group by all having max_by(TSJG_DM, TSSJ) = '2'""",
    "A4.8": f"""select {BILL} from {PROJECT_BILLS} as b where TSBZ is null and {aged("JSSJ", 1)} and (
            {UNKNOWN_DISTRICT}
            or exists (select 1 from hrss."RS_ZJCL" as c where c.ZJTZLSH = b.ZJTZLSH and c.CSPCH = b.CSPCH and c.GCXMBZ <> b.GCXMBZ)
            or not exists (select 1 from tax_mgmt."SB_DJXX" as s where s.DWBH = b.DWBH and s.XTLY = b.XTLY and s.BMLY_DM = 'HRSS' and GLZT_DM = '1'))""",
    "A9.9": f"""select DJXH from tax_mgmt."SB_DJXX" join {UNITS} as u using (BMLY_DM, XTLY, DWBH)
        where GLZT_DM = '1' and HJZT_DM = '1' group by 1 having min(u.DWLX_DM) <> max(u.DWLX_DM)""",
    "A10.02": """select BWXH from tax_registry."TSJF_BW" as t where JSZT_DM = '2' and CXBZ is null and not exists (
            select 1 from tax_registry."TSJF_BW" as o where o.ZJTZLSH = t.ZJTZLSH and o.JSZT_DM = '1' and o.FSSJ > t.FSSJ)""",
    "A14.4": f"""select {UNIT} || '|' || RYBH from tax_registry."YG_CSH" join tax_registry."JS_SXX" on CSSJ::date between YXQQ and YXQZ
        where CSJS not between JSXX and JSSX
        union
        select {UNIT} || '|' || RYBH from {PERSON_LINES} as p anti join tax_registry."YG_CSH" using (BMLY_DM, XTLY, DWBH, RYBH)
        where exists (select 1 from tax_registry."YG_CSH" as c where c.DWBH = p.DWBH and c.XTLY = p.XTLY)
        union
        select {UNIT} || '|' || RYBH from {PERSON_LINES} as p
        join (select BMLY_DM, XTLY, DWBH, RYBH, max(SXNY) as SXNY from tax_registry."YG_ZJY" group by all having max_by(ZJLX_DM, SBSJ) = '2')
            as z using (BMLY_DM, XTLY, DWBH, RYBH)
        where p.FKSSQ > z.SXNY""",
    "B3.1": f"select {BILL} from tax_mgmt.\"QZ_ZJXX\" where CLZT_DM = '2' and SBYY in ('未分配科所', '未分配主管局')",
    "B3.2": f"""select {UNIT} from tax_registry."DJ_BD" join tax_mgmt."SB_DJXX" on DJXH = BBDJXH where GLZT_DM = '1'""",
    "B3.3": f"""select {UNIT} from tax_mgmt."QZ_DWXX" where SBYY in ('未查询到单位编号对应的基础信息', '行政区划代码不正确') and {aged("CLSJ", 1)}
        union select {UNIT} from tax_registry."ZC_HJJY" where JYGZ_DM = 'R09' and {aged("JYSJ", 1)}""",
    "B3.4": f"select {UNIT} || '|' || FKSSQ from tax_registry.\"PK_YY\" where SCBZ = 'N'",
    "B11.3": """select JDXZ_DM from tax_registry."JDXZ_GX" where YXQZ is null group by 1 having count(*) > 1""",
    "B11.5": """select DMLX_DM || '|' || YDM from tax_registry."DM_DZ" where DZZT_DM = '0' or (DMLX_DM in ('JDXZ', 'CSQ') and DZZT_DM = '1'
            and XDM not in (select division_code from ref_division))""",
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    """A small city of employers with nothing but the tax core around them."""
    made = World(7, scale_of("60"), parts=(tax_registry.PART, tax_codes.PART))
    for block in made.scale.blocks():
        build.fill(made, block, ANCHOR + dt.timedelta(days=10))
    project.project(made, ANCHOR)
    return made


@pytest.mark.parametrize("rule_id", SEEN)
def test_what_was_planted_is_seen_and_nothing_else(world: World, rule_id: str) -> None:
    seen = {row[0] for row in world.rows(SEEN[rule_id])}
    planted = {
        row[0]
        for row in world.rows(
            f"select subject_key from world.truth where rule_id = '{rule_id}' and visible_from <= date '{ANCHOR}' "
            f"and (visible_to is null or visible_to > date '{ANCHOR}')"
        )
    }
    assert planted, "nothing planted"
    assert seen == planted
    near = world.rows(f"select subject_key from world.near_miss where rule_id = '{rule_id}'")
    assert not {row[0] for row in near} & seen


def test_sections_agree_with_registrations(world: World) -> None:
    """Whoever is tied under a section is assigned to it, and a section that fails the front database is none."""
    wrong = world.value(
        f"""select count(*) from tax_mgmt."SB_DJXX" as s join tax_support."ZC_DWXX" as z using (BMLY_DM, XTLY, DWBH)
        left join tax_registry."KS_FP" as f on f.BMLY_DM = s.BMLY_DM and f.XTLY = s.XTLY and f.DWBH = s.DWBH and f.SXSJ is null
        where s.GLZT_DM = '1' and nullif(s.ZGSWSKFJ_DM, '') is distinct from f.ZGSWSKFJ_DM and s.GLSJ < timestamp '{ANCHOR} 00:00:00'"""
    )
    assert wrong == 0
    assert (
        world.value("""select count(*) from tax_registry."KS_FP" anti join tax_registry."KS_XX" using (ZGSWSKFJ_DM)""")
        == 0
    )
    lacking = f"""select count(*) from tax_mgmt."QZ_DWXX" join tax_registry."KS_FP" using (BMLY_DM, XTLY, DWBH)
        semi join {LIVE} using (BMLY_DM, XTLY, DWBH) where SBYY = '未分配科所'"""
    assert world.value(lacking) == 0


def test_interceptions_and_write_offs_agree_with_the_support_platform(world: World) -> None:
    key = "(BMLY_DM, ZJTZLSH, CSPCH)"
    for ours, theirs in (
        ('select BMLY_DM, ZJTZLSH, CSPCH, YYMS from tax_registry."ZC_JYJG"',
         "select BMLY_DM, ZJTZLSH, CSPCH, LJYY from tax_support.\"ZC_ZJXX\" where JYZT_DM = '2'"),
        ('select BMLY_DM, ZJTZLSH, CSPCH, FQSJ from tax_registry."HX_SQ"',
         'select BMLY_DM, ZJTZLSH, CSPCH, HXSJ from tax_support."ZC_ZJXX" where HXSJ is not null'),
    ):  # fmt: skip
        assert world.rows(f"({ours} except all {theirs}) union all ({theirs} except all {ours})") == []
    assert (
        world.value('select count(*) from tax_registry."ZC_JYJG" anti join tax_registry."DM_JYGZ" using (JYGZ_DM)') == 0
    )
    voided = f"""select count(*) from tax_registry."HX_SQ" join tax_support."ZC_ZJXX" using {key} where HXZT_DM = '1' and ZFSJ is distinct from FKSJ"""
    assert world.value(voided) == 0


def test_accounting_set_up_covers_what_is_paid(world: World) -> None:
    """Every item that was declared had a set-up on that day; what failed for the lack of one had none."""
    setup = "select ZGSWJ_DM, ZSPM_DM, YXQQ, coalesce(YXQZ, date '2099-12-31') as until from tax_registry.\"HT_PZ\""
    without = world.rows(
        f"""select distinct d.ZSPM_DM, d.SKSSSWJG_DM from tax_levy."ZS_SBXX" as d left join ({setup}) as h
            on h.ZSPM_DM = d.ZSPM_DM and h.ZGSWJ_DM = d.SKSSSWJG_DM and d.SBRQ between h.YXQQ and h.until
        where h.ZSPM_DM is null and d.ZSXM_DM <> 'ZYNJ' and d.SKSSSWJG_DM in (select bureau_code from ref_bureau where kind = 'bureau')"""
    )
    assert without == []
    failed = world.value("select count(*) from tax_mgmt.\"QZ_ZJXX\" where SBYY like '%会统配置缺失'")
    assert failed >= 3


def test_status_history_ends_where_the_register_stands(world: World) -> None:
    wrong = world.rows(
        """select DJXH from tax_core."DJ_NSRXX" join (select DJXH, max_by(BGHZT_DM, BGXH) as last from tax_registry."DJ_ZTBG" group by all) using (DJXH)
        where NSRZT_DM <> last"""
    )
    assert wrong == []
    assert world.value("select count(*) from tax_registry.\"DJ_ZTBG\" where BGQZT_DM = '05' and BGHZT_DM = '03'") >= 1
    broken = """select count(*) from (select BGQZT_DM, lag(BGHZT_DM) over (partition by DJXH order by BGSJ, BGXH) as before from tax_registry."DJ_ZTBG")
        where BGQZT_DM is distinct from before"""
    assert world.value(broken) == 0


def test_fund_declarations(world: World) -> None:
    """Within the window, once a year unless voided, priced by the quota, small enterprises relieved."""
    rows = world.rows(
        """select SBND, count(*), count(distinct DJXH), min(SBSJ), max(SBSJ) from tax_registry."CBJ_SB" where ZFBZ is null group by all order by 1"""
    )
    assert [row[0] for row in rows] == ["2024", "2025"]
    for year, declared, taxpayers, first, last in rows:
        assert declared == taxpayers
        assert dt.date(int(year) + 1, 4, 1) <= first.date() and last.date() <= dt.date(int(year) + 1, 9, 30)
    assert rows[1][1] < 0.8 * rows[0][1], "this year's window is still open"
    wrong = """select count(*) from tax_registry."CBJ_SB" where YBTSE <> YJFE - JMFE or YBTSE < 0
        or YJFE <> round(greatest(0, SNZZZGRS * 0.015 - AZCJRRS) * SNGZZE / (SNZZZGRS - (ZFBZ is not null)::int), 2)"""
    assert world.value(wrong) <= world.value("select count(*) from tax_registry.\"CBJ_SB\" where ZFBZ = 'Y'")


def test_the_copy_of_associations_follows_but_for_the_stale(world: World) -> None:
    differing = world.rows(
        f"""select s.BMLY_DM || '|' || s.XTLY || '|' || s.DWBH
        from (select * from tax_mgmt."SB_DJXX" where GLZT_DM <> '0' qualify row_number() over (partition by BMLY_DM, XTLY, DWBH order by GLSJ desc) = 1) as s
        left join tax_registry."ZC_HJGL" as c using (BMLY_DM, XTLY, DWBH)
        where s.SBDJXH is distinct from c.SBDJXH and s.GLSJ < timestamp '{ANCHOR} 12:00:00'"""
    )
    stale = world.rows(
        f"select registration_key from world.stale_copy where stale_until is null or stale_until > timestamp '{ANCHOR} 23:59:59'"
    )
    assert sorted(differing) == sorted(stale)


def test_the_first_days_of_july(world: World) -> None:
    """Some of what is stuck gets through after the anchor: it is planned so."""
    days = world.rows(
        f"""select rule_id, visible_to from world.truth where rule_id in ('A2.07', 'A2.08', 'A3.02', 'A3.05', 'A3.06', 'A1.12', 'A1.13')
        and visible_from <= date '{ANCHOR}' and visible_to > date '{ANCHOR}'"""
    )
    assert {row[0] for row in days} == {"A2.07", "A2.08", "A3.02", "A3.05", "A3.06", "A1.12", "A1.13"}
    assert all(row[1] <= ANCHOR + dt.timedelta(days=10) for row in days)
