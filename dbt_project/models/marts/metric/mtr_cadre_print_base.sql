-- Payment proofs and tax certificates that cadres printed for residents, day by day, by the cadre's village. Grain: print_no. Internal.
select
    prints.print_no,
    prints.printed_date as day,
    prints.cadre_key,
    cadres.bureau_code,
    cadres.town_code,
    cadres.village_code,
    prints.certificate_code
from {{ ref('int_cadre_print') }} as prints
left join {{ ref('int_cadre') }} as cadres on prints.cadre_key = cadres.cadre_key
