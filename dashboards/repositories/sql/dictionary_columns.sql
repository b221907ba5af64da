-- Columns of one table. Grain: column.
select
    column_name,
    label,
    description,
    data_type,
    personal_data
from dictionary_column
where table_name = $table_name
order by sort_order, column_name
