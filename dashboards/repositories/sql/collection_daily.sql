-- Money and bills collected up to each day, for some periods of one area. Grain: period x day.
select
    period,
    calendar_date,
    collected_amount_cum,
    due_amount,
    collected_bills_cum,
    due_bills,
    rate_amount,
    rate_bills
from mtr_collection_daily
where
    level = $level
    and area_code = $area_code
    and list_contains($periods, period)
order by period, calendar_date
