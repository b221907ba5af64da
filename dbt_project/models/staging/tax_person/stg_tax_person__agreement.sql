-- Agreements of persons for batch deduction, two-party and tri-party. 批扣协议表（两方、三方）. Grain: agreement_key.
with source as (

    select * from {{ source('tax_person', 'ZRR_XY') }}

),

renamed as (

    select
        {{ code_norm('XYXH') }} as agreement_key,
        {{ code_norm('XYLX_DM') }} as agreement_type_code,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('RYBH') }} as person_no,
        {{ code_norm('ZJHM') }} as person_id_number,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        {{ code_norm('YHHB_DM') }} as bank_code,
        {{ code_norm('KHYHHH') }} as branch_bank_no,
        {{ clean_text('ZHMC') }} as account_holder_name,
        {{ clean_text('YHZH') }} as account_no,
        {{ known_flag('PKBZ', 'Y') }} as is_batch,
        {{ code_norm('YZZT_DM') }} as verify_code,
        case
            when ZZRQ > {{ as_of_end() }} then '1'
            else {{ code_norm('XYZT_DM') }}
        end as status_code,
        QYRQ as signed_date,
        {{ known_value('ZZRQ', 'ZZRQ') }} as ended_date,
        {{ code_norm('QYQD_DM') }} as channel_code,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('QYRQ') }}

)

select *
from renamed
{{ current_row(['agreement_key'], 'updated_at') }}
