-- Bills that no longer count, with the first who took them back and why: withdrawn or voided by the sending department, intercepted by a check,
-- written off or voided by tax. Grain: bill_key.
with agency_bills as (

    {% for model in ['stg_hrss__bill', 'stg_nhsa__bill'] %}
    select
        '{{ 'HRSS' if 'hrss' in model else 'NHSA' }}' as department_code,
        notice_serial,
        batch_no,
        is_withdrawn,
        withdrawn_at,
        is_voided,
        voided_at,
        updated_at
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

write_offs as (

    select
        department_code,
        notice_serial,
        batch_no,
        max(reason) as reason
    from {{ ref('stg_tax_registry__write_off') }}
    where state_code = '1'
    group by department_code, notice_serial, batch_no

),

taken_back as (

    select
        department_code,
        notice_serial,
        batch_no,
        'withdrawn' as void_reason_code,
        coalesce(withdrawn_at, updated_at) as voided_at,
        1 as reason_order
    from agency_bills
    where is_withdrawn
    union all
    select
        department_code,
        notice_serial,
        batch_no,
        'agency_voided' as void_reason_code,
        coalesce(voided_at, updated_at) as voided_at,
        2 as reason_order
    from agency_bills
    where is_voided
    union all
    select
        bills.department_code,
        bills.notice_serial,
        bills.batch_no,
        case
            when bills.validation_code = '2' then 'intercepted'
            when write_offs.reason like '%申请%' then 'payer_asked'
            when write_offs.reason is not null then 'written_off'
            else 'tax_voided'
        end as void_reason_code,
        coalesce(bills.voided_at, bills.updated_at) as voided_at,
        3 as reason_order
    from {{ ref('stg_tax_support__bill') }} as bills
    left join write_offs
        on
            bills.department_code = write_offs.department_code
            and bills.notice_serial = write_offs.notice_serial
            and bills.batch_no = write_offs.batch_no
    where bills.is_voided

),

keyed as (

    select
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        void_reason_code,
        cast(voided_at as date) as voided_date,
        voided_at,
        reason_order
    from taken_back

)

select
    bill_key,
    void_reason_code,
    voided_date
from keyed
where bill_key is not null
qualify row_number() over (partition by bill_key order by voided_at, reason_order) = 1
