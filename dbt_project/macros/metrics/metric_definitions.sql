{#-
  The metrics' definitions, each written once: in words for people (pages, reports and the published table mtr_definition read them) and as expressions
  that the metrics' models compile. A metric is measured in one or more bases. An expression is summed over the rows of the metric's `grain`; `{at}`
  stands for the moment: nothing = as_of, '_prev_month' and '_prev_year' = the same day of progress a month and a year earlier.
-#}
{% macro metric_definitions() %}
{%- set text -%}
- metric_id: collection_rate
  requirements: [A9.1, A11.1]
  title: 征收率
  direction: higher
  grain: 所属期 × 参保登记户籍 × 口径切片
  dimensions: [全市, 主管局, 街道乡镇, 险种, 社保医保系统, 单据来源, 单位类型]
  small_denominator: small_denominator
  comparison: 环比与上一所属期、同比与上年同一所属期的同一征收进度日相比（当月最后一天对最后一天），单位为百分点
  ranking: 只在16个主管局之间按显示的两位小数由高到低排名，相同者并列同一名次，无应征者不排名；名次变化为正表示上升
  exclusions:
    - 税务未接收的征集单（仍在交换库）
    - 上游已撤销、上游或税务已作废的征集单及其缴款
    - 应征金额为零或负数的险种行
    - 超过应征金额的部分（重复缴纳、单边账）不计入已征
  bases:
    - basis: employer
      title: 按户籍
      unit: 户
      denominator_words: 本所属期有应征征集单的参保登记户籍数
      numerator_words: 其全部应征征集单均已足额上解的户籍数
      denominator: case when due_bills{at} > 0 then 1 else 0 end
      numerator: case when due_bills{at} > 0 and done_bills{at} = due_bills{at} then 1 else 0 end
      settled_numerator: case when due_bills > 0 and settled_bills = due_bills then 1 else 0 end
    - basis: bill
      title: 按单据
      unit: 张
      denominator_words: 税务已接收的有效征集单张数（按险种统计时为该险种的征集单张数）
      numerator_words: 已足额上解的张数
      denominator: due_bills{at}
      numerator: done_bills{at}
      settled_numerator: settled_bills
    - basis: amount
      title: 按金额
      unit: 元
      denominator_words: 税务已接收的有效征集单应征金额
      numerator_words: 其中已上解的金额
      denominator: due_amount{at}
      numerator: collected_amount{at}
      settled_numerator: settled_amount
{%- endset -%}
{{ return(fromyaml(text)) }}
{% endmacro %}

{#- One metric's definition. -#}
{% macro metric_definition(metric_id) %}
    {%- for metric in shebao.metric_definitions() if metric.metric_id == metric_id -%}
        {{ return(metric) }}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error("No metric is defined as '" ~ metric_id ~ "'") }}
{% endmacro %}

{#- A basis' expression (numerator, denominator or settled_numerator), summed, at a moment ('', '_prev_month', '_prev_year'). -#}
{% macro metric_sum(basis, part, at='') -%}
    cast(sum({{ basis[part] | replace('{at}', at) }}) as decimal(18, 2))
{%- endmacro %}
