-- One page of the breaks of some pairs, by clearing day, age or largest difference first; filters as in rec_pair_break_total. Grain: break.
select
    left(sha256(b.rule_id || '|' || b.subject_key), 16) as finding_id,
    b.pair,
    b.measure,
    b.unit_name,
    b.bill_key,
    b.ticket_no,
    b.insurance_code,
    b.insurance_name,
    b.bureau_code,
    b.agency_code,
    b.period,
    b.outcome_code,
    b.cause_code,
    b.cause,
    b.tax_state,
    b.agency_state,
    b.tax_amount,
    b.agency_amount,
    b.difference,
    b.since_date,
    b.age_workdays,
    b.expected_clear_date,
    b.is_overdue,
    b.evidence,
    i.exception_name,
    a.case_name
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
order by
    case when $sort = 'due' then b.expected_clear_date end nulls last,
    case when $sort = 'age' then b.age_workdays end desc nulls last,
    abs(b.difference) desc,
    b.rule_id,
    b.subject_key
limit $page_size
offset $page_offset
