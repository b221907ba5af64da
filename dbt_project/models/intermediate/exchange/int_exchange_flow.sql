-- Rows of every exchange table with a read flag, counted by the hour in which they were sent and the hour in which they were read: the days watched, and
-- whatever is still unread. Withdrawn rows and unread
-- bills that their sender voided wait for nobody (as in A1.01); rows that were not sent yet are not there; a row that is read without a time counts as
-- read when it was sent. Grain: table_name x sent_hour x read_hour.
{% set days = var('monitor_history_days', 60) %}
{% set begin = "cast(" ~ as_of_date() ~ " - interval '" ~ days ~ "' day as date)" %}
{% set tables = [
    ('RS_DWJBXX', 'stg_hrss__registration', 'sent_at', true),
    ('RS_DWCBXZ', 'stg_hrss__enrolment', 'sent_at', true),
    ('RS_ZJHZ', 'stg_hrss__bill', 'sent_at', true),
    ('RS_SJHP', 'stg_hrss__remittance_return', 'returned_at', true),
    ('RS_RKHP', 'stg_hrss__settlement_return', 'returned_at', true),
    ('EMP_INFO_B', 'stg_nhsa__registration', 'sent_at', true),
    ('EMP_INSU_D', 'stg_nhsa__enrolment', 'sent_at', true),
    ('CLCT_NTC_B', 'stg_nhsa__bill', 'sent_at', true),
    ('TAX_RMT_D', 'stg_nhsa__remittance_return', 'returned_at', true),
    ('TAX_STL_D', 'stg_nhsa__settlement_return', 'returned_at', true),
    ('RS_RYJBXX', 'stg_hrss_person__person', 'sent_at', true),
    ('RS_RYCB', 'stg_hrss_person__enrolment', 'sent_at', true),
    ('RS_RYBD', 'stg_hrss_person__change', 'sent_at', true),
    ('RS_RYHB', 'stg_hrss_person__merge', 'sent_at', true),
    ('RS_LHJYZJ', 'stg_hrss_person__flexible_due', 'sent_at', true),
    ('RS_TSJF', 'stg_hrss_person__special_due', 'sent_at', true),
    ('RS_RYSJHP', 'stg_hrss_person_return__remittance', 'returned_at', true),
    ('RS_RYRKHP', 'stg_hrss_person_return__settlement', 'returned_at', true),
    ('PSN_INFO_B', 'stg_nhsa_person__person', 'sent_at', true),
    ('PSN_INSU_D', 'stg_nhsa_person__enrolment', 'sent_at', true),
    ('PSN_CHG_D', 'stg_nhsa_person__change', 'sent_at', true),
    ('PSN_MRG_D', 'stg_nhsa_person__merge', 'sent_at', true),
    ('FLX_CLCT_D', 'stg_nhsa_person__flexible_due', 'sent_at', true),
    ('SPCL_CLCT_D', 'stg_nhsa_person__special_due', 'sent_at', true),
    ('STU_INFO_D', 'stg_nhsa_person__student', 'sent_at', false),
    ('PSN_RMT_D', 'stg_nhsa_person_return__remittance', 'returned_at', true),
    ('PSN_STL_D', 'stg_nhsa_person_return__settlement', 'returned_at', true),
    ('GK_RKLS', 'stg_tax_bank__treasury_statement', 'sent_at', false),
    ('NJ_ZZLS', 'stg_annuity__transfer', 'transferred_at', false),
    ('ZRR_TFXX', 'stg_tax_person__refund', 'sent_at', false),
    ('TSJF_BW', 'stg_tax_registry__special_message', 'sent_at', true),
] %}
{% for table, model, sent, can_withdraw in tables %}
select
    '{{ table }}' as table_name,
    date_trunc('hour', {{ sent }}) as sent_hour,
    case when not is_unread then date_trunc('hour', coalesce(read_at, {{ sent }})) end as read_hour,
    count(*) as row_count,
    min({{ sent }}) as first_sent_at,
    max(case when not is_unread then read_at end) as last_read_at
from {{ ref(model) }}
where
    {{ sent }} is not null
    and (is_unread or cast(coalesce(read_at, {{ sent }}) as date) >= {{ begin }} or cast({{ sent }} as date) >= {{ begin }})
    {%- if can_withdraw %}
    and not is_withdrawn
    {%- endif %}
    {%- if table in ('RS_ZJHZ', 'CLCT_NTC_B') %}
    and not (is_unread and is_voided)
    {%- endif %}
group by 2, 3
{{ 'union all' if not loop.last }}
{% endfor %}
