-- Annuity that tax confirmed, split into employer part, individual part, late fee and interest. 职业年金收入拆分表. Grain: ticket_no.
with source as (

    select * from {{ source('annuity', 'NJ_SR') }}

),

renamed as (

    select
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('JBJG_DM') }} as agency_code,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        FKSSQQ as period_begin_date,
        FKSSQZ as period_end_date,
        DWJFJE as employer_amount,
        GRJFJE as person_amount,
        ZNJ as late_fee_amount,
        LX as interest_amount,
        HJJE as amount,
        QRSJ as confirmed_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('QRSJ') }}

)

select *
from renamed
{{ current_row(['ticket_no'], 'updated_at') }}
