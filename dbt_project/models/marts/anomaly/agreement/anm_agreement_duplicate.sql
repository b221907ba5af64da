-- Agreements registered more than once: taxpayer id, bank, account name, account and batch flag are all the same. A blank equals nothing;
-- ended agreements count only where the parameter says so. Grain: agreement.
{% set ended_counts = var('a6_03_ended_counts', 0) %}
with signed as (
    select
        agreement.*,
        {{ name_norm('agreement.account_name') }} as account_name_norm,
        taxpayer.taxpayer_name
    from {{ ref('int_agreement') }} as agreement
    left join {{ ref('int_taxpayer') }} as taxpayer on agreement.taxpayer_key = taxpayer.taxpayer_key
    where
        agreement.taxpayer_no_norm is not null
        and agreement.bank_code is not null
        and agreement.account_norm is not null
        {%- if ended_counts | int == 0 %}
        and agreement.is_valid
        {%- endif %}
),

in_order as (
    select
        signed.*,
        count(*) over (partition by taxpayer_no_norm, bank_code, account_name_norm, account_norm, is_batch) as agreement_count,
        row_number() over (
            partition by taxpayer_no_norm, bank_code, account_name_norm, account_norm, is_batch
            order by signed_date, agreement_key
        ) as place
    from signed
    where account_name_norm is not null
),

twins as (
    select
        taxpayer_no_norm,
        bank_code,
        account_name_norm,
        account_norm,
        is_batch,
        max(case when place = 2 then signed_date end) as repeated_since,
        {{ list_text('agreement_key', '、', order_by='place') }} as agreement_keys
    from in_order
    where agreement_count > 1
    group by taxpayer_no_norm, bank_code, account_name_norm, account_norm, is_batch
)

select
    {{ finding_of(
        'A6.3', 'agreement', alias='in_order',
        reason="'duplicate_agreement'",
        since='twins.repeated_since',
        evidence='“{in_order.taxpayer_name}”在银行行别{in_order.bank_code}登记了{in_order.agreement_count}条识别号、户名、账户、批扣标志均相同的三方协议：
            {twins.agreement_keys}；核实后只保留一条，终止其余协议，即解除。',
    ) }},
    in_order.taxpayer_name as unit_name,
    in_order.bank_code,
    in_order.account_name,
    in_order.account_norm as account,
    in_order.is_batch,
    in_order.agreement_count,
    twins.agreement_keys,
    in_order.authority_code,
    in_order.status_code,
    in_order.verify_code,
    in_order.signed_date,
    in_order.channel_code
from in_order
inner join twins
    on
        in_order.taxpayer_no_norm = twins.taxpayer_no_norm
        and in_order.bank_code = twins.bank_code
        and in_order.account_name_norm = twins.account_name_norm
        and in_order.account_norm = twins.account_norm
        and in_order.is_batch = twins.is_batch
