-- Two person numbers of NHSA that became one. 人员编号合并表. Grain: merged_person_no × source_system.
with source as (

    select * from {{ source('nhsa_person', 'PSN_MRG_D') }}

),

renamed as (

    select
        {{ code_norm('MRG_PSN_NO') }} as merged_person_no,
        {{ code_norm('SRC_SYS') }} as source_system,
        {{ code_norm('KEEP_PSN_NO') }} as kept_person_no,
        MRG_TIME as merged_at,
        {{ known_value('SEND_TIME', 'SEND_TIME') }} as sent_at,
        not {{ known_flag('READ_FLAG', '1', 'READ_TIME') }} as is_unread,
        {{ known_value('READ_TIME', 'READ_TIME') }} as read_at,
        {{ known_flag('WTDR_FLAG', 'Y', 'WTDR_TIME') }} as is_withdrawn,
        {{ known_value('WTDR_TIME', 'WTDR_TIME') }} as withdrawn_at,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('MRG_TIME') }}

)

select *
from renamed
{{ current_row(['merged_person_no', 'source_system'], 'updated_at') }}
