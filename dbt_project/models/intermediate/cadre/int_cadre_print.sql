-- Payment proofs and tax certificates that cadres printed for residents. Grain: print_no.
select
    print_no,
    cadre_key,
    certificate_code,
    cast(printed_at as date) as printed_date
from {{ ref('stg_tax_cadre__print') }}
where result_code = '1'
