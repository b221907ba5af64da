-- Valid NHSA registrations whose fee registration lies with the second branch (车购税): the wrong tax entity
-- was associated. The taxpayer's own bureau, where it is one of the sixteen, has to put it right. Grain: NHSA registration.
with misplaced as (
    select
        registration.*,
        branch.bureau_name,
        taxpayer.taxpayer_name,
        taxpayer.bureau_code as taxpayer_bureau_code,
        coalesce(home.bureau_code, registration.bureau_code) as responsible_bureau_code
    from {{ ref('int_registration') }} as registration
    inner join {{ ref('dim_bureau') }} as branch on registration.fee_bureau_code = branch.bureau_code
    left join {{ ref('int_taxpayer') }} as taxpayer on registration.taxpayer_key = taxpayer.taxpayer_key
    left join {{ ref('dim_bureau') }} as home on taxpayer.bureau_code = home.bureau_code and home.kind = 'bureau'
    where
        registration.department_code = 'NHSA'
        and registration.is_valid
        and registration.is_associated
        and branch.kind = 'branch'
)

select
    {{ finding_of(
        'A2.11c', 'registration', alias='misplaced',
        reason="'second_branch'",
        since='misplaced.associated_at',
        evidence='“{misplaced.unit_name}”的医保户籍（单位编号{misplaced.unit_no}）关联到{misplaced.bureau_name}的登记序号
            {misplaced.taxpayer_key}，通常是误关联了车购税缴纳主体；取消关联并改为关联单位本身的税务主体，即解除。',
        values={'bureau_code': 'misplaced.responsible_bureau_code'},
    ) }},
    misplaced.unit_name,
    misplaced.source_system,
    misplaced.unit_no,
    misplaced.fee_registration_no,
    misplaced.fee_bureau_code,
    misplaced.bureau_name as fee_bureau_name,
    misplaced.taxpayer_name,
    misplaced.taxpayer_bureau_code,
    misplaced.associated_at
from misplaced
