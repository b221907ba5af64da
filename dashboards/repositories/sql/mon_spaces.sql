-- Tablespaces, the fullest first. Grain: tablespace.
select *
from mon_space
order by used_share desc, tablespace_name
