-- What benchmarks/salesforce_floor.py runs: what anybody has to make of the CRM's records.
-- `raw` is the landed schema; every statement makes one table of the release.

create macro word(t) as nullif(trim(t), '');
create macro flag(t) as coalesce(lower(t) = 'true', false);
create macro moment(t) as try_cast(replace(t, '+0000', 'Z') as timestamptz);
create macro tidy(t) as regexp_replace(word(t), '\s+', ' ', 'g');
create macro mail(t) as
    case when lower(trim(t)) similar to '[^@\s]+@[^@\s]+\.[^@\s]+' then lower(trim(t)) end;
create macro digits(t) as regexp_replace(t, '\D', '', 'g');
create macro phone(t) as
    case
        when length(digits(t)) = 10 then '+1' || digits(t)
        when length(digits(t)) = 11 and digits(t) like '1%' then '+' || digits(t)
    end;

create temp view contacts as
select * from raw.contact
qualify row_number() over (partition by id order by load_seq desc) = 1;

create temp view participants as
select * from raw.session_participant_c
qualify row_number() over (partition by id order by load_seq desc) = 1;

create temp view sessions as
select * from raw.session_c
qualify row_number() over (partition by id order by load_seq desc) = 1;

create table fct_participations as
select
    id as participation_id,
    contact_c as contact_id,
    session_c as session_id,
    lower(word(participant_type_c)) as participant_type,
    case
        when lower(status_c) in ('attended', 'completed', 'successfully completed', 'simulcast')
            then 'attended'
        when lower(status_c) in ('no-show', 'no show') then 'no_show'
        when lower(status_c) in ('cancelled', 'canceled') then 'cancelled'
        when lower(status_c) in ('registered', 'confirmed', 'scheduled') then 'registered'
        else 'unknown'
    end as status,
    try_cast(delivery_hours_c as double) as delivery_hours
from participants
where not flag(isdeleted);

create table dim_events as
with attended as (
    select
        session_id,
        count(*) filter (where participant_type = 'volunteer') as volunteer_count,
        count(*) filter (where participant_type = 'student') as student_count,
        sum(delivery_hours) as delivery_hours
    from fct_participations
    where status = 'attended'
    group by session_id
)
select
    id as session_id,
    tidy(name) as event_name,
    lower(replace(word(session_type_c), ' ', '_')) as event_type,
    lower(word(format_c)) as format,
    moment(start_date_and_time_c) as start_at,
    timezone('America/Chicago', moment(start_date_and_time_c))::date as event_date,
    case
        when lower(session_status_c) = 'draft' and moment(start_date_and_time_c) < $today
            then 'completed'
        else lower(word(session_status_c))
    end as status,
    word(district_c) as district_name,
    school_c as school_id,
    try_cast(available_slots_c as double)::bigint as available_slots,
    coalesce(volunteer_count, 0) as volunteer_count,
    coalesce(student_count, 0) as student_count,
    coalesce(delivery_hours, 0) as delivery_hours
from sessions
left join attended on attended.session_id = sessions.id
where not flag(isdeleted);

create table dim_volunteers as
with credited as (
    select
        contact_id,
        count(distinct session_id) as attended_count,
        sum(fct_participations.delivery_hours) as delivery_hours,
        min(event_date) as first_date,
        max(event_date) as last_date
    from fct_participations inner join dim_events using (session_id)
    where fct_participations.status = 'attended' and event_date <= $today
    group by contact_id
)
select
    id as contact_id,
    tidy(firstname) as first_name,
    tidy(lastname) as last_name,
    coalesce(mail(email), mail(npe01_homeemail_c), mail(npe01_workemail_c),
        mail(npe01_alternateemail_c)) as email,
    coalesce(phone(phone), phone(mobilephone), phone(homephone), phone(npe01_workphone_c))
        as phone_e164,
    word(title) as job_title,
    word(department) as department,
    word(connector_industry_c) as industry,
    tidy(mailingstreet) as street,
    tidy(mailingcity) as city,
    upper(word(mailingstate)) as state_code,
    left(word(mailingpostalcode), 5) as postal_code,
    word(gender_c) as gender,
    word(racial_ethnic_background_c) as race_ethnicity,
    word(highest_level_of_educational_c) as education,
    try_cast(birthdate as date) as dob,
    string_split(volunteer_skills_c, ';') as skills,
    flag(donotcall) as do_not_call,
    flag(hasoptedoutofemail) as do_not_email,
    flag(npsp_do_not_contact_c) as do_not_contact,
    coalesce(attended_count, 0) as attended_count,
    coalesce(delivery_hours, 0) as delivery_hours,
    first_date as first_volunteer_date,
    last_date as last_volunteer_date,
    -- whoever has the same name and address is one person
    first_value(id) over (
        partition by coalesce(mail(email), id), lower(tidy(lastname)) order by id
    ) as person_id
from contacts
left join credited on credited.contact_id = contacts.id
where lower(contact_type_c) = 'volunteer' and not flag(isdeleted) and masterrecordid is null;

create table dim_students as
select
    id as contact_id,
    word(local_student_id_c) as student_id,
    tidy(firstname) as first_name,
    tidy(lastname) as last_name,
    word(npsp_primary_affiliation_c) as school_id,
    case
        when lower(current_grade_c) like 'k%' then 0
        else try_cast(regexp_extract(coalesce(word(current_grade_c), word(legacy_grade_c)), '\d+')
            as bigint)
    end as current_grade,
    word(gender_c) as gender,
    word(racial_ethnic_background_c) as racial_ethnic,
    try_cast(birthdate as date) as dob,
    mail(email) as email,
    first_value(id) over (
        partition by lower(tidy(firstname)), lower(tidy(lastname)), coalesce(birthdate, id)
        order by id
    ) as canonical_id
from contacts
where lower(contact_type_c) = 'student' and not flag(isdeleted) and masterrecordid is null;
