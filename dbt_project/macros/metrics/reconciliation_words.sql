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
        'wrong_item': '整单合计一致，险种记错',
        'wrong_agency': '金额一致，经办机构不同',
        'amount_changed': '双方记录的金额或险种不同',
        'posted_without_payment': '税务无上解，部门已登账',
        'double_posted': '重复登账',
        'not_returned': '税务未回盘',
        'returned_unread': '已回盘，部门未读取',
        'partial': '已读取，只登账一部分',
        'crosses_month': '跨月',
        'read_not_posted': '已读取，未登账',
        'settled_not_returned': '已入库，入库结果未回盘',
        'settled_not_read': '入库已回盘，部门未读取',
        'crosses_day': '跨日',
        'unknown': '原因未明',
    }) }}
{% endmacro %}

{#- Causes of the pairs inside tax, of the annuity and of persons' payments: the same habit, the first that holds. -#}
{% macro rec_chain_causes() %}
    {{ return({
        'lost': '上一环节已传出，下一环节没有记录',
        'without_origin': '下一环节有记录，上一环节没有',
        'process_failed': '前置库处理失败',
        'not_settled': '已上解，国库未入库',
        'partial': '部分入库',
        'one_sided': '单边账：一方有成功记录，另一方没有',
        'double': '重复扣款、重复缴纳',
        'amount_changed': '双方金额不同',
        'crosses_day': '跨日：国库流水记在另一日',
        'crosses_month': '跨月：国库流水记在另一月',
        'transferred_not_confirmed': '单位已转账，税务未确认',
        'confirmed_not_transferred': '单位未转账，税务已确认',
        'differs_confirmed': '转账金额与单据金额不一致，税务已确认',
        'differs_not_confirmed': '转账金额与单据金额不一致，税务未确认',
        'reversed': '转账已冲正，税务仍确认',
        'not_returned': '税务未回盘',
        'returned_unread': '已回盘，部门未读取',
        'read_not_posted': '已读取，未登账',
        'posted_not_fed_back': '已登账，未反馈税务',
        'wrong_name': '姓名不一致',
        'wrong_id': '证件号码不一致',
        'wrong_person_no': '人员编号不一致',
        'wrong_agency': '经办机构不一致',
        'wrong_item': '险种不一致',
        'unknown': '原因未明',
    }) }}
{% endmacro %}

{#- Who is compared with whom. The first side is 'tax' in the columns, the second the other. -#}
{% macro rec_pairs() %}
    {{ return({
        'tax_hrss': '税务与人社',
        'tax_nhsa': '税务与医保',
        'support_sharing': '支撑平台与共享平台',
        'sharing_front': '共享平台与管理子系统前置库',
        'front_levy': '管理子系统与征收子系统',
        'levy_tips': '征收子系统与税库银',
        'levy_settlement': '上解与入库',
        'bill_collection': '单据与上解',
        'levy_treasury': '征收子系统与国库流水',
        'annuity_bank': '税务年金单据与转账流水',
        'levy_clearing': '税务年金扣款与结算中心',
        'clearing_bank': '结算中心与转账流水',
        'person_remittance': '自然人缴款与上解回盘',
        'person_settlement': '自然人缴款与入库回盘',
        'person_posting': '自然人缴款与到账反馈',
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
