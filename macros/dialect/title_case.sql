{#- A name in capitals as it is written: every part begins with one, after blanks, hyphens and
    apostrophes; McDonald, MacArthur, O'Neil; the numbers II to IV stay (salesforce.md 2.2). Names
    that only begin like one of the clans stay whole: Mack, Macias, Machado. small_words stay small
    before another word. -#}
{% macro title_case(expression, small_words=[]) -%}
    array_to_string(
        list_transform(
            regexp_extract_all(lower({{ expression }}), '[^ ''’-]*[ ''’-]*'),
            lambda word: case
                {% if small_words -%}
                    when regexp_matches(word, '^({{ small_words | join("|") }}) +$') then word
                {% endif -%}
                when regexp_matches(word, '^i(i|ii|v) *$') then upper(word)
                when regexp_matches(word, '^mc[^ ]{2}')
                    then 'Mc' || upper(word[3:3]) || word[4:]
                when regexp_matches(word, '^mac([^aehik ][a-z]{3}|[ak][a-z]{4}|i[^ae][a-z]{2})')
                    then 'Mac' || upper(word[4:4]) || word[5:]
                else upper(word[1:1]) || word[2:]
            end
        ),
        ''
    )
{%- endmacro %}
