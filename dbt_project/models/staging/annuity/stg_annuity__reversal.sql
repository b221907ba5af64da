-- Reversals of annuity transfers. 职业年金冲正表. Grain: reversal_no.
with source as (

    select * from {{ source('annuity', 'NJ_CZ') }}

),

renamed as (

    select
        {{ code_norm('CZLSH') }} as reversal_no,
        {{ code_norm('YLSH') }} as transfer_no,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('JBJG_DM') }} as agency_code,
        CZJE as amount,
        CZSJ as reversed_at,
        {{ clean_text('CZYY') }} as reason,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('CZSJ') }}

)

select *
from renamed
{{ current_row(['reversal_no'], 'updated_at') }}
