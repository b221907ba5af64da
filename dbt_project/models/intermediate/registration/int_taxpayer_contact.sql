-- The three contacts (税务三类人员) of a taxpayer, kept apart from the slim taxpayer. Grain: taxpayer_key.
select
    taxpayer_key,
    legal_person_name,
    legal_person_mobile,
    legal_person_landline,
    finance_name,
    finance_mobile,
    finance_landline,
    filer_name,
    filer_mobile,
    filer_landline
from {{ ref('stg_tax_core__taxpayer') }}
