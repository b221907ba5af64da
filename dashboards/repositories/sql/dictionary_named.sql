-- Tables by their names. Grain: table.
select
    table_name,
    layer,
    title,
    description,
    requirements,
    rule_id,
    is_published
from dictionary_table
where table_name in (select unnest(cast($names as varchar[])))
order by table_name
