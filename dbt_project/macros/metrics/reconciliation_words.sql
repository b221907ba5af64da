{#- The closed lists of every reconciliation: eight outcomes and the causes, with their words, in the order in which a cause is decided. -#}

{% macro rec_outcomes() %}
    {{ return({
        0: '在途（未超过约定时限）',
        1: '双方成功，金额一致',
        2: '双方成功，金额不一致',
        3: '税务成功，对方失败',
        4: '税务成功，对方无记录',
        5: '税务失败，对方成功',
        6: '税务无记录，对方成功',
        7: '双方均未成功',
    }) }}
{% endmacro %}

{% macro rec_causes() %}
    {{ return({
        'withdrawn_upstream': '上游已撤销，税务仍有效',
        'voided_upstream': '上游已作废，税务仍有效',
        'voided_by_tax': '税务已作废，上游仍有效',
        'not_sent': '上游没有该单据，或没有发全',
        'not_read': '税务未读取',
        'amount_changed': '双方记录的金额或险种不同',
        'posted_without_payment': '税务无上解，部门已登账',
        'double_posted': '重复登账',
        'not_returned': '税务未回盘',
        'returned_unread': '已回盘，部门未读取',
        'partial': '已读取，只登账一部分',
        'crosses_month': '跨月：上月上解，本月读取，未登账',
        'read_not_posted': '已读取，未登账',
        'unknown': '原因未明',
    }) }}
{% endmacro %}

{#- The words of a code as an SQL expression. -#}
{% macro rec_words(code, words) -%}
    case {{ code }}
    {%- for key, value in words.items() %}
        when {{ key if key is number else "'" ~ key ~ "'" }} then '{{ value }}'
    {%- endfor %}
    end
{%- endmacro %}
