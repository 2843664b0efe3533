"""Volunteers to ask: the search over everything known about them, and candidates per session."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50
CANDIDATES_SHOWN = 20
_MOST_TERMS = 8
_TERM = re.compile(r'"([^"]+)"|(\S+)')

_PEOPLE = """
people as (
    select
        volunteers.*,
        coalesce(organizations.organization_name, volunteers.employer) as organization_name,
        volunteers.is_recruitable as may_be_asked
    from marts.dim_volunteers as volunteers
    left join marts.dim_organizations as organizations using (organization_key)
    where not coalesce(volunteers.is_deleted, false)
)"""
# One row per person, term and place where the term was found. A session counts where the person
# was credited; a local status only as a whole word, for "local" is a part of "non-local".
_HITS = """
terms as (
    select
        generate_subscripts($terms, 1) as position,
        strip_accents(lower(unnest($terms))) as word
),
sessions as (
    select events.event_key, terms.position, 'session' as place
    from marts.dim_events as events
    inner join terms on contains(strip_accents(lower(events.title)), terms.word)
    union all
    select events.event_key, terms.position, 'type' as place
    from marts.dim_events as events
    inner join terms
        on contains(
            lower(concat_ws(' ', replace(events.event_type, '_', ' '), events.raw_event_type)),
            terms.word
        )
),
hits as (
    select people.person_key, terms.position, 'name' as place
    from people
    inner join terms
        on contains(
            strip_accents(lower(concat_ws(' ', people.first_name, people.last_name))), terms.word
        )
    union all
    select people.person_key, terms.position, 'job' as place
    from people
    inner join terms
        on contains(
            strip_accents(lower(concat_ws(' ', people.job_title, people.department))), terms.word
        )
    union all
    select people.person_key, terms.position, 'industry' as place
    from people
    inner join terms on contains(strip_accents(lower(people.industry)), terms.word)
    union all
    select people.person_key, terms.position, 'local' as place
    from people
    inner join terms
        on replace(coalesce(people.local_status, 'unknown'), '_', '-')
        = replace(terms.word, ' ', '-')
    union all
    select people.person_key, terms.position, 'organization' as place
    from people
    inner join terms on contains(strip_accents(lower(people.organization_name)), terms.word)
    union all
    select members.person_key, terms.position, 'organization' as place
    from marts.bridge_volunteer_organizations as members
    inner join marts.dim_organizations as names using (organization_key)
    inner join terms on contains(strip_accents(lower(names.organization_name)), terms.word)
    union all
    select skills.person_key, terms.position, 'skill' as place
    from marts.bridge_volunteer_skills as skills
    inner join terms on contains(strip_accents(lower(skills.skill_name)), terms.word)
    union all
    select participation.person_key, sessions.position, sessions.place
    from marts.fct_volunteer_participation as participation
    inner join sessions using (event_key)
    where participation.is_credited
),
found as (
    select
        person_key,
        string_agg(distinct place, ';' order by place) as places,
        count(distinct position) as term_count
    from hits
    group by person_key
    having count(distinct position) >= $least
)"""
_COLUMNS = """
    people.person_key, people.first_name, people.last_name, people.organization_name,
    people.job_title, people.industry, people.email, people.local_status, people.skills,
    people.times_volunteered, people.last_volunteer_date, people.last_email_date,
    people.last_non_internal_email_date, people.may_be_asked
"""
_KINDS = """
select distinct events.event_type
from marts.fct_volunteer_participation as participation
inner join marts.dim_events as events using (event_key)
where participation.is_credited and events.event_type is not null
order by events.event_type
"""
_COMING = """
with wanted as (
    select event_key from marts.agg_event_staffing where is_needing_volunteers
    union
    select event_key from marts.fct_recruitment_candidates
),
counted as (
    select event_key, count(*) as candidate_count, max(score) as best_score
    from marts.fct_recruitment_candidates
    group by event_key
)
select
    events.event_key,
    events.title,
    events.event_type,
    events.session_date,
    events.start_at,
    coalesce(events.is_time_known, false) as is_time_known,
    coalesce(staffing.requested_volunteer_count, events.requested_volunteer_count)
        as requested_count,
    coalesce(staffing.volunteer_count, 0) as volunteer_count,
    coalesce(counted.candidate_count, 0) as candidate_count,
    counted.best_score
from wanted
inner join marts.dim_events as events using (event_key)
left join marts.agg_event_staffing as staffing using (event_key)
left join counted using (event_key)
where events.session_date >= $today{filters}
order by events.session_date, events.title, events.event_key
"""
_SKILLS = """
select string_agg(distinct skill_name, ', ' order by skill_name) as skills
from marts.bridge_event_skills where event_key = $event
"""
_CANDIDATES = """
select
    candidates.*,
    volunteers.first_name,
    volunteers.last_name,
    coalesce(organizations.organization_name, volunteers.employer) as organization_name,
    volunteers.job_title,
    volunteers.email,
    volunteers.local_status,
    volunteers.last_non_internal_email_date,
    volunteers.times_volunteered
from marts.fct_recruitment_candidates as candidates
left join marts.dim_volunteers as volunteers using (person_key)
left join marts.dim_organizations as organizations using (organization_key)
where candidates.event_key = $event
order by candidates.candidate_rank, candidates.person_key
"""


@dataclass(frozen=True)
class Search:
    """What is looked for.

    Attributes:
        terms: words, or several words that stood in quotation marks.
        is_narrow: whether every term has to be found, else any.
        local: local status; None for any.
        kind: code of a kind of session the person was credited for; None for any.
        is_everybody: whether those who must not be asked are found too.
    """

    terms: tuple[str, ...] = ()
    is_narrow: bool = False
    local: str | None = None
    kind: str | None = None
    is_everybody: bool = False


def terms(text: str) -> tuple[str, ...]:
    """The terms of a search box: words, and phrases in quotation marks; at most eight."""
    found = (phrase.strip() or word for phrase, word in _TERM.findall(text))
    return tuple(term.strip('"').strip() for term in found if term.strip('" '))[:_MOST_TERMS]


@dataclass(frozen=True)
class Found:
    """Who was found, before anything else is read about them.

    Attributes:
        keys: of the people of the list, who has most of the terms first.
        places: person_key -> where the terms were found; empty without terms.
        kept_out: how many more were found who must not be asked.
    """

    keys: tuple[str, ...]
    places: Mapping[str, str]
    kept_out: int


def found(release: OpenRelease, search: Search) -> Found:
    """Searches once, for the count, the pages and the file."""
    sql, params = _query(search)
    rows = release.frame(
        f"{sql} order by term_count desc, times_volunteered desc nulls last,"
        " lower(last_name) nulls last, person_key",
        params,
    )
    listed = rows if search.is_everybody else rows[rows["may_be_asked"].fillna(False)]
    return Found(
        keys=tuple(listed["person_key"]),
        places=dict(zip(listed["person_key"], listed["places"], strict=True)),
        kept_out=len(rows) - len(listed),
    )


def _query(search: Search) -> tuple[str, dict[str, Any]]:
    clauses, params = lists.given(
        {
            "local": ("coalesce(people.local_status, 'unknown') = $local", search.local),
            "kind": (
                "people.person_key in (select participation.person_key"
                " from marts.fct_volunteer_participation as participation"
                " inner join marts.dim_events as events using (event_key)"
                " where participation.is_credited and events.event_type = $kind)",
                search.kind,
            ),
        }
    )
    where = ("where " + " and ".join(clauses)) if clauses else ""
    columns = "people.person_key, people.times_volunteered, people.last_name, people.may_be_asked"
    if not search.terms:
        return (
            f"with {_PEOPLE} select {columns}, null::varchar as places, 0 as term_count"
            f" from people {where}",
            params,
        )
    params |= {
        "terms": list(search.terms),
        "least": len(search.terms) if search.is_narrow else 1,
    }
    return (
        f"with {_PEOPLE},{_HITS} select {columns}, found.places, found.term_count"
        f" from people inner join found using (person_key) {where}",
        params,
    )


def people(release: OpenRelease, listed: Found, number: int | None) -> pd.DataFrame:
    """One page of those found (1 is the first), in their order; None gives all."""
    start = 0 if number is None else (number - 1) * PAGE_SIZE
    keys = listed.keys if number is None else listed.keys[start : start + PAGE_SIZE]
    frame = release.frame(
        f"with {_PEOPLE}, wanted as (select unnest($keys) as person_key,"
        f" generate_subscripts($keys, 1) as position) select {_COLUMNS}"
        " from wanted inner join people using (person_key) order by wanted.position",
        {"keys": list(keys)},
    )
    return frame.assign(places=[listed.places[key] for key in frame["person_key"]])


def kinds(release: OpenRelease) -> list[str]:
    """Codes of the kinds of sessions somebody was credited for."""
    return [row["event_type"] for row in release.rows(_KINDS)]


def coming(release: OpenRelease, today: Any, text: str = "") -> list[dict[str, Any]]:
    """Coming sessions that need volunteers, the next one first."""
    found, words = lists.worded(text, "events.title", "replace(events.event_type, '_', ' ')")
    filters = "".join(f"\n    and {clause}" for clause in found)
    return release.rows(_COMING.format(filters=filters), words | {"today": today})


def event_skills(release: OpenRelease, key: str) -> str | None:
    """The skills a session asks for, with commas between."""
    found: str | None = release.rows(_SKILLS, {"event": key})[0]["skills"]
    return found


def candidates(release: OpenRelease, key: str) -> list[dict[str, Any]]:
    """The candidates of a session, the best first; at most a hundred are kept."""
    return release.rows(_CANDIDATES, {"event": key})
