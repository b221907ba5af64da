create or replace table tax_virtual."XNH_JBXX" as
select household_no as "XNHBH", name as "XNHMC", kind_code as "XNHLX_DM", town_code as "JDXZ_DM", village_code as "SQC_DM", school_code as "XXDM",
    bureau_code as "ZGSWJ_DM", agency_code as "SBJBJG_DM", contact_name as "LXR", contact_mobile as "LXDH", account_no as "YHZH",
    opened_on as "KHRQ", '1' as "HZT_DM", opened_on + interval 10 hour as "GXSJ"
from world.household;

create or replace table tax_virtual."XNH_SBMX" as
select payments.payment_no as "SBMXXH", pools.household_no as "XNHBH", payments.fee_registration_no as "SBDJXH",
    payments.department_code as "BMLY_DM", payments.person_no as "RYBH", payments.id_number as "ZJHM", payments.name as "XM",
    payments.zsxm_code as "ZSXM_DM", payments.zspm_code as "ZSPM_DM", payments.period_begin as "SKSSQQ", payments.period_end as "SKSSQZ",
    payments.amount as "YJFE", payments.declared_at as "SBSJ",
    case when payments.issued_at is not null then payments.household_payment_no end as "JKXH",
    case when payments.issued_at is not null then '2' else '1' end as "MXZT_DM", greatest(payments.declared_at, payments.issued_at) as "GXSJ"
from snap.person_payment as payments
join world.household_payment as pools on pools.household_payment_no = payments.household_payment_no;

create or replace table tax_virtual."XNH_JKXX" as
select pools.household_payment_no as "JKXH", pools.ticket_no as "DZSPHM", pools.household_no as "XNHBH", item.department_code as "BMLY_DM",
    item.zsxm_code as "ZSXM_DM", item.zspm_code as "ZSPM_DM", pools.period_begin as "SKSSQQ", pools.period_end as "SKSSQZ",
    pools.person_count as "JFRS", pools.amount as "JKJE", pools.bureau_code as "SKSSSWJG_DM", pools.issued_at as "KJSJ",
    pools.summarised_on as "HZRQ", known(pools.remitted_at)::date as "SJRQ", known(pools.settled_at)::date as "RKRQ",
    case when is_known(pools.settled_at) then '2611' || substr(pools.bureau_code, 4, 6) end as "SKGK_DM", null as "ZFBZ",
    greatest(pools.issued_at, known(pools.remitted_at), known(pools.settled_at)) as "GXSJ"
from world.household_payment as pools
join person_item as item on item.insurance_code = pools.insurance_code
where is_known(pools.issued_at);
