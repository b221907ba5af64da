-- Items of the to-deduct list, one for each try: generated, sent, returned, taken off. 待批扣清册明细表. Grain: batch_item_no.
with source as (

    select * from {{ source('tax_bank', 'PK_MX') }}

),

renamed as (

    select
        {{ code_norm('QCXH') }} as batch_item_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('XYXH') }} as agreement_key,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        {{ known_value('WTRQ', 'FSSJ') }} as entrusted_date,
        {{ known_value(code_norm('BXH'), 'FSSJ') }} as pack_no,
        {{ known_value(code_norm('JYXH'), 'FSSJ') }} as trade_no,
        {{ known_value(code_norm('KKPC'), 'FSSJ') }} as deduction_batch_no,
        {{ code_norm('YHHB_DM') }} as bank_code,
        {{ code_norm('KHYHHH') }} as bank_no,
        {{ clean_text('YHZH') }} as account_no,
        KKJE as amount,
        {{ code_norm('QCZT_DM') }} as state_code,
        SCSJ as generated_at,
        {{ known_value('FSSJ', 'FSSJ') }} as sent_at,
        {{ known_value('FHSJ', 'FHSJ') }} as returned_at,
        {{ known_value(code_norm('FHDM'), 'FHSJ') }} as return_code,
        {{ known_value('ZFSJ', 'ZFSJ') }} as voided_at,
        {{ known_value(code_norm('KKXH'), 'FSSJ') }} as deduction_no,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SCSJ') }}

)

select *
from renamed
{{ current_row(['batch_item_no'], 'updated_at') }}
