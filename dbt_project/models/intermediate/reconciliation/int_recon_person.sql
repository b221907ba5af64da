-- Payments of natural persons against what was returned to HRSS and NHSA (remittance, settlement) and what came back of it (booked, fed back to tax). All
-- outcomes. Each pair is a table of its own: together they would want more memory than a build has. Grain: pair × payment. A view.
{{ config(materialized='view') }}

{%- for model in ['int_recon_person_remittance', 'int_recon_person_settlement', 'int_recon_person_loop'] %}
select * from {{ ref(model) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
