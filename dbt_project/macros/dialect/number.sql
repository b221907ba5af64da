{#- Money: yuan, exact to the cent. Sums of decimals grow in every engine, so cast them back. -#}
{% macro decimal18(amount) -%}
    cast({{ amount }} as decimal(18, 2))
{%- endmacro %}

{#- Sum of an amount column, exact; NULL when there is nothing to add. -#}
{% macro sum_amount(amount) -%}
    cast(sum({{ amount }}) as decimal(18, 2))
{%- endmacro %}

{#- Sum of an amount column where a condition holds; 0 when nothing holds. -#}
{% macro sum_amount_if(amount, condition) -%}
    cast(sum(case when {{ condition }} then {{ amount }} else 0 end) as decimal(18, 2))
{%- endmacro %}
