-- Payment proofs and tax certificates that cadres printed for residents. 村干证明打印日志表. Grain: print_no.
-- A log: lines are only ever appended, so no line stands for another.
with source as (

    select * from {{ source('tax_cadre', 'GB_DYRZ') }}

),

renamed as (

    select
        {{ code_norm('DYLSH') }} as print_no,
        {{ code_norm('CGXH') }} as cadre_key,
        {{ code_norm('PZZL_DM') }} as certificate_code,
        {{ code_norm('JFPZH') }} as payment_no,
        {{ code_norm('MXXH') }} as roster_person_no,
        DYSJ as printed_at,
        {{ code_norm('DYJG_DM') }} as result_code
    from source
    where {{ not_after_as_of('DYSJ') }}

)

select *
from renamed
where print_no is not null
