-- Agreements that have to follow a unit to its new client account (托收协议迁移), with what became of it. A later change of
-- the account replaces an earlier one. Grain: annuity_agreement_key.
select
    moves.move_no,
    moves.annuity_agreement_key,
    agreements.registration_key,
    moves.unit_no,
    moves.old_client_account_no,
    moves.new_client_account_no,
    agreements.client_account_no as agreement_client_account_no,
    moves.changed_at,
    moves.state_code,
    moves.moved_at,
    moves.failure_reason,
    {{ account_norm('moves.old_account_no') }} as old_account_norm,
    {{ account_norm('moves.new_account_no') }} as new_account_norm,
    agreements.account_norm as agreement_account_norm,
    agreements.changed_at as agreement_changed_at
from {{ ref('stg_annuity__account_move') }} as moves
left join {{ ref('int_annuity_agreement') }} as agreements on moves.annuity_agreement_key = agreements.annuity_agreement_key
where moves.annuity_agreement_key is not null
qualify row_number() over (
    partition by moves.annuity_agreement_key
    order by moves.changed_at desc, moves.move_no desc
) = 1
