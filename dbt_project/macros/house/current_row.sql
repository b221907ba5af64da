{#-
  Keeps one row of each business key after normalisation: keys that differ only in width, case or blanks are one key, and the row that was changed
  last wins. A row with a blank part in its key stands for nothing and is left to the tests of the source. Ends a staging model after `from renamed`.
-#}
{% macro current_row(keys, cursor) -%}
    where {{ keys | join(' is not null and ') }} is not null
qualify row_number() over (partition by {{ keys | join(', ') }} order by {{ cursor }} desc nulls last) = 1
{%- endmacro %}
