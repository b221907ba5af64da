{#- Phones and id numbers of persons made comparable. Plain functions that every engine has. -#}

{#- A phone as compared: half width, no blanks, hyphens, brackets or country code 86; blank is NULL. -#}
{% macro phone_norm(text) -%}
    {%- set plain -%}
        translate({{ code_norm(text) }}, '+-()', '')
    {%- endset -%}
    nullif(case when length({{ plain }}) = 13 and {{ plain }} like '86%' then substr({{ plain }}, 3) else {{ plain }} end, '')
{%- endmacro %}

{#- Whether a phone can receive a text message: a mobile number of eleven digits. A 0 dialled before it does no harm. -#}
{% macro is_mobile(text) -%}
    {%- set number = phone_norm(text) -%}
    coalesce(
        translate({{ number }}, '0123456789', '') = ''
        and (
            (length({{ number }}) = 11 and substr({{ number }}, 1, 2) between '13' and '19')
            or (length({{ number }}) = 12 and substr({{ number }}, 1, 3) between '013' and '019')
        ),
        false
    )
{%- endmacro %}

{#- How well a contact's phone is registered: usable, landline_only (a number in the landline column alone), empty, malformed. -#}
{% macro phone_state(mobile, landline) -%}
    case
        when {{ is_mobile(mobile) }} then 'usable'
        when {{ phone_norm(mobile) }} is not null then 'malformed'
        when {{ phone_norm(landline) }} is not null then 'landline_only'
        else 'empty'
    end
{%- endmacro %}

{#-
  An id number as compared: the 15-digit form and the 18-digit form of one id are one. Both become the first 17 digits of the long form: the short one is always of
  the years 1900 to 1999, the check digit adds nothing. Passports and other numbers are themselves. Blank is NULL.
-#}
{% macro id_number_key(text) -%}
    {%- set number = code_norm(text) -%}
    case
        when length({{ number }}) = 18 then substr({{ number }}, 1, 17)
        when length({{ number }}) = 15 then substr({{ number }}, 1, 6) || '19' || substr({{ number }}, 7, 9)
        else {{ number }}
    end
{%- endmacro %}
