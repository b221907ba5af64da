-- Items of the annuity collection list, one for each round: generated, sent, returned, taken off. 职业年金托收清册表. Grain: collection_item_no.
with source as (

    select * from {{ source('annuity', 'NJ_TSQC') }}

),

renamed as (

    select
        {{ code_norm('QCXH') }} as collection_item_no,
        {{ known_value(code_norm('KKXH'), 'FSSJ') }} as deduction_no,
        {{ code_norm('NJXYXH') }} as annuity_agreement_key,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        {{ known_value(code_norm('TSPC'), 'FSSJ') }} as collection_batch_no,
        TSJE as amount,
        SCSJ as generated_at,
        {{ known_value('FSSJ', 'FSSJ') }} as sent_at,
        {{ known_value('FHSJ', 'FHSJ') }} as returned_at,
        {{ known_value(code_norm('FHDM'), 'FHSJ') }} as return_code,
        {{ known_value(clean_text('FHXX'), 'FHSJ') }} as return_text,
        {{ code_norm('QCZT_DM') }} as state_code,
        {{ known_value(clean_text('SBYY'), 'CLSJ') }} as failure_reason,
        {{ known_value(clean_text('CLCS'), 'CLSJ') }} as follow_up,
        {{ known_value('CLSJ', 'CLSJ') }} as followed_at,
        {{ known_value('ZFSJ', 'ZFSJ') }} as voided_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SCSJ') }}

)

select *
from renamed
{{ current_row(['collection_item_no'], 'updated_at') }}
