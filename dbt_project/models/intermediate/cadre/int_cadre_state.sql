-- Village cadres whose account is in use, with what tells whether the account, the phone, the last import and the matching are in order; no name, phone
-- or id number is carried. Grain: cadre_key.
with accounts as (

    select
        cadre_key,
        bureau_code,
        town_code,
        village_code,
        district_code,
        coalesce(id_type_code, '201') = '201' and not {{ is_resident_id('id_number') }} as is_id_wrong,
        {{ phone_state('mobile', 'cast(null as string)') }} as phone_state,
        cast(registered_at as date) as registered_date
    from {{ ref('stg_tax_cadre__account') }}
    where coalesce(status_code, '1') <> '3'

),

collecting as (

    select
        town_code,
        bureau_code
    from {{ ref('ref_town_bureau') }}
    where valid_from <= {{ as_of_date() }} and (valid_to is null or valid_to >= {{ as_of_date() }})

),

received as (

    select
        cadre_key,
        max(sent_at) as last_received_at
    from {{ ref('stg_tax_cadre__text_message') }}
    where receipt_code = '1'
    group by cadre_key

),

lost as (

    select
        messages.cadre_key,
        cast(count(*) as integer) as lost_code_count,
        cast(min(messages.sent_at) as date) as first_lost_date,
        cast(max(messages.sent_at) as date) as last_lost_date
    from {{ ref('stg_tax_cadre__text_message') }} as messages
    left join received on messages.cadre_key = received.cadre_key
    where
        messages.receipt_code is distinct from '1'
        and (received.last_received_at is null or messages.sent_at > received.last_received_at)
    group by messages.cadre_key

),

numbered_imports as (

    select
        cadre_key,
        import_no,
        imported_at,
        line_count,
        coalesce(result_code, '1') as result_code,
        failure_text,
        row_number() over (partition by cadre_key order by imported_at desc, import_no desc) as nth_last
    from {{ ref('stg_tax_cadre__import') }}
    where cadre_key is not null

),

good_imports as (

    select
        cadre_key,
        import_no,
        line_count,
        lead(line_count) over (partition by cadre_key order by imported_at desc, import_no desc) as line_count_before
    from numbered_imports
    where result_code <> '2'

),

last_import as (

    select
        latest.cadre_key,
        latest.import_no,
        cast(latest.imported_at as date) as imported_date,
        latest.result_code = '2' as is_import_failed,
        latest.failure_text as import_failure_text,
        latest.line_count,
        good_imports.line_count_before
    from numbered_imports as latest
    left join good_imports on latest.cadre_key = good_imports.cadre_key and latest.import_no = good_imports.import_no
    where latest.nth_last = 1

),

failed_runs as (

    select
        cadre_key,
        cast(min(ended_at) as date) as failed_date,
        max(failure_text) as run_failure_text
    from {{ ref('int_cadre_run') }}
    where status_code = '3'
    group by cadre_key

),

homes as (

    select
        roster.cadre_key,
        cast(count(*) as integer) as matched_count,
        cast(sum(case when registration.town_code = accounts.town_code then 1 else 0 end) as integer) as home_count
    from {{ ref('int_cadre_roster_person') }} as roster
    inner join accounts on roster.cadre_key = accounts.cadre_key
    inner join {{ ref('int_person_registration') }} as registration
        on
            roster.person_no = registration.person_no
            and registration.department_code = 'NHSA'
            and registration.is_resident
    where roster.person_no is not null
    group by roster.cadre_key

)

select
    accounts.cadre_key,
    accounts.bureau_code,
    accounts.town_code,
    accounts.village_code,
    accounts.registered_date,
    accounts.is_id_wrong,
    accounts.phone_state,
    (
        village.division_code is null
        or village.parent_code is distinct from accounts.town_code
        or town.parent_code is distinct from accounts.district_code
        or collecting.town_code is null
    ) as is_place_inconsistent,
    coalesce(homes.matched_count, 0) as matched_count,
    coalesce(homes.home_count, 0) as home_count,
    coalesce(lost.lost_code_count, 0) as lost_code_count,
    lost.first_lost_date,
    lost.last_lost_date,
    last_import.import_no as last_import_no,
    last_import.imported_date as last_imported_date,
    coalesce(last_import.is_import_failed, false) as is_import_failed,
    last_import.import_failure_text,
    last_import.line_count,
    last_import.line_count_before,
    failed_runs.failed_date as matching_failed_date,
    failed_runs.run_failure_text
from accounts
left join {{ ref('ref_division') }} as village on accounts.village_code = village.division_code and village.level = 'village'
left join {{ ref('ref_division') }} as town on accounts.town_code = town.division_code and town.level = 'town'
left join collecting on accounts.town_code = collecting.town_code and accounts.bureau_code = collecting.bureau_code
left join homes on accounts.cadre_key = homes.cadre_key
left join lost on accounts.cadre_key = lost.cadre_key
left join last_import on accounts.cadre_key = last_import.cadre_key
left join failed_runs on accounts.cadre_key = failed_runs.cadre_key
