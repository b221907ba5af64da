{#- Text of the exchange made comparable. All engines: translate, upper, substr, replace, length are common ground. -#}

{#- Full-width characters (U+FF01 to U+FF5E, ideographic blank) become half-width ones; so brackets of either width are one. -#}
{% macro half_width(text) -%}
    {#- The apostrophe and the backslash are left out: their literals differ between engines. -#}
    translate(
        cast({{ text }} as string),
        '！＂＃＄％＆（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～{{ "\u3000" }}',
        '!"#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~ '
    )
{%- endmacro %}

{#- All blanks removed, wherever they stand: space, tab, line ends, no-break, typographic, zero-width and ideographic ones. -#}
{% macro remove_blanks(text) -%}
    translate({{ text }}, ' {{ "\t\n\r\u00a0\u2002\u2003\u2009\u200b\u3000\ufeff" }}', '')
{%- endmacro %}

{#- Whether a text has ASCII characters only: bytes equal characters. -#}
{% macro is_ascii(text) -%}
    {{ adapter.dispatch('is_ascii', 'shebao')(text) }}
{%- endmacro %}

{% macro duckdb__is_ascii(text) -%}
    strlen({{ text }}) = length({{ text }})
{%- endmacro %}

{% macro spark__is_ascii(text) -%}
    octet_length({{ text }}) = length({{ text }})
{%- endmacro %}

{#-
  A code or id made comparable: half width, no blanks, upper case; blank is NULL. Nearly all codes are plain ASCII: they take the short way
  (measured: the full translation costs 30 times as much, because its map is built for each row).
-#}
{% macro code_norm(text) -%}
    nullif(
        upper(
            case
                when {{ is_ascii(text) }} then translate({{ text }}, ' {{ "\t\n\r" }}', '')
                else {{ remove_blanks(half_width(text)) }}
            end
        ),
        ''
    )
{%- endmacro %}

{#- A name made comparable: half width (so brackets of either width are one), no blanks, upper case; nothing else. Blank is NULL. -#}
{% macro name_norm(text) -%}
    nullif(upper({{ remove_blanks(half_width(text)) }}), '')
{%- endmacro %}

{#- Text as people read it: blanks at the ends removed, blank is NULL. -#}
{% macro clean_text(text) -%}
    {#- The blanks are named: a bare trim() knows the ideographic one in DuckDB and not in Spark. -#}
    nullif(trim(both ' {{ "\t\n\r\u00a0\u2002\u2003\u2009\u200b\u3000\ufeff" }}' from {{ text }}), '')
{%- endmacro %}

{#-
  The nine-character organisation code that tells one employer across departments and across old and new numbers: positions 9-17 of an 18-character
  social credit code, 7-15 of a 15-character taxpayer number, a 9- or 10-character organisation code without its hyphen; any other number is itself.
-#}
{% macro identity_key(number) -%}
    {%- set n = code_norm(number) -%}
    case
        when length({{ n }}) = 18 then substr({{ n }}, 9, 9)
        when length({{ n }}) = 15 then substr({{ n }}, 7, 9)
        when length({{ n }}) = 10 then replace({{ n }}, '-', '')
        else {{ n }}
    end
{%- endmacro %}

{#- Bank account as compared: digits only as they were meant, without blanks and hyphens of either width. -#}
{% macro account_norm(text) -%}
    nullif(replace({{ code_norm(text) }}, '-', ''), '')
{%- endmacro %}

{#- Texts joined; a missing part is left out instead of making the whole NULL. Literals come quoted: concat_text(["'金额'", 'amount']). -#}
{% macro concat_text(parts) -%}
    {%- for part in parts -%}
        coalesce(cast({{ part }} as string), ''){{ ' || ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- A business key of several parts, joined by '|'; NULL when a part is missing. -#}
{% macro key_of(parts) -%}
    {{ parts | join(" || '|' || ") }}
{%- endmacro %}

{#- The n-th part of a business key made by key_of. -#}
{% macro key_part(key, n) -%}
    split_part({{ key }}, '|', {{ n }})
{%- endmacro %}
