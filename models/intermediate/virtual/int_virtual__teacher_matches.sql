{#- Who a Pathful educator is: the first unique hit of pathful.md 3.2. One row per person
    reference; null teacher_key = nobody yet, and why. `resolved_since` is when the evidence was
    complete. A name never decides between two people. The address it leads to (own_teacher_key)
    may since have been merged into that of another teacher, who is the one meant (3.6). -#}
with

persons as (select * from {{ ref('int_pathful__persons') }}),
person_names as (select * from {{ ref('int_pathful__person_names') }}),
places as (select * from {{ ref('int_virtual__person_places') }}),
name_pairs as (select * from {{ ref('int_virtual__teacher_name_pairs') }}),
teachers as (select * from {{ ref('int_roster__teachers') }}),
roster as (select * from {{ ref('int_roster__roster') }}),
merged_teachers as (select * from {{ ref('int_roster__merged_teachers') }}),
added_teachers as (select * from {{ ref('int_roster__added_teachers') }}),
decisions as (select * from {{ ref('int_decisions__tickets') }}),

educators as (select * from persons where role = 'educator'),

answers as (
    select
        ticket_key,
        decided_at,
        {{ json_text('payload', 'teacher_key') }} as teacher_key
    from decisions
    where action = 'match_teacher'
    union all
    select
        ticket_key,
        stood_from as decided_at,
        teacher_key
    from added_teachers
    where is_standing
),

decided as (
    select
        educators.person_ref,
        teachers.teacher_key,
        'decision' as match_rule,
        greatest(answers.decided_at, teachers.first_landed_at) as resolved_since
    from educators
    inner join answers on educators.ticket_key = answers.ticket_key
    inner join teachers on answers.teacher_key = teachers.teacher_key
),

by_email as (
    select
        educators.person_ref,
        teachers.teacher_key,
        'email' as match_rule,
        greatest(educators.email_known_at, teachers.first_landed_at) as resolved_since
    from educators
    inner join teachers on educators.email = teachers.email
    where not educators.is_email_shared
),

-- Evidence beyond a name: these hold a teacher against another account with the same name.
certain as (
    select * from decided
    union all
    select by_email.*
    from by_email
    left join decided on by_email.person_ref = decided.person_ref
    where decided.person_ref is null
),

-- Another account already is this teacher, and this one was seen at known schools, never at the
-- teacher's: two people, or one; a person decides.
taken as (
    select distinct
        name_pairs.person_ref,
        name_pairs.teacher_key
    from name_pairs
    inner join educators on name_pairs.person_ref = educators.person_ref
    inner join certain on name_pairs.teacher_key = certain.teacher_key
    inner join educators as holder on certain.person_ref = holder.person_ref
    where
        educators.user_id is not null
        and holder.user_id is not null
        and holder.user_id <> educators.user_id
        and exists (
            select 1
            from places
            where places.person_ref = educators.person_ref and places.is_known_school
        )
        and not exists (
            select 1
            from places
            inner join roster on places.school_key = roster.school_key
            where
                places.person_ref = educators.person_ref
                and roster.own_teacher_key = name_pairs.teacher_key
        )
),

ranked as (
    select
        name_pairs.person_ref,
        name_pairs.teacher_key as own_teacher_key,
        coalesce(merged_teachers.to_teacher_key, name_pairs.teacher_key) as teacher_key,
        name_pairs.rule_rank,
        name_pairs.known_at,
        merged_teachers.decided_at as merged_at,
        taken.person_ref is not null as is_taken,
        count(*) over (partition by name_pairs.person_ref) as pair_count,
        min(name_pairs.rule_rank) over (partition by name_pairs.person_ref) as best_rank
    from name_pairs
    left join taken
        on
            name_pairs.person_ref = taken.person_ref
            and name_pairs.teacher_key = taken.teacher_key
    left join merged_teachers on name_pairs.teacher_key = merged_teachers.from_teacher_key
),

-- Two teachers who were merged are one candidate, once they were merged.
best_persons as (
    select
        person_ref,
        teacher_key,
        best_rank,
        min_by(own_teacher_key, row(is_taken, own_teacher_key)) as own_teacher_key,
        bool_and(is_taken) as is_taken,
        case
            when count(*) = 1 then min(known_at) else greatest(min(known_at), max(merged_at))
        end as known_at
    from ranked
    where rule_rank = best_rank
    group by person_ref, teacher_key, best_rank
),

best as (
    select
        *,
        count(*) over (partition by person_ref) as candidate_count
    from best_persons
),

workplaces as (
    select
        coalesce(merged_teachers.to_teacher_key, roster.own_teacher_key) as teacher_key,
        roster.school_key,
        roster.district_key
    from roster
    left join merged_teachers on roster.own_teacher_key = merged_teachers.from_teacher_key
),

-- A collision of exact names is settled only where exactly one of them works where the row says.
placed as (
    select
        best.person_ref,
        best.teacher_key,
        bool_or(coalesce(places.school_key = workplaces.school_key, false)) as is_same_school,
        bool_or(coalesce(places.district_key = workplaces.district_key, false)) as is_same_district
    from best
    inner join places on best.person_ref = places.person_ref
    inner join workplaces on best.teacher_key = workplaces.teacher_key
    where best.candidate_count > 1 and best.best_rank = 3
    group by best.person_ref, best.teacher_key
),

tie_broken as (
    select
        person_ref,
        case
            when count(*) filter (where is_same_school) = 1
                then min(teacher_key) filter (where is_same_school)
            when
                count(*) filter (where is_same_school) = 0
                and count(*) filter (where is_same_district) = 1
                then min(teacher_key) filter (where is_same_district)
        end as teacher_key
    from placed
    group by person_ref
),

by_name as (
    select
        best.person_ref,
        best.own_teacher_key as teacher_key,
        case
            when best.candidate_count > 1 then 'name_and_place'
            when best.best_rank = 3 then 'name'
            when best.best_rank = 5 then 'first_and_last_name'
            else 'surname_variant'
        end as match_rule,
        greatest(best.known_at, teachers.first_landed_at) as resolved_since
    from best
    inner join teachers on best.own_teacher_key = teachers.teacher_key
    left join tie_broken on best.person_ref = tie_broken.person_ref
    where
        not best.is_taken
        and (best.candidate_count = 1 or best.teacher_key = tie_broken.teacher_key)
),

first_hits as (
    select
        person_ref,
        teacher_key as own_teacher_key,
        match_rule,
        -- A person known by name stays known when better evidence comes later.
        min(resolved_since) over (partition by person_ref) as resolved_since,
        case match_rule when 'decision' then 1 when 'email' then 2 else 3 end as priority
    from (
        select * from decided
        union all
        select * from by_email
        union all
        select * from by_name
    ) as hits
    qualify row_number() over (partition by person_ref order by priority, teacher_key) = 1
),

direct as (
    select
        first_hits.person_ref,
        first_hits.own_teacher_key,
        coalesce(merged_teachers.to_teacher_key, first_hits.own_teacher_key) as teacher_key,
        first_hits.match_rule,
        first_hits.resolved_since
    from first_hits
    left join merged_teachers on first_hits.own_teacher_key = merged_teachers.from_teacher_key
),

-- Rows of one name in one district, none of them with an account: one person, unless the name
-- stands at two schools there.
nameless as (
    select
        educators.name_norm,
        places.district_key,
        coalesce(
            min(educators.person_ref) filter (where places.school_name_norm is not null),
            min(educators.person_ref)
        ) as owner_ref
    from educators
    inner join places on educators.person_ref = places.person_ref
    where educators.user_id is null and places.district_key is not null
    group by educators.name_norm, places.district_key
    having count(distinct places.school_name_norm) <= 1
),

-- The same name at the same school with and without an account is one person: a row that lost its
-- user id follows the account, and a name that a person settled settles the account.
account_twins as (
    select
        named.person_ref,
        other.person_ref as twin_ref
    from educators as named
    inner join person_names as own_names
        on named.person_ref = own_names.person_ref and own_names.role = 'educator'
    inner join person_names as other_names
        on own_names.name_norm = other_names.name_norm and other_names.role = 'educator'
    inner join educators as other on other_names.person_ref = other.person_ref
    inner join places as own_places on named.person_ref = own_places.person_ref
    inner join places as other_places on other.person_ref = other_places.person_ref
    where
        (named.user_id is null) <> (other.user_id is null)
        and (
            own_places.school_name_norm = other_places.school_name_norm
            or (named.user_id is null and own_places.school_name_norm is null)
        )
    group by named.person_ref, other.person_ref
),

twins as (
    select
        person_ref,
        twin_ref
    from account_twins
    union
    select
        educators.person_ref,
        nameless.owner_ref as twin_ref
    from educators
    inner join places
        on educators.person_ref = places.person_ref and places.school_name_norm is null
    inner join nameless
        on
            educators.name_norm = nameless.name_norm
            and places.district_key = nameless.district_key
    where
        educators.user_id is null
        and educators.person_ref <> nameless.owner_ref
        and educators.person_ref not in (select account_twins.person_ref from account_twins)
),

-- Towards an account only a person's word carries over.
carried as (
    select
        twins.person_ref,
        twins.twin_ref,
        direct.teacher_key,
        direct.own_teacher_key,
        direct.resolved_since
    from twins
    inner join educators on twins.person_ref = educators.person_ref
    inner join direct on twins.twin_ref = direct.person_ref
    where educators.user_id is null or direct.match_rule = 'decision'
),

by_twin as (
    select
        twins.person_ref,
        min(carried.teacher_key) as teacher_key,
        min(carried.own_teacher_key) as own_teacher_key,
        'same_person' as match_rule,
        max(greatest(carried.resolved_since, educators.first_landed_at)) as resolved_since
    from twins
    inner join educators on twins.person_ref = educators.person_ref
    left join carried
        on twins.person_ref = carried.person_ref and twins.twin_ref = carried.twin_ref
    group by twins.person_ref
    having
        count(distinct carried.teacher_key) = 1
        and (
            count(*) = count(carried.teacher_key)
            or max(educators.user_id) is not null
        )
),

-- Rows that lost their user id wait in the ticket of the account they belong to, else in that of
-- the name in the district.
owners as (
    select
        twins.person_ref,
        min(twins.twin_ref) as owner_ref
    from twins
    inner join educators on twins.person_ref = educators.person_ref
    where educators.user_id is null
    group by twins.person_ref
    having count(*) = 1
),

reasons as (
    select
        educators.person_ref,
        case
            when max(educators.name_norm) is null then 'no_name'
            when bool_or(coalesce(best.is_taken, false)) then 'id_conflict'
            when max(best.candidate_count) > 1 then 'ambiguous_name'
            when bool_or(educators.is_email_shared) then 'shared_email'
            else 'not_on_roster'
        end as reason_code
    from educators
    left join best on educators.person_ref = best.person_ref
    group by educators.person_ref
)

select
    educators.person_ref,
    educators.ticket_key,
    educators.user_id,
    coalesce(direct.teacher_key, by_twin.teacher_key) as teacher_key,
    coalesce(direct.own_teacher_key, by_twin.own_teacher_key) as own_teacher_key,
    coalesce(direct.match_rule, by_twin.match_rule) as match_rule,
    case
        when direct.teacher_key is not null then direct.resolved_since
        else by_twin.resolved_since
    end as resolved_since,
    case
        when direct.teacher_key is null and by_twin.teacher_key is null then reasons.reason_code
    end as reason_code,
    coalesce(owners.owner_ref, educators.person_ref) as owner_ref,
    educators.first_load_seq,
    educators.first_landed_at
from educators
inner join reasons on educators.person_ref = reasons.person_ref
left join direct on educators.person_ref = direct.person_ref
left join by_twin on educators.person_ref = by_twin.person_ref
left join owners on educators.person_ref = owners.person_ref
