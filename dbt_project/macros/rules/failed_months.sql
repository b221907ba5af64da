{#-
    The CTEs answered, latest, month_result, failed_run, last_failure and last_amount: units whose debits failed several months running.

    A month failed when it had answered debits and none succeeded; the run must reach the latest month in which the city's banks answered.
    idle_breaks: a month in which the unit took no part ends the run; otherwise such months are passed over, and only a success ends it.

    debits       the intermediate table, one row a debit: registration_key, returned_at, is_returned, is_success, amount, return_code,
                 return_text, reason_class, bill_key, ticket_no
    debit_key    its key
    debit_month  its month
    which        condition on the debits that count
-#}
{% macro failed_months(debits, debit_key, debit_month, months, idle_breaks, which='true', details=[]) -%}
answered as (
    select
        debit.*,
        {{ period_index('debit.' ~ debit_month) }} as month_index
    from {{ debits }} as debit
    where debit.is_returned and debit.registration_key is not null and {{ which }}
),

latest as (
    select max({{ period_index(debit_month) }}) as month_index
    from {{ debits }}
    where is_returned and {{ which }}
),

month_result as (
    select
        registration_key,
        month_index,
        min({{ debit_month }}) as debit_month,
        count(*) as attempts,
        min(returned_at) as first_returned_at,
        count(case when is_success then 1 end) > 0 as has_succeeded
    from answered
    group by registration_key, month_index
),

{% if idle_breaks -%}
numbered as (
    select
        month_result.*,
        row_number() over (partition by registration_key order by month_index desc) as place
    from month_result
    where not has_succeeded
),

failed_month as (
    select numbered.*
    from numbered
    cross join latest
    where numbered.month_index = latest.month_index - numbered.place + 1
),
{%- else -%}
last_success as (
    select
        registration_key,
        max(month_index) as month_index
    from month_result
    where has_succeeded
    group by registration_key
),

failed_month as (
    select month_result.*
    from month_result
    left join last_success on month_result.registration_key = last_success.registration_key
    where coalesce(month_result.month_index > last_success.month_index, true)
),
{%- endif %}

failed_run as (
    select
        registration_key,
        count(*) as failed_months,
        min(debit_month) as first_month,
        max(debit_month) as last_month,
        cast(sum(attempts) as integer) as attempts,
        min(first_returned_at) as failing_since
    from failed_month
    group by registration_key
    having count(*) >= {{ months | int }}
),

last_failure as (
    select
        answered.registration_key,
        {%- for column in details %}
        answered.{{ column }},
        {%- endfor %}
        answered.return_code,
        answered.return_text,
        answered.reason_class,
        answered.returned_at
    from answered
    inner join failed_run on answered.registration_key = failed_run.registration_key
    qualify row_number() over (
        partition by answered.registration_key
        order by answered.returned_at desc, answered.{{ debit_key }} desc
    ) = 1
),

last_amount as (
    select
        last_try.registration_key,
        sum(last_try.amount) as unpaid_amount
    from (
        select
            answered.registration_key,
            answered.amount
        from answered
        inner join failed_run
            on answered.registration_key = failed_run.registration_key and answered.{{ debit_month }} = failed_run.last_month
        qualify row_number() over (
            partition by answered.registration_key, answered.bill_key, answered.ticket_no
            order by answered.returned_at desc, answered.{{ debit_key }} desc
        ) = 1
    ) as last_try
    group by last_try.registration_key
)
{%- endmacro %}
