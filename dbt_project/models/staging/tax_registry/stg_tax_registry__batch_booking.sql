-- Bookings of employers for a month's batch deduction, and whether the to-deduct list was generated. 单位批扣预约表. Grain: booking_no.
with source as (

    select * from {{ source('tax_registry', 'PK_YY') }}

),

renamed as (

    select
        {{ code_norm('YYXH') }} as booking_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('FKSSQ') }} as period,
        {{ code_norm('JBJG_DM') }} as agency_code,
        {{ code_norm('YYSWJG_DM') }} as bureau_code,
        YYSJ as booked_at,
        {{ known_value(code_norm('SCBZ'), 'SCSJ') }} as generated_code,
        {{ known_value('SCSJ', 'SCSJ') }} as generated_at,
        {{ known_value(clean_text('WSCYY'), 'SCSJ') }} as fail_reason,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('YYSJ') }}

)

select *
from renamed
{{ current_row(['booking_no'], 'updated_at') }}
