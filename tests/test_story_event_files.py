"""Events, shifts and sign-ups by file come into the marts beside those of the CRM.

Children before their parents; then a changed event, the same files again and an older version that
comes late (platform.md 2.5, 2.6; docs/adr/0019).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.scenario import Scenario
from tests.support.stories import begin

pytestmark = pytest.mark.slow
Rows = Sequence[Mapping[str, Any]]
PRAIRIE, OAK, ACME = (f"001{name:0>12}AAA" for name in ("prairie", "oak", "acme"))
VISIT, TALK = (f"a0B{name:0>12}EAA" for name in ("visit", "talk"))
ZOE = f"003{'zoe':0>12}AAA"
CRM: dict[str, list[dict[str, str]]] = {
    "Account": [
        {"Id": PRAIRIE, "Name": "Prairie View Schools", "Type": "School District"},
        {"Id": OAK, "Name": "Oak High", "Type": "School", "ParentId": PRAIRIE},
        {"Id": ACME, "Name": "Acme", "Type": "Business"},
    ],
    "Contact": [
        {
            "Id": ZOE,
            "FirstName": "Zoe",
            "LastName": "Park",
            "Email": "zoe@example.org",
            "Contact_Type__c": "Volunteer",
        }
    ],
    "Session__c": [
        {
            "Id": VISIT,
            "Name": "Career Day",
            "Session_Type__c": "Career Fair",
            "Session_Status__c": "Confirmed",
            "Start_Date_and_Time__c": "2026-03-20T20:00:00.000Z",
            "End_Date_and_Time__c": "2026-03-20T22:00:00.000Z",
        },
        {
            "Id": TALK,
            "Name": "Talk",
            "Session_Type__c": "Career Fair",
            "Session_Status__c": "Draft",
            "Start_Date_and_Time__c": "2026-03-21T20:00:00.000Z",
        },
    ],
}
EVENT = {
    **{"external_id": "E-1", "title": "Career day", "start_at": "2026-03-20 09:30"},
    **{
        "end_at": "2026-03-20 11:30",
        "status": "confirmed",
        "school": "oak high",
        "session_host": "acme",
    },
    **{"updated_at": "2025-12-01 08:00", "district": "", "requested_skills": "Welding; Coding"},
    **{"virtual_link": "https://example.org/join", "source_system": "Weird System!"},
}
EVENTS = [
    EVENT,
    EVENT
    | {"external_id": "E-2", "title": "Robots", "end_at": "", "status": "soon", "school": ""}
    | {"requested_skills": "", "virtual_link": "", "source_system": ""},
    EVENT | {"external_id": "E-3", "title": ""},
    EVENT | {"external_id": "E-4", "school": "Nowhere"},
    EVENT | {"external_id": "E-5", "title": "Fair", "district": "Nowhere Schools"},
    EVENT | {"external_id": "E-6", "title": "Show", "district": "prairie view schools"},
]
SHIFTS = [
    {"external_id": "S-1", "event_id": "E-1", "start": "2026-03-20 09:30", "role": "speaker"},
    {"external_id": "S-2", "event_id": VISIT[:15], "start": "2026-03-20 09:30", "role": "host"},
    {"external_id": "S-3", "event_id": "E-4", "start": "2026-03-20 09:30", "role": ""},
    {"external_id": "S-4", "event_id": TALK, "start": "2026-03-21 15:00", "role": ""},
]
SIGNUPS = [
    {
        "external_id": "G-1",
        "event_id": "E-1",
        "email": "zoe@example.org",
        "shift": "S-1",
        "attended": "yes",
        "first_name": "",
        "last_name": "",
    },
    {
        "external_id": "G-2",
        "event_id": VISIT,
        "email": "zoe@example.org",
        "shift": "S-9",
        "attended": "",
        "first_name": "",
        "last_name": "",
    },
]
STRANGER = {
    **{"external_id": "G-3", "event_id": "E-1", "email": "nia@example.org", "shift": "S-1"},
    **{"attended": "", "first_name": "NIA", "last_name": "Cole"},
}
# Nobody knows Nia, who signs up twice; "Test" is no name; an id nobody knows makes nobody.
STRANGERS = [
    STRANGER,
    STRANGER | {"external_id": "G-4", "event_id": "E-2", "shift": "", "first_name": "Nia"},
    STRANGER | {"external_id": "G-5", "email": "t@example.org", "first_name": "Test"},
    STRANGER | {"external_id": "G-6", "email": "", "first_name": ""},
    # The surname is Zoe's, not the first name: another of her household.
    STRANGER
    | {"external_id": "G-7", "email": "zoe@example.org", "first_name": "Max"}
    | {"last_name": "Park"},
]


@dataclass
class Story:
    scenario: Scenario
    runs: dict[str, str] = field(default_factory=dict)
    buckets: dict[str, dict[str, int]] = field(default_factory=dict)

    def chapter(self, files: Mapping[str, Rows]) -> None:
        """Lands files, named by their kind after some other word, and builds."""
        self.runs |= {
            name: self.scenario.csv(name.split()[-1], rows, system="web")
            for name, rows in files.items()
        }
        self.scenario.build()
        self.buckets |= {name: self.scenario.buckets(self.runs[name]) for name in files}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    story = Story(begin(tmp_path_factory))
    story.scenario.salesforce(CRM)
    story.chapter({"shifts": SHIFTS, "signups": SIGNUPS})
    done = EVENT | {"status": "completed", "updated_at": "2025-12-21 08:00"}
    late = EVENT | {"status": "cancelled", "updated_at": "2025-12-10 08:00"}
    story.chapter(
        {
            "events": EVENTS,
            "done events": [done],
            "late events": [late],
            "same events": EVENTS,
            "same shifts": SHIFTS,
            "same signups": SIGNUPS,
            "strangers' signups": STRANGERS,
        }
    )
    story.buckets["before"] = story.scenario.buckets(story.runs["late events"])
    story.scenario.decide(
        "exclude_load", story.runs["late events"], subject_type="run", reason="wrong"
    )
    story.chapter({"again strangers' signups": STRANGERS})
    return story


def test_a_shift_waits_for_its_event_and_comes_in_by_itself(story: Story) -> None:
    assert story.buckets["shifts"] == {"created": 1, "unmatched/ref_event_missing": 3}
    # The row that came in counts as new where it landed first.
    assert story.scenario.buckets(story.runs["shifts"]) == {
        "created": 2,
        "unmatched/ref_event_missing": 2,
    }
    assert story.scenario.rows(
        """
        select shifts.external_id, events.source, events.title, shifts.role
        from marts.dim_shifts as shifts inner join marts.dim_events as events using (event_key)
        order by shifts.external_id
        """
    ) == [("S-1", "csv", "Career day", "speaker"), ("S-2", "salesforce", "Career Day", "host")]


def test_clean_events_stand_beside_the_crms_with_their_places(story: Story) -> None:
    assert story.buckets["events"] == {
        "created": 3,
        "invalid/EVENT_TITLE_REQUIRED": 1,
        "unmatched/ref_district_missing": 1,
        "unmatched/ref_school_missing": 1,
    }
    assert story.scenario.rows(
        """
        select title, source, events.status, session_date::varchar, duration_minutes,
            school_name, district_name, host.organization_name, events.external_id
        from marts.dim_events as events
        left join marts.dim_schools using (school_key)
        left join marts.bridge_event_districts using (event_key)
        left join marts.dim_districts as districts
            on districts.district_key = bridge_event_districts.district_key
        left join marts.dim_organizations as host
            on events.host_organization_key = host.organization_key
        order by title
        """
    ) == [
        ("Career Day", "salesforce", "Confirmed", "2026-03-20", 120, *(None,) * 4),
        (
            *("Career day", "csv", "Completed", "2026-03-20", 120),
            *("Oak High", "Prairie View Schools", "Acme", "E-1"),
        ),
        ("Robots", "csv", "Draft", "2026-03-20", None, None, None, "Acme", "E-2"),
        (
            *("Show", "csv", "Confirmed", "2026-03-20", 120),
            *("Oak High", "Prairie View Schools", "Acme", "E-6"),
        ),
    ]


def test_what_an_event_of_a_file_asks_for_reaches_the_marts(story: Story) -> None:
    assert story.scenario.rows(
        """
        select external_system, virtual_link, skill_name, source_field
        from marts.dim_events inner join marts.bridge_event_skills using (event_key)
        where external_id = 'E-1' order by skill_name
        """
    ) == [
        ("web", "https://example.org/join", skill, "requested_skills")
        for skill in ("Coding", "Welding")
    ]


def test_the_rows_of_a_file_name_their_event_and_those_left_out_say_so(story: Story) -> None:
    """interface.md 2: the file is as if it had never come, and its run tells so."""
    assert story.buckets["before"] == {"skipped/older_version": 1}
    assert story.scenario.buckets(story.runs["late events"]) == {"skipped/left_out": 1}
    names = {story.runs[name]: name for name in ("events", "shifts", "done events", "late events")}
    found = story.scenario.rows(
        """
        select run_id, row_number, coalesce(events.external_id, events.title)
        from ops.import_rows inner join marts.dim_events as events using (event_key)
        order by all
        """
    )
    assert sorted((names[run], row, said) for run, row, said in found if run in names) == [
        ("done events", 2, "E-1"),
        ("events", 2, "E-1"),
        ("events", 3, "E-2"),
        ("events", 7, "E-6"),
        ("late events", 2, "E-1"),
        ("shifts", 2, "E-1"),
        ("shifts", 3, "Career Day"),
    ]


def test_who_signs_up_and_is_unknown_becomes_a_provisional_volunteer(story: Story) -> None:
    """platform.md 2.1, 2.6, R-21: once, however often; two of one household stay two."""
    assert story.buckets["strangers' signups"] == {
        "created": 3,
        "invalid/missing_person": 1,
        "unmatched/volunteer": 1,
    }
    assert story.buckets["again strangers' signups"] == {
        "skipped/unchanged": 3,
        "invalid/missing_person": 1,
        "unmatched/volunteer": 1,
    }
    assert story.scenario.rows(
        """
        select first_name, last_name, email, is_provisional, is_recruitable,
            (select string_agg(external_id, ' ' order by external_id) from marts.fct_signups
                where fct_signups.person_key = people.person_key) as signups,
            (select string_agg(distinct source) from marts.fct_volunteer_field_sources as field
                where field.person_key = people.person_key) as sources
        from marts.dim_volunteers as people order by all
        """
    ) == [
        ("Max", "Park", "zoe@example.org", True, True, "G-7", "website"),
        ("Nia", "Cole", "nia@example.org", True, True, "G-3 G-4", "website"),
        ("Zoe", "Park", "zoe@example.org", False, True, "G-1 G-2", "salesforce"),
    ]
    assert story.scenario.rows(
        "select distinct person.first_name from ops.import_rows "
        "inner join marts.dim_volunteers as person using (person_key) order by all"
    ) == [("Max",), ("Nia",), ("Zoe",)]


def test_a_twin_of_the_crm_is_a_hint_and_nothing_more(story: Story) -> None:
    assert story.scenario.rows(
        "select rule_code, sub_code, external_id, severity, is_quarantining "
        "from queues.queue_dq_violations where entity_type in ('event', 'shift', 'signup') "
        "order by all"
    ) == [
        ("DOM-203", None, "E-2", "warn", False),
        ("EVENT_ALSO_ELSEWHERE", None, "E-1", "info", False),
        ("EVENT_ALSO_ELSEWHERE", None, "E-4", "info", False),
        ("EVENT_TITLE_REQUIRED", None, "E-3", "error", True),
        ("REF-401", "REF_DISTRICT_MISSING", "E-5", "error", True),
        ("REF-401", "REF_EVENT_MISSING", "S-3", "error", True),
        ("REF-401", "REF_EVENT_MISSING", "S-4", "error", True),
        ("REF-401", "REF_SCHOOL_MISSING", "E-4", "error", True),
        ("SHIFT_WINDOW", None, "S-2", "warn", False),
        *(("SOURCE_SYSTEM_FORMAT", None, f"E-{n}", "warn", False) for n in (1, 3, 4, 5, 6)),
        ("signup_missing_person", None, "G-6", "error", True),
        ("signup_unknown_shift", "REF_SHIFT_MISSING", "G-2", "error", False),
        ("signup_unknown_volunteer", "REF_VOLUNTEER_MISSING", "G-5", "error", False),
    ]
    # Whoever signs up is judged as a volunteer.
    assert story.scenario.rows(
        "select rule_code, external_system, severity, is_quarantining "
        "from queues.queue_dq_violations where entity_type = 'volunteer'"
    ) == [("VOL_NAME_REQUIRED", "web", "error", True)]


def test_a_sign_up_finds_its_event_and_shift_and_the_hours_stand_apart(story: Story) -> None:
    assert story.scenario.rows(
        """
        select signups.external_id, events.title, shifts.external_id, hours, derived_hours,
            person_key is not null
        from marts.fct_signups as signups
        left join marts.dim_events as events on signups.event_key = events.event_key
        left join marts.dim_shifts as shifts on signups.shift_key = shifts.shift_key
        where signups.external_id in ('G-1', 'G-2')
        order by signups.external_id
        """
    ) == [
        ("G-1", "Career day", "S-1", None, 2.0, True),
        ("G-2", "Career Day", None, None, None, True),
    ]
    assert story.scenario.value("select count(*) from marts.fct_volunteer_participation") == 0


def test_the_newest_word_counts_and_the_same_again_is_only_seen(story: Story) -> None:
    assert story.buckets["done events"] == {"updated": 1}
    assert story.buckets["late events"] == {"skipped/older_version": 1}
    assert story.scenario.rows(
        "select events_created, events_updated from ops.import_runs "
        "where report_type = 'events' order by load_seq"
    ) == [(3, 0), (0, 1), (0, 0), (0, 0)]
    # What the file says of E-1 is older than what is known by now.
    assert story.buckets["same events"] == {
        "skipped/older_version": 1,
        "skipped/unchanged": 2,
        "invalid/EVENT_TITLE_REQUIRED": 1,
        "unmatched/ref_district_missing": 1,
        "unmatched/ref_school_missing": 1,
    }
    unchanged = {"skipped/unchanged": 2, "unmatched/ref_event_missing": 2}
    assert story.buckets["same shifts"] == unchanged
    assert story.scenario.rows(
        """
        select external_id, first_seen_run_id, last_seen_run_id
        from marts.dim_events where source = 'csv'
        union all
        select external_id, first_seen_run_id, last_seen_run_id from marts.dim_shifts order by all
        """
    ) == [
        (name, story.runs[kind], story.runs[f"same {kind}"])
        for name, kind in [*((f"E-{n}", "events") for n in (1, 2, 6)), ("S-1", "shifts")]
    ] + [("S-2", story.runs["shifts"], story.runs["same shifts"])]


def test_events_and_shifts_have_their_rows_in_the_id_map(story: Story) -> None:
    assert story.scenario.rows(
        """
        select entity_type, external_id_map.external_id, is_active,
            coalesce(events.title, 'shift ' || shifts.role)
        from ops.external_id_map
        left join marts.dim_events as events on entity_id = events.event_key
        left join marts.dim_shifts as shifts on entity_id = shifts.shift_key
        where external_id_map.external_system = 'web' and entity_type <> 'volunteer'
        order by external_id_map.external_id
        """
    ) == [
        ("event", "E-1", True, "Career day"),
        ("event", "E-2", True, "Robots"),
        ("event", "E-6", True, "Show"),
        ("shift", "S-1", True, "shift speaker"),
        ("shift", "S-2", True, "shift host"),
    ]
