{#- The text of a piece of HTML on one line: comments, styles and tags off, the common entities as
    their characters, blanks to one; null where nothing is left. What only looks like a tag, such as
    an address in angle brackets, stays (salesforce.md 2.14). -#}
{% macro html_text(expression) -%}
    {%- set steps = namespace(
        text=replace_all(expression, '<(style|script)[^>]*>.*?</(style|script)>', ' ', 'is')
    ) -%}
    {%- set steps.text = replace_all(steps.text, '<!--.*?-->', ' ', 's') -%}
    {%- set steps.text = replace_all(
        steps.text, '</?[a-z][a-z0-9]*(\\s[^>]*)?/?>|<![^>]*>', ' ', 'is'
    ) -%}
    {%- for entity, character in [
        ('&nbsp;', ' '), ('&lt;', '<'), ('&gt;', '>'), ('&quot;', '"'), ('&#39;', "''"),
        ('&apos;', "''"), ('&amp;', '&')
    ] -%}
        {%- set steps.text = "replace(" ~ steps.text ~ ", '" ~ entity ~ "', '" ~ character ~ "')" -%}
    {%- endfor -%}
    nullif(trim({{ replace_all(steps.text, '\\s+', ' ') }}), '')
{%- endmacro %}
