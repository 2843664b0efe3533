{#- The CTEs `held_back` and `clean`, after `findings` (int_csv__findings) and `all_rows`
    (int_csv__rows): the rows of files that count and that no rule of their own holds back. -#}
{% macro clean_rows() -%}
    held_back as (
        select distinct
            run_id,
            row_number
        from findings
        where is_quarantining
    ),

    clean as (
        select all_rows.*
        from all_rows
        left join held_back
            on all_rows.run_id = held_back.run_id and all_rows.row_number = held_back.row_number
        where not all_rows.is_blank and all_rows.is_counting and held_back.run_id is null
    )
{%- endmacro %}
