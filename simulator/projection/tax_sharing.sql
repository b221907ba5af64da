create or replace table tax_sharing."GX_DWXX" as
select 'GH' || lpad(registration_no::varchar, 12, '0') as "BWXH", department_code as "BMLY_DM", unit_no as "DWBH", source_system as "XTLY",
    shared_at as "JSSJ", case when shared_pushed_at is not null then '1' end as "TSBZ", shared_pushed_at as "TSSJ",
    greatest(shared_at, shared_pushed_at) as "GXSJ"
from snap.registration where shared_at is not null;

create or replace table tax_sharing."GX_ZJXX" as
select 'GZ' || ticket_stem as "BWXH", department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH",
    shared_at as "JSSJ", case when shared_pushed_at is not null then '1' end as "TSBZ", shared_pushed_at as "TSSJ",
    greatest(shared_at, shared_pushed_at) as "GXSJ"
from snap.bill where shared_at is not null;
