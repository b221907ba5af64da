-- Names of all short codes. Grain: type x code.
select
    code_type,
    code,
    code_name
from dim_code
