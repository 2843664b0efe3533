{#- The CTEs `held_back` and `clean`: which rows of an entity by file count (platform.md 2.1), and
    in which load. CTEs `landed` (int_csv__rows), `loads` (int_csv__loads) and each of `refusals`
    (models of findings) must stand before them. -#}
{% macro counting_rows(entity_type, refusals=['findings']) -%}
    held_back as (
        {% for refusal in refusals %}
            select
                run_id,
                row_number
            from {{ refusal }}
            where is_quarantining
            {{ 'union' if not loop.last }}
        {% endfor %}
    ),

    clean as (
        select
            landed.external_system,
            landed.external_id,
            landed.record_hash,
            landed.fingerprint,
            landed.run_id as rows_run_id,
            landed.row_number,
            loads.run_id,
            loads.load_seq,
            loads.landed_at,
            coalesce(landed.source_updated_at, loads.landed_at) as updated_at
        from landed
        inner join loads on landed.run_id = loads.rows_run_id
        left join held_back
            on landed.run_id = held_back.run_id and landed.row_number = held_back.row_number
        where
            landed.entity_type = '{{ entity_type }}'
            and not landed.is_blank
            and not landed.is_superseded
            and held_back.run_id is null
    )
{%- endmacro %}
