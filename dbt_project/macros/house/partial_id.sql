{#- Id numbers that came incomplete, masked or mistyped. A `key` is what id_number_key makes: the first 17 digits of the long form. -#}

{#- Whether the characters of a text from a place on are all there and are digits. -#}
{% macro is_digits(text, start, count) -%}
    coalesce(
        length(substr({{ text }}, {{ start }}, {{ count }})) = {{ count }}
        and translate(substr({{ text }}, {{ start }}, {{ count }}), '0123456789', '') = '',
        false
    )
{%- endmacro %}

{#- Whether the places 7 to 14 of a text read as a day from 1900 to the business date. -#}
{% macro holds_birth_date(text) -%}
    (
        {{ is_digits(text, 7, 8) }}
        and substr({{ text }}, 7, 8) between '19000101' and replace('{{ var("as_of") }}', '-', '')
        and substr({{ text }}, 11, 2) between '01' and '12'
        and substr({{ text }}, 13, 2) between '01' and '31'
    )
{%- endmacro %}

{#-
  How a partial id number agrees with a key, as a code, NULL where it does not: `cut` its end is missing, but place and year of birth are there;
  `masked` stars hide some characters, at least nine of 17 are to be seen; `one_digit` one of 17 is another; `one_missing` one of 18 was left out.
-#}
{% macro partial_id_kind(text, key) -%}
    case
        when length({{ key }}) <> 17 or {{ text }} is null or {{ text }} = {{ key }} then cast(null as string)
        when length({{ text }}) between 10 and 16 and {{ text }} = substr({{ key }}, 1, length({{ text }})) then 'cut'
        when length({{ text }}) <> 17 then cast(null as string)
        when
            length(replace({{ text }}, '*', '')) between 9 and 16
            {%- for place in range(1, 18) %}
            and substr({{ text }}, {{ place }}, 1) in ('*', substr({{ key }}, {{ place }}, 1))
            {%- endfor %}
            then 'masked'
        when
            1 = (
                {%- for place in range(1, 18) %}
                case when substr({{ text }}, {{ place }}, 1) = substr({{ key }}, {{ place }}, 1) then 0 else 1 end{{ ' +' if not loop.last }}
                {%- endfor %}
            )
            then 'one_digit'
        when
            {{ key }} in (
                {%- for place in range(1, 18) %}
                substr({{ text }}, 1, {{ place - 1 }}) || substr({{ key }}, {{ place }}, 1) || substr({{ text }}, {{ place }}, {{ 17 - place }}){{ ',' if not loop.last }}
                {%- endfor %}
            )
            then 'one_missing'
    end
{%- endmacro %}
