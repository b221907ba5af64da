{#-
    A rule's findings are a result, not a failure: warns with their number and never fails the build.
    A rule may set its own threshold with `config: {warn_if: '>10'}`; severity stays warn.
-#}
{% test no_findings(model) %}

{{ config(severity='warn', tags=['rule']) }}

select
    rule_id,
    subject_type,
    subject_key,
    bureau_code,
    reason_code
from {{ model }}

{% endtest %}
