create or replace table hrss_person_return."RS_RYSJHP" as
select '1' || substr(payments.payment_no, 3) as "HPXH", payments.ticket_no as "DZSPHM", coalesce(other.person_no, payments.person_no) as "AAC001",
    coalesce(other.id_number, payments.id_number) as "AAC002", coalesce(other.name, payments.name) as "AAC003",
    payments.agency_item_code as "AAE140", coalesce(other.agency_code, payments.agency_code) as "YAB003", to_period(payments.period_begin) as "AAE041",
    to_period(payments.period_end) as "AAE042", coalesce(other.amount, payments.amount) as "SJJE", payments.remitted_at::date as "SJRQ",
    remittance_returned_at as "HPSJ", case when remittance_withdrawn_at is not null then 'Y' end as "CXBZ", person_read_flag(remittance_read_at, payments.payment_no) as "DQBZ", remittance_read_at as "DQSJ",
    greatest(remittance_returned_at, remittance_read_at, remittance_withdrawn_at) as "GXSJ"
from snap.person_payment as payments
left join (from world.return_difference where side = 'remittance') as other on other.payment_no = payments.payment_no
where payments.department_code = 'HRSS' and remittance_returned_at is not null;

create or replace table hrss_person_return."RS_RYRKHP" as
select '2' || substr(payments.payment_no, 3) as "HPXH", payments.ticket_no as "DZSPHM", coalesce(other.person_no, payments.person_no) as "AAC001",
    coalesce(other.id_number, payments.id_number) as "AAC002", coalesce(other.name, payments.name) as "AAC003",
    payments.agency_item_code as "AAE140", coalesce(other.agency_code, payments.agency_code) as "YAB003", to_period(payments.period_begin) as "AAE041",
    to_period(payments.period_end) as "AAE042", coalesce(other.amount, payments.amount) as "RKJE", payments.settled_at::date as "RKRQ",
    settlement_returned_at as "HPSJ", null as "CXBZ", person_read_flag(settlement_read_at, payments.payment_no) as "DQBZ", settlement_read_at as "DQSJ",
    greatest(settlement_returned_at, settlement_read_at) as "GXSJ"
from snap.person_payment as payments
left join (from world.return_difference where side = 'settlement') as other on other.payment_no = payments.payment_no
where payments.department_code = 'HRSS' and settlement_returned_at is not null;

create or replace table hrss_person_return."RS_RYDZ" as
select 'D1' || substr(payments.payment_no, 3) as "DZXH", '1' || substr(payments.payment_no, 3) as "HPXH", payments.ticket_no as "DZSPHM",
    payments.person_no as "AAC001", payments.agency_item_code as "AAE140", payments.amount as "DZJE",
    posted_at as "DZSJ", posting_fed_back_at as "FKSJ", greatest(posted_at, posting_fed_back_at) as "GXSJ"
from snap.person_payment as payments
where payments.department_code = 'HRSS' and posted_at is not null;
