{#- A calendar day in any form of platform.md 7.4, also the day of a date-time at the site's zone
    and the number a spreadsheet keeps for a day. Null for anything else: two-digit years, days that are
    none, and days before months. The expression must be contract_text already. -#}
{% macro contract_date(expression) -%}
    cast(
        case
            when regexp_full_match({{ expression }}, '[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}')
                then try_strptime(replace({{ expression }}, '/', '-'), '%Y-%m-%d')
            when regexp_full_match({{ expression }}, '[0-9]{1,2}[-/][0-9]{1,2}[-/][0-9]{4}')
                then try_strptime(replace({{ expression }}, '-', '/'), '%m/%d/%Y')
            when regexp_full_match({{ expression }}, '[0-9]{8}')
                then try_strptime({{ expression }}, '%Y%m%d')
            when regexp_full_match({{ expression }}, '[0-9]{1,5}([.]0+)?')
                then
                    case
                        when cast(cast({{ expression }} as double) as bigint) between 1 and 60000
                            then
                                timestamp '1899-12-30'
                                + to_days(cast(cast({{ expression }} as double) as integer))
                    end
            when regexp_full_match({{ expression }}, '[0-9]{1,2} [A-Za-z]{3,9}[.,]? [0-9]{4}')
                then
                    try_strptime(
                        {{ replace_all(expression, '[.,]', '') }}, ['%d %b %Y', '%d %B %Y']
                    )
            when regexp_full_match({{ expression }}, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+')
                then try_strptime(left({{ expression }}, 10), '%Y-%m-%d')
            else {{ utc_to_site_local(try_offset_timestamp(expression)) }}
        end as date
    )
{%- endmacro %}
