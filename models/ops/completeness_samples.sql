{#- Records to look at: of each kind up to fifty that are good, middling and poor, and up to a
    hundred that are odd, chosen by the hash of their key so that a rebuild chooses the same ones
    (platform.md 6.5). One row per kind and record; no value of a field, only which are missing. -#}
with

records as (select * from {{ ref('int_quality__completeness') }}),
fields as (select * from {{ ref('field_completeness') }}),

asked as (
    select
        entity_type,
        field,
        field_position
    from fields
    where organization_key is null and is_enabled
),

patterns as (
    select distinct
        entity_type,
        filled_marks
    from records
),

rated as (
    select
        patterns.entity_type,
        patterns.filled_marks,
        avg(
            case
                when substr(patterns.filled_marks, asked.field_position, 1) = '1' then 100.0
                else 0.0
            end
        ) as completeness,
        {{ list_text(
            "case when substr(patterns.filled_marks, asked.field_position, 1) = '0'"
            " then asked.field end",
            ";"
        ) }} as missing_fields
    from patterns
    inner join asked on patterns.entity_type = asked.entity_type
    group by patterns.entity_type, patterns.filled_marks
),

described as (
    select
        records.entity_type,
        records.record_key,
        records.organization_key,
        md5(records.record_key) as key_hash,
        cast(round(rated.completeness, 2) as double) as completeness_pct,
        rated.missing_fields,
        nullif(concat_ws(
            ';',
            records.edge_cases,
            case
                when rated.completeness < {{ var('completeness_warning_pct') }}
                    then 'less_than_half'
            end
        ), '') as edge_cases
    from records
    inner join rated
        on
            records.entity_type = rated.entity_type
            and records.filled_marks = rated.filled_marks
),

parted as (
    select
        *,
        {{ completeness_status('completeness_pct') }} as stratum
    from described
),

strata as (
    select
        entity_type,
        stratum,
        count(*) as stratum_count
    from parted
    group by entity_type, stratum
),

kinds as (
    select
        entity_type,
        count(*) as record_count,
        count(edge_cases) as edge_count,
        count(case when edge_cases <> 'less_than_half' then 1 end) as own_edge_count
    from parted
    group by entity_type
),

-- Of many the first 256th by the hash is enough to choose fifty from, and far less to sort.
narrowed as (
    select
        parted.*,
        kinds.record_count,
        kinds.edge_count
    from parted
    inner join strata
        on parted.entity_type = strata.entity_type and parted.stratum = strata.stratum
    inner join kinds on parted.entity_type = kinds.entity_type
    where
        parted.key_hash < '01'
        or strata.stratum_count <= 25600
        or (parted.edge_cases <> 'less_than_half' and kinds.own_edge_count <= 25600)
),

placed as (
    select
        *,
        row_number() over (
            partition by entity_type, stratum order by key_hash, record_key
        ) as stratum_place,
        case
            when edge_cases is not null
                then row_number() over (
                    partition by entity_type, edge_cases is not null
                    order by
                        case when edge_cases = 'less_than_half' then 1 else 0 end,
                        key_hash,
                        record_key
                )
        end as edge_place
    from narrowed
)

select
    entity_type,
    record_key,
    organization_key,
    completeness_pct,
    stratum,
    stratum_place,
    missing_fields,
    edge_cases,
    edge_place,
    record_count,
    edge_count
from placed
where stratum_place <= 50 or edge_place <= 100
