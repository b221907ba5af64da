{#-
  The one pattern of every pair. Two relations with the same keys go into `rec_pair`: a full outer join, so that neither side can vanish; each side says
  `success` or `failed` in `state`, and how much in `amount`. Out come both states ('missing' where a side has no row), both amounts, the difference and
  `is_different`. `rec_outcome` then names one of the eight outcomes.
-#}

{#- `tax` and `other` name CTEs or relations; `keys` are joined as they are and may not be NULL; `dates` are further columns of each side. -#}
{% macro rec_pair(tax, other, keys, tax_columns=[], other_columns=[]) -%}
    select
        {%- for key in keys %}
        coalesce(tax.{{ key }}, other.{{ key }}) as {{ key }},
        {%- endfor %}
        {%- for column in tax_columns %}
        tax.{{ column }},
        {%- endfor %}
        {%- for column in other_columns %}
        other.{{ column }},
        {%- endfor %}
        coalesce(tax.state, 'missing') as tax_state,
        coalesce(other.state, 'missing') as other_state,
        case when tax.state = 'success' then tax.amount when tax.state is not null then 0 end as tax_amount,
        case when other.state = 'success' then other.amount when other.state is not null then 0 end as other_amount,
        (tax.amount is distinct from other.amount) as is_different
    from {{ tax }} as tax
    full outer join {{ other }} as other
        on {% for key in keys %}tax.{{ key }} = other.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
{%- endmacro %}

{#- One of the eight outcomes. -#}
{% macro rec_outcome(tax_state, other_state, is_different, is_in_time='false') -%}
    cast(case
        when {{ is_in_time }} then 0
        when {{ tax_state }} = 'success' and {{ other_state }} = 'success' and {{ is_different }} then 2
        when {{ tax_state }} = 'success' and {{ other_state }} = 'success' then 1
        when {{ tax_state }} = 'success' and {{ other_state }} = 'failed' then 3
        when {{ tax_state }} = 'success' then 4
        when {{ tax_state }} = 'failed' and {{ other_state }} = 'success' then 5
        when {{ other_state }} = 'success' then 6
        else 7
    end as integer)
{%- endmacro %}

{#- Two values that may be blank: blank equals nothing, so one side blank is different and both blank are not compared. -#}
{% macro rec_differs(one, other) -%}
    ({{ one }} is distinct from {{ other }} and ({{ one }} is not null or {{ other }} is not null))
{%- endmacro %}

{#-
  When a timing difference should have cleared: `clear_day.calendar_date`, the first day that lies `expected_workdays` working days after `since_date`.
  Joins for a row that has both.
-#}
{% macro rec_join_clear_day(row) -%}
    left join {{ ref('ref_calendar') }} as since_day on {{ row }}.since_date = since_day.calendar_date
    left join (
        select
            workday_index,
            min(calendar_date) as calendar_date
        from {{ ref('ref_calendar') }}
        group by workday_index
    ) as clear_day
        on clear_day.workday_index = since_day.workday_index + {{ row }}.expected_workdays
{%- endmacro %}

{#-
  Both sides of tax and the agency that assessed, by whole bill ('*') and by item ('NONE' where neither side splits the bill): what each holds, before
  any cause is asked for. One pass over the bills and one over their items; nothing is written.
-#}
{% macro rec_lines() %}
    {%- set money = [
        'collected_amount', 'posted_amount', 'settled_amount', 'read_amount', 'returned_amount',
        'settlement_returned_amount', 'settlement_read_amount',
    ] -%}
    {%- set days = [
        'last_collected_date', 'last_posted_date', 'last_settled_date', 'last_read_date', 'last_settlement_read_date',
    ] -%}
    {%- set facts = [
        'department_code', 'registration_key', 'notice_serial', 'batch_no', 'agency_code', 'tax_agency_code', 'bureau_code', 'town_code', 'period',
        'channel_code', 'is_withdrawn', 'is_agency_voided', 'is_tax_voided', 'is_unread', 'has_summary', 'is_known_by_agency', 'is_known_by_tax',
        'sent_date', 'received_date',
    ] -%}
    with bill as (
        select
            bill_key,
            department_code,
            registration_key,
            notice_serial,
            batch_no,
            agency_code,
            case when has_summary and has_tax then tax_agency_code end as tax_agency_code,
            bureau_code,
            town_code,
            period,
            channel_code,
            coalesce(has_summary, false) as has_summary,
            coalesce(has_summary, false) or coalesce(has_processing, false) or coalesce(has_detail, false) as is_known_by_agency,
            coalesce(has_tax, false) as is_known_by_tax,
            coalesce(is_withdrawn, false) as is_withdrawn,
            coalesce(is_agency_voided, false) as is_agency_voided,
            coalesce(is_tax_voided, false) as is_tax_voided,
            coalesce(is_unread, false) as is_unread,
            coalesce(amount, detail_amount) as agency_bill_amount,
            tax_amount as tax_bill_amount,
            cast(sent_at as date) as sent_date,
            cast(support_received_at as date) as received_date
        from {{ ref('int_bill') }}
    ),

    item as (
        select
            bill_key,
            insurance_code,
            agency_amount,
            tax_amount,
            {%- for column in money %}
            coalesce({{ column }}, 0) as {{ column }},
            {%- endfor %}
            {%- for column in days %}
            {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ ref('int_bill_item') }}
    ),

    whole_money as (
        select
            bill_key,
            {%- for column in money %}
            sum({{ column }}) as {{ column }},
            {%- endfor %}
            {%- for column in days %}
            max({{ column }}) as {{ column }},
            {%- endfor %}
            count(agency_amount) + count(tax_amount) as billed_item_count
        from item
        group by bill_key
    ),

    line as (
        select
            bill.bill_key,
            '*' as insurance_code,
            {%- for column in facts %}
            bill.{{ column }},
            {%- endfor %}
            {%- for column in money %}
            coalesce(whole_money.{{ column }}, 0) as {{ column }},
            {%- endfor %}
            {%- for column in days %}
            whole_money.{{ column }},
            {%- endfor %}
            bill.is_known_by_agency as is_billed_by_agency,
            bill.is_known_by_tax as is_billed_by_tax,
            bill.agency_bill_amount,
            bill.tax_bill_amount,
            false as is_whole_equal
        from bill
        left join whole_money on bill.bill_key = whole_money.bill_key
        union all
        select
            bill.bill_key,
            'NONE' as insurance_code,
            {%- for column in facts %}
            bill.{{ column }},
            {%- endfor %}
            {%- for column in money %}
            0 as {{ column }},
            {%- endfor %}
            {%- for column in days %}
            cast(null as date) as {{ column }},
            {%- endfor %}
            bill.is_known_by_agency as is_billed_by_agency,
            bill.is_known_by_tax as is_billed_by_tax,
            bill.agency_bill_amount,
            bill.tax_bill_amount,
            false as is_whole_equal
        from bill
        left join whole_money on bill.bill_key = whole_money.bill_key
        where coalesce(whole_money.billed_item_count, 0) = 0
        union all
        select
            bill.bill_key,
            item.insurance_code,
            {%- for column in facts %}
            bill.{{ column }},
            {%- endfor %}
            {%- for column in money %}
            item.{{ column }},
            {%- endfor %}
            {%- for column in days %}
            item.{{ column }},
            {%- endfor %}
            item.agency_amount is not null as is_billed_by_agency,
            item.tax_amount is not null as is_billed_by_tax,
            item.agency_amount as agency_bill_amount,
            item.tax_amount as tax_bill_amount,
            coalesce(bill.agency_bill_amount = bill.tax_bill_amount, false) as is_whole_equal
        from item
        inner join bill on item.bill_key = bill.bill_key
    )

    select
        line.*,
        case
            when not is_billed_by_tax then 'missing'
            when is_tax_voided then 'failed'
            else 'success'
        end as tax_bill_state,
        case
            when not is_billed_by_agency then 'missing'
            when is_withdrawn or is_agency_voided then 'failed'
            else 'success'
        end as agency_bill_state,
        case
            when collected_amount <> 0 then 'success'
            when is_known_by_tax then 'failed'
            else 'missing'
        end as tax_collection_state,
        case
            when posted_amount <> 0 then 'success'
            when is_known_by_agency then 'failed'
            else 'missing'
        end as agency_collection_state,
        case
            when settled_amount <> 0 then 'success'
            when is_known_by_tax then 'failed'
            else 'missing'
        end as tax_settlement_state,
        case
            when settlement_read_amount <> 0 then 'success'
            when is_known_by_agency then 'failed'
            else 'missing'
        end as agency_settlement_state
    from line
{% endmacro %}

{#- The three measures of a line, in the columns that every measure has. `lines` names a relation with the columns of rec_lines(). -#}
{% macro rec_line_measures() %}
    {{ return({
        'bill': {
            'tax_state': 'tax_bill_state', 'agency_state': 'agency_bill_state', 'tax_amount': 'tax_bill_amount', 'agency_amount': 'agency_bill_amount',
            'tax_date': 'received_date', 'agency_date': 'sent_date',
        },
        'collection': {
            'tax_state': 'tax_collection_state', 'agency_state': 'agency_collection_state', 'tax_amount': 'collected_amount',
            'agency_amount': 'posted_amount', 'tax_date': 'last_collected_date', 'agency_date': 'last_posted_date',
        },
        'settlement': {
            'tax_state': 'tax_settlement_state', 'agency_state': 'agency_settlement_state', 'tax_amount': 'settled_amount',
            'agency_amount': 'settlement_read_amount', 'tax_date': 'last_settled_date', 'agency_date': 'last_settlement_read_date',
        },
    }) }}
{% endmacro %}

{#- Whether the two sides of a measure need a look: amounts or states differ, or (bill) the two name different agencies. -#}
{% macro rec_line_differs(measure) -%}
    {%- set columns = rec_line_measures()[measure] -%}
    (
        {{ columns['tax_state'] }} = 'success' and {{ columns['agency_state'] }} = 'success'
        and {{ rec_differs(columns['tax_amount'], columns['agency_amount']) }}
        or ({{ columns['tax_state'] }} = 'success') <> ({{ columns['agency_state'] }} = 'success')
        {%- if measure == 'bill' %}
        or {{ rec_line_wrong_agency() }}
        {%- endif %}
    )
{%- endmacro %}

{#- Both hold the bill, and not for the same agency. -#}
{% macro rec_line_wrong_agency() -%}
    (tax_bill_state = 'success' and agency_bill_state = 'success' and coalesce(tax_agency_code <> agency_code, false))
{%- endmacro %}

{#- The history of a row's own way of payment, and of its whole pair where that way has none. `row` has pair, measure and channel_code. -#}
{% macro rec_join_clearing(row) -%}
    left join {{ ref('rec_clearing_time') }} as own_time
        on
            {{ row }}.pair = own_time.pair
            and {{ row }}.measure = own_time.measure
            and {{ row }}.channel_code = own_time.channel_code
    left join {{ ref('rec_clearing_time') }} as pair_time
        on
            {{ row }}.pair = pair_time.pair
            and {{ row }}.measure = pair_time.measure
            and pair_time.channel_code = '*'
{%- endmacro %}

{#- The same for a list whose pairs know no way of payment; `chain_time.expected_workdays`, never less than the agreed delay. -#}
{% macro rec_join_chain_clearing(row) -%}
    left join {{ ref('rec_clearing_time') }} as chain_time on {{ row }}.pair = chain_time.pair and chain_time.channel_code = '*'
{%- endmacro %}

{% macro rec_chain_expected_workdays(delay) -%}
    greatest(coalesce(chain_time.expected_workdays, 0), {{ var(delay) }})
{%- endmacro %}

{#- Working days within which a difference is expected to clear: as history says, never less than the delay that was agreed. -#}
{% macro rec_expected_workdays(delays, measure) -%}
    greatest(
        coalesce(own_time.expected_workdays, pair_time.expected_workdays, 0),
        case {{ measure }}{% for name, delay in delays.items() %} when '{{ name }}' then {{ var(delay) }}{% endfor %} else 0 end
    )
{%- endmacro %}

{#-
  The columns that every list of breaks has, in one order, out of a row that carries the facts under these names: department_code, bureau_code, agency_code,
  town_code, insurance_code, period, pair, measure, outcome_code, cause_code, tax_state, other_state, tax_amount, other_amount, tax_date, other_date,
  since_date, registration_key, bill_key, taxpayer_key, ticket_no, unit_name, notice_serial, batch_no, insurance_name, expected_workdays.
  `evidence` is a template as for rules. A list adds its own columns behind them and joins rec_join_clear_day().
-#}
{% macro rec_break_columns(rule_id, subject_key, evidence, row='found') -%}
    '{{ rule_id }}' as rule_id,
    'break' as subject_type,
    {{ subject_key }} as subject_key,
    {{ row }}.department_code,
    {{ row }}.bureau_code,
    {{ row }}.agency_code,
    {{ row }}.town_code,
    {{ row }}.insurance_code,
    {{ row }}.period,
    cast(abs(coalesce({{ row }}.tax_amount, 0) - coalesce({{ row }}.other_amount, 0)) as decimal(18, 2)) as amount,
    {{ row }}.cause_code as reason_code,
    {{ row }}.since_date,
    cast({{ workday_age(row ~ '.since_date') }} as integer) as age_workdays,
    {{ shebao.evidence(evidence) }} as evidence,
    {{ row }}.registration_key,
    {{ row }}.bill_key,
    {{ row }}.taxpayer_key,
    cast(null as string) as agreement_key,
    {{ row }}.pair,
    {{ row }}.measure,
    {{ row }}.unit_name,
    {{ row }}.notice_serial,
    {{ row }}.batch_no,
    {{ row }}.ticket_no,
    {{ row }}.insurance_name,
    {{ row }}.outcome_code,
    {{ rec_words(row ~ '.outcome_code', rec_outcomes()) }} as outcome,
    {{ row }}.cause_code,
    {{ rec_words(row ~ '.cause_code', rec_chain_causes()) }} as cause,
    {{ row }}.tax_state,
    {{ row }}.other_state as agency_state,
    cast({{ row }}.tax_amount as decimal(18, 2)) as tax_amount,
    cast({{ row }}.other_amount as decimal(18, 2)) as agency_amount,
    cast(coalesce({{ row }}.tax_amount, 0) - coalesce({{ row }}.other_amount, 0) as decimal(18, 2)) as difference,
    {{ row }}.tax_date,
    {{ row }}.other_date as agency_date,
    clear_day.calendar_date as expected_clear_date,
    coalesce(clear_day.calendar_date < {{ as_of_date() }}, false) as is_overdue
{%- endmacro %}

{#- A side's amount in a sentence: 无记录, 未成功, or the amount. -#}
{% macro rec_side_words(state, amount) -%}
    case {{ state }} when 'missing' then '无记录' when 'failed' then '未成功' else cast(cast({{ amount }} as decimal(18, 2)) as string) || '元' end
{%- endmacro %}
