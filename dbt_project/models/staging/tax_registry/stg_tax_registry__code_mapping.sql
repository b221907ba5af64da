-- Mapping of old to new codes: towns, villages, special kinds of persons, unit types. 新旧代码对照表. Grain: code_type × old_code.
with source as (

    select * from {{ source('tax_registry', 'DM_DZ') }}

),

renamed as (

    select
        {{ code_norm('DMLX_DM') }} as code_type,
        {{ code_norm('YDM') }} as old_code,
        {{ clean_text('YMC') }} as old_name,
        {{ code_norm('XDM') }} as new_code,
        {{ clean_text('XMC') }} as new_name,
        {{ code_norm('DZZT_DM') }} as state_code,
        DZRQ as mapped_date,
        GXSJ as updated_at
    from source

)

select *
from renamed
{{ current_row(['code_type', 'old_code'], 'updated_at') }}
