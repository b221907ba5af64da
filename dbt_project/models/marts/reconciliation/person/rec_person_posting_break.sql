-- 到账闭环: payments of natural persons that are remitted and whose booking tax does not know yet: not returned, not read, not booked, booked and not told.
-- Grain: payment. Outcomes 2 to 6.
with found as (
    {{ rec_person_found(['person_posting']) }}
),

advised as (
    select
        found.*,
        case cause_code
            when 'not_returned' then '税务尚未回盘上解；补做回盘'
            when 'returned_unread' then department_name || '尚未读取；催' || department_name || '读取'
            when 'read_not_posted' then department_name || '已读取而未登账；由' || department_name || '登账'
            when 'posted_not_fed_back' then department_name || '已登账而未反馈税务；催' || department_name || '反馈'
            else '登账金额与缴款金额不同；由' || department_name || '更正'
        end as advice
    from found
)

select
    {{ rec_break_columns(
        'B11.7',
        'found.subject_no',
        '{period_words|phrase}{insurance_name}缴款（税票{ticket_no}）税务已上解{tax_words}，到账没有闭环；{advice|phrase}，税务收到到账反馈即解除。'
    ) | replace('found.', 'advised.') }},
    advised.payment_no,
    advised.fee_registration_no
from advised
{{ rec_join_clear_day('advised') }}
