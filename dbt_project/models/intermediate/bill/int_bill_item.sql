-- Money of a bill by insurance item, along its whole way: the department's lines and persons, tax's lines, declared, invoiced, collected (上解),
-- settled (入库), returned, posted. Each source is summed before it is joined, so no retry or second ticket multiplies another; an amount of the
-- department that is NULL means that it sent no such line.
-- Grain: bill_key × insurance_code.
with items as (

    select * from {{ ref('ref_insurance_item') }}

),

{% for name, models, amount, attributes in [
    ('processing', ['stg_hrss__bill_item', 'stg_nhsa__bill_item'], 'agency_amount', true),
    ('details', ['stg_hrss__bill_detail', 'stg_nhsa__bill_detail'], 'detail_amount', true),
    ('postings', ['stg_hrss__posting', 'stg_nhsa__posting'], 'posted_amount', false),
] %}
{{ name }}_lines as (
    {% for model in models %}
    select
        '{{ 'HRSS' if 'hrss' in model else 'NHSA' }}' as department_code,
        notice_serial,
        batch_no,
        agency_item_code,
        {% if name == 'processing' %}
        person_count,
        {% endif %}
        {% if attributes %}
        source_system,
        unit_no,
        sent_at,
        {% else %}
        posted_date,
        {% endif %}
        amount
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ name }} as (

    select
        {{ key_of(['lines.department_code', 'lines.notice_serial', 'lines.batch_no']) }} as bill_key,
        coalesce(items.insurance_code, 'UNKNOWN') as insurance_code,
        lines.department_code,
        {% if attributes %}
        max(lines.source_system) as source_system,
        max(lines.unit_no) as unit_no,
        min(lines.sent_at) as sent_at,
        {% else %}
        max(lines.posted_date) as last_posted_date,
        {% endif %}
        {% if name == 'processing' %}
        -- the parts of an item (employer's and persons') are about the same people
        max(lines.person_count) as person_count,
        {% endif %}
        coalesce({{ sum_amount('lines.amount') }}, 0) as {{ amount }}
    from {{ name }}_lines as lines
    left join items
        on
            lines.department_code = items.department_code
            and lines.agency_item_code = items.agency_item_code
    where lines.notice_serial is not null and lines.batch_no is not null
    group by lines.department_code, lines.notice_serial, lines.batch_no, coalesce(items.insurance_code, 'UNKNOWN')

),

{% endfor %}
support_lines as (

    select
        {{ key_of(['lines.department_code', 'lines.notice_serial', 'lines.batch_no']) }} as bill_key,
        coalesce(items.insurance_code, 'UNKNOWN') as insurance_code,
        lines.department_code,
        {{ sum_amount('lines.amount') }} as tax_amount
    from {{ ref('stg_tax_support__bill_item') }} as lines
    left join items on lines.levy_subitem_code = items.zspm_code
    group by lines.department_code, lines.notice_serial, lines.batch_no, coalesce(items.insurance_code, 'UNKNOWN')

),

declarations as (

    select
        {{ key_of(['lines.department_code', 'lines.notice_serial', 'lines.batch_no']) }} as bill_key,
        coalesce(items.insurance_code, 'UNKNOWN') as insurance_code,
        lines.department_code,
        max({{ to_period('lines.period_begin_date') }}) as declared_period,
        min(lines.declared_at) as declared_at,
        max(lines.taxpayer_key) as taxpayer_key,
        max(lines.authority_code) as authority_code,
        {{ sum_amount('lines.amount') }} as declared_amount
    from {{ ref('stg_tax_levy__declaration') }} as lines
    left join items on lines.levy_subitem_code = items.zspm_code
    where not lines.is_voided and lines.department_code is not null and lines.notice_serial is not null and lines.batch_no is not null
    group by lines.department_code, lines.notice_serial, lines.batch_no, coalesce(items.insurance_code, 'UNKNOWN')

),

tickets as (

    select
        bill_key,
        insurance_code,
        max(department_code) as department_code,
        {{ sum_amount_if('invoiced_amount', 'not is_void') }} as invoiced_amount,
        {{ sum_amount('remitted_amount') }} as collected_amount,
        min(remitted_date) as first_collected_date,
        max(remitted_date) as last_collected_date,
        {{ sum_amount('settled_amount') }} as settled_amount,
        max(settled_date) as last_settled_date
    from {{ ref('int_ticket_item') }}
    where bill_key is not null
    group by bill_key, insurance_code

),

returns as (

    select
        bill_key,
        insurance_code,
        max(department_code) as department_code,
        {{ sum_amount("case when return_kind = 'remittance' then amount end") }} as returned_amount,
        max(case when return_kind = 'remittance' then returned_at end) as last_returned_at,
        {{ sum_amount_if('amount', "return_kind = 'remittance' and not is_unread") }} as read_amount,
        cast(max(case when return_kind = 'remittance' then read_at end) as date) as last_read_date,
        {{ sum_amount_if('amount', "return_kind = 'settlement'") }} as settlement_returned_amount,
        {{ sum_amount_if('amount', "return_kind = 'settlement' and not is_unread") }} as settlement_read_amount,
        cast(max(case when return_kind = 'settlement' then read_at end) as date) as last_settlement_read_date
    from {{ ref('int_return') }}
    where not is_withdrawn and bill_key is not null
    group by bill_key, insurance_code

),

bill_items as (

    select
        bill_key,
        insurance_code,
        coalesce(
            processing.department_code,
            details.department_code,
            support_lines.department_code,
            declarations.department_code,
            tickets.department_code,
            returns.department_code,
            postings.department_code
        ) as department_code,
        coalesce(processing.source_system, details.source_system) as source_system,
        coalesce(processing.unit_no, details.unit_no) as unit_no,
        coalesce(processing.sent_at, details.sent_at) as sent_at,
        declarations.declared_period,
        declarations.declared_at,
        declarations.taxpayer_key,
        declarations.authority_code,
        processing.agency_amount,
        processing.person_count,
        details.detail_amount,
        support_lines.tax_amount,
        declarations.declared_amount,
        tickets.invoiced_amount,
        tickets.collected_amount,
        tickets.first_collected_date,
        tickets.last_collected_date,
        tickets.settled_amount,
        tickets.last_settled_date,
        returns.returned_amount,
        returns.last_returned_at,
        returns.read_amount,
        returns.last_read_date,
        returns.settlement_returned_amount,
        returns.settlement_read_amount,
        returns.last_settlement_read_date,
        postings.posted_amount,
        postings.last_posted_date
    from processing
    full outer join details using (bill_key, insurance_code)
    full outer join support_lines using (bill_key, insurance_code)
    full outer join declarations using (bill_key, insurance_code)
    full outer join tickets using (bill_key, insurance_code)
    full outer join returns using (bill_key, insurance_code)
    full outer join postings using (bill_key, insurance_code)

),

notices as (

    select
        bill_key,
        period
    from {{ ref('int_bill_notice') }}

)

select
    bill_items.bill_key,
    bill_items.insurance_code,
    bill_items.department_code,
    coalesce(notices.period, bill_items.declared_period) as period,
    bill_items.agency_amount,
    bill_items.person_count,
    bill_items.detail_amount,
    bill_items.tax_amount,
    coalesce(bill_items.declared_amount, 0) as declared_amount,
    coalesce(bill_items.invoiced_amount, 0) as invoiced_amount,
    coalesce(bill_items.collected_amount, 0) as collected_amount,
    bill_items.first_collected_date,
    bill_items.last_collected_date,
    coalesce(bill_items.settled_amount, 0) as settled_amount,
    bill_items.last_settled_date,
    coalesce(bill_items.returned_amount, 0) as returned_amount,
    bill_items.last_returned_at,
    coalesce(bill_items.read_amount, 0) as read_amount,
    bill_items.last_read_date,
    coalesce(bill_items.settlement_returned_amount, 0) as settlement_returned_amount,
    coalesce(bill_items.settlement_read_amount, 0) as settlement_read_amount,
    bill_items.last_settlement_read_date,
    coalesce(bill_items.posted_amount, 0) as posted_amount,
    bill_items.last_posted_date,
    bill_items.source_system,
    bill_items.unit_no,
    bill_items.sent_at,
    bill_items.declared_at,
    bill_items.taxpayer_key,
    bill_items.authority_code
from bill_items
left join notices on bill_items.bill_key = notices.bill_key
