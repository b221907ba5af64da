-- What a virtual household declared for a person. 虚拟户申报明细表. Grain: household_detail_no.
with source as (

    select * from {{ source('tax_virtual', 'XNH_SBMX') }}

),

renamed as (

    select
        {{ code_norm('SBMXXH') }} as household_detail_no,
        {{ code_norm('XNHBH') }} as household_no,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('RYBH') }} as person_no,
        {{ code_norm('ZJHM') }} as person_id_number,
        {{ clean_text('XM') }} as person_name,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        SKSSQQ as period_begin_date,
        SKSSQZ as period_end_date,
        YJFE as amount,
        SBSJ as declared_at,
        {{ code_norm('JKXH') }} as household_payment_no,
        {{ code_norm('MXZT_DM') }} as detail_state_code,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SBSJ') }}

)

select *
from renamed
{{ current_row(['household_detail_no'], 'updated_at') }}
