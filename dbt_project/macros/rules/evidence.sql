{#-
    One Chinese sentence out of a template: `{expression|format}` stands for the row's own value.

    Formats: text (default), date, money, month ('202606'), department, and phrase (words that the rule chose).
    A blank value reads （空）, so that no part of the sentence vanishes and none makes the whole NULL; a phrase or month may be blank.
    The template never names a phone, an account, an id number or a person.
-#}
{% macro evidence(template) %}
    {%- set parts = [] -%}
    {%- for chunk in template.split('{') -%}
        {%- if loop.first -%}
            {%- do parts.append(shebao.evidence_literal(chunk)) if chunk -%}
        {%- else -%}
            {%- set place = chunk.split('}') -%}
            {%- set spec = place[0].rsplit('|', 1) -%}
            {%- do parts.append(shebao.evidence_value(spec[0] | trim, (spec[1] if spec | length > 1 else 'text') | trim)) -%}
            {%- do parts.append(shebao.evidence_literal(place[1])) if place[1] -%}
        {%- endif -%}
    {%- endfor -%}
    concat_ws('', {{ parts | join(', ') }})
{%- endmacro %}

{% macro evidence_literal(text) %}
    {%- set words = text.split() | join('') -%}
    {{- return("'" ~ words | replace("'", "''") ~ "'") -}}
{% endmacro %}

{% macro evidence_value(expression, format) %}
    {%- if format == 'date' -%}
        {%- set text = date_text(expression) -%}
    {%- elif format == 'money' -%}
        {%- set text = 'cast(cast(' ~ expression ~ ' as decimal(18, 2)) as string)' -%}
    {%- elif format == 'month' -%}
        {{- return("coalesce(substr(" ~ expression ~ ", 1, 4) || '年' || substr(" ~ expression ~ ", 5, 2) || '月', '')") -}}
    {%- elif format == 'department' -%}
        {%- set text = "case " ~ expression ~ " when 'HRSS' then '人社' when 'NHSA' then '医保' else '税务' end" -%}
    {%- elif format == 'phrase' -%}
        {{- return("coalesce(" ~ expression ~ ", '')") -}}
    {%- elif format == 'text' -%}
        {%- set text = "nullif(cast(" ~ expression ~ " as string), '')" -%}
    {%- else -%}
        {{ exceptions.raise_compiler_error("evidence: unknown format '" ~ format ~ "'") }}
    {%- endif -%}
    {{- return('coalesce(' ~ text ~ ", '（空）')") -}}
{% endmacro %}

{#- An amount as people read it, '12.30元'; NULL where there is none. -#}
{% macro amount_text(amount) -%}
    cast(cast({{ amount }} as decimal(18, 2)) as string) || '元'
{%- endmacro %}
