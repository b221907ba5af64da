{#- Codes of the trade that models name, in one place. -#}

{#- 税库银: the deduction succeeded. -#}
{% macro bank_success_code() -%}90000{%- endmacro %}
