{#- The value at the highest order among those that are not null. Several order columns are compared
    one after the other: give them as a list where the first alone may tie. -#}
{% macro latest(expression, order_by) -%}
    max_by(
        {{ expression }},
        {{ order_by if order_by is string else 'row(' ~ order_by | join(', ') ~ ')' }}
    ) filter (where {{ expression }} is not null)
{%- endmacro %}
