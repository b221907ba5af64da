-- Matching runs over a roster, booked, started, ended, broken off. 匹配任务表. Grain: run_no.
with source as (

    select * from {{ source('tax_cadre', 'GB_PP') }}

),

renamed as (

    select
        {{ code_norm('PPXH') }} as run_no,
        {{ code_norm('DRXH') }} as import_no,
        {{ code_norm('CGXH') }} as cadre_key,
        {{ code_norm('PPLX_DM') }} as kind_code,
        YYSJ as booked_at,
        {{ known_value('KSSJ', 'KSSJ') }} as started_at,
        {{ known_value('JSSJ', 'JSSJ') }} as ended_at,
        ZTS as line_count,
        CLTS as done_count,
        PPTS as matched_count,
        case
            when JSSJ > {{ as_of_end() }} then '4'
            else {{ code_norm('PPZT_DM') }}
        end as status_code,
        {{ clean_text('SBYY') }} as failure_text,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('YYSJ') }}

)

select *
from renamed
{{ current_row(['run_no'], 'updated_at') }}
