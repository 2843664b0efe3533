{#- The mode that stands over every rule that is not off, or nothing: IMPORTER_RULES_MODE
    (platform.md 11.1). A word nobody knows says nothing; the commands refuse it. -#}
{% macro rules_mode() -%}
    {%- set given = env_var('IMPORTER_RULES_MODE', '') | trim | lower -%}
    {{- given if given in ('warn', 'enforce') -}}
{%- endmacro %}
