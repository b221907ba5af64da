-- Bills that the front database could not process, and whether the accounting set-up (会统配置) of an item's employer or individual part was missing
-- on that day. An item and part that the set-up table knows in no bureau is not judged. Grain: bill_key.
with failed as (

    select
        bill_key,
        bureau_code,
        cast(coalesce(front_processed_at, front_received_at) as date) as failed_date
    from {{ ref('int_bill') }}
    where front_state_code = '2'

),

items as (

    select
        lines.bill_key,
        failed.bureau_code,
        failed.failed_date,
        insurance.zspm_code,
        insurance.insurance_name,
        insurance.sort_order
    from {{ ref('int_bill_item') }} as lines
    inner join failed on lines.bill_key = failed.bill_key
    inner join {{ ref('ref_insurance_item') }} as insurance on lines.insurance_code = insurance.insurance_code
    where failed.bureau_code is not null and (lines.agency_amount is not null or lines.tax_amount is not null)

),

setups as (

    select * from {{ ref('stg_tax_registry__accounting_setup') }}

),

known_parts as (

    select
        zspm_code,
        part_code
    from setups
    group by zspm_code, part_code

),

needed as (

    select
        items.bill_key,
        items.bureau_code,
        items.failed_date,
        items.zspm_code,
        items.insurance_name,
        items.sort_order,
        known_parts.part_code
    from items
    inner join known_parts on items.zspm_code = known_parts.zspm_code

),

-- The dates are asked of what the codes have joined: in an outer join they would make DuckDB compare each item with each set-up.
held as (

    select distinct
        needed.bill_key,
        needed.zspm_code,
        needed.part_code
    from needed
    inner join setups
        on
            needed.zspm_code = setups.zspm_code
            and needed.part_code = setups.part_code
            and needed.bureau_code = setups.bureau_code
    where
        coalesce(needed.failed_date >= setups.valid_from_date, true)
        and coalesce(needed.failed_date <= setups.valid_to_date, true)

),

gaps as (

    select
        needed.bill_key,
        needed.insurance_name,
        needed.sort_order,
        needed.part_code
    from needed
    left join held
        on
            needed.bill_key = held.bill_key
            and needed.zspm_code = held.zspm_code
            and needed.part_code = held.part_code
    where held.bill_key is null

)

select
    bill_key,
    max(case when part_code = '2' then 1 else 0 end) = 1 as is_person_part_missing,
    max(case when part_code = '1' then 1 else 0 end) = 1 as is_unit_part_missing,
    {{ list_text("insurance_name || case part_code when '1' then '单位部分' else '个人部分' end", '、', order_by='sort_order, part_code') }} as missing_parts
from gaps
group by bill_key
