-- What is made from one table, one step on. Grain: table.
select table_name
from dictionary_edge
where upstream_name = $table_name
order by table_name
