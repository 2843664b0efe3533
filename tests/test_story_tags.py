"""Who is on a session and who is credited: tags, overrides and promoted drafts through imports.

pathful.md 4.3, 4.4, 4.9, 4.10 and 6.5; lessons 43, 48, 51 to 54.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support import workbooks
from tests.support.scenario import Scenario
from tests.support.stories import (
    Tables,
    attendance,
    begin,
    differences,
    forget_everything_built,
    presenter,
    session,
    tables,
    teacher_key,
)

pytestmark = pytest.mark.slow

DONE = session(101, "Done", "2025-10-01")
UNKNOWN = session(102, "Nobody known", "2025-11-05")
AHEAD = session(103, "Ahead", "2026-04-02", Status="Published")
DRAFT = session(104, "Full draft", "2026-01-15", Status="Draft", Attended_Student_Count=12)
EMPTY = session(105, "Empty draft", "2026-01-20", Status="Draft", Attended_Student_Count=0)
CALLED_OFF = session(106, "Called off", "2026-02-03", Status="Cancelled")
PAT = ("Pat Lane", "pat")

FIRST = [
    DONE("Ana Ruiz", "ana"),
    DONE("Ben Ode", "ben", Attended_Educator_Count=0),
    DONE(*PAT, **presenter("Acme")),
    UNKNOWN("Zoe Bell", "zoe"),
    AHEAD("Ana Ruiz", "ana", Attended_Educator_Count="n/a"),
    DRAFT("Ben Ode", "ben", Attended_Educator_Count="n/a"),
    EMPTY("Ben Ode", "ben", Attended_Educator_Count=1),
    EMPTY("Ana Ruiz", "ana", Attended_Educator_Count="n/a"),
    CALLED_OFF("Ben Ode", "ben"),
]
# Pathful caught up with what staff decided, and repeats what they took back.
NEWER = [
    DONE("Ana Ruiz", "ana", Title="Done again"),
    DONE("Ben Ode", "ben", Title="Done again"),
    DONE(*PAT, Title="Done again", **presenter("Acme")),
    UNKNOWN("Zoe Bell", "zoe"),
    UNKNOWN("Cleo Day", "cleo", Attended_Educator_Count=0, District_or_Company="Center"),
    DRAFT("Ben Ode", "ben", Status="Completed", Attended_Educator_Count=0),
    EMPTY("Ben Ode", "ben", Status="Published"),
    CALLED_OFF("Ben Ode", "ben", Status="Completed"),
]


@dataclass
class Story:
    scenario: Scenario
    decisions: dict[str, str] = field(default_factory=dict)
    after: dict[str, Tables] = field(default_factory=dict)
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def decide(self, name: str, action: str, session_id: str, **payload: str) -> None:
        self.decisions[name] = self.scenario.decide(
            action,
            self.event_key(session_id),
            payload,
            subject_type="event",
            reason="The presenter stayed away" if action == "override_attendance" else None,
        )

    def revoke(self, name: str) -> None:
        decision_id = self.decisions[name]
        self.decisions[f"revoke {name}"] = self.scenario.decide(
            "revoke", decision_id, subject_type="decision", revokes=decision_id, reason="Mistaken"
        )

    def event_key(self, session_id: str) -> str:
        return str(
            self.scenario.value(
                f"select event_key from marts.dim_events where pathful_session_id = '{session_id}'"
            )
        )

    def person_key(self) -> str:
        return str(
            self.scenario.value(
                "select person_key from marts.dim_volunteers where last_name = 'Lane'"
            )
        )

    def build(self, chapter: str) -> None:
        self.scenario.build()
        self.after[chapter] = tables(self.scenario)
        self.seen[chapter] = {
            **{number: attendance(self.scenario, number) for number in map(str, range(101, 107))},
            **{
                name: self.scenario.progress(f"{email}@example.org")
                for name, email in (("ana", "ana.ruiz"), ("ben", "ben"), ("cleo", "cleo"))
            },
            "presenters": {
                number: (status, is_tagged, source, hours)
                for number, status, is_tagged, source, hours in self.scenario.rows(
                    """
                    select pathful_session_id, participations.status, is_tagged,
                        participations.import_source, delivery_hours
                    from marts.fct_volunteer_participation as participations
                    inner join marts.dim_events using (event_key)
                    inner join marts.dim_volunteers using (person_key)
                    """
                )
            },
            "districts of 102": {
                name
                for (name,) in self.scenario.rows(
                    """
                    select district_name from marts.bridge_event_districts
                    inner join marts.dim_events using (event_key)
                    inner join marts.dim_districts using (district_key)
                    where pathful_session_id = '102'
                    """
                )
            },
            "flags": set(
                self.scenario.rows(
                    """
                    select pathful_session_id, flag_type from queues.queue_event_flags
                    inner join marts.dim_events using (event_key) where not is_resolved
                    """
                )
            ),
        }

    def participation(self, session_id: str, email: str) -> Mapping[str, Any]:
        columns = (
            "imported_attendance_status",
            "attendance_basis",
            "match_rule",
            "import_source",
            "is_tagged",
            "has_override",
            "override_decision_id",
            "overridden_by",
        )
        (row,) = self.scenario.rows(
            f"""
            select {", ".join(f"participations.{column}" for column in columns)}
            from marts.fct_teacher_participation as participations
            inner join marts.dim_events using (event_key)
            inner join marts.dim_teachers as teachers using (teacher_key)
            where pathful_session_id = '{session_id}' and teachers.email = '{email}@example.org'
            """
        )
        return dict(zip(columns, row, strict=True))

    def audit(self, decision_id: str) -> tuple[Any, ...]:
        (row,) = self.scenario.rows(
            f"""
            select audit_action, before_json, after_json, is_standing from ops.audit_log
            where decision_id = '{decision_id}'
            """
        )
        return (row[0], *(json.loads(text) for text in row[1:3]), row[3])


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    scenario = begin(tmp_path_factory)
    story = Story(scenario)
    scenario.roster(
        [workbooks.roster_row(), workbooks.roster_row(Name="Ben Ode", Email="ben@example.org")]
    )
    scenario.roster(
        [workbooks.roster_row(Building="Oak", Name="Cleo Day", Email="cleo@example.org")],
        district="Center School District",
    )
    scenario.pathful(FIRST, headers=workbooks.SESSION_HEADERS)
    story.build("imported")

    ana, ben, cleo = (
        teacher_key(scenario, f"{email}@example.org") for email in ("ana.ruiz", "ben", "cleo")
    )
    story.decide("untag ana", "untag_teacher", "101", teacher_key=ana)
    story.decide("tag cleo", "tag_teacher", "102", teacher_key=cleo)
    story.decide("tag ben ahead", "tag_teacher", "103", teacher_key=ben)
    story.decide("untag pat", "untag_presenter", "101", person_key=story.person_key())
    story.decide("tag pat", "tag_presenter", "102", person_key=story.person_key())
    story.decide("credit ben", "override_attendance", "101", teacher_key=ben, effect="add")
    story.decide("promote", "promote_draft", "104")
    story.decide("dismiss", "dismiss_draft", "105", preset="duplicate_entry")
    story.decide("reason", "set_cancellation_reason", "106", code="WEATHER")
    story.build("decided")

    scenario.pathful(FIRST, headers=workbooks.SESSION_HEADERS)
    story.build("again")

    scenario.pathful(NEWER, headers=workbooks.SESSION_HEADERS)
    scenario.pathful(
        [
            workbooks.user_row(
                UserAuthId="pat",
                SignUpRole="Professional",
                Name="Pat Lane",
                LoginEmail="pat@example.org",
            )
        ],
        headers=workbooks.USER_HEADERS,
    )
    story.build("newer")

    for name in ("untag ana", "tag cleo", "untag pat", "tag pat", "credit ben", "dismiss"):
        story.revoke(name)
    story.decide("take ana back", "override_attendance", "101", teacher_key=ana, effect="remove")
    story.build("revoked")

    forget_everything_built(scenario)
    story.build("rebuilt")
    return story


def test_imports_alone(story: Story) -> None:
    seen = story.seen["imported"]
    assert seen["101"] == {"ana.ruiz@example.org": "Attended", "ben@example.org": "NoShow"}
    assert seen["102"] == {}
    assert seen["ana"] == (1, 1, "Achieved")
    assert seen["ben"] == (0, 0, "Not Started")
    assert seen["presenters"] == {"101": ("Attended", False, "pathful_direct", 1.0)}
    assert {("104", "NEEDS_ATTENTION"), ("102", "MISSING_PRESENTER")} <= seen["flags"]


def test_a_persons_word_counts_at_once(story: Story) -> None:
    seen = story.seen["decided"]
    assert seen["101"] == {"ben@example.org": "Attended"}
    assert seen["102"] == {"cleo@example.org": "Attended"}
    assert seen["103"] == {"ana.ruiz@example.org": "SignedUp", "ben@example.org": "SignedUp"}
    assert seen["104"] == {"ben@example.org": "Attended"}
    assert set(seen["105"].values()) == {"Canceled"}
    assert seen["ana"] == (0, 1, "In Progress")
    assert seen["ben"] == (2, 1, "Achieved")
    assert seen["cleo"] == (1, 0, "Achieved")
    assert seen["presenters"] == {"102": ("Attended", True, "manual_entry", 1.0)}
    assert seen["districts of 102"] == {"Center School District", "Hickman Mills School District"}
    assert ("101", "MISSING_PRESENTER") in seen["flags"]
    assert ("102", "MISSING_PRESENTER") not in seen["flags"]
    assert not {"NEEDS_ATTENTION", "NEEDS_REASON"} & {flag for _, flag in seen["flags"]}


def test_the_same_file_again_changes_nothing(story: Story) -> None:
    changed = differences(story.after["decided"], story.after["again"])
    assert not {"ops.audit_log", "marts.fct_teacher_participation"} & changed.keys()
    assert story.seen["decided"] == story.seen["again"]


def test_newer_reports_speak_only_where_nobody_decided(story: Story) -> None:
    seen = story.seen["newer"]
    # Untagged stays untagged; the reports credit Ben themselves now, and once.
    assert seen["101"] == {"ben@example.org": "Attended"}
    # Tagged and reported: the report knows better who came.
    assert seen["102"] == {"cleo@example.org": "NoShow"}
    # Pathful says itself how the draft ended; nobody came.
    assert seen["104"] == {"ben@example.org": "NoShow"}
    # Dismissed stays dismissed (lesson 43).
    assert set(seen["105"].values()) == {"Canceled"}
    assert seen["106"] == {"ben@example.org": "Attended"}
    assert seen["ana"] == (0, 1, "In Progress")
    assert seen["ben"] == (2, 1, "Achieved")
    assert seen["cleo"] == (0, 0, "Not Started")
    # The presenter's key is another one since the address is known; the words follow.
    assert seen["presenters"] == {"102": ("Attended", True, "manual_entry", 1.0)}


def test_what_is_revoked_is_as_if_it_had_never_been_said(story: Story) -> None:
    seen = story.seen["revoked"]
    assert seen["101"] == {"ana.ruiz@example.org": "Canceled", "ben@example.org": "Attended"}
    assert seen["102"] == {"cleo@example.org": "NoShow"}
    assert seen["105"] == {"ana.ruiz@example.org": "SignedUp", "ben@example.org": "SignedUp"}
    assert seen["presenters"] == {"101": ("Attended", False, "pathful_direct", 1.0)}
    assert seen["ana"] == (0, 1, "In Progress")
    assert seen["ben"] == (2, 1, "Achieved")
    taken_back = story.participation("101", "ana.ruiz")
    assert taken_back["imported_attendance_status"] == "Attended"
    assert (taken_back["has_override"], taken_back["attendance_basis"]) == (True, "override")
    assert taken_back["override_decision_id"] == story.decisions["take ana back"]
    assert taken_back["overridden_by"] == "steward@example.org"
    assert story.participation("103", "ben") == {
        "imported_attendance_status": None,
        "attendance_basis": "session_status",
        "match_rule": "tagged",
        "import_source": "manual_entry",
        "is_tagged": True,
        "has_override": False,
        "override_decision_id": None,
        "overridden_by": None,
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("untag ana", ("TEACHER_REMOVED", {"teacher": "Ana Ruiz"}, {"teacher": None}, False)),
        ("revoke untag ana", ("TEACHER_ADDED", {"teacher": None}, {"teacher": "Ana Ruiz"}, True)),
        ("tag ben ahead", ("TEACHER_ADDED", {"teacher": None}, {"teacher": "Ben Ode"}, True)),
        ("tag pat", ("PRESENTER_ADDED", {"presenter": None}, {"presenter": "Pat Lane"}, False)),
        ("promote", ("STATUS_CHANGED", {"status": "Draft"}, {"status": "Completed"}, True)),
        (
            "dismiss",
            (
                "STATUS_CHANGED",
                {"status": "Draft", "cancellation_reason": None, "cancellation_notes": None},
                {
                    "status": "Cancelled",
                    "cancellation_reason": "OTHER",
                    "cancellation_notes": "Duplicate entry",
                },
                False,
            ),
        ),
        # By then the reports had moved the draft on.
        (
            "revoke dismiss",
            (
                "STATUS_CHANGED",
                {
                    "status": "Cancelled",
                    "cancellation_reason": "OTHER",
                    "cancellation_notes": "Duplicate entry",
                },
                {"status": "Published", "cancellation_reason": None, "cancellation_notes": None},
                True,
            ),
        ),
        (
            "reason",
            (
                "CANCELLATION_REASON_SET",
                {"cancellation_reason": None},
                {"cancellation_reason": "WEATHER"},
                True,
            ),
        ),
        (
            "take ana back",
            (
                "OVERRIDE_REMOVED",
                {"override": None},
                {"override": "remove"},
                True,
            ),
        ),
        ("revoke credit ben", ("OVERRIDE_REVERSED", {"override": "add"}, {"override": None}, True)),
    ],
)
def test_the_audit_says_what_really_changed(
    story: Story, name: str, expected: tuple[Any, ...]
) -> None:
    assert story.audit(story.decisions[name]) == expected


def test_the_audit_has_what_imports_changed_and_nothing_else(story: Story) -> None:
    rows = story.scenario.rows(
        """
        select pathful_session_id, audit_action, before_json, after_json, run_id
        from ops.audit_log inner join marts.dim_events using (event_key)
        where audit_log.source = 'import' order by 1, 2
        """
    )
    assert [(row[0], row[1], json.loads(row[2]), json.loads(row[3])) for row in rows] == [
        ("101", "FIELD_UPDATED", {"title": "Done"}, {"title": "Done again"}),
        ("105", "STATUS_CHANGED", {"status": "Draft"}, {"status": "Published"}),
        (
            "106",
            "CANCELLATION_REASON_CLEARED",
            {"cancellation_reason": "WEATHER"},
            {"cancellation_reason": None},
        ),
        ("106", "STATUS_CHANGED", {"status": "Cancelled"}, {"status": "Completed"}),
    ]
    assert len({row[4] for row in rows}) == 1


def test_a_rebuild_from_nothing_is_the_same(story: Story) -> None:
    assert not differences(story.after["revoked"], story.after["rebuilt"])
