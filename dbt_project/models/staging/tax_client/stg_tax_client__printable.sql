-- Printable data generated for a paid ticket; without it nothing can be printed online. 票据数据生成日志表. Grain: ticket_no.
-- A log: lines are only ever appended, so no line stands for another.
with source as (

    select * from {{ source('tax_client', 'KHD_PZSC') }}

),

renamed as (

    select
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        SCSJ as generated_at,
        {{ code_norm('SCZT_DM') }} as result_code
    from source
    where {{ not_after_as_of('SCSJ') }}

)

select *
from renamed
where ticket_no is not null
