-- Village cadres whose account, phone, last import or matching is wrong: the account first, since nothing else works without it, then the phone, the
-- roster, the matching; the first that holds is named. Grain: cadre.
with judged as (

    select
        cadre.*,
        case
            when cadre.is_id_wrong then 'id_wrong'
            when cadre.phone_state <> 'usable' then 'phone_wrong'
            when
                cadre.is_place_inconsistent
                or (
                    cadre.matched_count >= {{ var('p1_3_1_matched', 3) }}
                    and cadre.home_count < cadre.matched_count * {{ var('p1_3_1_home_share', 0.5) }}
                ) then 'place_wrong'
            when
                cadre.lost_code_count >= {{ var('p1_3_1_codes', 3) }}
                and cadre.last_lost_date >= {{ as_of_date() }} - interval '{{ var('p1_3_1_days', 90) }}' day then 'codes_lost'
            when cadre.is_import_failed then 'import_failed'
            when cadre.line_count < cadre.line_count_before * {{ var('p1_3_1_kept_share', 0.5) }} then 'import_shrunk'
            when cadre.matching_failed_date is not null then 'matching_failed'
        end as reason_code
    from {{ ref('int_cadre_state') }} as cadre

)

select
    {{ finding_of(
        'P1.3.1', 'cadre', alias='judged',
        reason='judged.reason_code',
        since="case
            when judged.reason_code in ('id_wrong', 'phone_wrong', 'place_wrong') then judged.registered_date
            when judged.reason_code = 'codes_lost' then judged.first_lost_date
            when judged.reason_code = 'matching_failed' then judged.matching_failed_date
            else judged.last_imported_date end",
        evidence="村干账户{judged.cadre_key}（{judged.registered_date}注册）{case judged.reason_code
            when 'id_wrong' then '登记的居民身份证号码不合法'
            when 'phone_wrong' then '登记的手机号码' || case judged.phone_state when 'empty' then '为空' else '格式不正确' end || '，收不到验证码'
            when 'place_wrong' then case when judged.is_place_inconsistent then '登记的村（社区）与街道乡镇、主管局不一致；' else '登记的村（社区）与所管人员不符；' end || '名册中已匹配' || judged.matched_count || '人，户籍在登记街道乡镇的只有' || judged.home_count || '人'
            when 'codes_lost' then '自' || cast(judged.first_lost_date as string) || '起连续' || judged.lost_code_count || '条验证码没有送达'
            when 'import_failed' then '最近一次导入名册失败：' || coalesce(judged.import_failure_text, '未说明原因')
            when 'import_shrunk' then '最近一次导入' || judged.line_count || '人，上一次为' || judged.line_count_before || '人，参保户数据明显缺失'
            when 'matching_failed' then '最近一次名册匹配出错：' || coalesce(judged.run_failure_text, '未说明原因')
            end|phrase}；{case
            when judged.reason_code in ('id_wrong', 'phone_wrong', 'place_wrong') then '联系村干更正注册信息'
            when judged.reason_code = 'codes_lost' then '核对手机号码、排除短信拦截，验证码送达'
            when judged.reason_code = 'matching_failed' then '修复数据后重新匹配成功'
            else '指导村干重新导入完整名册' end|phrase}后解除。",
    ) }},
    judged.cadre_key,
    judged.village_code,
    judged.registered_date,
    judged.lost_code_count,
    judged.last_imported_date,
    judged.line_count,
    judged.line_count_before,
    judged.matched_count,
    judged.home_count
from judged
where judged.reason_code is not null
