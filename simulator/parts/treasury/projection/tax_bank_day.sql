-- Treasury days (国库日切): open in the morning, cut over in the evening.
create or replace table tax_bank."GK_RQ" as
select treasury_code as "SKGK_DM", bureau_code as "SKSSSWJG_DM", day as "GZRQ", next_day as "XYGZR", day::timestamp + interval 8 hour as "KSSJ",
    known(cut_at) as "RQSJ", case when is_known(cut_at) then '1' else '0' end as "RQZT_DM",
    case when to_period(next_day) <> to_period(day) then 'Y' else 'N' end as "YMBZ",
    case when extract(year from next_day) <> extract(year from day) then 'Y' else 'N' end as "NMBZ",
    greatest(day::timestamp + interval 8 hour, known(cut_at)) as "GXSJ"
from world.treasury_day
where day <= getvariable('as_of');
