-- Every break of every pair in one list, for lists and pages; each pair's own model has what is particular. Grain: rule × subject.
{%- set columns = [
    'rule_id', 'subject_key', 'pair', 'measure', 'department_code', 'bureau_code', 'agency_code', 'town_code', 'insurance_code', 'insurance_name', 'period',
    'registration_key', 'unit_name', 'bill_key', 'notice_serial', 'batch_no', 'outcome_code', 'outcome', 'cause_code', 'cause',
    'tax_state', 'agency_state', 'tax_amount', 'agency_amount', 'difference', 'since_date', 'age_workdays', 'expected_clear_date', 'is_overdue', 'evidence',
] %}
{%- set lists = {
    'rec_break': ('cast(null as string)', 'is_counted'),
    'rec_internal_break': ('ticket_no', 'true'),
    'rec_annuity_break': ('ticket_no', 'is_counted'),
    'rec_treasury_break': ('ticket_no', 'is_counted'),
    'rec_person_return_break': ('ticket_no', 'true'),
    'rec_person_posting_break': ('ticket_no', 'true'),
} %}
{%- for list, (ticket, counted) in lists.items() %}
select
    {{ columns | join(', ') }},
    {{ ticket }} as ticket_no,
    {{ counted }} as is_counted
from {{ ref(list) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
