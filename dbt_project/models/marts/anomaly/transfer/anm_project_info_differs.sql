-- Valid project bills whose project number, name or address is missing or is not the one in the project register. Width, brackets and
-- blanks are no difference; the first that is wrong is named. Grain: bill.
with compared as (
    select
        bill.*,
        registration.unit_name,
        project.project_no,
        project.project_name,
        project.project_address,
        project.registered_name,
        project.registered_address,
        case
            when not project.has_project_info then 'info_missing'
            when project.project_no is null then 'number_missing'
            when not project.is_registered then 'number_unknown'
            when project.project_name_norm is null then 'name_missing'
            when project.project_name_norm <> project.registered_name_norm then 'name_differs'
            when project.project_address_norm is null then 'address_missing'
            when project.project_address_norm <> project.registered_address_norm then 'address_differs'
        end as reason_code
    from {{ ref('int_project_info') }} as project
    inner join {{ ref('int_bill') }} as bill on project.bill_key = bill.bill_key
    left join {{ ref('int_registration') }} as registration on bill.registration_key = registration.registration_key
    where bill.is_valid
)

select
    {{ finding_of(
        'A1.13', 'bill', alias='compared',
        reason='compared.reason_code',
        since='compared.sent_at',
        evidence='征集单{compared.notice_serial}'
            ~ "{case compared.reason_code
                when 'info_missing' then '没有工程项目信息'
                when 'number_missing' then '没有项目编号'
                when 'number_unknown' then '的项目编号在工程项目登记表中查无登记'
                when 'name_missing' then '没有项目名称'
                when 'name_differs' then '的项目名称与登记不一致'
                when 'address_missing' then '没有项目地址'
                else '的项目地址与登记不一致'
            end|phrase}"
            ~ '：人社推送编号{compared.project_no}、名称“{compared.project_name}”、地址“{compared.project_address}”，登记名称
            “{compared.registered_name}”、地址“{compared.registered_address}”；人社核实项目登记并更新征集单的项目信息后解除。',
    ) }},
    compared.unit_no,
    compared.unit_name,
    compared.notice_serial,
    compared.batch_no,
    compared.project_no,
    compared.project_name,
    compared.registered_name,
    compared.project_address,
    compared.registered_address
from compared
where compared.reason_code is not null
