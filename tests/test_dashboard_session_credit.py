"""Session credit: finding a session, ticking its teachers, and what becomes of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.sessions.queries_session_credit import session_id_in
from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import event_pages, fake_release, fake_release_goals
from tests.support.dashboard_app import act_as, open_page, press, stored, text_of
from tests.support.fake_release_goals import change

REASON = "Presenter no-show: credit for attending"


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    path = fake_release.publish(page_home)
    fake_release_goals.add_sessions(path)
    return path


def line(teacher: str) -> tuple[str, str, dict[str, Any], str]:
    payload = {"teacher_key": teacher, "effect": "add"}
    return ("override_attendance", "e-missed", payload, REASON)


def somebody_credits(teacher: str) -> None:
    action, event, payload, reason = line(teacher)
    made = {"action": action, "subject_type": "event", "subject_key": event}
    made |= {"payload": payload, "reason": reason}
    decisions.append(load_settings(), [made], actor="sam", role="admin")


def ticks(app: AppTest) -> list[tuple[str, bool]]:
    """Who is listed, in order, and whether the box can be ticked."""
    return [(box.label, not box.disabled) for box in app.checkbox]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2001", "2001"),
        (" sess-001 ", "sess-001"),
        ("https://app.pathful.com/wbl/sessions/2001", "2001"),
        ("https://app.pathful.com/wbl/sessions/2001/?tab=1#top", "2001"),
        ("https://prepkc.nepris.com/app/sessions/2001", "2001"),
        ("https://example.org/other/2001", None),
        ("https://app.pathful.com/wbl/sessions/", None),
    ],
)
def test_the_id_in_what_was_pasted(text: str, found: str | None) -> None:
    assert session_id_in(text) == found


def test_a_session_shows_its_teachers_by_school_and_name_with_their_credit() -> None:
    app = open_page("session_credit", session="https://app.pathful.com/wbl/sessions/2001")
    text = text_of(app).replace("\\", "")
    assert "Healthcare Live" in app.subheader[0].value
    assert "Feb 10, 2026, 10:00 AM CST · Hickman Mills · Presenter: none · id 2001" in text
    assert ticks(app) == [
        ("Ana Ruiz", False),
        ("Ben Okafor", True),
        ("Cara Lindqvist", True),
        (r"Eve \<b\>Stone\</b\>", True),
    ]
    assert "**4 registered teachers**, 1 with credit already" in text
    assert "Credited already" in text
    assert app.text_input(key="credit-reason").value == REASON


def test_the_ticked_get_credit_and_only_they() -> None:
    app = open_page("session_credit", session="2001")
    app.checkbox(key="credit-e-missed-t-ben").check()
    app = press(app.run(), "Give credit to 1 teacher")
    assert stored() == [line("t-ben")]
    text = text_of(app).replace("\\", "")
    assert "Credit stored, applied at the next build: 1" in text
    assert "Change stored by jordan" in text
    assert ticks(app)[1] == ("Ben Okafor", False)
    assert not app.checkbox(key="credit-e-missed-t-ben").value


def test_of_many_each_gets_its_own_answer(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = press(open_page("session_credit", session="2001"), "Tick everybody without credit (3)")
    somebody_credits("t-ben")  # in the meantime
    app = press(app, "Give credit to 3 teachers")
    assert {one[2]["teacher_key"] for one in stored()} == {"t-ben", "t-cara", "t-eve"}
    text = text_of(app).replace("\\", "")
    assert "Credit stored, applied at the next build: 2**" in text
    assert "Skipped, credited already: 1**  \nBen Okafor" in text
    # A teacher outside the own district is refused by the store, the others are not held up.
    for item in decisions.read_all(load_settings()):
        revoke = {"action": "revoke", "revokes": item.decision_id, "reason": "again"}
        decisions.append(load_settings(), [revoke], actor="sam", role="admin")
    before = len(stored())
    act_as(monkeypatch, "district_admin", "d-hickman")
    app = press(open_page("session_credit", session="2001"), "Tick everybody without credit (3)")
    foreign = "update marts.fct_teacher_roster set district_key = 'd-grandview'"
    change(release, f"{foreign} where teacher_key = 't-eve'")
    app = press(app, "Give credit to 3 teachers")
    assert len(stored()) == before + 2
    text = text_of(app).replace("\\", "")
    assert "Refused: 1**" in text
    assert "Eve <b>Stone</b>: " in text
    assert "t-eve in your district" in text


@pytest.mark.parametrize(
    ("session", "words"),
    [
        ("2006", "This session is **cancelled**"),
        ("2007", "takes no credit"),
        ("2005", "has not taken place yet"),
        ("999999", "No session **999999** is in this release"),
        ("https://example.org/x", "no address of a Pathful session"),
    ],
)
def test_what_cannot_be_credited_says_so(session: str, words: str) -> None:
    app = open_page("session_credit", session=session)
    assert words in app.warning[0].value.replace("\\", "")
    assert not app.checkbox


def test_an_in_person_event_and_an_empty_session_say_so(release: Path) -> None:
    change(release, "update marts.dim_events set format = 'in_person' where event_key = 'e-missed'")
    assert "no virtual session" in text_of(open_page("session_credit", session="2001"))
    change(release, "delete from marts.fct_teacher_participation where event_key = 'e-revised'")
    assert "Nobody signed up" in text_of(open_page("session_credit", session="2002"))
    assert "Which session?" in text_of(open_page("session_credit"))


def test_a_district_finds_its_own_sessions_and_teachers_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    act_as(monkeypatch, "district_admin", "d-grandview")
    assert "No session **2001** is in this release" in text_of(
        open_page("session_credit", session="2001")
    )
    act_as(monkeypatch, "district_admin", "d-hickman")
    app = open_page("session_credit", session="2001")
    assert len(ticks(app)) == 4
    app = press(app, "Tick everybody without credit (3)")
    press(app, "Give credit to 3 teachers")
    assert len(stored()) == 3


def test_a_reason_is_needed() -> None:
    app = press(open_page("session_credit", session="2001"), "Tick everybody without credit (3)")
    app.text_input(key="credit-reason").set_value("  ")
    app = press(app, "Give credit to 3 teachers")
    assert "Give a reason first" in text_of(app)
    assert stored() == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("Cancelled", "A stored decision makes this session **cancelled** at the next build"),
        ("No Show", "The session's status becomes, by a stored decision, **No Show**"),
    ],
)
def test_a_stored_status_that_takes_no_credit_says_so(status: str, words: str) -> None:
    made = event_pages.decide("set_status", ("event", "e-missed"), status=status)
    app = open_page("session_credit", session="2001")
    assert words in app.warning[0].value.replace("\\", "")
    assert f"{status} \\(stored\\)" in app.subheader[0].value
    assert not app.checkbox
    revoke = {"action": "revoke", "revokes": made}
    decisions.append(load_settings(), [revoke], actor="sam", role="admin")
    assert len(open_page("session_credit", session="2001").checkbox) == 4


def test_a_stored_status_that_takes_credit_again_opens_the_session() -> None:
    event_pages.decide("set_status", ("event", "e-none"), status="Completed")
    app = open_page("session_credit", session="2007")
    assert not app.warning
    assert ticks(app) == [("Dev Patel", True)]


def test_a_status_taken_back_counts_as_what_the_reports_say(release: Path) -> None:
    change(
        release,
        "update marts.dim_events set imported_status = 'Cancelled' where event_key = 'e-missed'",
    )
    event_pages.seed("set-1", "set_status", ("event", "e-missed"), status="Completed")
    change(release, "insert into ops.audit_log (decision_id) values ('set-1')")
    assert not open_page("session_credit", session="2001").warning
    revoke = {"action": "revoke", "revokes": "set-1"}
    decisions.append(load_settings(), [revoke], actor="sam", role="admin")
    assert "**cancelled**" in open_page("session_credit", session="2001").warning[0].value


def test_whom_a_stored_decision_takes_off_gets_no_credit() -> None:
    event_pages.decide("untag_teacher", ("event", "e-missed"), teacher_key="t-ben")
    app = open_page("session_credit", session="2001")
    assert ticks(app)[1] == ("Ben Okafor", False)
    text = text_of(app).replace("\\", "")
    assert "Taken off (stored)" in text
    app = press(app, "Tick everybody without credit (2)")
    press(app, "Give credit to 2 teachers")
    assert {one[2]["teacher_key"] for one in stored()[1:]} == {"t-cara", "t-eve"}


def test_removed_credit_is_shown_beside_what_pathful_says() -> None:
    text = text_of(open_page("session_credit", session="2004")).replace("\\", "")
    assert "Credit removed by staff, Pathful says Attended" in text
    assert "Cancelled" not in text


def test_a_reason_that_is_too_long_gives_nobody_credit_and_stays() -> None:
    app = press(open_page("session_credit", session="2001"), "Tick everybody without credit (3)")
    app.text_input(key="credit-reason").set_value("x" * 5000)
    app = press(app, "Give credit to 3 teachers")
    assert "The reason is 5,000 characters long, at most 500 are kept." in text_of(app)
    assert app.text_input(key="credit-reason").value == "x" * 5000
    assert stored() == []
