{#- What a decision says about why an event is cancelled, in words: the notes of a reason; of a
    dismissed draft the preset's words, else the person's own, which too short ones say are the
    draft review's (pathful.md 4.9). -#}
{% macro cancellation_notes(action, payload, preset_notes) -%}
    case
        when {{ action }} = 'set_cancellation_reason'
            then nullif(trim({{ json_text(payload, 'notes') }}), '')
        else coalesce(
            {{ preset_notes }},
            case
                when length(trim({{ json_text(payload, 'text') }})) < 10 then 'Draft review: '
                else ''
            end || trim({{ json_text(payload, 'text') }})
        )
    end
{%- endmacro %}
