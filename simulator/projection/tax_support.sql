create or replace table tax_support."ZC_DWXX" as
select department_code as "BMLY_DM", unit_no as "DWBH", source_system as "XTLY", received_name as "DWMC", received_uscc as "SHXYDM",
    agency_code as "JBJG_DM", bureau_code as "ZGSWJ_DM", office_code as "ZGSWSKFJ_DM", received_at as "JSSJ",
    case when pushed_at is not null then '1' else '0' end as "JYZT_DM",
    case when pushed_at is not null then '1' end as "TSBZ", pushed_at as "TSSJ",
    case when written_back_at is not null then '1' end as "FXBZ", written_back_at as "FXSJ",
    greatest(received_at, pushed_at, written_back_at) as "GXSJ"
from snap.registration where received_at is not null;

create or replace table tax_support."ZC_ZJXX" as
select department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH", unit_no as "DWBH", source_system as "XTLY",
    agency_code as "JBJG_DM", period as "FKSSQ", coalesce(tax_amount, amount) as "ZJE", person_count as "ZRS", received_at as "JSSJ",
    case when validation_code = '2' then '2' when pushed_at is not null or is_known(checked_at) then '1' else '0' end as "JYZT_DM",
    intercept_reason as "LJYY",
    case when pushed_at is not null then '1' end as "TSBZ", pushed_at as "TSSJ",
    case when written_back_at is not null then '1' end as "FXBZ", written_back_at as "FXSJ",
    write_off_at as "HXSJ", case when tax_voided_at is not null then 'Y' end as "ZFBZ", tax_voided_at as "ZFSJ",
    greatest(received_at, pushed_at, written_back_at, write_off_at, tax_voided_at) as "GXSJ"
from snap.bill where received_at is not null;

create or replace table tax_support."ZC_ZJMX" as
select department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH", zsxm_code as "ZSXM_DM", zspm_code as "ZSPM_DM",
    items.tax_amount as "JE", received_at as "JSSJ", received_at as "GXSJ"
from snap.bill as bills join world.bill_item as items using (bill_key)
join (select insurance_code, zsxm_code, zspm_code from item) using (insurance_code)
where received_at is not null and items.tax_amount is not null;
