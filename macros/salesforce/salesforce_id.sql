{#- A record id in its 18 characters: the 15-character form, which tells letters apart by case, gets
    its three characters of checksum. Null for anything that is no id (salesforce.md 1.0).
    Each five characters give one: which of them are capitals, read as a number from the left. -#}
{% macro salesforce_id(expression) -%}
    {%- set letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' -%}
    {%- set others = letters | lower ~ '0123456789' -%}
    {%- set patterns = [] -%}
    {%- for number in range(32) -%}
        {%- set bits = namespace(text='') -%}
        {%- for place in range(5) -%}
            {%- set bits.text = bits.text ~ (number // 2 ** place) % 2 -%}
        {%- endfor -%}
        {%- do patterns.append(bits.text) -%}
    {%- endfor -%}
    case
        when regexp_full_match(trim({{ expression }}), '[A-Za-z0-9]{18}') then trim({{ expression }})
        when regexp_full_match(trim({{ expression }}), '[A-Za-z0-9]{15}')
            then
                trim({{ expression }})
                {%- for start in [1, 6, 11] %}
                || substr(
                    '{{ letters }}012345',
                    (
                        instr(
                            '{{ patterns | join(" ") }}',
                            translate(
                                substr(trim({{ expression }}), {{ start }}, 5),
                                '{{ letters }}{{ others }}',
                                '{{ "1" * 26 }}{{ "0" * 36 }}'
                            )
                        ) + 5
                    ) // 6,
                    1
                )
                {%- endfor %}
    end
{%- endmacro %}
