{#- The columns that tell a row of a file of our contracts from others, parted by commas. -#}
{% macro row_keys() -%}
    entity_type, run_id, row_number, landed_at, external_system, external_id, is_id_synthesised,
    record_hash, is_blank, is_system_odd
{%- endmacro %}
