{#- The rest of a staging model of files of our contracts, after its CTEs `loads` (stg_csv__loads)
    and `landed` (the raw table): every complete landing as clean text, each row with the id that
    tells it from others: its system's own, else one made of what it says and never of its place in
    the file (platform.md 0.2 R-11, 4.10).
    fields: the contract's columns; references: those that hold an id; long_texts: those that keep
    their line breaks; content: SQL of what a row without an id is told by; is_natural_key: that is
    an id of its own, so that none counts as made up. -#}
{% macro contract_rows(
    entity_type, fields, content, references=[], long_texts=[], is_natural_key=false
) -%}
    cleaned as (
        select
            landed.run_id,
            landed.row_number,
            loads.landed_at,
            lower(loads.external_system) as file_system,
            {{ contract_text('landed.external_system') }} as row_system,
            {{ clean_id(contract_text('landed.external_id')) }} as own_id,
            {% for field in fields + ['source_updated_at'] -%}
                {%- set text = contract_text('landed.' ~ field, lines=field in long_texts) -%}
                {{ clean_id(text) if field in references else text }} as {{ field }},
            {% endfor -%}
            landed.payload
        from landed
        inner join loads on landed.run_id = loads.run_id
    ),

    marked as (
        select
            *,
            coalesce({{ system_token('row_system') }}, file_system, 'csv') as external_system,
            row_system is not null
            and {{ system_token('row_system') }} is null as is_system_odd,
            coalesce(own_id, {{ fields | join(', ') }}) is null as is_blank
        from cleaned
    ),

    described as (
        select
            *,
            case
                when external_system = 'salesforce'
                    then coalesce({{ salesforce_id('own_id') }}, own_id)
                else own_id
            end as given_id,
            {{ content }} as content
        from marked
    ),

    identified as (
        select
            *,
            case
                when not is_blank
                    then coalesce(
                        given_id,
                        -- A row that says nothing of this is told by all that it says, or by what
                        -- is left of that when its time is over (polaris.retention).
                        'csv:'
                        || left(
                            case
                                when trim(content, '|') <> '' then sha256(content)
                                when starts_with(payload, '{"purged_sha256"')
                                    then {{ json_text('payload', 'purged_sha256') }}
                                else sha256(payload)
                            end,
                            16
                        )
                    )
            end as external_id
        from described
    )

    select
        '{{ entity_type }}' as entity_type,
        run_id,
        row_number,
        landed_at,
        external_system,
        external_id,
        {{ 'false' if is_natural_key else 'given_id is null and not is_blank' }}
            as is_id_synthesised,
        case
            when not is_blank
                then {{ record_hash("'" ~ entity_type ~ "'", 'external_system', 'external_id') }}
        end as record_hash,
        {% for field in fields -%}
            {{ field }},
        {% endfor -%}
        source_updated_at,
        is_blank,
        is_system_odd,
        payload
    from identified
{%- endmacro %}
