-- How many breaks of some pairs a filter holds. Bills by fee period, the others by the month of the event; counted rows, or the rows by item of which the
-- waterfall's steps are the sums. Grain: one row.
select
    count(*) as total,
    coalesce(sum(b.difference), 0) as difference,
    coalesce(sum(abs(b.difference)), 0) as amount,
    count(case when b.is_overdue then 1 end) as overdue
from rec_all_break as b
left join rec_internal_break as i on b.rule_id = i.rule_id and b.subject_key = i.subject_key
left join rec_annuity_break as a on b.rule_id = a.rule_id and b.subject_key = a.subject_key
where
    ($pairs is null or list_contains(cast($pairs as varchar[]), b.pair))
    and ($measure is null or b.measure = $measure)
    and (
        $period is null
        or $period = case
            when b.measure in ('annuity', 'payment', 'day') then strftime(b.since_date, '%Y%m') else b.period
        end
    )
    and ($bureau_code is null or b.bureau_code = $bureau_code)
    and ($cause_code is null or b.cause_code = $cause_code)
    and ($exception_code is null or i.exception_code = $exception_code or ($exception_code = 'any' and i.exception_code is not null))
    and ($case_code is null or a.case_code = $case_code)
    and (not coalesce($overdue_only, false) or b.is_overdue)
    and case
        when coalesce($as_in_waterfall, false) then b.measure not in ('bill', 'collection', 'settlement') or b.insurance_code <> '*'
        else b.is_counted
    end
    and (
        $search is null
        or contains(lower(coalesce(b.unit_name, '')), $search)
        or contains(lower(coalesce(b.bill_key, '')), $search)
        or contains(lower(coalesce(b.ticket_no, '')), $search)
        or contains(lower(coalesce(b.evidence, '')), $search)
    )
