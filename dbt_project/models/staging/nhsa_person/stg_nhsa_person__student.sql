-- A student at a school in a term. 学生名册表. Grain: person_no × term_code.
with source as (

    select * from {{ source('nhsa_person', 'STU_INFO_D') }}

),

renamed as (

    select
        {{ code_norm('PSN_NO') }} as person_no,
        {{ code_norm('TERM_CODE') }} as term_code,
        {{ code_norm('SCHL_CODE') }} as school_code,
        GRADE_NO as grade,
        CLASS_NO as class_no,
        TERM_BEGN as term_start_date,
        SEND_TIME as sent_at,
        not {{ known_flag('READ_FLAG', '1', 'READ_TIME') }} as is_unread,
        {{ known_value('READ_TIME', 'READ_TIME') }} as read_at,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('SEND_TIME') }}

)

select *
from renamed
{{ current_row(['person_no', 'term_code'], 'updated_at') }}
