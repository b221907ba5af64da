{#-
  Keeps one row of each business key after normalisation: keys that differ only in width, case or blanks are one key, and the row that was
  changed last wins. Goes at the end of a staging model's renaming CTE.
-#}
{% macro current_row(keys, cursor) -%}
    qualify row_number() over (partition by {{ keys | join(', ') }} order by {{ cursor }} desc nulls last) = 1
{%- endmacro %}
