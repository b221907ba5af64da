-- Working days of each treasury and when they were cut over. 国库日切表. Grain: treasury_code × treasury_date.
with source as (

    select * from {{ source('tax_bank', 'GK_RQ') }}

),

renamed as (

    select
        {{ code_norm('SKGK_DM') }} as treasury_code,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        GZRQ as treasury_date,
        XYGZR as next_treasury_date,
        KSSJ as opened_at,
        {{ known_value('RQSJ', 'RQSJ') }} as cut_at,
        {{ code_norm('RQZT_DM') }} as state_code,
        {{ known_flag('YMBZ', 'Y') }} as is_month_end,
        {{ known_flag('NMBZ', 'Y') }} as is_year_end,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('KSSJ') }}

)

select *
from renamed
{{ current_row(['treasury_code', 'treasury_date'], 'updated_at') }}
