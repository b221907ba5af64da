{#-
    The leading columns that every rule yields, in the order of its contract.

    rule_id   the requirement's id, e.g. 'A1.09'
    subject   a key of `known` below: which columns the row of the intermediate table fills in (what hangs on a bill
              takes bureau, period and payer from the alias `bill`)
    alias     the alias of that row, by default the subject's name
    reason    SQL expression of the reason code
    since     SQL expression of the day the wrong state began
    evidence  a template, see evidence()
    values    {column: SQL expression} for what the rule knows better than the row; subject_type and subject_key too, where rows of two
              kinds stand in one relation
-#}
{% macro finding_of(rule_id, subject, reason, since, evidence, alias=none, values={}) %}
    {%- set row = alias or subject -%}
    {%- set columns = {
        'department_code': 'cast(null as string)',
        'bureau_code': 'cast(null as string)',
        'agency_code': 'cast(null as string)',
        'town_code': 'cast(null as string)',
        'insurance_code': 'cast(null as string)',
        'period': 'cast(null as string)',
        'amount': 'null',
        'registration_key': 'cast(null as string)',
        'bill_key': 'cast(null as string)',
        'taxpayer_key': 'cast(null as string)',
        'agreement_key': 'cast(null as string)',
    } -%}
    {%- set known = {
        'registration': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'registration_key', 'taxpayer_key'],
        'bill': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'period', 'amount', 'registration_key', 'bill_key', 'taxpayer_key'],
        'return': ['department_code', 'insurance_code', 'amount', 'bill_key'],
        'agreement': ['agreement_key', 'taxpayer_key'],
        'taxpayer': ['bureau_code', 'town_code', 'taxpayer_key'],
        'ticket': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'period', 'amount', 'registration_key', 'bill_key', 'taxpayer_key'],
        'client_account': ['bureau_code', 'town_code', 'taxpayer_key'],
        'client_message': ['bureau_code', 'town_code', 'taxpayer_key'],
        'client_binding': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'registration_key', 'taxpayer_key'],
        'exchange': ['department_code'],
        'client_hour': [],
        'annuity_agreement': ['bureau_code', 'agency_code', 'registration_key', 'taxpayer_key'],
        'annuity_debit': ['amount', 'bill_key'],
        'batch_item': ['amount', 'bill_key', 'agreement_key'],
        'cash_receipt': ['amount', 'bill_key'],
        'employee': ['registration_key'],
        'candidate': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'registration_key', 'taxpayer_key'],
        'insured': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'insurance_code'],
        'cadre': ['bureau_code', 'town_code'],
        'matching_run': ['bureau_code', 'town_code'],
        'code': [],
        'old_number': ['department_code', 'agency_code'],
        'town': ['bureau_code', 'town_code'],
        'special_due': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'insurance_code'],
        'special_message': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'insurance_code', 'period', 'amount', 'registration_key'],
        'person_message': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'insurance_code'],
        'person_agreement': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'insurance_code', 'agreement_key'],
        'deduction': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'insurance_code', 'period', 'amount', 'agreement_key'],
        'person_payment': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'insurance_code', 'period', 'amount'],
        'person_return': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'insurance_code', 'period', 'amount'],
        'person_refund': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'insurance_code', 'amount'],
        'booking': ['department_code', 'bureau_code', 'agency_code', 'town_code', 'period', 'amount', 'registration_key', 'taxpayer_key'],
    } -%}
    {%- if subject not in known -%}
        {{ exceptions.raise_compiler_error("finding_of: unknown subject '" ~ subject ~ "'") }}
    {%- endif -%}
    {%- for column in known[subject] -%}
        {%- do columns.update({column: row ~ '.' ~ column}) -%}
    {%- endfor -%}
    {%- if subject in ['return', 'annuity_debit', 'batch_item', 'cash_receipt'] -%}
        {%- set from_bill = ['bureau_code', 'agency_code', 'town_code', 'period', 'registration_key', 'taxpayer_key'] -%}
        {%- for column in from_bill + ([] if subject == 'return' else ['department_code']) -%}
            {%- do columns.update({column: 'bill.' ~ column}) -%}
        {%- endfor -%}
    {%- elif subject == 'agreement' -%}
        {%- do columns.update({'bureau_code': row ~ '.authority_bureau_code'}) -%}
    {%- endif -%}
    {%- do columns.update(values) -%}
    '{{ rule_id }}' as rule_id,
    {{ values.get('subject_type', "'" ~ subject ~ "'") }} as subject_type,
    {{ values.get('subject_key', row ~ '.' ~ subject ~ '_key') }} as subject_key,
    {{ columns['department_code'] }} as department_code,
    {{ columns['bureau_code'] }} as bureau_code,
    {{ columns['agency_code'] }} as agency_code,
    {{ columns['town_code'] }} as town_code,
    {{ columns['insurance_code'] }} as insurance_code,
    {{ columns['period'] }} as period,
    cast({{ columns['amount'] }} as decimal(18, 2)) as amount,
    {{ reason }} as reason_code,
    cast({{ since }} as date) as since_date,
    {{ workday_age(since) }} as age_workdays,
    {{ shebao.evidence(evidence) }} as evidence,
    {{ columns['registration_key'] }} as registration_key,
    {{ columns['bill_key'] }} as bill_key,
    {{ columns['taxpayer_key'] }} as taxpayer_key,
    {{ columns['agreement_key'] }} as agreement_key
{%- endmacro %}
