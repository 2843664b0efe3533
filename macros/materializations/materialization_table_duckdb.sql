{#- A table made in one statement of one transaction: readers see the old rows or the new ones, and
    an error leaves the old ones. dbt-duckdb builds beside it, renames twice and drops, which costs
    a small model more than its own query. A contract is checked as there. Grants, indexes, hooks
    and foreign keys, which no model has, are not done. -#}
{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- if existing is not none and not existing.is_table -%}
        {% do adapter.drop_relation(existing) %}
    {%- endif -%}

    {% call statement('main') -%}
        {%- if config.get('contract').enforced -%}
            {{ assert_contract(sql) }}
            create or replace table {{ target }} {{ get_table_columns_and_constraints() }};
            insert into {{ target }} {{ get_column_names() }} (
                {{ get_select_subquery(sql) }}
            );
        {%- else -%}
            create or replace table {{ target }} as (
                {{ sql }}
            );
        {%- endif -%}
    {%- endcall %}

    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
