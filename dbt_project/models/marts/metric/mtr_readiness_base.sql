-- What was known of a natural person's registration on the first day of a month, and whether they declared within it: the features of the readiness
-- score, the same for the months on which it is tested and for the coming one. Asked are valid registrations; residents who paid for the fee year that
-- is being collected are asked no more. Grain: registration × month. Internal.
with months as (
    {%- for back in range(var('readiness_months') + 1) %}
    select
        '{{ metric_period(back - 1) }}' as period,
        {{ period_begin("'" ~ metric_period(back - 1) ~ "'") }} as first_day,
        {{ period_end("'" ~ metric_period(back - 1) ~ "'") }} as last_day,
        '{{ metric_period(back + 11) }}' as oldest_period,
        {{ 'false' if back == 0 else 'true' }} as is_over
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

registrations as (
    select
        fee_registration_no,
        insurance_code,
        is_resident,
        bureau_code,
        town_code,
        village_code,
        registered_date,
        stopped_date
    from {{ ref('int_person_registration') }}
    where representative_no = fee_registration_no and insurance_code <> 'UNKNOWN'
),

asked as (
    select
        months.period,
        months.first_day,
        months.last_day,
        months.is_over,
        registrations.fee_registration_no,
        registrations.insurance_code,
        registrations.is_resident,
        registrations.bureau_code,
        registrations.town_code,
        registrations.village_code,
        cast(
            cast(substr(months.period, 1, 4) as integer)
            + case
                when
                    registrations.insurance_code = '10212' and substr(months.period, 5, 2) >= '{{ "%02d" | format(var("resident_season_month")) }}'
                    then 1 else
                    0
            end
            as string
        ) as fee_year
    from registrations
    inner join months
        on
            coalesce(registrations.registered_date < months.first_day, true)
            and (registrations.stopped_date is null or registrations.stopped_date >= months.first_day)
),

payments as (
    select
        asked.period,
        asked.fee_registration_no,
        count(case when payment.remitted_date < asked.first_day then 1 end) as paid_times,
        max(case when payment.remitted_date < asked.first_day then payment.remitted_date end) as last_paid_date,
        max(case when payment.remitted_date < asked.first_day and payment.fee_year = asked.fee_year then 1 else 0 end) as paid_this_year
    from asked
    inner join {{ ref('int_person_payment') }} as payment on asked.fee_registration_no = payment.fee_registration_no
    where not payment.is_special
    group by asked.period, asked.fee_registration_no
),

declared as (
    select
        asked.period,
        asked.fee_registration_no
    from asked
    inner join {{ ref('int_person_declaration') }} as declaration
        on
            asked.fee_registration_no = declaration.fee_registration_no
            and declaration.declared_date between asked.first_day and asked.last_day
    group by asked.period, asked.fee_registration_no
),

agreements as (
    select
        asked.period,
        asked.fee_registration_no
    from asked
    inner join {{ ref('int_person_agreement') }} as agreement
        on
            asked.fee_registration_no = agreement.fee_registration_no
            and asked.first_day > agreement.signed_date
            and (agreement.ended_date is null or asked.first_day <= agreement.ended_date)
            and agreement.is_batch
            and agreement.is_verified
    group by asked.period, asked.fee_registration_no
)

select
    asked.period,
    asked.is_over,
    asked.fee_registration_no,
    asked.insurance_code as insurance,
    asked.bureau_code,
    asked.town_code,
    asked.village_code,
    case
        when payments.last_paid_date is null then 'never'
        when {{ period_index(to_period('asked.first_day')) }} - {{ period_index(to_period('payments.last_paid_date')) }} <= 1 then '0_1'
        when {{ period_index(to_period('asked.first_day')) }} - {{ period_index(to_period('payments.last_paid_date')) }} <= 3 then '2_3'
        else '4_12'
    end as months_since_paid,
    case when coalesce(payments.paid_times, 0) = 0 then '0' when payments.paid_times <= 2 then '1_2' else '3' end as paid_times,
    case when agreements.fee_registration_no is not null then 'Y' else 'N' end as has_agreement,
    case
        when asked.insurance_code = '10212' and substr(asked.period, 5, 2) >= '{{ "%02d" | format(var("resident_season_month")) }}' then 'Y'
        when asked.insurance_code = '10210' and substr(asked.period, 5, 2) in ('06', '12') then 'Y'
        else 'N'
    end as season,
    declared.fee_registration_no is not null as has_declared
from asked
left join payments on asked.period = payments.period and asked.fee_registration_no = payments.fee_registration_no
left join declared on asked.period = declared.period and asked.fee_registration_no = declared.fee_registration_no
left join agreements on asked.period = agreements.period and asked.fee_registration_no = agreements.fee_registration_no
where not asked.is_resident or coalesce(payments.paid_this_year, 0) = 0
