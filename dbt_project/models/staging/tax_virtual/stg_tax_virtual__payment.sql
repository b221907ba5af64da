-- Payments of virtual households: one ticket for many persons, from issue to settlement. 虚拟户缴款表. Grain: household_payment_no.
with source as (

    select * from {{ source('tax_virtual', 'XNH_JKXX') }}

),

renamed as (

    select
        {{ code_norm('JKXH') }} as household_payment_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('XNHBH') }} as household_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        SKSSQQ as period_begin_date,
        SKSSQZ as period_end_date,
        JFRS as person_count,
        JKJE as amount,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        KJSJ as issued_at,
        {{ known_value('HZRQ', 'HZRQ') }} as summarised_date,
        {{ known_value('SJRQ', 'SJRQ') }} as remitted_date,
        {{ known_value('RKRQ', 'RKRQ') }} as settled_date,
        {{ code_norm('SKGK_DM') }} as treasury_code,
        {{ known_flag('ZFBZ', 'Y') }} as is_voided,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('KJSJ') }}

)

select *
from renamed
{{ current_row(['household_payment_no'], 'updated_at') }}
