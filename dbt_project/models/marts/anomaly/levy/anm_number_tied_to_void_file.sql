-- Unit numbers that are still tied to a tax file that is no more: it was merged away (并档), or deregistered while the employer has another
-- file in order. The new file cannot declare until the number is freed from the old one. A tie that was marked an invalid household
-- still holds the number. Grain: registration.
with ties as (
    select
        registration_key,
        fee_registration_no,
        taxpayer_key,
        is_valid
    from {{ ref('int_fee_registration') }}
    where is_tied
    qualify row_number() over (
        partition by registration_key
        order by case when is_associated then 0 else 1 end, associated_at desc nulls last, fee_registration_no desc
    ) = 1
),

active_files as (
    select
        identity_key,
        max(taxpayer_key) as taxpayer_key
    from {{ ref('int_taxpayer') }}
    where status_code = '03' and identity_key is not null
    group by identity_key
),

diagnosed as (
    select
        registration.*,
        ties.fee_registration_no as tied_fee_registration_no,
        ties.is_valid as is_tie_valid,
        old_file.taxpayer_key as old_taxpayer_key,
        old_file.taxpayer_name as old_taxpayer_name,
        coalesce(merge.taxpayer_key, active_files.taxpayer_key) as new_taxpayer_key,
        merge.merged_at,
        coalesce(merge.merged_at, cast(old_file.status_date as timestamp)) as void_since,
        case
            when merge.old_taxpayer_key is not null and coalesce(kept_file.status_code, '03') = '03' then 'merged_file'
            when merge.old_taxpayer_key is null then 'void_file'
            else 'not_decided'
        end as reason_code
    from ties
    inner join {{ ref('int_registration') }} as registration on ties.registration_key = registration.registration_key
    inner join {{ ref('int_taxpayer') }} as old_file on ties.taxpayer_key = old_file.taxpayer_key
    left join {{ ref('int_file_merge') }} as merge on ties.taxpayer_key = merge.old_taxpayer_key
    left join {{ ref('int_taxpayer') }} as kept_file on merge.taxpayer_key = kept_file.taxpayer_key
    left join active_files on old_file.identity_key = active_files.identity_key
    where
        registration.is_valid
        and (
            merge.old_taxpayer_key is not null
            or (old_file.status_code = '07' and active_files.taxpayer_key is not null)
        )
)

select
    {{ finding_of(
        'B3.2', 'registration', alias='diagnosed',
        reason='diagnosed.reason_code',
        since='diagnosed.void_since',
        evidence='“{diagnosed.unit_name}”的单位编号{diagnosed.unit_no}仍关联在登记序号{diagnosed.old_taxpayer_key}上，该户籍'
            ~ "{case when diagnosed.merged_at is not null
                then '已于' || cast(cast(diagnosed.merged_at as date) as string) || '并档无效'
                else '已注销' end|phrase}"
            ~ '，新户籍（登记序号{diagnosed.new_taxpayer_key}）没有关联该编号，无法申报；基层提单恢复原户籍为有效，解除单位编号的关联，
            再把编号关联到新户籍，即解除。',
        values={'taxpayer_key': 'diagnosed.old_taxpayer_key'},
    ) }},
    diagnosed.unit_name,
    diagnosed.source_system,
    diagnosed.unit_no,
    diagnosed.tied_fee_registration_no,
    diagnosed.is_tie_valid,
    diagnosed.old_taxpayer_name,
    diagnosed.new_taxpayer_key,
    diagnosed.merged_at
from diagnosed
