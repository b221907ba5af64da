-- Large-amount medical paid for a person and year. 大额医疗年度缴费记录表. Grain: person_no × insured_year.
with source as (

    select * from {{ source('nhsa_person', 'PSN_LRG_D') }}

),

renamed as (

    select
        {{ code_norm('PSN_NO') }} as person_no,
        {{ code_norm('INSU_YEAR') }} as insured_year,
        {{ code_norm('PAYER_TYPE') }} as payer_code,
        {{ code_norm('EMP_NO') }} as unit_no,
        PAY_AMT as paid_amount,
        PAY_DATE as paid_date,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('UPDT_TIME') }}

)

select *
from renamed
{{ current_row(['person_no', 'insured_year'], 'updated_at') }}
