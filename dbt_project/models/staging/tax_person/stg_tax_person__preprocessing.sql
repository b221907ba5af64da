-- Pre-processing of flexible payers before the batch deductions of a year, the latest of each registration. 预处理信息表. Grain: fee_registration_no.
with source as (

    select * from {{ source('tax_person', 'ZRR_YCL') }}

),

renamed as (

    select
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('RYBH') }} as person_no,
        JFND as fee_year,
        CLSJ as processed_at,
        {{ known_flag('JHBZ', 'Y', 'JHSJ') }} as is_activated,
        {{ known_value('JHSJ', 'JHSJ') }} as activated_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('CLSJ') }}

)

select *
from renamed
{{ current_row(['fee_registration_no'], 'updated_at') }}
