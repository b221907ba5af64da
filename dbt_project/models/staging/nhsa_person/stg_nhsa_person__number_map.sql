-- Old person number to the one of the national platform. 新旧人员编号对照表. Grain: old_person_no.
with source as (

    select * from {{ source('nhsa_person', 'PSN_NO_MAP') }}

),

renamed as (

    select
        {{ code_norm('OLD_PSN_NO') }} as old_person_no,
        {{ code_norm('PSN_NO') }} as person_no,
        {{ code_norm('SRC_SYS') }} as source_system,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('UPDT_TIME') }}

)

select *
from renamed
{{ current_row(['old_person_no'], 'updated_at') }}
