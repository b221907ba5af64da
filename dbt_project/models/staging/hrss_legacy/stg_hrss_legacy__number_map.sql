-- Old person number to new one, pension. 新旧个人编号对照表. Grain: old_person_no.
with source as (

    select * from {{ source('hrss_legacy', 'LRS_BHDZ') }}

),

renamed as (

    select
        {{ code_norm('GRBH') }} as old_person_no,
        {{ code_norm('AAC001') }} as person_no,
        {{ code_norm('XTLY') }} as source_system,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('GXSJ') }}

)

select *
from renamed
{{ current_row(['old_person_no'], 'updated_at') }}
