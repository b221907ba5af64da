-- Every break names one cause of the closed list, and nothing else does.
select
    pair,
    measure,
    bill_key,
    insurance_code,
    outcome_code,
    cause_code
from {{ ref('rec_measured') }}
where
    (
        outcome_code between 2 and 6
        and coalesce(cause_code, '') not in (
            {% for cause in rec_causes() %}
            '{{ cause }}'{{ ',' if not loop.last }}
            {% endfor %}
        )
    )
    or (outcome_code not between 2 and 6 and cause_code is not null)
