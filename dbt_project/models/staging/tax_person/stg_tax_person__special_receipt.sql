-- Special dues of persons as tax received them, and how it went. 特殊缴费接收表. Grain: receipt_no.
with source as (

    select * from {{ source('tax_person', 'ZRR_TSJF') }}

),

renamed as (

    select
        {{ code_norm('TSJFXH') }} as receipt_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('RYBH') }} as person_no,
        {{ code_norm('TSJFLX_DM') }} as special_type_code,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        SKSSQQ as period_begin_date,
        SKSSQZ as period_end_date,
        YJFE as amount,
        JSSJ as received_at,
        {{ code_norm('JSZT_DM') }} as state_code,
        {{ clean_text('SBYY') }} as fail_reason,
        {{ known_value('CLSJ', 'CLSJ') }} as handled_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('JSSJ') }}

)

select *
from renamed
{{ current_row(['receipt_no'], 'updated_at') }}
