-- Residents' pension: one living number of a person at HRSS, two or more valid numbers of the same person at tax. Named are the numbers at tax that are not
-- the one at HRSS. Persons are told apart by their id number, never by name. Grain: insured.
{% set delay = var('b1_01_delay', 3) %}
with doubled as (
    select person_key
    from {{ ref('int_insured') }}
    where insurance_code = '10210' and is_valid_at_tax and person_key is not null
    group by person_key
    having min(person_no) <> max(person_no)
),

valid_at_tax as (
    select insured.*
    from {{ ref('int_insured') }} as insured
    inner join doubled on insured.person_key = doubled.person_key
    where insured.insurance_code = '10210' and insured.is_valid_at_tax
    qualify row_number() over (partition by insured.insured_key order by insured.fee_registration_no) = 1
),

living as (
    select
        insured.person_key,
        max(insured.person_no) as kept_person_no
    from {{ ref('int_insured') }} as insured
    inner join doubled on insured.person_key = doubled.person_key
    where insured.insurance_code = '10210' and insured.is_at_agency and insured.agency_state not in ('ended', 'withdrawn')
    group by insured.person_key
    having min(insured.person_no) = max(insured.person_no)
),

surplus as (
    select
        valid_at_tax.*,
        living.kept_person_no as living_person_no,
        case when valid_at_tax.is_at_agency then 'ended_at_hrss' else 'unknown_at_hrss' end as reason_code,
        case
            when valid_at_tax.is_at_agency then cast(valid_at_tax.stop_registered_at as date)
            else valid_at_tax.tax_registered_date
        end as surplus_since
    from valid_at_tax
    inner join living on valid_at_tax.person_key = living.person_key and valid_at_tax.person_no <> living.kept_person_no
)

select
    {{ finding_of(
        'B1.01b', 'insured', alias='surplus',
        reason='surplus.reason_code',
        since='surplus.surplus_since',
        evidence='同一参保人的城乡居民养老在人社只有个人编号{surplus.living_person_no}，税务另有编号{surplus.person_no}的有效登记{surplus.fee_registration_no}（'
            ~ "{case when surplus.reason_code = 'ended_at_hrss' then '人社已' || " ~ insured_stop_words('surplus.stop_reason')
            ~ " else '人社没有该编号' end|phrase}"
            ~ '），会重复扣款；核实后终止该登记，只保留人社的编号即解除。',
    ) }},
    surplus.source_system,
    surplus.person_no,
    surplus.fee_registration_no,
    surplus.living_person_no,
    case when surplus.is_at_agency then {{ insured_stop_words('surplus.stop_reason') }} end as stop_words,
    surplus.stop_stage,
    surplus.tax_registered_date
from surplus
where surplus.reason_code = 'unknown_at_hrss' or {{ past_delay('surplus.stop_registered_at', delay) }}
