-- Results that tax returned (回盘) to the departments, remittances and settlements, and whether the department read them. Grain: return_key.
with returns as (
    {% for model, department, kind in [
        ('stg_hrss__remittance_return', 'HRSS', 'remittance'),
        ('stg_hrss__settlement_return', 'HRSS', 'settlement'),
        ('stg_nhsa__remittance_return', 'NHSA', 'remittance'),
        ('stg_nhsa__settlement_return', 'NHSA', 'settlement'),
    ] %}
    select
        '{{ department }}' as department_code,
        '{{ kind }}' as return_kind,
        return_no,
        notice_serial,
        batch_no,
        agency_item_code,
        ticket_no,
        amount,
        business_date,
        returned_at,
        is_withdrawn,
        is_unread,
        read_at
    from {{ ref(model) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

items as (

    select * from {{ ref('ref_insurance_item') }}

)

select
    {{ key_of(['returns.department_code', 'returns.return_kind', 'returns.return_no']) }} as return_key,
    returns.department_code,
    returns.return_kind,
    {{ key_of(['returns.department_code', 'returns.notice_serial', 'returns.batch_no']) }} as bill_key,
    coalesce(items.insurance_code, 'UNKNOWN') as insurance_code,
    returns.ticket_no,
    {{ decimal18('returns.amount') }} as amount,
    returns.business_date,
    returns.returned_at,
    returns.is_withdrawn,
    returns.is_unread,
    returns.read_at
from returns
left join items
    on
        returns.department_code = items.department_code
        and returns.agency_item_code = items.agency_item_code
