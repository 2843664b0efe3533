{#- The newest landed version of each record, with the load that first held it. Reads as a table.
    versions: name of a CTE with load_seq; id_column: its record id. -#}
{% macro newest_version(versions, id_column) -%}
    (
        select
            {{ versions }}.*,
            newest.first_load_seq
        from {{ versions }}
        inner join (
            select
                {{ id_column }},
                min(load_seq) as first_load_seq,
                max(load_seq) as newest_load_seq
            from {{ versions }}
            group by {{ id_column }}
        ) as newest
            on
                {{ versions }}.{{ id_column }} = newest.{{ id_column }}
                and {{ versions }}.load_seq = newest.newest_load_seq
    )
{%- endmacro %}
