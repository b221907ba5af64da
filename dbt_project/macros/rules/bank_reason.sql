{#-
    Why a bank refused, as one class of the seed ref_bank_return_code: by the return code first, then by the words of
    the bank's text, because banks put many reasons into one code. NULL while the bank has not answered.
-#}
{% macro bank_reason_class(code, text, class_of_code) -%}
    case
        when {{ code }} is null then null
        when {{ class_of_code }} is not null and {{ class_of_code }} not in ('unknown', 'bank_other') then {{ class_of_code }}
        when {{ text }} like '%余额不足%' then 'insufficient_funds'
        when {{ text }} like '%户名%' then 'account_name_differs'
        when {{ text }} like '%冻结%' then 'account_frozen'
        when {{ text }} like '%协议%' or {{ text }} like '%签约%' then 'agreement_invalid'
        when {{ text }} like '%账号%' or {{ text }} like '%账户%' or {{ text }} like '%帐号%' then 'account_invalid'
        when {{ text }} like '%超时%' or {{ text }} like '%通讯%' or {{ text }} like '%通信%' then 'technical'
        else coalesce({{ class_of_code }}, 'unknown')
    end
{%- endmacro %}
