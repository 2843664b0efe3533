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
    **{"updated_at": "2025-12-01 08:00"},
}
EVENTS = [
    EVENT,
    EVENT | {"external_id": "E-2", "title": "Robots", "end_at": "", "status": "soon", "school": ""},
    EVENT | {"external_id": "E-3", "title": ""},
    EVENT | {"external_id": "E-4", "school": "Nowhere"},
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
    },
    {
        "external_id": "G-2",
        "event_id": VISIT,
        "email": "zoe@example.org",
        "shift": "S-9",
        "attended": "",
    },
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
        }
    )
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
        "created": 2,
        "invalid/EVENT_TITLE_REQUIRED": 1,
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
    ]


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
        ("REF-401", "REF_EVENT_MISSING", "S-3", "error", True),
        ("REF-401", "REF_EVENT_MISSING", "S-4", "error", True),
        ("REF-401", "REF_SCHOOL_MISSING", "E-4", "error", True),
        ("SHIFT_WINDOW", None, "S-2", "warn", False),
        ("signup_unknown_shift", "REF_SHIFT_MISSING", "G-2", "error", False),
    ]


def test_a_sign_up_finds_its_event_and_shift_and_the_hours_stand_apart(story: Story) -> None:
    assert story.scenario.rows(
        """
        select signups.external_id, events.title, shifts.external_id, hours, derived_hours,
            person_key is not null
        from marts.fct_signups as signups
        left join marts.dim_events as events on signups.event_key = events.event_key
        left join marts.dim_shifts as shifts on signups.shift_key = shifts.shift_key
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
    ) == [(2, 0), (0, 1), (0, 0), (0, 0)]
    # What the file says of E-1 is older than what is known by now.
    assert story.buckets["same events"] == {
        "skipped/older_version": 1,
        "skipped/unchanged": 1,
        "invalid/EVENT_TITLE_REQUIRED": 1,
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
        for name, kind in [("E-1", "events"), ("E-2", "events"), ("S-1", "shifts")]
    ] + [("S-2", story.runs["shifts"], story.runs["same shifts"])]


def test_events_and_shifts_have_their_rows_in_the_id_map(story: Story) -> None:
    assert story.scenario.rows(
        """
        select entity_type, external_id_map.external_id, is_active,
            coalesce(events.title, 'shift ' || shifts.role)
        from ops.external_id_map
        left join marts.dim_events as events on entity_id = events.event_key
        left join marts.dim_shifts as shifts on entity_id = shifts.shift_key
        where external_id_map.external_system = 'web' order by external_id_map.external_id
        """
    ) == [
        ("event", "E-1", True, "Career day"),
        ("event", "E-2", True, "Robots"),
        ("shift", "S-1", True, "shift speaker"),
        ("shift", "S-2", True, "shift host"),
    ]
