{#- What the rules about failed annuity debits say alike of a row of int_annuity_failure, for the evidence sentence. -#}

{#- Whether the unit was ever debited, and when last. -#}
{% macro annuity_history_words(row) -%}
    case
        when {{ row }}.past_success_count > 0 then '该户曾扣费成功（最近一次' || {{ date_text(row ~ '.last_succeeded_at') }} || '）'
        else '该户没有扣费成功记录'
    end
{%- endmacro %}

{#- Whether the agreement was changed before the debit, and verified again. -#}
{% macro annuity_agreement_words(row) -%}
    case
        when not {{ row }}.is_agreement_changed then '协议未变更'
        else
            '协议于' || {{ date_text(row ~ '.agreement_changed_at') }} || '变更'
            || case when {{ row }}.is_verified_again then '，已重新验证' else '，未重新验证通过' end
    end
{%- endmacro %}
