create or replace table tax_levy."ZS_SBXX" as
select 'SB' || ticket_stem || sort_order as "SBXH", bills.department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH",
    fee_registration_no as "SBDJXH", taxpayer_key as "DJXH", zsxm_code as "ZSXM_DM", zspm_code as "ZSPM_DM",
    month_first(period) as "SKSSQQ", month_last(period) as "SKSSQZ", coalesce(items.tax_amount, items.amount) as "YBTSE", bureau_code as "SKSSSWJG_DM",
    declared_at::date as "SBRQ", declared_at as "SBSJ", case when tax_voided_at is not null then 'Y' end as "ZFBZ",
    greatest(declared_at, tax_voided_at) as "GXSJ"
from snap.bill as bills join world.bill_item as items using (bill_key) join item using (insurance_code)
where declared_at is not null and items.is_declared;

create or replace table tax_levy."ZS_JKS" as
select ticket_no as "DZSPHM", zsxm_code as "ZSXM_DM", zspm_code as "ZSPM_DM", department_code as "BMLY_DM", notice_serial as "ZJTZLSH",
    batch_no as "CSPCH", taxpayer_key as "DJXH", amount as "SJJE", channel_code as "JKFS_DM", issued_at as "KJSJ",
    case when voided_at is not null then 'Y' end as "ZFBZ", voided_at as "ZFSJ", greatest(issued_at, voided_at) as "GXSJ"
from snap.ticket_item;

create or replace table tax_levy."ZS_KKXX" as
select deduction_key as "KKXH", ticket_no as "DZSPHM", tickets.department_code as "BMLY_DM", tickets.notice_serial as "ZJTZLSH",
    tickets.batch_no as "CSPCH", tickets.taxpayer_key as "DJXH", tickets.fee_registration_no as "SBDJXH",
    deductions.agreement_key as "XYXH", kind_code as "KKLX_DM", deductions.batch_no as "KKPC", deductions.amount as "KKJE",
    sent_at as "FSSJ", known(returned_at) as "FHSJ", case when is_known(returned_at) then return_code end as "FHDM",
    case when is_known(returned_at) then return_text end as "FHXX", greatest(sent_at, known(returned_at)) as "GXSJ"
from world.deduction as deductions join snap.ticket as tickets using (ticket_no)
where is_known(sent_at);

create or replace table tax_levy."ZS_SJXX" as
select 'S' || ticket_no || zspm_code as "SJXH", ticket_no as "DZSPHM", zsxm_code as "ZSXM_DM", zspm_code as "ZSPM_DM",
    department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH", remitted_amount as "SJJE",
    remitted_at::date as "SJRQ", remitted_at as "GXSJ"
from snap.ticket_item where remitted_at is not null;

create or replace table tax_levy."ZS_RKXX" as
select 'R' || ticket_no || zspm_code as "RKXH", ticket_no as "DZSPHM", zsxm_code as "ZSXM_DM", zspm_code as "ZSPM_DM",
    department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH", settled_amount as "RKJE",
    settled_at::date as "RKRQ", '2611' || substr(bureau_code, 4, 6) as "SKGK_DM", settled_at as "GXSJ"
from snap.ticket_item where settled_at is not null;

create or replace table tax_levy."ZS_HPXX" as
select 'H' || remittance_no as "HPXH", department_code as "BMLY_DM", notice_serial as "ZJTZLSH", batch_no as "CSPCH",
    zsxm_code as "ZSXM_DM", zspm_code as "ZSPM_DM", ticket_no as "DZSPHM", '1' as "HPLX_DM", remitted_amount as "HPJE",
    remittance_returned_at as "HPSJ", '1' as "HPZT_DM", remittance_returned_at as "GXSJ"
from snap.ticket_item where remittance_returned_at is not null
union all
select 'H' || settlement_no, department_code, notice_serial, batch_no, zsxm_code, zspm_code, ticket_no, '2', settled_amount,
    settlement_returned_at, '1', settlement_returned_at
from snap.ticket_item where settlement_returned_at is not null
union all
select 'HF' || bills.ticket_stem || item.zspm_code, bills.department_code, bills.notice_serial, bills.batch_no, item.zsxm_code, item.zspm_code, null, '1',
    items.amount, failed.returned_at, '2', failed.returned_at
from world.failed_return as failed join snap.bill as bills using (bill_key) join world.bill_item as items using (bill_key)
join item using (insurance_code)
where is_known(failed.returned_at);
