create or replace table tax_person."ZRR_DJXX" as
select fee_registration_no as "SBDJXH", department_code as "BMLY_DM", source_system as "XTLY", person_no as "RYBH", id_type_code as "ZJLX_DM",
    id_number as "ZJHM", name as "XM", zsxm_code as "ZSXM_DM", zspm_code as "ZSPM_DM", agency_code as "SBJBJG_DM", bureau_code as "ZGSWJ_DM",
    town_code as "JDXZ_DM", village_code as "SQC_DM", address as "DZ", mobile as "LXDH", group_code as "RYLB_DM", status_code as "DJZT_DM",
    stopped_on as "TBRQ", stop_reason_code as "ZTYY_DM", stopped_at as "TBSJ", created_at as "DJSJ", updated_at as "GXSJ"
from snap.tax_person;

create or replace table tax_person."ZRR_YJF" as
select persons.fee_registration_no as "SBDJXH", persons.department_code as "BMLY_DM", persons.person_no as "RYBH", amounts.fee_year as "JFND",
    amounts.amount as "YJFE", amounts.way_code as "SZFS_DM", amounts.set_at as "SZSJ", amounts.set_at as "GXSJ"
from (
    select registration_key, max(fee_year) as fee_year from world.person_amount where is_known(set_at) group by registration_key
) as latest
join world.person_amount as amounts on amounts.registration_key = latest.registration_key and amounts.fee_year = latest.fee_year
join snap.tax_person as persons on persons.registration_key = amounts.registration_key;

create or replace table tax_person."ZRR_YCL" as
select persons.fee_registration_no as "SBDJXH", persons.department_code as "BMLY_DM", persons.person_no as "RYBH", made.fee_year as "JFND",
    made.created_at as "CLSJ", case when is_known(made.activated_at) then 'Y' end as "JHBZ", known(made.activated_at) as "JHSJ",
    greatest(made.created_at, known(made.activated_at)) as "GXSJ"
from (
    select registration_key, max(fee_year) as fee_year from world.preprocessing where is_known(created_at) group by registration_key
) as latest
join world.preprocessing as made on made.registration_key = latest.registration_key and made.fee_year = latest.fee_year
join snap.tax_person as persons on persons.registration_key = made.registration_key;

create or replace table tax_person."ZRR_SBXX" as
select 'SB' || payment_no as "SBXH", fee_registration_no as "SBDJXH", department_code as "BMLY_DM", zsxm_code as "ZSXM_DM", zspm_code as "ZSPM_DM",
    period_begin as "SKSSQQ", period_end as "SKSSQZ", amount as "YBTSE", bureau_code as "SKSSSWJG_DM", channel_code as "SBQD_DM",
    declared_at as "SBSJ", null as "ZFBZ", declared_at as "GXSJ"
from snap.person_payment where household_payment_no is null;

create or replace table tax_person."ZRR_JKXX" as
select payments.ticket_no as "DZSPHM", 'SB' || payments.payment_no as "SBXH", payments.fee_registration_no as "SBDJXH",
    payments.department_code as "BMLY_DM", payments.person_no as "RYBH", payments.id_number as "ZJHM", payments.name as "XM",
    payments.zsxm_code as "ZSXM_DM", payments.zspm_code as "ZSPM_DM", payments.period_begin as "SKSSQQ", payments.period_end as "SKSSQZ",
    payments.amount as "SJJE", payments.agency_code as "SBJBJG_DM", payments.bureau_code as "SKSSSWJG_DM", payments.channel_code as "JFQD_DM",
    case payments.kind_code when '2' then '2' else '1' end as "JFLX_DM", dues.notice_serial as "ZJTZLSH", payments.issued_at as "KJSJ",
    payments.summarised_on as "HZRQ", payments.remitted_at::date as "SJRQ", payments.settled_at::date as "RKRQ",
    case when payments.settled_at is not null then '2611' || substr(payments.bureau_code, 4, 6) end as "SKGK_DM", case when payments.voided_at is not null then 'Y' end as "ZFBZ",
    payments.voided_at as "ZFSJ", greatest(payments.issued_at, payments.voided_at, payments.remitted_at, payments.settled_at, payments.summarised_on::timestamp) as "GXSJ"
from snap.person_payment as payments
left join world.special_due as dues on dues.special_key = payments.special_key
where payments.household_payment_no is null and payments.issued_at is not null;

create or replace table tax_person."ZRR_TFXX" as
select refunds.refund_no as "TFXH", payments.ticket_no as "DZSPHM",
    case when payments.household_payment_no is not null then payments.payment_no end as "SBMXXH", payments.fee_registration_no as "SBDJXH",
    payments.department_code as "BMLY_DM", payments.person_no as "RYBH", refunds.amount as "TFJE", refunds.reason_code as "TFYY_DM",
    refunds.applied_at as "SQSJ", known(refunds.approved_at) as "SHSJ", known(refunds.refunded_at) as "TKSJ", known(refunds.sent_at) as "CSSJ",
    person_read_flag(known(refunds.read_at), refunds.refund_no) as "DQBZ", known(refunds.read_at) as "DQSJ",
    greatest(refunds.applied_at, known(refunds.approved_at), known(refunds.refunded_at), known(refunds.sent_at), known(refunds.read_at)) as "GXSJ"
from world.person_refund as refunds join snap.person_payment as payments using (payment_no)
where is_known(refunds.applied_at);

create or replace table tax_person."ZRR_XY" as
select agreements.agreement_key as "XYXH", agreements.kind_code as "XYLX_DM", persons.fee_registration_no as "SBDJXH",
    persons.department_code as "BMLY_DM", persons.person_no as "RYBH", persons.id_number as "ZJHM", persons.zsxm_code as "ZSXM_DM",
    persons.zspm_code as "ZSPM_DM", persons.bureau_code as "SKSSSWJG_DM", agreements.bank_code as "YHHB_DM", agreements.bank_no as "KHYHHH",
    persons.name as "ZHMC", agreements.account_no as "YHZH", case when agreements.is_batch then 'Y' end as "PKBZ",
    agreements.verify_code as "YZZT_DM", case when agreements.ended_on <= getvariable('as_of') then '2' else '1' end as "XYZT_DM",
    agreements.signed_on as "QYRQ", case when agreements.ended_on <= getvariable('as_of') then agreements.ended_on end as "ZZRQ",
    agreements.sign_channel_code as "QYQD_DM",
    case when agreements.ended_on <= getvariable('as_of') then agreements.ended_on + interval 10 hour
        else agreements.signed_on + interval 10 hour end as "GXSJ"
from world.person_agreement as agreements join snap.tax_person as persons using (registration_key)
where agreements.signed_on <= getvariable('as_of');

create or replace table tax_person."ZRR_PKQC" as
select items.item_no as "QCXH", items.batch_no as "PKPC", persons.fee_registration_no as "SBDJXH", persons.department_code as "BMLY_DM",
    items.agreement_key as "XYXH", persons.zsxm_code as "ZSXM_DM", persons.zspm_code as "ZSPM_DM", items.period_begin as "SKSSQQ",
    items.period_end as "SKSSQZ", items.amount as "KKJE", persons.bureau_code as "SKSSSWJG_DM", items.generated_at as "SCSJ",
    known(items.submitted_at) as "TJSJ", case when is_known(items.voided_at) then 'Y' end as "ZFBZ", known(items.voided_at) as "ZFSJ",
    greatest(items.generated_at, known(items.submitted_at), known(items.voided_at)) as "GXSJ"
from world.batch_item as items join snap.tax_person as persons using (registration_key)
where is_known(items.generated_at);

create or replace table tax_person."ZRR_PKJG" as
select items.item_no as "QCXH", items.batch_no as "PKPC", case when items.return_code = '90000' then items.payment_no end as "DZSPHM",
    items.amount as "KKJE", items.return_code as "FHDM", codes.return_text as "FHXX", items.returned_at as "FHSJ", items.returned_at as "GXSJ"
from world.batch_item as items
join snap.tax_person as persons using (registration_key)
left join return_code as codes on codes.return_code = items.return_code
where is_known(items.returned_at);

create or replace table tax_person."ZRR_TSJF" as
select receipts.receipt_no as "TSJFXH", dues.department_code as "BMLY_DM", dues.notice_serial as "ZJTZLSH", persons.fee_registration_no as "SBDJXH",
    insured.source_system as "XTLY", insured.person_no as "RYBH", dues.kind_code as "TSJFLX_DM", item.zsxm_code as "ZSXM_DM",
    item.zspm_code as "ZSPM_DM", dues.period_begin as "SKSSQQ", dues.period_end as "SKSSQZ", dues.amount as "YJFE", receipts.received_at as "JSSJ",
    case when is_known(receipts.handled_at) then '1' else receipts.state_code end as "JSZT_DM",
    case when receipts.state_code = '2' then receipts.fail_reason end as "SBYY", known(receipts.handled_at) as "CLSJ",
    greatest(receipts.received_at, known(receipts.handled_at)) as "GXSJ"
from world.special_receipt as receipts
join world.special_due as dues on dues.special_key = receipts.special_key
join world.insured as insured on insured.insured_key = dues.insured_key
join person_item as item on item.insurance_code = insured.insurance_code
left join snap.tax_person as persons on persons.registration_key = dues.insured_key
where is_known(receipts.received_at);

create or replace table tax_person."ZRR_JSBW" as
select messages.message_no as "BWXH", messages.kind_code as "BWLX_DM", messages.department_code as "BMLY_DM", messages.source_system as "XTLY",
    messages.person_no as "RYBH", coalesce(files.known_id_number, residents.id_number) as "ZJHM", coalesce(files.known_name, residents.name) as "XM",
    item.zsxm_code as "ZSXM_DM", item.zspm_code as "ZSPM_DM", messages.sent_at as "FSSJ", messages.received_at as "JSSJ",
    case when is_known(messages.handled_at) then '1' else messages.state_code end as "JSZT_DM",
    case when messages.state_code = '2' then messages.fail_code end as "SBYY_DM",
    case when messages.state_code = '2' then messages.fail_reason end as "SBYY", known(messages.handled_at) as "CLSJ",
    greatest(messages.received_at, known(messages.handled_at)) as "GXSJ"
from world.person_message as messages
join world.resident as residents on residents.resident_key = messages.resident_key
join person_item as item on item.insurance_code = messages.insurance_code
left join world.person_file as files
    on files.file_key = messages.department_code || '|' || messages.source_system || '|' || messages.person_no
where is_known(messages.received_at);
