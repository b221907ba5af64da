-- Rosters that cadres imported, also those refused. 名册导入表. Grain: import_no.
-- A log: lines are only ever appended, so no line stands for another.
with source as (

    select * from {{ source('tax_cadre', 'GB_DR') }}

),

renamed as (

    select
        {{ code_norm('DRXH') }} as import_no,
        {{ code_norm('CGXH') }} as cadre_key,
        DRSJ as imported_at,
        DRTS as line_count,
        {{ code_norm('DRZT_DM') }} as result_code,
        {{ clean_text('SBYY') }} as failure_text
    from source
    where {{ not_after_as_of('DRSJ') }}

)

select *
from renamed
where import_no is not null
