-- Bills that the support platform's check stopped: which check, why, and what became of them. Grain: bill_key.
with support as (

    select
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        intercept_reason,
        received_at,
        voided_at
    from {{ ref('stg_tax_support__bill') }}
    where validation_code = '2'

),

checks as (

    select
        {{ key_of(['department_code', 'notice_serial', 'batch_no']) }} as bill_key,
        check_code,
        reason,
        checked_at
    from {{ ref('stg_tax_registry__bill_check') }}
    qualify
        row_number() over (
            partition by department_code, notice_serial, batch_no
            order by checked_at desc nulls last, check_no desc
        ) = 1

),

contents as (

    select
        items.bill_key,
        max(case when items.insurance_code = '10205' then 1 else 0 end) = 1 as has_maternity,
        max(case when items.insurance_code = 'ZYNJ' then 1 else 0 end) = 1 as has_annuity,
        max(case when items.insurance_code <> 'ZYNJ' then 1 else 0 end) = 1 as has_other,
        max(case when items.insurance_code = '10211' then 1 else 0 end) = 1 as has_institution_pension,
        max(case when items.insurance_code = '10201' then 1 else 0 end) = 1 as has_employee_pension
    from {{ ref('int_bill_item') }} as items
    inner join support on items.bill_key = support.bill_key
    where items.agency_amount is not null or items.detail_amount is not null or items.tax_amount is not null
    group by items.bill_key

),

stopped as (

    select
        support.bill_key,
        checks.check_code,
        rules.check_name,
        coalesce(support.intercept_reason, checks.reason, rules.check_name) as reason,
        {{ concat_text(['support.intercept_reason', 'checks.reason', 'rules.check_name']) }} as words,
        coalesce(checks.checked_at, support.received_at) as checked_at,
        support.voided_at,
        coalesce(contents.has_maternity, false) as has_maternity,
        coalesce(contents.has_annuity and contents.has_other, false) as is_annuity_mixed,
        coalesce(contents.has_institution_pension, false) as has_institution_pension,
        coalesce(contents.has_employee_pension, false) as has_employee_pension
    from support
    left join checks on support.bill_key = checks.bill_key
    left join {{ ref('stg_tax_registry__check_rule') }} as rules on checks.check_code = rules.check_code
    left join contents on support.bill_key = contents.bill_key

)

select
    bill_key,
    check_code,
    check_name,
    reason,
    checked_at,
    voided_at,
    has_maternity,
    is_annuity_mixed,
    case
        when check_code = 'B11' or words like '%机关%费率%' then 'institution_pension_rate'
        when check_code = 'B12' or words like '%职%费率%' then 'employee_pension_rate'
        when words like '%费率%' and has_institution_pension and not has_employee_pension then 'institution_pension_rate'
        when words like '%费率%' and has_employee_pension and not has_institution_pension then 'employee_pension_rate'
        when check_code = 'B13' or words like '%年金%' then 'annuity_not_split'
        when check_code = 'B14' or words like '%生育%' then 'maternity_included'
        when check_code in ('B01', 'B02') or words like '%缺少征集%' then 'table_missing'
        when check_code in ('B03', 'B04') or words like '%金额不一致%' then 'amount_differs'
        when check_code = 'B05' or words like '%单位编号%' then 'unit_unknown'
        when check_code in ('B21', 'B22', 'B23') or words like '%工程项目%' then 'project_data'
        when is_annuity_mixed then 'annuity_not_split'
        when has_maternity then 'maternity_included'
        when words not in ('', '校验不通过') then 'other_check'
    end as cause_code
from stopped
