-- Matching runs over the last good import of a cadre's roster, the last of each kind: done, broken off, or still running. Grain: run_no.
with imports as (

    select
        cadre_key,
        import_no,
        row_number() over (partition by cadre_key order by imported_at desc, import_no desc) as nth_last
    from {{ ref('stg_tax_cadre__import') }}
    where cadre_key is not null and coalesce(result_code, '1') <> '2'

),

runs as (

    select
        runs.run_no,
        runs.import_no,
        runs.cadre_key,
        runs.kind_code,
        runs.booked_at,
        runs.started_at,
        runs.ended_at,
        runs.line_count,
        coalesce(runs.done_count, 0) as done_count,
        runs.status_code,
        runs.failure_text,
        row_number() over (partition by runs.import_no, runs.kind_code order by runs.booked_at desc, runs.run_no desc) as nth_last
    from {{ ref('stg_tax_cadre__matching_run') }} as runs
    inner join imports on runs.import_no = imports.import_no and imports.nth_last = 1

)

select
    runs.run_no,
    runs.import_no,
    runs.cadre_key,
    accounts.bureau_code,
    accounts.town_code,
    accounts.village_code,
    runs.kind_code,
    runs.booked_at,
    runs.started_at,
    runs.ended_at,
    runs.line_count,
    runs.done_count,
    runs.status_code,
    runs.failure_text
from runs
left join {{ ref('stg_tax_cadre__account') }} as accounts on runs.cadre_key = accounts.cadre_key
where runs.nth_last = 1
