-- What benchmarks/floor.py runs: what any importer of a Session Report has to make.
-- `landed` is the sheet as text with its row numbers, `people` holds the users and the roster.

create macro word(t) as
    case when lower(trim(t)) in ('', 'n/a', 'na', 'nan', 'none', 'nat') then null else trim(t) end;
create macro ident(t) as if(suffix(word(t), '.0'), word(t)[:-3], word(t));
create macro number(t) as try_cast(try_cast(word(t) as double) as bigint);
create macro moment(t) as coalesce(
    try_cast(t as timestamp), try_strptime(t, ['%m/%d/%Y', '%m/%d/%Y %H:%M:%S']),
    timezone('America/Chicago', try_cast(t as timestamptz)));
create macro person(t) as trim(regexp_replace(
    regexp_replace(
        translate(lower(strip_accents(
            if(t like '%,%', split_part(t, ',', 2) || ' ' || split_part(t, ',', 1), t)
        )), '-.,''', ' '),
        '^ *(dr|mr|mrs|ms|prof) |( (jr|sr|ii|iii|iv|md|phd|edd))+ *$', ''),
    '\s+', ' ', 'g'));

create table session_rows as
with words as (
    select
        row_number,
        ident("Session ID") as session_id,
        word(Title) as title,
        word(Date) as date_text,
        moment(word(Date)) as start_at,
        lower(word(Status)) as raw_status,
        coalesce(number(Duration), 60) as duration_minutes,
        ident("User Auth Id") as user_id,
        word(Name) as name,
        lower(word("SignUp Role")) as role,
        word(School) as school,
        word("District or Company") as district_or_company,
        upper(word(Partner)) is not distinct from 'PREP-KC' as is_in_scope,
        number("Registered Student Count") as registered_student_count,
        number("Attended Student Count") as attended_student_count,
        number("Attended Educator Count") as attended_educator_count,
        word("Career Cluster") as career_cluster
    from landed
),
names as (
    select name, person(name) as name_norm from (select distinct name from words)
)
select
    words.*,
    names.name_norm,
    cast(start_at as date) as session_date,
    date_text is not null and start_at is null as is_bad_date,
    coalesce('id:' || session_id, 'day:' || lower(title) || '|' || cast(start_at as date),
        'undated:' || lower(title)) as session_ref,
    coalesce('user:' || user_id, 'name:' || name_norm || '|'
        || coalesce(lower(school), lower(district_or_company), '')) as person_ref,
    coalesce(statuses.status, 'Requested') as status,
    coalesce(statuses.rank, 1) as status_rank
from words
left join names using (name)
left join (
    values
        ('draft', 'Draft', 0), ('requested', 'Requested', 1),
        ('teacher requested', 'Requested', 1), ('confirmed', 'Confirmed', 2),
        ('industry chat', 'Confirmed', 2), ('published', 'Published', 3),
        ('completed', 'Completed', 4), ('successfully completed', 'Completed', 4),
        ('simulcast', 'Simulcast', 5), ('cancelled', 'Cancelled', 6),
        ('canceled', 'Cancelled', 6), ('no show', 'No Show', 6), ('no-show', 'No Show', 6)
) as statuses (raw, status, rank) on words.raw_status = statuses.raw;

create table buckets as
select
    row_number,
    case
        when is_bad_date or title is null and start_at is not null then 'invalid'
        when not is_in_scope or role = 'parent' or session_ref is null
            or (start_at is null and status = 'Draft') then 'skipped'
        when start_at is null then 'unmatched'
        else 'created'
    end as bucket
from session_rows;

create table dim_events as
select
    md5(session_ref) as event_key, session_ref,
    max_by(title, row_number) as title,
    max_by(status, status_rank) as status,
    max_by(start_at, row_number) as start_at,
    max_by(session_date, row_number) as session_date,
    max_by(duration_minutes, row_number) as duration_minutes,
    max(registered_student_count) as registered_student_count,
    max(attended_student_count) as attended_student_count,
    max(career_cluster) as career_cluster
from session_rows inner join buckets using (row_number)
where bucket = 'created'
group by session_ref;

create table persons as
select
    role, person_ref, min(user_id) as user_id,
    min(name_norm) as name_norm, min(name) as name,
    min(lower(word(users.email))) as email, count(*) as row_count
from session_rows
left join people.users as users using (user_id)
where is_in_scope and role in ('educator', 'professional')
group by role, person_ref;

create table teacher_matches as
with
teachers as (
    select email as teacher_key, email, min(name_norm) as name_norm
    from people.roster group by email
),
by_name as (
    select name_norm, min(teacher_key) as teacher_key from teachers
    group by name_norm having count(*) = 1
),
by_ends as (
    select
        split_part(name_norm, ' ', 1) || ' ' || split_part(name_norm, ' ', -1) as ends,
        min(teacher_key) as teacher_key
    from teachers group by ends having count(*) = 1
)
select
    persons.person_ref,
    coalesce(teachers.teacher_key, by_name.teacher_key, by_ends.teacher_key) as teacher_key
from persons
left join teachers on persons.email = teachers.email
left join by_name on persons.name_norm = by_name.name_norm
left join by_ends on split_part(persons.name_norm, ' ', 1) || ' '
    || split_part(persons.name_norm, ' ', -1) = by_ends.ends
where persons.role = 'educator';

create table fct_teacher_participation as
select
    events.event_key, matches.teacher_key,
    case
        when events.status = 'Cancelled' then 'Canceled'
        when events.status = 'No Show' then 'NoShow'
        when events.status not in ('Completed', 'Simulcast') then 'SignedUp'
        when max(rows.attended_educator_count) > 0 then 'Attended'
        else 'NoShow'
    end as attendance_status
from session_rows as rows
inner join dim_events as events using (session_ref)
inner join teacher_matches as matches using (person_ref)
where rows.role = 'educator' and rows.is_in_scope and matches.teacher_key is not null
group by events.event_key, matches.teacher_key, events.status;

create table fct_volunteer_participation as
select
    events.event_key,
    coalesce(persons.email, rows.person_ref) as person_key,
    min(persons.name) as name,
    min(rows.district_or_company) as company,
    case events.status when 'Completed' then 'Attended' when 'Cancelled' then 'Canceled'
        else 'SignedUp' end as attendance_status,
    ceil(min(events.duration_minutes) / 60) as delivery_hours
from session_rows as rows
inner join dim_events as events using (session_ref)
inner join persons on rows.person_ref = persons.person_ref and rows.role = persons.role
where rows.role = 'professional' and rows.is_in_scope
group by all;

create table queue_unmatched as
select persons.role, persons.person_ref, persons.name, persons.row_count
from persons
left join teacher_matches using (person_ref)
where persons.role = 'educator' and teacher_matches.teacher_key is null
union all
select 'session', session_ref, min(title), count(*)
from session_rows inner join buckets using (row_number)
where bucket = 'unmatched'
group by session_ref;

create table fct_teacher_progress as
with periods as (
    select
        roster.*, year.period, year.first_date, year.last_date
    from people.roster as roster
    cross join lateral (
        values
            ('year', make_date(cast(left(academic_year, 4) as int), 8, 1),
                make_date(cast(right(academic_year, 4) as int), 8, 1)),
            ('fall', make_date(cast(left(academic_year, 4) as int), 8, 1),
                make_date(cast(right(academic_year, 4) as int), 1, 1)),
            ('spring', make_date(cast(right(academic_year, 4) as int), 1, 1),
                make_date(cast(right(academic_year, 4) as int), 8, 1))
    ) as year (period, first_date, last_date)
),
counted as (
    select
        periods.email as teacher_key, periods.district, periods.academic_year,
        periods.period, min(periods.building) as building,
        min(periods.target_sessions) as target_sessions,
        count(distinct events.event_key) filter (
            where facts.attendance_status = 'Attended' and events.session_date <= $today
        ) as completed_sessions,
        count(distinct events.event_key) filter (
            where facts.attendance_status = 'SignedUp' and events.session_date >= $today
                and events.status in ('Requested', 'Confirmed', 'Published')
        ) as planned_sessions
    from periods
    left join fct_teacher_participation as facts on periods.email = facts.teacher_key
    left join dim_events as events
        on facts.event_key = events.event_key
        and events.session_date >= periods.first_date
        and events.session_date < periods.last_date
    group by periods.email, periods.district, periods.academic_year, periods.period
)
select
    *,
    case
        when completed_sessions >= target_sessions then 'Achieved'
        when completed_sessions + planned_sessions > 0 then 'In Progress'
        else 'Not Started'
    end as progress_status,
    round(least(100, 100.0 * completed_sessions / target_sessions), 1) as progress_pct
from counted;

create table agg_school_progress as
select
    district, academic_year, period, coalesce(building, 'Unknown') as building,
    count(*) as total_teachers,
    count(*) filter (where progress_status = 'Achieved') as goals_achieved,
    count(*) filter (where progress_status = 'In Progress') as goals_in_progress,
    count(*) filter (where progress_status = 'Not Started') as goals_not_started
from fct_teacher_progress
group by all;
