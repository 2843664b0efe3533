{#- The CTEs `held_back`, `clean` (counting_rows) and `standing` of a model of records by file: which
    rows of an entity count, and of each record the newest of them. Newest is what the source
    changed last, else what landed last, so that an older version that comes late changes nothing
    and a bad update leaves the good one before it. -#}
{% macro standing_rows(entity_type, refusals=['findings']) -%}
    {{ counting_rows(entity_type, refusals) }},

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
