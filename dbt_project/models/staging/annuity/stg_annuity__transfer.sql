-- The clearing centre’s statement of annuity money that arrived. 职业年金转账流水表. Grain: transfer_no.
with source as (

    select * from {{ source('annuity', 'NJ_ZZLS') }}

),

renamed as (

    select
        {{ code_norm('LSH') }} as transfer_no,
        {{ code_norm('KXLX_DM') }} as money_type_code,
        {{ code_norm('ZZFS_DM') }} as way_code,
        ZZRQ as transfer_date,
        ZZSJ as transferred_at,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('JBJG_DM') }} as agency_code,
        {{ clean_text('FKHM') }} as account_name,
        {{ clean_text('FKZH') }} as account_no,
        ZZJE as amount,
        {{ clean_text('FY') }} as remark,
        {{ code_norm('DZSPHM') }} as ticket_no,
        {{ known_flag('CZBZ', 'Y') }} as is_reversed,
        not {{ known_flag('DQBZ', '1', 'DQSJ') }} as is_unread,
        {{ known_value('DQSJ', 'DQSJ') }} as read_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('ZZSJ') }}

)

select *
from renamed
{{ current_row(['transfer_no'], 'updated_at') }}
