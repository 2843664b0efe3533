{#- What the checks of whole loads look at (platform.md 3.2 SET-501 to SET-504, 5.3, 5.4): of a file
    of volunteers the share of rows without e-mail, without phone and without an id, of records that look like
    one known before it, and of the commonest employer and school; of a full Session Report its
    rows, and full is one that goes back about as far as those before it, for a weekly export has
    few rows because it begins later. `usual` is the commonest value's share among the rows of earlier files, null for the other
    checks. One row per load, check and field. -#}
with

csv_loads as (select * from {{ ref('int_csv__loads') }}),
people as (select * from {{ ref('int_csv__people_rows') }}),
records as (select * from {{ ref('int_identity__records') }}),
outcomes as (select * from {{ ref('int_identity__outcomes') }}),
pathful_loads as (select * from {{ ref('int_pathful__loads') }}),
session_rows as (select * from {{ ref('int_pathful__session_rows') }}),

volunteers as (
    select
        loads.load_seq,
        loads.run_id,
        loads.landed_at,
        'csv:' || people.external_system || ':' || people.external_id as record_key,
        people.email,
        people.phone,
        people.employer,
        people.school_affiliation,
        people.is_id_synthesised
    from csv_loads as loads
    inner join people on loads.rows_run_id = people.run_id
    where
        people.entity_type = 'volunteer'
        and not people.is_blank
        and loads.report_type is distinct from 'signups'
),

first_loads as (
    select
        record_key,
        min(load_seq) as load_seq
    from volunteers
    group by record_key
),

numbered as (
    select
        records.record_no,
        records.record_key,
        -- A record of another source was there before; when it came is not asked.
        coalesce(first_loads.load_seq, 0) as load_seq
    from records
    left join first_loads on records.record_key = first_loads.record_key
),

alike as (
    select
        left_no as record_no,
        right_no as other_no
    from outcomes
    where band in ('auto', 'review')
    union all
    select
        right_no as record_no,
        left_no as other_no
    from outcomes
    where band in ('auto', 'review')
),

known_before as (
    select
        one.record_key,
        min(other.load_seq) as other_load_seq
    from alike
    inner join numbered as one on alike.record_no = one.record_no
    inner join numbered as other on alike.other_no = other.record_no
    where one.load_seq > 0
    group by one.record_key
),

{% for field in ['email', 'phone'] -%}
    missing_{{ field }} as (
        select
            load_seq,
            run_id,
            landed_at,
            'SET-501' as rule_code,
            '{{ field }}' as field,
            count(*) as row_count,
            count(*) filter (where {{ field }} is null) / count(*) as measured,
            cast(null as double) as usual
        from volunteers
        group by load_seq, run_id, landed_at
    ),
{% endfor %}
without_id as (
    select
        load_seq,
        run_id,
        landed_at,
        'SET-510' as rule_code,
        cast(null as varchar) as field,
        count(*) as row_count,
        count(*) filter (where is_id_synthesised) / count(*) as measured,
        cast(null as double) as usual
    from volunteers
    group by load_seq, run_id, landed_at
),

repeated as (
    select
        volunteers.load_seq,
        volunteers.run_id,
        volunteers.landed_at,
        'SET-502' as rule_code,
        cast(null as varchar) as field,
        count(distinct numbered.record_key) as row_count,
        count(distinct known_before.record_key)
        / nullif(count(distinct numbered.record_key), 0) as measured,
        cast(null as double) as usual
    from volunteers
    inner join numbered on volunteers.record_key = numbered.record_key
    left join known_before
        on
            volunteers.record_key = known_before.record_key
            and volunteers.load_seq >= known_before.other_load_seq
    group by volunteers.load_seq, volunteers.run_id, volunteers.landed_at
),

named as (
    {% for field in ['employer', 'school_affiliation'] -%}
        select
            load_seq,
            run_id,
            landed_at,
            '{{ field }}' as field,
            lower({{ field }}) as word,
            count(*) as word_count,
            sum(count(*)) over (partition by load_seq) as row_count
        from volunteers
        where {{ field }} is not null
        group by load_seq, run_id, landed_at, lower({{ field }})
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

commonest as (
    select *
    from named
    qualify row_number() over (partition by load_seq, field order by word_count desc, word asc) = 1
),

skewed as (
    select
        now.load_seq,
        now.run_id,
        now.landed_at,
        'SET-503' as rule_code,
        now.field,
        now.row_count,
        now.word_count / now.row_count as measured,
        coalesce(sum(before.word_count) filter (where before.word = now.word), 0)
        / sum(before.word_count) as usual
    from commonest as now
    left join named as before on now.field = before.field and now.load_seq > before.load_seq
    group by
        now.load_seq, now.run_id, now.landed_at, now.field, now.row_count, now.word_count
),

beginnings as (
    select
        run_id,
        min(session_date) as first_date
    from session_rows
    group by run_id
),

full_reports as (
    select
        pathful_loads.load_seq,
        pathful_loads.run_id,
        pathful_loads.landed_at,
        'SET-504' as rule_code,
        cast(null as varchar) as field,
        pathful_loads.row_count,
        cast(pathful_loads.row_count as double) as measured,
        cast(null as double) as usual
    from pathful_loads
    left join beginnings on pathful_loads.rows_run_id = beginnings.run_id
    where pathful_loads.report_type = 'session_report' and pathful_loads.import_mode = 'full'
    qualify
        coalesce(
            beginnings.first_date <= min(beginnings.first_date) over (
                order by pathful_loads.load_seq rows between unbounded preceding and current row
            ) + 31,
            true
        )
)

{% for name in [
    'missing_email', 'missing_phone', 'without_id', 'repeated', 'skewed', 'full_reports'
] -%}
    select
        load_seq,
        run_id,
        landed_at,
        '{{ 'pathful' if name == 'full_reports' else 'csv' }}' as source, -- noqa: RF04
        '{{ 'event' if name == 'full_reports' else 'volunteer' }}' as entity_type,
        rule_code,
        field,
        cast(row_count as bigint) as row_count,
        cast(measured as double) as measured,
        cast(usual as double) as usual
    from {{ name }}
    {{ 'union all' if not loop.last }}
{% endfor %}
