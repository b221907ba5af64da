-- What tax returned to NHSA about persons' settlements (入库). 人员入库回盘表. Grain: return_no.
with source as (

    select * from {{ source('nhsa_person_return', 'PSN_STL_D') }}

),

renamed as (

    select
        {{ code_norm('RTN_NO') }} as return_no,
        {{ code_norm('TAX_VOU_NO') }} as ticket_no,
        {{ code_norm('PSN_NO') }} as person_no,
        {{ code_norm('CERTNO') }} as person_id_number,
        {{ clean_text('PSN_NAME') }} as person_name,
        {{ code_norm('INSUTYPE') }} as agency_item_code,
        {{ code_norm('OPTINS_NO') }} as agency_code,
        {{ code_norm('ACCRYM_BEGN') }} as period_begin,
        {{ code_norm('ACCRYM_END') }} as period_end,
        STL_AMT as amount,
        STL_DATE as business_date,
        RTN_TIME as returned_at,
        {{ known_flag('WTDR_FLAG', 'Y') }} as is_withdrawn,
        not {{ known_flag('READ_FLAG', '1', 'READ_TIME') }} as is_unread,
        {{ known_value('READ_TIME', 'READ_TIME') }} as read_at,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('RTN_TIME') }}

)

select *
from renamed
{{ current_row(['return_no'], 'updated_at') }}
