-- Text messages asked for in the client: delivered or not, why not, and when the same account got one for the same purpose at last.
-- Grain: message_no.
with messages as (

    select
        message_no,
        client_account_key,
        coalesce(client_account_key, {{ phone_norm('mobile') }}, message_no) as asker,
        carrier_code,
        purpose_code,
        sent_at,
        coalesce(receipt_code = '1', false) as is_delivered,
        receipt_code,
        failure_code,
        failure_text
    from {{ ref('stg_tax_client__text_message') }}

),

followed as (

    select
        messages.*,
        min(case when is_delivered then sent_at end) over (
            partition by asker, purpose_code
            order by sent_at, message_no
            rows between current row and unbounded following
        ) as delivered_later_at
    from messages

)

select
    message_no,
    client_account_key,
    carrier_code,
    purpose_code,
    sent_at,
    receipt_code,
    failure_code,
    failure_text,
    delivered_later_at
from followed
where not is_delivered
