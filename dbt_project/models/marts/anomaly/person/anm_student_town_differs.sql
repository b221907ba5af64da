-- Students insured at city level whose street or town, at NHSA or at tax, is not that of the school on the roster of the present term: the school cannot
-- declare for them through its virtual household. Where the town itself is missing, it is missing, not different; a school without a town tells nothing.
-- Grain: insured.
{% set term_days = var('b1_08_term_days', 240) %}
with student as (
    select
        insured.*,
        roster.school_code,
        roster.school_name,
        roster.term_code,
        roster.term_start_date,
        roster.school_town_code,
        roster.school_village_code
    from {{ ref('int_insured') }} as insured
    inner join {{ ref('dim_agency') }} as agency on insured.agency_code = agency.agency_code and agency.level = 'city'
    inner join {{ ref('int_student') }} as roster on insured.person_no = roster.person_no
    where
        insured.insurance_code = '10212'
        and insured.agency_state = 'valid'
        and roster.school_town_code is not null
        and {{ days_between('roster.term_start_date', as_of_date()) }} <= {{ term_days }}
),

judged as (
    select
        student.*,
        case
            when town_code <> school_town_code then 'town_at_nhsa'
            when town_code is null then 'town_missing'
            when is_valid_at_tax and tax_town_code <> school_town_code then 'town_at_tax'
        end as reason_code
    from student
),

elsewhere as (
    select *
    from judged
    where reason_code is not null
    qualify row_number() over (
        partition by insured_key order by case when is_valid_at_tax then 0 else 1 end, fee_registration_no
    ) = 1
)

select
    {{ finding_of(
        'B1.08b', 'insured', alias='elsewhere',
        reason='elsewhere.reason_code',
        since='greatest(elsewhere.term_start_date, cast(elsewhere.created_at as date))',
        evidence="市本级学生（城乡居民医疗人员编号{elsewhere.person_no}）在册学校为{elsewhere.school_name}，学校所在街道乡镇为{school_town.division_name}，"
            ~ "{case elsewhere.reason_code
                when 'town_at_nhsa' then '医保登记在' || coalesce(own_town.division_name, elsewhere.town_code)
                when 'town_missing' then '医保登记没有街道乡镇'
                else '税务登记在' || coalesce(tax_town.division_name, elsewhere.tax_town_code)
            end|phrase}"
            ~ "，学校无法用虚拟户客户端代缴；改为学校所在的街道乡镇后解除。",
    ) }},
    elsewhere.source_system,
    elsewhere.person_no,
    elsewhere.fee_registration_no,
    elsewhere.school_code,
    elsewhere.school_name,
    elsewhere.term_code,
    own_town.division_name as town_name,
    tax_town.division_name as tax_town_name,
    elsewhere.school_town_code as suggested_town_code,
    school_town.division_name as suggested_town_name,
    elsewhere.school_village_code as suggested_village_code,
    cast(0.95 as decimal(3, 2)) as confidence,
    '学生名册、学校信息' as evidence_source
from elsewhere
left join {{ ref('dim_division') }} as own_town on elsewhere.town_code = own_town.division_code
left join {{ ref('dim_division') }} as tax_town on elsewhere.tax_town_code = tax_town.division_code
left join {{ ref('dim_division') }} as school_town on elsewhere.school_town_code = school_town.division_code
