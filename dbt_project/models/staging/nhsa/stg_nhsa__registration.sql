-- What NHSA sent about a unit (base information). 单位基础信息表. Grain: unit_no × source_system.
with source as (

    select * from {{ source('nhsa', 'EMP_INFO_B') }}

),

renamed as (

    select
        {{ code_norm('EMP_NO') }} as unit_no,
        {{ code_norm('SRC_SYS') }} as source_system,
        {{ clean_text('EMP_NAME') }} as unit_name,
        {{ code_norm('USCC') }} as uscc,
        {{ code_norm('OPTINS_NO') }} as agency_code,
        {{ code_norm('EMP_TYPE') }} as unit_type_code,
        {{ code_norm('ADMDVS') }} as district_code,
        {{ code_norm('SUBD_CODE') }} as town_code,
        {{ clean_text('EMP_ADDR') }} as address,
        {{ clean_text('CONER_NAME') }} as contact_name,
        {{ clean_text('CONER_TEL') }} as contact_phone,
        case
            when END_DATE > {{ as_of_date() }} then '1'
            else {{ code_norm('EMP_STAS') }}
        end as status_code,
        {{ known_value('END_DATE', 'END_DATE') }} as ended_date,
        not {{ known_flag('READ_FLAG', '1', 'READ_TIME') }} as is_unread,
        {{ known_value('READ_TIME', 'READ_TIME') }} as read_at,
        {{ known_flag('WTDR_FLAG', 'Y', 'WTDR_TIME') }} as is_withdrawn,
        {{ known_value('WTDR_TIME', 'WTDR_TIME') }} as withdrawn_at,
        SEND_TIME as sent_at,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('SEND_TIME') }}

)

select *
from renamed
{{ current_row(['unit_no', 'source_system'], 'updated_at') }}
