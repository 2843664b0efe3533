{#- The words of files of our contracts beside the CRM's word for the same thing, for the marts speak
    the CRM's (map_contract_words). Rows of field, word and crm_code. words: the seed. -#}
{% macro crm_words(words) -%}
    select distinct
        field,
        word,
        crm_code
    from {{ words }}
    where crm_code is not null
{%- endmacro %}
