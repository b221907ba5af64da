create or replace table nhsa_person_return."PSN_RMT_D" as
select '1' || substr(payments.payment_no, 3) as "RTN_NO", payments.ticket_no as "TAX_VOU_NO", coalesce(other.person_no, payments.person_no) as "PSN_NO",
    coalesce(other.id_number, payments.id_number) as "CERTNO", coalesce(other.name, payments.name) as "PSN_NAME",
    payments.agency_item_code as "INSUTYPE", coalesce(other.agency_code, payments.agency_code) as "OPTINS_NO", to_period(payments.period_begin) as "ACCRYM_BEGN",
    to_period(payments.period_end) as "ACCRYM_END", coalesce(other.amount, payments.amount) as "RMT_AMT", payments.remitted_at::date as "RMT_DATE",
    remittance_returned_at as "RTN_TIME", case when remittance_withdrawn_at is not null then 'Y' end as "WTDR_FLAG", person_read_flag(remittance_read_at, payments.payment_no) as "READ_FLAG", remittance_read_at as "READ_TIME",
    greatest(remittance_returned_at, remittance_read_at, remittance_withdrawn_at) as "UPDT_TIME"
from snap.person_payment as payments
left join (from world.return_difference where side = 'remittance') as other on other.payment_no = payments.payment_no
where payments.department_code = 'NHSA' and remittance_returned_at is not null;

create or replace table nhsa_person_return."PSN_STL_D" as
select '2' || substr(payments.payment_no, 3) as "RTN_NO", payments.ticket_no as "TAX_VOU_NO", coalesce(other.person_no, payments.person_no) as "PSN_NO",
    coalesce(other.id_number, payments.id_number) as "CERTNO", coalesce(other.name, payments.name) as "PSN_NAME",
    payments.agency_item_code as "INSUTYPE", coalesce(other.agency_code, payments.agency_code) as "OPTINS_NO", to_period(payments.period_begin) as "ACCRYM_BEGN",
    to_period(payments.period_end) as "ACCRYM_END", coalesce(other.amount, payments.amount) as "STL_AMT", payments.settled_at::date as "STL_DATE",
    settlement_returned_at as "RTN_TIME", null as "WTDR_FLAG", person_read_flag(settlement_read_at, payments.payment_no) as "READ_FLAG", settlement_read_at as "READ_TIME",
    greatest(settlement_returned_at, settlement_read_at) as "UPDT_TIME"
from snap.person_payment as payments
left join (from world.return_difference where side = 'settlement') as other on other.payment_no = payments.payment_no
where payments.department_code = 'NHSA' and settlement_returned_at is not null;

create or replace table nhsa_person_return."PSN_ARVL_D" as
select 'D1' || substr(payments.payment_no, 3) as "ARVL_NO", '1' || substr(payments.payment_no, 3) as "RTN_NO", payments.ticket_no as "TAX_VOU_NO",
    payments.person_no as "PSN_NO", payments.agency_item_code as "INSUTYPE", payments.amount as "ARVL_AMT",
    posted_at as "ARVL_TIME", posting_fed_back_at as "FDBK_TIME", greatest(posted_at, posting_fed_back_at) as "UPDT_TIME"
from snap.person_payment as payments
where payments.department_code = 'NHSA' and posted_at is not null;
