{#- The newest landed version of each record, with the load that first held it. Reads as a table.
    versions: name of a CTE with load_seq; id_column: its record id. -#}
{% macro newest_version(versions, id_column) -%}
    (
        select
            *,
            min(load_seq) over (partition by {{ id_column }}) as first_load_seq
        from {{ versions }}
        qualify row_number() over (partition by {{ id_column }} order by load_seq desc) = 1
    )
{%- endmacro %}
