{#- Rows whose key, made of several columns, occurs more than once or has a missing part. One failing row for each such key. -#}
{% test unique_key(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
{%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}

{% endtest %}
