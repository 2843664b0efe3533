{#- The combinations that occur more than once. Null counts as a value: a grain that allows null
    allows it once. -#}
{% test unique_together(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
