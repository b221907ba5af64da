{#- Rows whose key, made of several columns, occurs more than once; a missing part is a value of its own (see unique_key where none may be missing). -#}
{% test unique_grain(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
