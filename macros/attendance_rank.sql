{#- Which of two attendances of one person in one session goes before the other: the smaller
    (pathful.md 3.6: attended, then did not come, then registered).
    status: SQL expression of an attendance status. -#}
{% macro attendance_rank(status) -%}
    case {{ status }}
        when 'Attended' then 1 when 'NoShow' then 2 when 'Absent' then 2 when 'SignedUp' then 3
        else 4
    end
{%- endmacro %}
