{#- A part of the CRM's work address, which is one text, read as "street, city, ST zip" where it has
    those parts, a country behind them left off, else as a street (salesforce.md 2.5).
    text: SQL expression. part: street, city, state or postal_code. -#}
{% macro work_address_part(text, part) -%}
    {%- set place = {'street': 1, 'city': 2, 'state': 3, 'postal_code': 4}[part] -%}
    {%- set with_code =
        "'^(.*?), *([^,]+), *([A-Za-z][A-Za-z. ]*?),? +([0-9]{5}(-[0-9]{4})?)(,[^,0-9]*)?$'"
    -%}
    {%- set three_parts = "'^[^,]+,[^,]+,[^,]+$'" -%}
    case
        when regexp_matches({{ text }}, {{ with_code }})
            then regexp_extract({{ text }}, {{ with_code }}, {{ place }})
        when regexp_matches({{ text }}, {{ three_parts }})
            then nullif(split_part({{ text }}, ',', {{ place }}), '')
        else {{ text if part == 'street' else 'null' }}
    end
{%- endmacro %}
