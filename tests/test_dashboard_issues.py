"""Issue reports: who reported what, resolved with notes, each district its own."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import (
    add_rows,
    labels,
    metrics,
    open_page,
    press,
    stored,
    text_of,
    work_as,
)


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    return page_home


def listed(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["teacher"])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Dev Patel", "Ana Ruiz"]),
        ({"district": "d-hickman"}, ["Ana Ruiz"]),
        ({"category": "other"}, ["Dev Patel"]),
        ({"status": "resolved"}, ["Ben Okafor"]),
        ({"status": ""}, ["Ben Okafor", "Dev Patel", "Ana Ruiz"]),
        ({"q": "robotics"}, ["Ana Ruiz"]),
    ],
)
def test_filters_narrow_the_list(query: dict[str, str], names: list[str]) -> None:
    app = open_page("issues", **query)
    assert listed(app) == names
    assert metrics(app) == {
        "Open reports": "2",
        "A session is missing": "1",
        "A session is not counted": "0",
        "Something else": "1",
        "Resolved": "1",
    }


def test_a_report_is_resolved_with_notes_and_never_without() -> None:
    app = open_page("issues", issue="i-missing")
    assert r"The \<b\>robotics\</b\> day is missing\." in text_of(app)
    assert "Ana Ruiz" in text_of(app)
    app = press(app, "Resolve")
    assert "Say in the notes: what came of it" in text_of(app)
    assert stored() == []
    app.text_area(key="resolve-notes-i-missing").set_value("Credit given for $5 & <i>Jan 15</i>")
    app = press(app, "Resolve")
    assert stored() == [("resolve_issue", "i-missing", {}, "Credit given for $5 & <i>Jan 15</i>")]
    assert listed(app) == ["Dev Patel"]
    assert metrics(app)["Resolved"] == "2"
    app = open_page("issues", status="resolved", issue="i-missing")
    assert "Resolved (stored)" in app.dataframe[0].value["status"].tolist()
    assert "resolved by jordan" in text_of(app)
    app.text_area(key="undo-notes-i-missing").set_value("It was another session")
    app = press(app, "Undo")
    assert [(line[0], line[3]) for line in stored()][1] == ("revoke", "It was another session")
    assert "Ana Ruiz" in listed(open_page("issues"))


def test_a_resolved_report_says_how_and_a_link_leads_to_the_teacher() -> None:
    app = open_page("issues", status="resolved")
    text = text_of(app).replace("\\", "")
    assert "Resolved by jordan, Mar 8, 2026" in text
    assert "Credit was given for Mar 3." in text
    link = app.get("page_link")[0].proto
    assert link.page.endswith("progress")
    assert "teacher=t-ben" in link.query_string
    assert "district=d-hickman" in link.query_string


def test_a_district_sees_and_resolves_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, "district_admin", "d-hickman")
    app = open_page("issues")
    assert listed(app) == ["Ana Ruiz"]
    app.text_area(key="resolve-notes-i-missing").set_value("Checked with the school")
    press(app, "Resolve")
    assert stored()[0][:2] == ("resolve_issue", "i-missing")
    assert "not in the release" in text_of(open_page("issues", issue="i-other", status="resolved"))


def test_viewers_only_look(monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, "viewer")
    app = open_page("issues", issue="i-missing")
    assert not {"Resolve", "Undo", "Export CSV"} & set(labels(app))
    assert "ana.ruiz@example.org" not in text_of(app)


def test_a_report_settled_meanwhile_is_refused_in_words() -> None:
    app = open_page("issues", issue="i-missing")
    line = {"action": "resolve_issue", "subject_type": "issue", "subject_key": "i-missing"}
    decisions.append(load_settings(), [line | {"reason": "Done"}], actor="sam", role="admin")
    app.text_area(key="resolve-notes-i-missing").set_value("Mine")
    app = press(app, "Resolve")
    assert "No decision was stored" in text_of(app)
    assert len(stored()) == 1


def test_no_report_says_where_they_come_from(home: Path) -> None:
    assert "No report fits" in text_of(open_page("issues", q="qqq"))
    fake_release.publish(home, fake_release.EMPTY_NAME, empty=True)
    assert "Nobody reported an issue" in text_of(open_page("issues"))


def report(roster_key: str, notes: str | None, role: str = "district_viewer") -> None:
    """Stores a report as a teacher's link or a district does."""
    line = {"action": "report_issue", "subject_type": "roster_teacher", "subject_key": roster_key}
    payload = {"category": "not_tracked"} | ({"notes": notes} if notes else {})
    name, district = roster_key[2:], "d-grandview" if roster_key == "r-dev" else "d-hickman"
    decisions.append(
        load_settings(),
        [line | {"payload": payload}],
        actor=f"{name}@example.org",
        role=role,
        districts=(district,),
        teacher_email={"ana": "ana.ruiz@example.org"}.get(name) if role == "teacher" else None,
    )


def test_a_report_that_no_build_has_seen_is_listed_as_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report("r-ana", "I was <b>there</b> on Jan 15", role="teacher")
    report("r-dev", None)
    app = open_page("issues")
    table = app.dataframe[0].value
    assert sorted(table["teacher"]) == ["Ana Ruiz", "Ana Ruiz", "Dev Patel", "Dev Patel"]
    assert sorted(table["status"]) == ["New, stored", "New, stored", "Open", "Open"]
    assert metrics(app)["Open reports"] == "4"
    assert metrics(app)["A session is not counted"] == "2"
    assert metrics(open_page("overview"))["Issue reports"] == "4"
    keys = {item.subject_key: item.decision_id for item in decisions.read_all(load_settings())}
    app = open_page("issues", issue=keys["r-ana"])
    text = text_of(app).replace("\\", "")
    assert "I was <b>there</b> on Jan 15" in text
    assert "It can be resolved after the next build" in text
    assert not {"Resolve", "Undo"} & set(labels(app))
    assert listed(open_page("issues", q="there")) == ["Ana Ruiz"]
    assert "No report fits" in text_of(open_page("issues", status="resolved", q="there"))
    # Each district its own, opened by key too.
    work_as(monkeypatch, "district_admin", "d-hickman")
    assert listed(open_page("issues")) == ["Ana Ruiz", "Ana Ruiz"]
    assert "not in the release" in text_of(open_page("issues", issue=keys["r-dev"]))
    work_as(monkeypatch, "district_admin", "d-grandview")
    assert listed(open_page("issues", category="not_tracked")) == ["Dev Patel"]


def test_the_first_report_is_listed_though_the_release_has_none(home: Path) -> None:
    add_rows(home, "queues.queue_issue_reports", [])
    with duckdb.connect(str(home / "releases" / f"{fake_release.NAME}.duckdb")) as connection:
        connection.execute("delete from queues.queue_issue_reports")
    assert "Nobody reported an issue" in text_of(open_page("issues"))
    report("r-ana", None)
    app = open_page("issues")
    assert app.dataframe[0].value["status"].tolist() == ["New, stored"]
    assert app.selectbox(key="issues-district").options == ["All districts", "Hickman Mills"]
