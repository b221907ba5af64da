-- Tables of the exchange and of the warehouse whose name, title or description holds what was typed, or that have such a column. Grain: table.
select
    table_name,
    layer,
    title,
    description,
    requirements,
    rule_id,
    is_published
from dictionary_table
where
    ($layer is null or layer = $layer)
    and (
        $search = ''
        or contains(lower(table_name), $search)
        or contains(lower(title), $search)
        or contains(lower(description), $search)
        or table_name in (
            select table_name
            from dictionary_column
            where contains(lower(column_name), $search) or contains(lower(label), $search)
        )
    )
order by layer = 'source', layer, table_name
limit 400
