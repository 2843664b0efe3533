"""Decisions that wait for a build: which they are, what they will change, and double clicks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import streamlit as st

from dashboard import decide, pages, pending
from dashboard import release as releases
from dashboard.pending import Pending
from dashboard.who import Person
from polaris import access
from polaris.deciding import decisions
from polaris.deciding.actions import REVOKE, catalogue
from polaris.settings import load_settings
from tests.support import fake_release

JO = Person("jo@example.org", "admin", "Signed in.")
SAM = Person("sam@example.org", "admin", "Signed in.")
DROPPED = decide.line("ignore_ticket", "ticket", "k-company", reason="A guest")


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    st.session_state.clear()
    return page_home


def show(home: Path, *decision_ids: str) -> None:
    """A new release that shows these decisions."""
    path = fake_release.publish(home, "20260310T150000000Z-aaaaaa")
    with duckdb.connect(str(path)) as release:
        rows = [{"decision_id": one} for one in decision_ids]
        fake_release.insert(release, "ops.audit_log", rows)


def test_a_decision_waits_until_a_release_shows_it_and_so_does_taking_it_back(home: Path) -> None:
    settings = load_settings()
    assert pending.standing(settings) == []
    assert decide.store(settings, JO, [DROPPED])
    (waiting,) = pending.of(settings, "ticket", "k-company")
    assert (waiting.action, waiting.reason, waiting.actor) == (
        "ignore_ticket",
        "A guest",
        "jo@example.org",
    )
    assert decide.store(settings, JO, [decide.revoke_line(waiting.decision_id)])
    assert pending.standing(settings) == []  # taken back before anybody saw it
    assert decide.store(settings, JO, [decide.line("ignore_ticket", "ticket", "k-company")])
    (again,) = pending.standing(settings)
    show(home, again.decision_id)
    assert pending.standing(settings) == []
    assert decide.store(settings, SAM, [decide.revoke_line(again.decision_id, "It is a company")])
    (back,) = pending.of(settings, "ticket", "k-company")
    assert (back.action, back.revoked_action, back.revokes) == (
        REVOKE,
        "ignore_ticket",
        again.decision_id,
    )
    assert pending.of(settings, "ticket", "k-school") == []
    assert decide.waiting(settings)["k-company"].status == "pending"


# What each decision will change, for things the invented release names.
# fmt: off
SENTENCES = [
    ("match_teacher", "k-teacher", {"teacher_key": "t-ana"}, "Anna Ruis is matched to Ana Ruiz"),
    ("match_volunteer", "k-volunteer", {"person_key": "p-maya"},
     "Maja <i>Chen</i> is matched to Maya Chen"),
    ("match_organization", "k-company", {"organization_key": "o-acme"},
     "Acme Robotics Inc is matched to Acme Robotics"),
    ("match_school", "k-school", {"school_key": "s-central"},
     "Central HS is matched to Central High"),
    ("match_district", "d", {"district_key": "d-hickman"}, "d is matched to Hickman Mills"),
    ("ignore_ticket", "k-teacher", {}, "Anna Ruis: the ticket is ignored"),
    ("reopen_ticket", "k-teacher", {}, "Anna Ruis: the ticket is open again"),
    ("reject_candidate", "k-teacher", {"candidate_key": "x"},
     "Anna Ruis: a suggestion is rejected"),
    ("set_session_date", "k-teacher", {"session_date": "2026-05-04"},
     "Anna Ruis: the date becomes May 4, 2026"),
    ("add_to_roster", "k-teacher", {"name": "Anna Ruis"}, "Anna Ruis is added to the roster"),
    ("resolve_flag", "no-such", {}, "no-such: the flag is resolved"),
    ("set_status", "e-done", {"status": "Cancelled"},
     "Robotics at Work: status becomes Cancelled"),
    ("set_cancellation_reason", "e-done", {"code": "WEATHER"},
     "Robotics at Work: cancelled because of Weather / Snow Day"),
    ("set_cancellation_reason", "e-done", {"code": "OTHER", "notes": "The bus\nbroke down"},
     "Robotics at Work: cancelled because of Other (The bus broke down)"),
    ("set_cancellation_reason", "e-done", {"code": "OTHER", "notes": "x" * 500},
     f"Robotics at Work: cancelled because of Other ({'x' * 79}\N{HORIZONTAL ELLIPSIS})"),
    ("set_cancellation_reason", "e-done", {"code": "OTHER", "notes": "x" * 80},
     f"Robotics at Work: cancelled because of Other ({'x' * 80})"),
    ("dismiss_draft", "e-done", {"text": "y" * 81},
     f"Robotics at Work: the draft is dismissed ({'y' * 79}\N{HORIZONTAL ELLIPSIS})"),
    ("promote_draft", "e-done", {}, "Robotics at Work: the draft becomes Completed"),
    ("dismiss_draft", "e-done", {"preset": "duplicate_entry"},
     "Robotics at Work: the draft is dismissed (Duplicate entry)"),
    ("dismiss_draft", "e-done", {"text": "Typed twice"},
     "Robotics at Work: the draft is dismissed (Typed twice)"),
    ("tag_teacher", "e-done", {"teacher_key": "t-ben"},
     "Ben Okafor is added to Robotics at Work"),
    ("untag_teacher", "e-done", {"teacher_key": "t-ana"},
     "Ana Ruiz is taken off Robotics at Work"),
    ("tag_presenter", "e-done", {"person_key": "p-luis"},
     "Luis Ortega presents in Robotics at Work"),
    ("untag_presenter", "e-done", {"person_key": "p-maya"},
     "Maya Chen is taken off Robotics at Work"),
    ("override_attendance", "e-done", {"teacher_key": "t-ana", "effect": "add"},
     "Ana Ruiz gets credit for Robotics at Work"),
    ("override_attendance", "e-done", {"teacher_key": "t-ana", "effect": "remove"},
     "Ana Ruiz loses credit for Robotics at Work"),
    ("edit_event", "e-done",
     {"title": "New", "session_date": "2026-01-16", "duration_minutes": None},
     "Robotics at Work: title becomes New; session date becomes Jan 16, 2026;"
     " duration minutes as imported"),
    ("deactivate_teacher", "r", {"category": "Retired"}, "r is deactivated (Retired)"),
    ("reactivate_teacher", "r", {}, "r: active again"),
    ("set_target_sessions", "r", {"target_sessions": "2"}, "r: the goal becomes 2 sessions"),
    ("report_issue", "r", {"category": "other"}, "r: an issue is reported"),
    ("resolve_issue", "i", {}, "i: the issue is resolved"),
    ("merge", "p", {"survivor": "left"}, "p are merged; the left record stays"),
    ("not_duplicate", "p", {}, "p are two people"),
    ("defer", "p", {}, "p: decided later"),
    ("never_match_on", "xc", {}, "xc: records are never matched on it"),
    ("archive_semester", "2025-2026/fall", {}, "2025-2026/fall: the semester is archived"),
    ("set_page_visible", "e-done", {"visible": True}, "Robotics at Work: shown on the website"),
    ("set_page_visible", "e-done", {"visible": "false"},
     "Robotics at Work: taken off the website"),
    ("link_district", "e-done", {"district_key": "d-hickman"},
     "Robotics at Work is linked to Hickman Mills"),
    ("unlink_district", "e-done", {"district_key": "d-hickman"},
     "Robotics at Work is no longer linked to Hickman Mills"),
    ("edit_person", "p-maya",
     {"local_status": "partial", "organization_key": "o-acme", "notes": "Met at the fair",
      "volunteer_status": None},
     "Maya Chen: local becomes Partly local; organization becomes Acme Robotics;"
     " staff notes are changed; status without a word of staff"),
    ("set_attendance_detail", "e-done",
     {"total_students": 90, "num_classrooms": 6, "rotations": "2"},
     "Robotics at Work: counted 90 students, 6 classrooms, 2 rotations"),
    ("set_district_input", "d-hickman",
     {"school_year": "2025-2026", "data_type": "p2t_completed", "value": 0},
     "Hickman Mills: P2T completed 2025-2026 becomes 0"),
    ("set_district_input", "d-hickman",
     {"school_year": "2025-2026", "data_type": "cna_students", "value": "7", "host": "prepkc"},
     "Hickman Mills: CNA students 2025-2026 of PREP-KC becomes 7"),
    ("dq_fix", "v-1", {"email": "ana@example.org", "phone": "", "dob": "1990-02-03"},
     "r-1 (bad_date): dob, email and phone are corrected"),
    ("dq_fix", "v-gone", {"street": "12 Elm Street"}, "v-gone: street is corrected"),
    ("dq_suppress", "v-2", {"expires_at": "2026-06-30"},
     "r-2 (invalid_status): the finding is suppressed until Jun 30, 2026"),
    ("dq_suppress", "v-2", {}, "r-2 (invalid_status): the finding is suppressed"),
    ("dq_wont_fix", "v-1", {}, "r-1 (bad_date): the finding will not be fixed"),
    ("dq_reopen", "v-1", {}, "r-1 (bad_date): the finding is open again"),
    ("acknowledge_anomaly", "xa", {}, "xa: it is known that this is unusual"),
    ("exclude_load", fake_release.FIRST_RUN, {}, "roster.csv: the rows of the file are left out"),
    ("set_config", "retention.days", {"key": "retention.days", "value": 120},
     "the setting retention.days becomes 120"),
    ("set_rule_mode", "REF-401", {"rule_code": "REF-401", "source": "csv", "mode": "off"},
     "the rule REF-401 becomes off for csv"),
    ("include_load", fake_release.FIRST_RUN, {}, "roster.csv: the rows of the file count again"),
]
# fmt: on


def made(action: str, key: str, payload: dict[str, Any], revoked: str | None = None) -> Pending:
    subject = catalogue()[revoked or action].subject_type
    now = datetime(2026, 3, 10, tzinfo=UTC)
    taken_back = "id" if revoked else None
    return Pending("x", action, subject, key, payload, None, "jo", now, taken_back, revoked)


@pytest.mark.parametrize(("action", "key", "payload", "sentence"), SENTENCES)
def test_what_will_change_is_said_in_words(
    action: str, key: str, payload: dict[str, Any], sentence: str
) -> None:
    release = releases.current(load_settings())
    assert pending.sentence(release, made(action, key, payload)) == sentence
    back = made(REVOKE, key, payload, action)
    assert pending.sentence(release, back) == f"Taken back: {sentence}"


def test_every_kind_of_decision_has_its_sentence() -> None:
    assert {action for action, *_ in SENTENCES} == set(catalogue()) - {REVOKE}


def test_the_second_click_counts_as_stored_and_stores_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = load_settings()
    for _ in range(2):
        assert decide.store(settings, JO, [DROPPED])
    (stored,) = decisions.read_all(settings)
    back = decide.revoke_line(stored.decision_id)
    for _ in range(2):
        assert decide.store(settings, JO, [back])
    assert len(decisions.read_all(settings)) == 2
    assert decide.store(settings, JO, [DROPPED])  # decided anew after taking it back
    assert len(decisions.read_all(settings)) == 3
    assert not decide.store(settings, SAM, [DROPPED])  # somebody else is told who was first
    kind, message = st.session_state[decide._NOTICE]
    assert kind == "error"
    assert "jo@example.org" in message
    later = datetime.now(UTC) + timedelta(seconds=11)

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return later

    monkeypatch.setattr("dashboard.decide.datetime", Later)
    assert not decide.store(settings, JO, [DROPPED])


def test_a_hundred_and_first_decision_refuses_them_all() -> None:
    settings = load_settings()
    lines = [decide.line("ignore_ticket", "ticket", f"k-{number}") for number in range(101)]
    assert not decide.store(settings, JO, lines)
    assert "at most 100" in st.session_state[decide._NOTICE][1]
    assert decisions.read_all(settings) == []


def test_every_page_of_the_navigation_exists_and_asks_for_a_known_right() -> None:
    for page in pages.PAGES:
        assert page.activity in access.ACTIVITIES or page.activity in catalogue()
        assert pages.is_open(page.name, "admin")
    assert not pages.is_open("nothing", "admin")


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [(None, False), ("x" * 500, False), (" " * 600, False), ("x" * 501, True)],
)
def test_a_text_is_too_long_by_what_is_kept_of_it(text: str | None, is_refused: bool) -> None:
    assert decide.is_too_long("The notes are", text) is is_refused
    said = "The notes are 501 characters long, at most 500 are kept. Nothing was stored."
    assert st.session_state.get(decide._NOTICE) == (("error", said) if is_refused else None)


def test_which_decisions_the_release_shows(home: Path) -> None:
    settings = load_settings()
    assert pending.applied(settings, ["one", "two"]) == frozenset()
    show(home, "one")
    assert pending.applied(settings, ["one", "two"]) == {"one"}
    assert pending.applied(settings, []) == frozenset()
