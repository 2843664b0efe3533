"""A teacher's own page: opened by a signed link, only the own record, and no roster leak."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from polaris import teacher_links
from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import APP, checked, metrics, press, text_of

ANA = "ana.ruiz@example.org"


@pytest.fixture(autouse=True)
def home(page_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLARIS_SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setenv("POLARIS_MAIL_FROM", "polaris@example.org")
    path = fake_release.publish(page_home)
    with duckdb.connect(str(path)) as release:
        release.execute(
            "update marts.fct_teacher_roster set roster_key = 'r-' || teacher_key,"
            " teacher_name = (select any_value(teacher_name) from marts.dim_teachers as t"
            " where t.teacher_key = fct_teacher_roster.teacher_key) where roster_key is null"
        )
        release.execute(
            "update marts.fct_teacher_participation set is_credited = attendance_status"
            " = 'Attended', is_no_show = attendance_status = 'NoShow'"
        )
    return page_home


@pytest.fixture
def signed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that requires sign-in, and nobody is signed in."""
    monkeypatch.setattr("dashboard.who.is_configured", lambda: True)
    monkeypatch.setattr("streamlit.user", {"is_logged_in": False})


def own_page(token: str | None) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.run()
    app.switch_page("screens/my_progress.py")
    if token is not None:
        app.query_params[teacher_links.PARAMETER] = token
    return checked(app.run())


def link(email: str) -> str:
    token = teacher_links.issue(load_settings(), email)
    assert token is not None
    return token


def tables(app: AppTest) -> str:
    return "\n".join(one.value.to_csv() for one in app.dataframe)


@pytest.mark.usefixtures("signed_out")
def test_a_link_opens_the_own_record_and_nothing_else_without_signing_in() -> None:
    app = own_page(link(ANA))
    text = text_of(app).replace("\\", "")
    assert app.subheader[0].value == "Ana Ruiz"
    assert metrics(app) == {
        "Goal": "1 session",
        "Completed": "1",
        "Planned": "0",
        "No-shows": "0",
    }
    assert "Achieved" in text
    assert "Robotics at Work" in tables(app)
    assert "Yes" in tables(app)
    assert "Nursing Careers" not in tables(app)  # Ben's
    for foreign in ("Okafor", "Grandview", "Patel", "Maya", "Administrator"):
        assert foreign not in text + tables(app)


@pytest.mark.usefixtures("signed_out")
def test_what_counts_is_said_session_by_session() -> None:
    eve = own_page(link("eve.stone@example.org"))
    assert "No, a no-show" in tables(eve)
    ben = own_page(link("ben.okafor@example.org"))
    assert "Planned" in tables(ben)
    assert "#### Upcoming" in text_of(ben)
    cara = own_page(link("cara.l@example.org"))  # hers was in another year
    assert "No session of yours took place" in text_of(cara)


@pytest.mark.usefixtures("signed_out")
def test_an_issue_is_reported_as_the_teacher_and_shown_at_once() -> None:
    app = own_page(link(ANA))
    app.selectbox(key="my-category").select("not_tracked")
    app.text_area(key="my-notes").set_value("=2+2 <b>Robotics</b>, January")
    app = press(app, "Report an issue")
    assert "Your report was received" in text_of(app)
    (stored,) = decisions.read_all(load_settings())
    assert (stored.actor, stored.role, stored.action) == (ANA, "teacher", "report_issue")
    assert stored.subject_key == "r-ana"
    assert stored.payload == {
        "category": "not_tracked",
        "notes": "=2+2 <b>Robotics</b>, January",
    }
    assert "Received" in text_of(app)
    assert r"\<b\>Robotics" in text_of(app)
    assert app.text_area(key="my-notes").value == ""
    other = own_page(link("ben.okafor@example.org"))
    assert "Robotics</b>" not in text_of(other)


@pytest.mark.usefixtures("signed_out")
def test_a_link_that_ends_while_a_report_is_written_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = own_page(link(ANA))
    app.text_area(key="my-notes").set_value("Something long")
    later = time.time() + teacher_links.VALID_HOURS * 3600 + 60
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    app = press(app, "Report an issue")
    assert "Nothing was sent" in text_of(app).replace("\\", "")
    assert decisions.read_all(load_settings()) == []


@pytest.mark.usefixtures("signed_out")
@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "'; drop table x"])
def test_a_missing_or_broken_link_leads_to_a_new_one(token: str | None) -> None:
    app = own_page(token)
    assert "Send me a link" in [button.label for button in app.button]
    assert not app.metric
    assert not app.dataframe


@pytest.mark.usefixtures("signed_out")
def test_an_expired_link_leads_to_a_new_one_and_so_does_one_of_somebody_who_left(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = link(ANA)
    with monkeypatch.context() as later:
        later.setattr("itsdangerous.timed.time.time", lambda: time.monotonic() + 4e9)
        app = own_page(token)
    assert "48 hours" in text_of(app)
    assert not app.metric
    with duckdb.connect(str(home / "releases" / f"{fake_release.NAME}.duckdb")) as release:
        release.execute("update marts.fct_teacher_roster set is_active = false")
    assert not own_page(token).metric


@pytest.mark.usefixtures("signed_out")
def test_the_answer_is_the_same_for_an_address_that_is_not_on_the_roster(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("polaris.teacher_links.request", lambda _, email: asked.append(email))
    answers = []
    for address in (ANA, "nobody@example.org", "", "<script>"):
        app = own_page("broken")
        app.text_input(key="my-email").set_value(address)
        app = press(app, "Send me a link")
        answers.append(text_of(app))
    assert len(set(answers)) == 1
    assert "If the address is on the active roster, a link is on its way." in answers[0]
    assert asked == [ANA, "nobody@example.org", "", "<script>"]


@pytest.mark.usefixtures("signed_out")
def test_links_are_not_sent_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("polaris.teacher_links.request", lambda _, email: asked.append(email))
    app = own_page("broken")
    for number in range(31):
        app.text_input(key="my-email").set_value(f"t{number}@example.org")
        app = press(app, "Send me a link")
    assert len(asked) == 30
    assert "Wait a minute" in text_of(app)


def test_the_page_has_no_navigation_even_for_staff() -> None:
    """The sections of the top navigation are hidden wherever a link is in the address."""
    from unittest.mock import patch

    with patch("dashboard.pages.st.navigation", wraps=st.navigation) as navigation:
        own_page(link(ANA))
    assert navigation.call_args.kwargs["position"] == "hidden"
