-- What the short codes of the marts mean, one list for all of them. Grain: code_type × code.
with codes as (

    select
        'department' as code_type,
        'HRSS' as code,
        '人社' as code_name,
        1 as sort_order
    union all
    select
        'department' as code_type,
        'NHSA' as code,
        '医保' as code_name,
        2 as sort_order
    union all
    select
        'bill_stage' as code_type,
        stage_code as code,
        stage_name as code_name,
        sort_order
    from {{ ref('ref_bill_stage') }}
    union all
    select
        'bill_origin' as code_type,
        origin_code as code,
        origin_name as code_name,
        sort_order
    from {{ ref('ref_bill_origin') }}
    union all
    select
        'unit_type' as code_type,
        unit_type_code as code,
        unit_type_name as code_name,
        sort_order
    from {{ ref('ref_unit_type') }}
    union all
    select
        'person_insurance' as code_type,
        insurance_code as code,
        insurance_name as code_name,
        sort_order
    from {{ ref('ref_person_insurance') }}
    union all
    select
        'payment_channel' as code_type,
        channel_code as code,
        channel_name as code_name,
        sort_order
    from {{ ref('ref_payment_channel') }}
    union all
    select
        'person_channel' as code_type,
        channel_code as code,
        channel_name as code_name,
        sort_order
    from {{ ref('ref_person_channel') }}
    union all
    select
        'taxpayer_status' as code_type,
        taxpayer_status_code as code,
        taxpayer_status_name as code_name,
        cast(taxpayer_status_code as integer) as sort_order
    from {{ ref('ref_taxpayer_status') }}
    union all
    select
        'entity_type' as code_type,
        entity_type_code as code,
        entity_type_name as code_name,
        cast(entity_type_code as integer) as sort_order
    from {{ ref('ref_entity_type') }}
    union all
    select
        'bank' as code_type,
        bank_code as code,
        bank_name as code_name,
        sort_order
    from {{ ref('ref_bank') }}
    union all
    select
        'bank_reason' as code_type,
        reason_class as code,
        reason_class_name as code_name,
        cast(min(return_code) as integer) as sort_order
    from {{ ref('ref_bank_return_code') }}
    group by reason_class, reason_class_name

)

select
    code_type,
    code,
    code_name,
    sort_order
from codes
