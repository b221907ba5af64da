-- Persons whom a number leads to. Read by look-ups only. Grain: person.
select distinct found_token
from fct_person_number
order by found_token
