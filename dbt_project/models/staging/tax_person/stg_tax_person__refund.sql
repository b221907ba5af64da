-- Refunds of persons' payments, and that the department was told. 自然人退费表. Grain: refund_no.
with source as (

    select * from {{ source('tax_person', 'ZRR_TFXX') }}

),

renamed as (

    select
        {{ code_norm('TFXH') }} as refund_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('SBMXXH') }} as household_detail_no,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('RYBH') }} as person_no,
        TFJE as amount,
        {{ code_norm('TFYY_DM') }} as reason_code,
        SQSJ as applied_at,
        {{ known_value('SHSJ', 'SHSJ') }} as approved_at,
        {{ known_value('TKSJ', 'TKSJ') }} as refunded_at,
        {{ known_value('CSSJ', 'CSSJ') }} as sent_at,
        not {{ known_flag('DQBZ', '1', 'DQSJ') }} as is_unread,
        {{ known_value('DQSJ', 'DQSJ') }} as read_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SQSJ') }}

)

select *
from renamed
{{ current_row(['refund_no'], 'updated_at') }}
