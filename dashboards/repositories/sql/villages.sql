-- Villages with the name of their town before their own. Grain: village.
select
    v.division_code,
    t.division_name || ' ' || v.division_name as division_name
from dim_division as v
inner join dim_division as t on v.parent_code = t.division_code and t.level = 'town'
where v.level = 'village'
order by v.division_code
