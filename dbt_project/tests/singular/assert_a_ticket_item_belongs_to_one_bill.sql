-- One item of a ticket pays one bill. Where the levy subsystem names two, the money is counted at one of them: warn, so that it is seen.
{{ config(severity='warn') }}

with movements as (

    select
        ticket_no,
        levy_subitem_code,
        department_code,
        notice_serial,
        batch_no
    from {{ ref('stg_tax_levy__invoice') }}
    union
    select
        ticket_no,
        levy_subitem_code,
        department_code,
        notice_serial,
        batch_no
    from {{ ref('stg_tax_levy__remittance') }}
    union
    select
        ticket_no,
        levy_subitem_code,
        department_code,
        notice_serial,
        batch_no
    from {{ ref('stg_tax_levy__settlement') }}

)

select
    ticket_no,
    levy_subitem_code,
    count(*) as bill_count
from movements
where ticket_no is not null
group by ticket_no, levy_subitem_code
having count(*) > 1
