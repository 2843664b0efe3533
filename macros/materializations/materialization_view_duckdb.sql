{#- A view made in one statement, without the renames of dbt's own, as tables are. -#}
{% materialization view, adapter='duckdb', supported_languages=['sql'] %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='view') -%}
    {%- if existing is not none and not existing.is_view -%}
        {% do adapter.drop_relation(existing) %}
    {%- endif -%}

    {% call statement('main') -%}
        {%- if config.get('contract').enforced %}{{ assert_contract(sql) }}{% endif %}
        create or replace view {{ target }} as (
            {{ sql }}
        );
    {%- endcall %}

    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
