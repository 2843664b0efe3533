{#- American Soundex of a name in lower-case Latin letters (platform.md 4.2): h and w part nothing,
    vowels do; blanks do not count. Null where there is no such letter. No engine of ours agrees
    with another on it, so it is written out. -#}
{% macro soundex(expression) -%}
    {%- set letters = replace_all(expression, '[^a-z]', '') -%}
    {%- set ns = namespace(
        codes="translate(left(" ~ letters ~ ", 1) || "
            ~ replace_all("substr(" ~ letters ~ ", 2)", '[hw]', '')
            ~ ", 'abcdefghijklmnopqrstuvwxyz', '01230120022455012623010202')"
    ) -%}
    {%- for code in '123456' -%}
        {%- set ns.codes = "replace(replace(" ~ ns.codes ~ ", '" ~ code * 2 ~ "', '" ~ code
            ~ "'), '" ~ code * 2 ~ "', '" ~ code ~ "')" -%}
    {%- endfor -%}
    nullif(
        upper(left({{ letters }}, 1))
        || case
            when {{ letters }} = '' then ''
            else left(replace(substr({{ ns.codes }}, 2), '0', '') || '000', 3)
        end,
        ''
    )
{%- endmacro %}
