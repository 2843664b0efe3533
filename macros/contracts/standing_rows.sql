{#- The CTEs `held_back`, `clean` and `standing` of a model of records by file: which rows of an
    entity count, and of each record the newest of them (platform.md 2.1). Newest is what the source
    changed last, else what landed last, so that an older version that comes late changes nothing
    and a bad update leaves the good one before it. CTEs `landed` (int_csv__rows), `loads`
    (int_csv__loads) and each of `refusals` (models of findings) must stand before it. -#}
{% macro standing_rows(entity_type, refusals=['findings']) -%}
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
            landed.record_hash,
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
    ),

    standing as (
        select
            record_hash,
            min(landed_at) as first_seen_at,
            max(landed_at) as last_seen_at,
            min(load_seq) as first_load_seq,
            max(load_seq) as last_load_seq,
            max_by(rows_run_id, row(updated_at, load_seq, row_number)) as rows_run_id,
            max_by(row_number, row(updated_at, load_seq, row_number)) as row_number,
            max_by(load_seq, row(updated_at, load_seq, row_number)) as load_seq,
            max(updated_at) as updated_at
        from clean
        group by record_hash
    )
{%- endmacro %}
