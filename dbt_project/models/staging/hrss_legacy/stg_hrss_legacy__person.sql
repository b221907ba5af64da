-- A person in the pension system of before the cut-over. 旧系统人员参保表. Grain: old_person_no.
with source as (

    select * from {{ source('hrss_legacy', 'LRS_RYCB') }}

),

renamed as (

    select
        {{ code_norm('GRBH') }} as old_person_no,
        {{ clean_text('XM') }} as person_name,
        {{ code_norm('ZJLX') }} as id_type_code,
        {{ code_norm('ZJHM') }} as id_number,
        {{ code_norm('YAB003') }} as agency_code,
        {{ code_norm('JDXZ_DM') }} as old_town_code,
        {{ code_norm('RYLB_DM') }} as old_person_kind_code,
        {{ code_norm('XZ_DM') }} as agency_item_code,
        CBRQ as enrolled_date,
        {{ code_norm('CBZT') }} as enrolment_status_code,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('GXSJ') }}

)

select *
from renamed
{{ current_row(['old_person_no'], 'updated_at') }}
