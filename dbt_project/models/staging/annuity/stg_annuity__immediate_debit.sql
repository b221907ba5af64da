-- Annuity debited at once, with the answer and the clearing centre’s follow-up. 职业年金实时扣款表. Grain: debit_no.
with source as (

    select * from {{ source('annuity', 'NJ_SSKK') }}

),

renamed as (

    select
        {{ code_norm('KKLSH') }} as debit_no,
        {{ code_norm('KKXH') }} as deduction_no,
        {{ code_norm('NJXYXH') }} as annuity_agreement_key,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        KKJE as amount,
        FSSJ as sent_at,
        {{ known_value('FHSJ', 'FHSJ') }} as returned_at,
        {{ known_value(code_norm('FHDM'), 'FHSJ') }} as return_code,
        {{ known_value(clean_text('FHXX'), 'FHSJ') }} as return_text,
        {{ known_value(clean_text('SBYY'), 'CLSJ') }} as failure_reason,
        {{ known_value(clean_text('CLCS'), 'CLSJ') }} as follow_up,
        {{ known_value('CLSJ', 'CLSJ') }} as followed_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('FSSJ') }}

)

select *
from renamed
{{ current_row(['debit_no'], 'updated_at') }}
