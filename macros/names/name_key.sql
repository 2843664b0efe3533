{#- The key of a name across sources: no accents, also for letters that carry none of their own (ł,
    ø), lower case, apostrophes and dots out, everything else that is no letter or figure a blank
    (platform.md 7.3). Pathful's name_norm keeps such signs, so that its keys stay what they are. -#}
{% macro name_key(expression) -%}
    {%- set plain -%}
        replace(replace(replace(replace(
            translate(lower({{ fold_accents(expression) }}), 'łøđ', 'lod'),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
    {%- endset -%}
    nullif(
        trim(
            {{ replace_all(replace_all(plain, '[\'\'’‘.`]', ''), '[^\\p{L}\\p{N}]+', ' ') }}
        ),
        ''
    )
{%- endmacro %}
