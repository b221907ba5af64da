-- What NHSA confirmed as arrived of persons' payments, and when it told tax. 人员到账确认表. Grain: posting_no.
with source as (

    select * from {{ source('nhsa_person_return', 'PSN_ARVL_D') }}

),

renamed as (

    select
        {{ code_norm('ARVL_NO') }} as posting_no,
        {{ code_norm('RTN_NO') }} as return_no,
        {{ code_norm('TAX_VOU_NO') }} as ticket_no,
        {{ code_norm('PSN_NO') }} as person_no,
        {{ code_norm('INSUTYPE') }} as agency_item_code,
        ARVL_AMT as amount,
        ARVL_TIME as posted_at,
        {{ known_value('FDBK_TIME', 'FDBK_TIME') }} as fed_back_at,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('ARVL_TIME') }}

)

select *
from renamed
{{ current_row(['posting_no'], 'updated_at') }}
