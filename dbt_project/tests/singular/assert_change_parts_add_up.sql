-- The five parts of a change add up to it, to the cent.
select *
from {{ ref('mtr_change') }}
where change_amount <> volume_amount + mix_amount + rate_amount + deduction_amount + late_file_amount
