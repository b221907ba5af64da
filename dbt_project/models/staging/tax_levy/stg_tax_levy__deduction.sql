-- Deductions sent to banks and what they answered. 扣款信息表. Grain: deduction_no.
with source as (

    select * from {{ source('tax_levy', 'ZS_KKXX') }}

),

renamed as (

    select
        {{ code_norm('KKXH') }} as deduction_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('XYXH') }} as agreement_key,
        {{ code_norm('KKLX_DM') }} as deduction_type_code,
        {{ code_norm('KKPC') }} as deduction_batch_no,
        KKJE as amount,
        FSSJ as sent_at,
        {{ known_value('FHSJ', 'FHSJ') }} as returned_at,
        {{ known_value(code_norm('FHDM'), 'FHSJ') }} as return_code,
        {{ known_value(clean_text('FHXX'), 'FHSJ') }} as return_text,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('FSSJ') }}

)

select *
from renamed
{{ current_row(['deduction_no'], 'updated_at') }}
