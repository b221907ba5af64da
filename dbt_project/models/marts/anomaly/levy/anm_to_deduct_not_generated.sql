-- Why no to-deduct list could be made for an employer that booked a month's batch deduction: it booked with another bureau than its own, or
-- the bill names another agency than its registration. Grain: booking (registration × period).
with failed as (
    select
        booking.booking_key,
        booking.period,
        booking.bureau_code as booked_bureau_code,
        booking.booked_at,
        booking.generated_at,
        booking.fail_reason,
        registration.registration_key,
        registration.department_code,
        registration.bureau_code,
        registration.agency_code,
        registration.town_code,
        registration.taxpayer_key,
        registration.unit_name,
        registration.source_system,
        registration.unit_no
    from {{ ref('int_batch_booking') }} as booking
    inner join {{ ref('int_registration') }} as registration on booking.registration_key = registration.registration_key
    where
        booking.generated_code = 'N'
        or (booking.generated_code is null and booking.period < {{ as_of_period() }})
),

bills as (
    select
        failed.booking_key,
        count(*) as bill_count,
        sum(coalesce(bill.amount, 0)) as amount,
        max(case when bill.agency_code <> failed.agency_code then bill.agency_code end) as other_agency_code,
        max(case when bill.agency_code <> failed.agency_code then bill.notice_serial end) as other_notice_serial
    from failed
    inner join {{ ref('int_bill') }} as bill on failed.registration_key = bill.registration_key and failed.period = bill.period
    where bill.is_valid
    group by failed.booking_key
),

diagnosed as (
    select
        failed.*,
        bills.amount,
        bills.other_agency_code,
        bills.other_notice_serial,
        booked_bureau.bureau_name as booked_bureau_name,
        own_bureau.bureau_name as own_bureau_name,
        other_agency.agency_name as other_agency_name,
        own_agency.agency_name as own_agency_name,
        coalesce(failed.generated_at, failed.booked_at) as failed_at,
        case
            when failed.booked_bureau_code <> failed.bureau_code then 'bureau_differs'
            when bills.other_agency_code is not null then 'agency_differs'
            else 'not_decided'
        end as reason_code
    from failed
    left join bills on failed.booking_key = bills.booking_key
    left join {{ ref('dim_bureau') }} as booked_bureau on failed.booked_bureau_code = booked_bureau.bureau_code
    left join {{ ref('dim_bureau') }} as own_bureau on failed.bureau_code = own_bureau.bureau_code
    left join {{ ref('dim_agency') }} as other_agency on bills.other_agency_code = other_agency.agency_code
    left join {{ ref('dim_agency') }} as own_agency on failed.agency_code = own_agency.agency_code
)

select
    {{ finding_of(
        'B3.4', 'booking', alias='diagnosed',
        reason='diagnosed.reason_code',
        since='diagnosed.failed_at',
        evidence='“{diagnosed.unit_name}”预约{diagnosed.period|month}批扣，无法生成待批扣：'
            ~ "{case diagnosed.reason_code
                when 'bureau_differs' then '预约税务机关为' || coalesce(diagnosed.booked_bureau_name, diagnosed.booked_bureau_code, '（空）')
                    || '，登记参保的主管税务机关为' || coalesce(diagnosed.own_bureau_name, diagnosed.bureau_code, '（空）') || '；改到同一主管局后重新预约'
                when 'agency_differs' then '征集单' || diagnosed.other_notice_serial || '的经办机构为'
                    || coalesce(diagnosed.other_agency_name, diagnosed.other_agency_code) || '，单位参保的经办机构为'
                    || coalesce(diagnosed.own_agency_name, diagnosed.agency_code, '（空）') || '；协调经办机构统一后重推征集单'
                else '原因未能判定（返回：' || coalesce(diagnosed.fail_reason, '无') || '）；查明原因'
            end|phrase}" ~ '，待批扣生成即解除。',
    ) }},
    diagnosed.unit_name,
    diagnosed.source_system,
    diagnosed.unit_no,
    diagnosed.booked_bureau_code,
    diagnosed.booked_bureau_name,
    diagnosed.other_agency_code,
    diagnosed.other_notice_serial,
    diagnosed.booked_at,
    diagnosed.generated_at,
    diagnosed.fail_reason
from diagnosed
