{#- A field of a row as a steward corrected it, else as it came; `patches` and `staged` must be in
    the from clause (platform.md 3.1). A correction to nothing clears the field. -#}
{% macro patched(field) -%}
    case
        when patches.fields is null or not {{ json_has('patches.fields', field) }}
            then staged.{{ field }}
        else nullif(trim({{ json_text('patches.fields', field) }}), '')
    end
{%- endmacro %}
