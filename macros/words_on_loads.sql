{#- The CTE `newest_words`, after `decisions` (int_decisions__active): of each load that a person left
    out or let count again the newest word, so that `action is distinct from 'exclude_load'` are the
    loads that count (interface.md 4). -#}
{% macro words_on_loads() -%}
    newest_words as (
        select
            subject_key as run_id,
            action
        from decisions
        where action in ('exclude_load', 'include_load')
        qualify row_number() over (partition by subject_key order by decision_seq desc) = 1
    )
{%- endmacro %}
