{#- The value at the highest order among those that are not null. -#}
{% macro latest(expression, order_by) -%}
    max_by({{ expression }}, {{ order_by }}) filter (where {{ expression }} is not null)
{%- endmacro %}
