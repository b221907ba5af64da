-- Registrations that tax need not keep: their agency does not handle employers of that department, or nothing was ever assessed for them
-- within the last months. Proposes to mark them invalid, with the reason in words. Ended ones and those invalid already are left out.
-- Grain: registration.
{% set months = var('a2_04_months', 24) %}
{% set horizon = "(" ~ as_of_date() ~ " - interval '" ~ months ~ "' month)" %}
with billed as (
    select
        registration_key,
        max(sent_at) as last_billed_at
    from {{ ref('int_bill') }}
    where not is_withdrawn
    group by registration_key
),

redundant as (
    select
        registration.*,
        agency.agency_name,
        coalesce(registration.base_sent_at, registration.enrolment_sent_at) as sent_at,
        billed.last_billed_at,
        billed.last_billed_at >= {{ horizon }} as has_recent_bill,
        case when tax.is_agency_out_of_scope then 'agency_out_of_scope' else 'no_bills' end as reason_code
    from {{ ref('int_registration') }} as registration
    inner join {{ ref('int_registration_tax') }} as tax on registration.registration_key = tax.registration_key
    left join {{ ref('int_fee_registration') }} as fee on registration.fee_registration_no = fee.fee_registration_no
    left join {{ ref('dim_agency') }} as agency on registration.agency_code = agency.agency_code
    left join billed on registration.registration_key = billed.registration_key
    where
        registration.is_valid
        and coalesce(fee.is_valid, true)
        and (
            tax.is_agency_out_of_scope
            or (
                coalesce(registration.base_sent_at, registration.enrolment_sent_at) < {{ horizon }}
                and not coalesce(billed.last_billed_at >= {{ horizon }}, false)
            )
        )
)

select
    {{ finding_of(
        'A2.04', 'registration', alias='redundant',
        reason='redundant.reason_code',
        since="case redundant.reason_code when 'no_bills' then coalesce(redundant.last_billed_at, redundant.sent_at) else redundant.sent_at end",
        evidence='“{redundant.unit_name}”的{redundant.department_code|department}户籍（单位编号{redundant.unit_no}）'
            ~ "{case redundant.reason_code
                when 'agency_out_of_scope' then '由' || coalesce(redundant.agency_name, redundant.agency_code) || '传递，该机构不经办用人单位业务'
                when 'no_bills' then '于' || cast(cast(redundant.sent_at as date) as string) || '传递，最近" ~ months ~ "个月没有任何征集单'
            end|phrase}"
            ~ '，最近一张征集单的日期为{redundant.last_billed_at|date}；审核后置为无效户并注明原因，或核实确需保留，即解除。',
    ) }},
    redundant.unit_name,
    redundant.source_system,
    redundant.unit_no,
    redundant.sent_at,
    redundant.last_billed_at,
    '有效标志' as field_name,
    'Y' as current_value,
    'N' as proposed_value,
    case
        when redundant.reason_code = 'agency_out_of_scope' and redundant.has_recent_bill
            then '经办机构不经办用人单位业务，但近期仍有征集单，置无效前先核实'
        when redundant.reason_code = 'agency_out_of_scope' then '经办机构传递不符合业务征收范围'
        when redundant.last_billed_at is null then '从未有过征缴数据'
        else '长期没有征缴数据'
    end as reason_text,
    cast(
        case
            when redundant.reason_code = 'agency_out_of_scope' and redundant.has_recent_bill then 0.60
            when redundant.reason_code = 'agency_out_of_scope' then 0.95
            when redundant.last_billed_at is null then 0.90
            else 0.80
        end as decimal(3, 2)
    ) as confidence,
    case redundant.reason_code when 'agency_out_of_scope' then '经办机构业务范围表' else '征集单' end as evidence_source,
    'proposed' as state
from redundant
