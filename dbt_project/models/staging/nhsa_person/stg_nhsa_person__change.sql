-- A change of a person number at NHSA: death, enlistment, moved away, suspended, and so on. 人员变更表. Grain: change_no.
with source as (

    select * from {{ source('nhsa_person', 'PSN_CHG_D') }}

),

renamed as (

    select
        {{ code_norm('CHG_NO') }} as change_no,
        {{ code_norm('PSN_NO') }} as person_no,
        {{ code_norm('SRC_SYS') }} as source_system,
        {{ code_norm('INSUTYPE') }} as agency_item_code,
        {{ code_norm('CHG_TYPE') }} as change_kind_code,
        CHG_DATE as change_date,
        OPTER_TIME as registered_at,
        {{ known_value('SEND_TIME', 'SEND_TIME') }} as sent_at,
        not {{ known_flag('READ_FLAG', '1', 'READ_TIME') }} as is_unread,
        {{ known_value('READ_TIME', 'READ_TIME') }} as read_at,
        {{ known_flag('WTDR_FLAG', 'Y', 'WTDR_TIME') }} as is_withdrawn,
        {{ known_value('WTDR_TIME', 'WTDR_TIME') }} as withdrawn_at,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('OPTER_TIME') }}

)

select *
from renamed
{{ current_row(['change_no'], 'updated_at') }}
