{#-
  Whether a text is a well-formed resident id number of 18 characters: digits, a date of birth from 1900 to the business date, and the check
  digit of GB 11643-1999 (weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2, remainder of 11 looked up in 10X98765432).
-#}
{% macro is_resident_id(text) -%}
    {%- set number = code_norm(text) -%}
    {%- set weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] -%}
    coalesce(
        case
            when length({{ number }}) = 18 and translate(substr({{ number }}, 1, 17), '0123456789', '') = '' then
                substr({{ number }}, 7, 8) between '19000101' and replace('{{ var("as_of") }}', '-', '')
                and substr({{ number }}, 11, 2) between '01' and '12'
                and substr({{ number }}, 13, 2) between '01' and '31'
                and substr({{ number }}, 18, 1) = substr(
                    '10X98765432',
                    (
                        {%- for weight in weights %}
                        cast(substr({{ number }}, {{ loop.index }}, 1) as integer) * {{ weight }}{{ ' +' if not loop.last }}
                        {%- endfor %}
                    ) % 11 + 1,
                    1
                )
        end,
        false
    )
{%- endmacro %}
