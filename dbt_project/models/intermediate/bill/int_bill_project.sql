-- Bills for construction projects (工程项目): the flag in the summary and in the processing table, and the district that HRSS sent. Grain: bill_key.
with summaries as (

    select
        {{ key_of(["'HRSS'", 'notice_serial', 'batch_no']) }} as bill_key,
        is_project
    from {{ ref('stg_hrss__bill') }}

),

lines as (

    select
        {{ key_of(["'HRSS'", 'notice_serial', 'batch_no']) }} as bill_key,
        count(*) as line_count,
        count(case when is_project then 1 end) as project_line_count
    from {{ ref('stg_hrss__bill_item') }}
    group by notice_serial, batch_no

),

infos as (

    select
        {{ key_of(["'HRSS'", 'notice_serial', 'batch_no']) }} as bill_key,
        project_no,
        district_code
    from {{ ref('stg_hrss__bill_project') }}

),

flags as (

    select
        coalesce(summaries.bill_key, lines.bill_key) as bill_key,
        summaries.is_project as summary_flag,
        coalesce(lines.line_count, 0) as line_count,
        coalesce(lines.project_line_count, 0) as project_line_count
    from summaries
    full outer join lines on summaries.bill_key = lines.bill_key
    where coalesce(summaries.is_project, false) or lines.project_line_count > 0

)

select
    flags.bill_key,
    coalesce(flags.summary_flag, false) as is_summary_project,
    flags.line_count,
    flags.project_line_count,
    flags.line_count > 0
    and flags.summary_flag is not null
    and flags.project_line_count <> case when flags.summary_flag then flags.line_count else 0 end as is_flag_different,
    infos.bill_key is not null as has_project_info,
    infos.project_no,
    infos.district_code,
    districts.district_code is not null as is_district_known
from flags
left join infos on flags.bill_key = infos.bill_key
left join {{ ref('stg_tax_registry__project_district') }} as districts
    on
        infos.district_code = districts.district_code
        and coalesce(districts.valid_from_date <= {{ as_of_date() }}, true)
        and coalesce(districts.valid_to_date >= {{ as_of_date() }}, true)
