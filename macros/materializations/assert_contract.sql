{#- Stops a model whose columns differ from its contract, as dbt's get_assert_columns_equivalent
    does. That one calls a macro for each column, so it is asked only to say what differs. -#}
{% macro assert_contract(sql) %}
    {%- set promised = [] -%}
    {%- if model['columns'] -%}
        {%- set empty = get_empty_schema_sql(model['columns']) -%}
        {%- for column in get_column_schema_from_query(empty) -%}
            {%- do promised.append((column.name, column.column | lower, column.dtype)) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set made = [] -%}
    {%- for column in get_column_schema_from_query(sql) -%}
        {%- do made.append((column.name, column.column | lower, column.dtype)) -%}
    {%- endfor -%}
    {%- if not promised or made | sort != promised | sort -%}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif -%}
{% endmacro %}
