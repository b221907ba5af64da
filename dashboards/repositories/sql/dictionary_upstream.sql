-- What some tables are made from, one step back. Grain: table × table it reads.
select
    table_name,
    upstream_name
from dictionary_edge
where table_name in (select unnest(cast($names as varchar[])))
order by table_name, upstream_name
