-- A person as NHSA knows him under a number (base information). 人员基本信息表. Grain: person_no × source_system.
with source as (

    select * from {{ source('nhsa_person', 'PSN_INFO_B') }}

),

renamed as (

    select
        {{ code_norm('PSN_NO') }} as person_no,
        {{ code_norm('SRC_SYS') }} as source_system,
        {{ code_norm('PSN_CERT_TYPE') }} as id_type_code,
        {{ code_norm('CERTNO') }} as id_number,
        {{ clean_text('PSN_NAME') }} as person_name,
        {{ code_norm('GEND') }} as sex_code,
        BRDY as birth_date,
        {{ clean_text('TEL') }} as mobile,
        {{ clean_text('PSN_ADDR') }} as address,
        {{ code_norm('OPTINS_NO') }} as agency_code,
        {{ code_norm('ADMDVS') }} as district_code,
        {{ code_norm('SUBD_CODE') }} as town_code,
        {{ code_norm('VIL_CODE') }} as village_code,
        {{ code_norm('PSN_IDET_TYPE') }} as person_kind_code,
        CRTE_TIME as created_at,
        {{ known_value('SEND_TIME', 'SEND_TIME') }} as sent_at,
        not {{ known_flag('READ_FLAG', '1', 'READ_TIME') }} as is_unread,
        {{ known_value('READ_TIME', 'READ_TIME') }} as read_at,
        {{ known_flag('WTDR_FLAG', 'Y', 'WTDR_TIME') }} as is_withdrawn,
        {{ known_value('WTDR_TIME', 'WTDR_TIME') }} as withdrawn_at,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('CRTE_TIME') }}

)

select *
from renamed
{{ current_row(['person_no', 'source_system'], 'updated_at') }}
