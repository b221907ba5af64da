-- Payments of persons by an own ticket, from issue to settlement. 自然人缴款表. Grain: ticket_no.
with source as (

    select * from {{ source('tax_person', 'ZRR_JKXX') }}

),

renamed as (

    select
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('SBXH') }} as declaration_no,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('RYBH') }} as person_no,
        {{ code_norm('ZJHM') }} as person_id_number,
        {{ clean_text('XM') }} as person_name,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        SKSSQQ as period_begin_date,
        SKSSQZ as period_end_date,
        SJJE as amount,
        {{ code_norm('SBJBJG_DM') }} as agency_code,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        {{ code_norm('JFQD_DM') }} as channel_code,
        {{ code_norm('JFLX_DM') }} as payment_type_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        KJSJ as issued_at,
        {{ known_value('HZRQ', 'HZRQ') }} as summarised_date,
        {{ known_value('SJRQ', 'SJRQ') }} as remitted_date,
        {{ known_value('RKRQ', 'RKRQ') }} as settled_date,
        {{ code_norm('SKGK_DM') }} as treasury_code,
        {{ known_flag('ZFBZ', 'Y', 'ZFSJ') }} as is_voided,
        {{ known_value('ZFSJ', 'ZFSJ') }} as voided_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('KJSJ') }}

)

select *
from renamed
{{ current_row(['ticket_no'], 'updated_at') }}
