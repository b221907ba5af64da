-- Medical person numbers that are valid at tax and that the new national medical system does not have at all, with what was paid under them and which
-- number of the person it has instead: proposed to be ended. Grain: insured.
with absent as (
    select insured.*
    from {{ ref('int_insured') }} as insured
    left join {{ ref('int_agency_person') }} as person
        on
            insured.department_code = person.department_code
            and insured.source_system = person.source_system
            and insured.person_no = person.person_no
    where insured.department_code = 'NHSA' and not insured.is_at_agency and insured.is_valid_at_tax and person.person_no is null
    qualify row_number() over (partition by insured.insured_key order by insured.fee_registration_no) = 1
),

-- the number of the same person that the new system counts
other_number as (
    select
        absent.insured_key,
        min(other.person_no) as other_person_no,
        min(other.agency_code) as other_agency_code,
        max(case when other.is_valid_at_tax then 1 else 0 end) = 1 as is_other_valid_at_tax
    from absent
    inner join {{ ref('int_insured') }} as other
        on absent.person_key = other.person_key and absent.insurance_code = other.insurance_code and other.agency_state = 'valid'
    where absent.person_key is not null and other.department_code = 'NHSA'
    group by absent.insured_key
),

paid as (
    {{ person_paid_history('absent') }}
),

proposed as (
    select
        absent.*,
        insurance.insurance_name,
        other_number.other_person_no,
        other_number.other_agency_code,
        coalesce(other_number.is_other_valid_at_tax, false) as is_other_valid_at_tax,
        paid.last_paid_date,
        paid.last_fee_year,
        coalesce(paid.paid_count, 0) as paid_count,
        coalesce(paid.paid_amount, 0) as paid_amount,
        case when other_number.insured_key is not null then 'has_other_number' else 'person_unknown' end as reason_code
    from absent
    inner join {{ ref('ref_person_insurance') }} as insurance on absent.insurance_code = insurance.insurance_code
    left join other_number on absent.insured_key = other_number.insured_key
    left join paid on absent.insured_key = paid.insured_key
)

select
    {{ finding_of(
        'B1.05', 'insured', alias='proposed',
        reason='proposed.reason_code',
        since='proposed.tax_registered_date',
        evidence="税务有{proposed.insurance_name}人员编号{proposed.person_no}的有效登记{proposed.fee_registration_no}，新国家医保系统没有该编号，"
            ~ "{case proposed.reason_code when 'has_other_number' then '该参保人在医保的编号为' || proposed.other_person_no else '也没有该参保人的其他编号' end|phrase}"
            ~ "；该编号以往缴费{proposed.paid_count}笔，最近一次为{proposed.last_paid_date|date}；按规定提单终止该登记，或由医保补录该编号后解除。",
    ) }},
    proposed.source_system,
    proposed.person_no,
    proposed.fee_registration_no,
    proposed.insurance_name,
    proposed.other_person_no,
    proposed.other_agency_code,
    proposed.is_other_valid_at_tax,
    proposed.last_paid_date,
    proposed.last_fee_year,
    cast(proposed.paid_count as integer) as paid_count,
    {{ decimal18('proposed.paid_amount') }} as paid_amount,
    '登记状态' as field_name,
    proposed.tax_status_code as current_value,
    '3' as proposed_value,
    case
        when proposed.reason_code = 'person_unknown' then '医保没有该编号，也没有该参保人的其他编号，终止前先由医保核实是否漏录'
        when proposed.is_other_valid_at_tax then '医保没有该编号，该参保人另有医保编号且税务已有登记，一人多号'
        else '医保没有该编号，该参保人另有医保编号，终止前先为该编号建立登记'
    end as reason_text,
    cast(
        case
            when proposed.reason_code = 'person_unknown' then 0.70
            when not proposed.is_other_valid_at_tax then 0.85
            when proposed.last_fee_year >= substr('{{ var("as_of") }}', 1, 4) then 0.90
            else 0.95
        end as decimal(3, 2)
    ) as confidence,
    '医保参保信息、缴费记录' as evidence_source,
    'proposed' as state
from proposed
