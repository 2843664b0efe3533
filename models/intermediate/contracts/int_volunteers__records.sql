{#- The volunteers that files brought, as their sources said last: of each record the newest row
    that no rule holds back (platform.md 2.1, 4.1). Newest is what the source changed last, else
    what landed last, so that an older version that comes late changes nothing and a bad update
    leaves the good one before it. Loads that a person excluded do not count. One row per system
    and id. -#}
{%- set values = [
    'first_name', 'last_name', 'middle_name', 'preferred_name', 'name_suffix', 'email', 'email_raw',
    'match_email', 'alternate_emails', 'phone', 'phone_raw', 'phone_extension', 'alternate_phones',
    'dob', 'gender', 'race_ethnicity', 'education_level', 'age_group', 'street', 'street2', 'city',
    'state_code', 'postal_code', 'postal5', 'country_code', 'employer', 'title', 'department',
    'notes', 'school_affiliation', 'student_flag', 'consent_signed_at', 'background_check_status',
    'background_check_date', 'photo_release', 'skills', 'interests', 'do_not_call', 'do_not_email',
    'do_not_contact', 'source_updated_at', 'fingerprint'
] -%}
with

people as (select * from {{ ref('int_csv__people_rows') }}),
landed as (select * from {{ ref('int_csv__rows') }}),
findings as (select * from {{ ref('int_csv__findings') }}),
loads as (select * from {{ ref('int_csv__loads') }}),

held_back as (
    select distinct
        run_id,
        row_number
    from findings
    where is_quarantining
),

clean as (
    select
        landed.record_hash,
        landed.run_id as rows_run_id,
        landed.row_number,
        loads.run_id,
        loads.load_seq,
        loads.landed_at,
        coalesce(landed.source_updated_at, loads.landed_at) as updated_at
    from landed
    inner join loads on landed.run_id = loads.rows_run_id
    left join held_back
        on landed.run_id = held_back.run_id and landed.row_number = held_back.row_number
    where
        landed.entity_type = 'volunteer'
        and not landed.is_blank
        and not landed.is_superseded
        and held_back.run_id is null
),

seen as (
    select
        record_hash,
        min(landed_at) as first_seen_at,
        max(landed_at) as last_seen_at,
        min(load_seq) as first_load_seq,
        max_by(rows_run_id, row(updated_at, load_seq, row_number)) as rows_run_id,
        max_by(row_number, row(updated_at, load_seq, row_number)) as row_number,
        max_by(run_id, row(updated_at, load_seq, row_number)) as run_id,
        max_by(load_seq, row(updated_at, load_seq, row_number)) as load_seq
    from clean
    group by record_hash
)

select
    'csv:' || people.external_system || ':' || people.external_id as record_key,
    people.external_system,
    people.external_id,
    people.is_id_synthesised,
    {% for column in values -%}
        people.{{ column }},
    {% endfor -%}
    seen.first_seen_at,
    seen.last_seen_at,
    seen.first_load_seq,
    seen.load_seq,
    seen.run_id,
    seen.row_number
from seen
inner join people
    on seen.rows_run_id = people.run_id and seen.row_number = people.row_number
