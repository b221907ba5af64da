-- Merges of two tax files: the one that ceases and the one that stays. 税务登记并档记录. Grain: merge_no.
with source as (

    select * from {{ source('tax_registry', 'DJ_BD') }}

),

renamed as (

    select
        {{ code_norm('BDXH') }} as merge_no,
        {{ code_norm('BBDJXH') }} as old_taxpayer_key,
        {{ code_norm('CXDJXH') }} as taxpayer_key,
        {{ clean_text('BDYY') }} as reason,
        BDSJ as merged_at,
        {{ code_norm('JBSWJG_DM') }} as authority_code,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('BDSJ') }}

)

select *
from renamed
{{ current_row(['merge_no'], 'updated_at') }}
