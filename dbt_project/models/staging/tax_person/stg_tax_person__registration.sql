-- Registrations of natural persons as tax keeps them, one for each person number and insurance. 自然人参保登记表. Grain: fee_registration_no.
with source as (

    select * from {{ source('tax_person', 'ZRR_DJXX') }}

),

renamed as (

    select
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('RYBH') }} as person_no,
        {{ code_norm('ZJLX_DM') }} as id_type_code,
        {{ code_norm('ZJHM') }} as person_id_number,
        {{ clean_text('XM') }} as person_name,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        {{ code_norm('SBJBJG_DM') }} as agency_code,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        {{ code_norm('JDXZ_DM') }} as town_code,
        {{ code_norm('SQC_DM') }} as village_code,
        {{ clean_text('DZ') }} as address,
        {{ clean_text('LXDH') }} as mobile,
        {{ code_norm('RYLB_DM') }} as person_kind_code,
        case
            when TBSJ > {{ as_of_end() }} then '1'
            else {{ code_norm('DJZT_DM') }}
        end as status_code,
        {{ known_value('TBRQ', 'TBSJ') }} as stopped_date,
        {{ known_value(code_norm('ZTYY_DM'), 'TBSJ') }} as stop_reason_code,
        {{ known_value('TBSJ', 'TBSJ') }} as stopped_at,
        DJSJ as registered_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('DJSJ') }}

)

select *
from renamed
{{ current_row(['fee_registration_no'], 'updated_at') }}
