-- Names of bureaus. Grain: bureau.
select *
from dim_bureau
