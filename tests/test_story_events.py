"""Which rows are one session, and when it is: ids, titles, days, and sessions without a day.

pathful.md 3.1, 4.7 and 4.8; lessons 15, 26 to 31 and 34.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from tests.support import workbooks
from tests.support.scenario import Scenario
from tests.support.stories import (
    Tables,
    attendance,
    begin,
    bucket_of,
    differences,
    event,
    forget_everything_built,
    presenter,
    session,
    tables,
    ticket,
)

pytestmark = pytest.mark.slow

AUTUMN = session("123.0", "Autumn talk", "2025-10-07 00:00:00")
MORNING = session(201, "Twice a day", "2025-10-08 09:00:00")
NOON = session(202, "twice a DAY", "2025-10-08 12:00:00")
WITHOUT_ID = session(None, "No id", "2025-10-09")
STUDENTS_ONLY = session(203, "Students only", "2025-10-10", SignUp_Role="Student")
DATED_LATER = session(301, "Dated later", None, Status="Confirmed", Duration=45)
DATED_BY_STAFF = session(302, "Dated by staff", None, Status="Published")
IGNORED = session(303, "Ignored", None, Status="Completed")
NAMELESS = session(None, "Neither id nor day", None, Status="Requested")
UNKNOWABLE = session(None, None, None, Status="Requested")

FIRST = [
    AUTUMN("Ana Ruiz", "ana"),
    MORNING("Ana Ruiz", "ana"),
    NOON("Bo Chen", "bo"),
    MORNING("Kim Poe", "kim", Session_ID=None),
    WITHOUT_ID("Ana Ruiz", "ana"),
    WITHOUT_ID("Bo Chen", "bo", Title=" no ID "),
    WITHOUT_ID("Kim Poe", "kim", Title="No id", Date="2025-10-09 00:00:00"),
    WITHOUT_ID("Ana Ruiz", "ana", Date="2025-10-16"),
    STUDENTS_ONLY("Kid One", "kid-1"),
    DATED_LATER("Ana Ruiz", "ana"),
    DATED_LATER("Bo Chen", "bo"),
    DATED_BY_STAFF("Ana Ruiz", "ana"),
    IGNORED("Ana Ruiz", "ana"),
    NAMELESS("Ana Ruiz", "ana"),
    NAMELESS("Dave Stone", "dave", **presenter("Acme")),
    UNKNOWABLE("Ana Ruiz", "ana"),
]
# The next report: the id came for the one without, 123 lost its .0 and moved, 301 and 303 have
# their day, and so has 302, after staff had given another.
SECOND = [
    AUTUMN(
        "Ana Ruiz", "ana", Session_ID=123, Date="2025-11-02 01:30:00", Title="Autumn talk, moved"
    ),
    session(400, "No id", "2025-10-09")("Ana Ruiz", "ana"),
    DATED_LATER("Ana Ruiz", "ana", Date="2025-12-01 10:00:00"),
    IGNORED("Ana Ruiz", "ana", Date="2025-12-02"),
    DATED_LATER("Bo Chen", "bo"),
]
# The contract's own layout: no user ids, but addresses and a stated attendance (pathful.md 1.3).
SEMANTIC = [
    {
        "external_row_id": f"row {name}",
        "EventId": "sess-500.0x",
        "SessionStart": "2025-10-20T15:30:00Z",
        "Title": "By contract",
        "Status": "Completed",
        "Partner": "prep-kc ",
        "ParticipantType": "Educator",
        "TeacherName": name,
        "TeacherEmail": email,
        "AttendanceStatus": stated,
    }
    for name, email, stated in (
        ("A. R.", "ANA.RUIZ@example.org ", "attended"),
        ("Bo Chen", "bo@example.org", "Absent"),
        ("Kim Poe", "nan", "registered"),
        ("Lee Moss", "desk@example.org", "attended"),
        ("Sam Tate", "desk@example.org", "attended"),
    )
]


@dataclass
class Story:
    scenario: Scenario
    runs: dict[str, str] = field(default_factory=dict)
    after: dict[str, Tables] = field(default_factory=dict)
    events: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)

    def build(self, chapter: str) -> None:
        self.scenario.build()
        self.after[chapter] = tables(self.scenario)
        self.events[chapter] = self.scenario.rows(
            "select pathful_session_id, title, session_date from marts.dim_events order by all"
        )
        self.tickets[chapter] = {
            title: ticket(self.scenario, "no_date_session", title)
            for title in ("Dated later", "Dated by staff", "Ignored", "Neither id nor day")
        }


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    scenario = begin(tmp_path_factory)
    story = Story(scenario)
    scenario.roster(
        [
            workbooks.roster_row(),
            workbooks.roster_row(Name="Bo Chen", Email="bo@example.org"),
            workbooks.roster_row(Name="Kim Poe", Email="kim@example.org"),
            workbooks.roster_row(Name="Front Desk", Email="desk@example.org"),
        ]
    )
    story.runs["first"] = scenario.pathful(FIRST, headers=workbooks.SESSION_HEADERS)
    story.build("first")
    tickets = story.tickets["first"]
    scenario.decide("ignore_ticket", tickets["Ignored"]["ticket_key"], reason="A test")
    scenario.decide(
        "set_session_date", tickets["Dated by staff"]["ticket_key"], {"session_date": "2025-12-05"}
    )
    scenario.decide(
        "set_session_date",
        tickets["Neither id nor day"]["ticket_key"],
        {"session_date": "2025-12-06"},
    )
    story.runs["second"] = scenario.pathful(SECOND, headers=workbooks.SESSION_HEADERS)
    scenario.pathful(SEMANTIC)
    story.build("second")
    story.runs["window"] = scenario.pathful(
        [
            MORNING("Ana Ruiz", "ana", Title="Never loaded"),
            AUTUMN("Ana Ruiz", "ana", Date="2026-02-10", Title="Autumn talk, moved on"),
            DATED_BY_STAFF("Ana Ruiz", "ana", Date="2026-02-11"),
        ],
        headers=workbooks.SESSION_HEADERS,
        cutoff_date=date(2026, 1, 1),
    )
    story.runs["undated again"] = scenario.pathful(
        [AUTUMN("Ana Ruiz", "ana", Date=None, Title="Autumn talk, moved on")],
        headers=workbooks.SESSION_HEADERS,
    )
    scenario.decide("revoke", "decision-003", subject_type="decision", revokes="decision-003")
    story.build("third")
    forget_everything_built(scenario)
    story.build("from nothing")
    return story


def test_each_session_is_one_event_and_back_to_back_sessions_are_two(story: Story) -> None:
    assert story.events["first"] == [
        ("123", "Autumn talk", date(2025, 10, 7)),
        ("201", "Twice a day", date(2025, 10, 8)),
        ("202", "twice a DAY", date(2025, 10, 8)),
        ("203", "Students only", date(2025, 10, 10)),
        (None, "No id", date(2025, 10, 9)),
        (None, "No id", date(2025, 10, 16)),
    ]


def test_three_rows_without_an_id_are_one_event_with_three_teachers(story: Story) -> None:
    teachers = story.scenario.rows(
        """
        select teachers.email from marts.fct_teacher_participation
        inner join marts.dim_teachers as teachers using (teacher_key)
        inner join marts.dim_events as events using (event_key)
        where events.pathful_session_id = '400' order by 1
        """
    )
    assert teachers == [("ana.ruiz@example.org",), ("bo@example.org",), ("kim@example.org",)]


def test_a_row_without_an_id_that_fits_two_sessions_waits(story: Story) -> None:
    first = story.runs["first"]
    assert bucket_of(story.scenario, first, 5) == "unmatched/event"
    waiting = ticket(story.scenario, "event", "twice a day|2025-10-08")
    assert waiting["status"] == "pending"
    candidates = json.loads(waiting["candidates_json"])
    assert [candidate["kind"] for candidate in candidates] == ["event", "event"]
    assert "kim@example.org" not in attendance(story.scenario, "201")
    assert "kim@example.org" not in attendance(story.scenario, "202")


def test_an_event_without_an_id_gets_the_id_of_the_same_title_and_day(story: Story) -> None:
    """pathful.md 3.1, 2-fill: the next import fills it, the other day stays an event of its own."""
    assert [e for e in story.events["second"] if e[1] == "No id"] == [
        ("400", "No id", date(2025, 10, 9)),
        (None, "No id", date(2025, 10, 16)),
    ]
    assert bucket_of(story.scenario, story.runs["second"], 3) == "created"


def test_an_id_with_point_zero_is_the_same_id_and_a_new_day_the_same_event(story: Story) -> None:
    """Lessons 15 and 30; the hour that a clock change has twice is read, not refused."""
    moved = [e for e in story.events["second"] if e[0] == "123"]
    assert moved == [("123", "Autumn talk, moved", date(2025, 11, 2))]
    assert bucket_of(story.scenario, story.runs["second"], 2) == "updated"
    assert (
        story.scenario.value(
            f"select events_updated from ops.import_runs where run_id = '{story.runs['second']}'"
        )
        == 1
    )


def test_rows_without_a_day_make_one_ticket_per_session(story: Story) -> None:
    tickets = story.tickets["first"]
    assert {t["status"] for t in tickets.values()} == {"pending"}
    assert [bucket_of(story.scenario, story.runs["first"], n) for n in range(11, 18)] == [
        *["unmatched/no_date_session"] * 6,
        "skipped/blank_row",
    ]
    raw = dict(story.scenario.rows("select attempted_name, raw_json from queues.queue_unmatched"))
    content = json.loads(raw["Dated later"])
    assert content["session_id"] == "301"
    assert content["duration"] == 45
    assert content["participant_count"] == 2
    assert json.loads(raw["Neither id nor day"])["session_id"] is None


def test_a_day_in_a_later_report_settles_the_ticket_and_an_ignored_one_stays(story: Story) -> None:
    tickets = story.tickets["second"]
    assert tickets["Dated later"]["status"] == "resolved"
    assert tickets["Dated later"]["resolved_by"] == "system"
    assert tickets["Dated later"]["event_key"] is not None
    assert tickets["Ignored"]["status"] == "ignored"
    assert tickets["Ignored"]["event_key"] is not None
    assert ("301", "Dated later", date(2025, 12, 1)) in story.events["second"]
    assert ("303", "Ignored", date(2025, 12, 2)) in story.events["second"]
    assert attendance(story.scenario, "301") == {
        "ana.ruiz@example.org": "SignedUp",
        "bo@example.org": "SignedUp",
    }


def test_a_day_from_staff_makes_the_event_until_a_report_knows_better(story: Story) -> None:
    assert ("302", "Dated by staff", date(2025, 12, 5)) in story.events["second"]
    assert (None, "Neither id nor day", date(2025, 12, 6)) in story.events["second"]
    assert story.tickets["second"]["Dated by staff"]["status"] == "resolved"
    assert ("302", "Dated by staff", date(2026, 2, 11)) in story.events["third"]


def test_a_revoked_day_takes_the_event_back(story: Story) -> None:
    assert not [e for e in story.events["third"] if e[1] == "Neither id nor day"]
    assert story.tickets["third"]["Neither id nor day"]["status"] == "pending"


def test_a_window_hides_nothing_that_is_known_and_follows_a_moved_session(story: Story) -> None:
    """pathful.md 4.8, lesson 30."""
    window = story.runs["window"]
    assert bucket_of(story.scenario, window, 2) == "skipped/before_cutoff"
    assert bucket_of(story.scenario, window, 3) == "updated"
    assert event(story.scenario, "201", "title") == "Twice a day"
    assert ("123", "Autumn talk, moved on", date(2026, 2, 10)) in story.events["third"]
    assert len(story.events["third"]) == len(story.events["second"]) - 1


def test_a_session_that_has_its_day_does_not_become_undated(story: Story) -> None:
    assert bucket_of(story.scenario, story.runs["undated again"], 2) == "skipped/unchanged"
    assert not story.scenario.rows(
        "select 1 from queues.queue_unmatched where attempted_name like 'Autumn%'"
    )


def test_the_contracts_own_layout_matches_by_address_and_states_the_attendance(
    story: Story,
) -> None:
    """pathful.md 1.3 and 4.3; null tokens and shared addresses match nobody (lessons 6, 16)."""
    assert attendance(story.scenario, "sess-500.0x") == {
        "ana.ruiz@example.org": "Attended",
        "bo@example.org": "Absent",
        "kim@example.org": "SignedUp",
    }
    assert ticket(story.scenario, "teacher", "Lee Moss")["reason_code"] == "shared_email"
    assert event(story.scenario, "sess-500.0x", "session_date", "is_time_known") == (
        date(2025, 10, 20),
        True,
    )


def test_a_rebuild_gives_the_same(story: Story) -> None:
    assert differences(story.after["third"], story.after["from nothing"]) == {}
