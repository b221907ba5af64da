-- 上解入库数据对账: payments of natural persons whose returned remittance or settlement is missing, doubled or not the same in amount, name, id number,
-- person number, agency or item. The values themselves are not shown: the list says which differ. Grain: pair × payment. Outcomes 2 to 6.
with found as (
    {{ rec_person_found(['person_remittance', 'person_settlement']) }}
),

advised as (
    select
        found.*,
        case cause_code
            when 'not_returned' then '税务尚未回盘；补做回盘'
            when 'without_origin' then '回盘记录没有对应的缴款；核对后撤销回盘'
            when 'double' then '同一笔缴款回盘两次；撤销重复的一笔'
            else '不一致的是' || coalesce(nullif(differing_fields, ''), '未明项目') || '；核对登记信息后由税务更正并重新回盘'
        end as advice
    from found
)

select
    {{ rec_break_columns(
        'B2',
        "concat_ws('|', found.pair, found.subject_no)",
        '{period_words|phrase}{insurance_name}缴款（税票{ticket_no}）在{pair_name}之间不一致：税务{tax_words}，回盘{department_name}的{other_words}；{advice|phrase}，一致即解除。'
    ) | replace('found.', 'advised.') }},
    advised.payment_no,
    advised.fee_registration_no,
    advised.differing_fields
from advised
{{ rec_join_clear_day('advised') }}
