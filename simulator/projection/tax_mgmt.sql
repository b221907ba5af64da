create or replace table tax_mgmt."SB_DJXX" as
select fee_registration_no as "SBDJXH", department_code as "BMLY_DM", unit_no as "DWBH", source_system as "XTLY", taxpayer_key as "DJXH",
    bureau_code as "ZGSWJ_DM", office_code as "ZGSWSKFJ_DM", agency_code as "JBJG_DM",
    case when cancelled_at is not null then '2' when associated_at is not null then '1' else '0' end as "GLZT_DM",
    associated_at as "GLSJ", cancelled_at as "QXGLSJ", case when is_valid then 'Y' else 'N' end as "YXBZ", updated_at as "GXSJ"
from snap.fee_registration;

create or replace table tax_mgmt."QZ_DWXX" as
select 'QH' || lpad(registration_no::varchar, 12, '0') as "QZXH", department_code as "BMLY_DM", unit_no as "DWBH", source_system as "XTLY",
    front_at as "JRSJ", case when front_processed_at is not null then front_state_code else '0' end as "CLZT_DM",
    front_processed_at as "CLSJ", case when front_processed_at is not null then front_fail_reason end as "SBYY",
    greatest(front_at, front_processed_at) as "GXSJ"
from snap.registration where front_at is not null;

create or replace table tax_mgmt."QZ_ZJXX" as
select 'QZ' || ticket_stem as "QZXH", department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH",
    front_at as "JRSJ",
    case when front_processed_at is not null then front_state_code when chance(bill_key, 'front flag') < 0.7 then '0' end as "CLZT_DM",
    front_processed_at as "CLSJ", case when front_processed_at is not null then front_fail_reason end as "SBYY",
    greatest(front_at, front_processed_at) as "GXSJ"
from snap.bill where front_at is not null;
