"""The audit log on the screen: its views, its words, its export, refused attempts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import downloads, words
from dashboard.administration import queries_audit
from dashboard.administration.queries_audit import AuditFilter
from dashboard.release import current, scope_of
from dashboard.sessions import event_history
from polaris import export_log
from polaris.deciding import decisions
from polaris.errors import BadInput, PolarisError
from polaris.settings import load_settings
from tests.support import event_pages, fake_release
from tests.support import fake_release_events as fake
from tests.support.dashboard_app import (
    add_rows,
    is_closed,
    open_page,
    text_of,
    work_as,
)


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    return page_home


@pytest.fixture
def release(home: Path) -> Path:
    path = fake_release.publish(home)
    fake.correct(path)
    return path


def listed(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["what"])


def test_entries_are_in_words_newest_first_with_chicago_time(release: Path) -> None:
    rows = open_page("audit").dataframe[0].value.set_index("what")
    assert rows.index[0] == "Date changed"
    first = rows.loc["Date changed"]
    assert (first["when"], first["who"]) == ("Mar 10, 2026, 9:15 AM CDT", "An import")
    assert (first["before"], first["after"]) == ("Date: Feb 1, 2026", "Date: Feb 3, 2026")
    credit = rows.loc["Credit corrected"]
    assert credit["subject"] == "Eve <b>Stone</b> · Robots at Work"
    assert (credit["before"], credit["after"]) == ("Attendance: No-show", "Attendance: Attended")
    assert rows.loc["Presenter untagged"]["stands"] == "Undone"
    assert rows.loc["Teacher untagged"]["before"] == "Teacher: Cara Lindqvist"


@pytest.mark.parametrize(
    ("wanted", "actions"),
    [
        ({"event": "e-old"}, ["resolve_flag"]),
        ({"person": "t-cara"}, ["untag_teacher"]),
        ({"person": "p-jose"}, ["untag_presenter"]),
        ({"user": "jordan"}, ["match_teacher"]),
        ({"district": "d-grandview"}, ["DATE_UPDATED"]),
        ({"source": "import"}, ["DATE_UPDATED"]),
        ({"is_standing": False}, ["untag_presenter"]),
        ({"action": "OVERRIDE_ADDED"}, ["override_attendance"]),
        ({"first_day": date(2026, 3, 3), "last_day": date(2026, 3, 10)}, ["DATE_UPDATED"]),
        ({"text": "lindqvist robots"}, ["untag_teacher"]),
        ({"text": "nothing at all"}, []),
    ],
)
def test_views_per_session_person_user_and_district(
    wanted: dict[str, Any], actions: list[str], release: Path
) -> None:
    found = current(load_settings())
    assert found is not None
    chosen = AuditFilter(**wanted)
    assert [row["action"] for row in queries_audit.page(found, chosen, 1)] == actions
    assert queries_audit.count(found, chosen) == len(actions)


def test_the_last_day_of_a_range_is_chicagos(release: Path) -> None:
    with duckdb.connect(str(release)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(
            "update ops.audit_log set decided_at = '2026-03-11 04:30:00+00'"
            " where run_id is not null"
        )
    found = current(load_settings())
    assert found is not None
    assert queries_audit.count(found, AuditFilter(last_day=date(2026, 3, 10))) == 7
    assert queries_audit.count(found, AuditFilter(first_day=date(2026, 3, 11))) == 0


def test_views_stand_in_the_address(release: Path) -> None:
    query = {"teacher": "t-cara", "user": "sam", "stands": "yes", "q": "robots"}
    app = open_page("audit", **query)
    assert {name: app.query_params[name] for name in query} == query
    assert listed(app) == ["Teacher untagged"]
    assert "Person: **Cara Lindqvist**" in text_of(app)
    assert "No entry fits these filters" in text_of(open_page("audit", q="nothing at all"))


def test_one_entry_opens_in_full(release: Path) -> None:
    app = open_page("audit", entry=fake.RETITLED)
    text = text_of(app).replace("\\", "")
    assert "Title: Robotics at Work  \nStudents attended: 25" in text
    assert "=HYPERLINK(1)" in text
    assert "Open the session" in {link.label for link in app.get("page_link")}
    assert "not in the release any more" in text_of(open_page("audit", entry="gone"))


def test_the_export_is_guarded_against_formulas(release: Path) -> None:
    found = current(load_settings())
    assert found is not None
    entries = queries_audit.page(found, AuditFilter(user="sam"), None)
    frame = event_history.frame(found, entries)
    text = downloads.as_csv(downloads.sheet_of("Audit", frame, event_history.HEADS))
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert len(rows) == 5
    reasons = {row["Reason"] for row in rows}
    assert "'=HYPERLINK(1)" in reasons


def test_an_administrator_sees_what_waits_and_what_was_refused(release: Path) -> None:
    event_pages.decide("resolve_flag", ("flag", "f-e-html"), "No session")
    line = {"action": "promote_draft", "subject_type": "event", "subject_key": "e-html"}
    with pytest.raises(BadInput):
        decisions.append(load_settings(), [line], actor="kim", role="viewer")
    app = open_page("audit")
    assert [tab.label for tab in app.tabs] == [
        "Decisions and changes",
        "Waiting for a build",
        "Refused attempts",
        "Exports",
        "Looked at",
    ]
    assert open_page("audit", tab="exports").tabs[3].label == "Exports"
    waiting, refused = (frame.value for frame in app.dataframe[1:])
    assert waiting["reason"].tolist() == ["No session"]
    assert refused["who"].tolist() == ["kim"]
    assert refused["what"].tolist() == ["Draft promoted"]
    assert {button.label for button in app.download_button} == {
        "Export CSV",
        "Export XLSX",
        "Export JSON",
    }


def test_a_viewer_reads_no_address_in_the_log(
    home: Path, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = '{"email": "kai.moe@example.org", "name": "Kai Moe"}'
    add_rows(home, "ops.audit_log", [{"decision_id": "a-1", "after_json": after}])
    seen = {}
    for role in ("data_steward", "viewer"):
        found = current(load_settings(), scope_of(work_as(monkeypatch, role)))
        assert found is not None
        row = found.row("select after_json from ops.audit_log where decision_id = 'a-1'")
        seen[role] = row and row["after_json"]
    assert seen["data_steward"] == after
    assert seen["viewer"] == '{"email": "k***@example.org", "name": "Kai Moe"}'


@pytest.mark.parametrize("label", ["Export CSV", "Export XLSX"])
def test_an_export_of_students_stands_in_the_log_before_it_is_a_file(
    release: Path, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    made: dict[str, Callable[[], bytes]] = {}
    with monkeypatch.context() as patch:
        patch.setattr(
            "dashboard.downloads.st.download_button",
            lambda name, data, *_args, **_options: made.update({name: data}),
        )
        work_as(patch, "data_steward", name="kim")
        open_page("students", status="assigned")
    assert export_log.read_all(load_settings()) == []  # looking is no export
    assert made[label]()
    (taken,) = export_log.read_all(load_settings())
    assert (taken.actor, taken.role, taken.name) == ("kim", "data_steward", "students")
    assert (taken.row_count, taken.release) == (2, fake_release.NAME)
    exports, looks = (frame.value for frame in open_page("audit").dataframe[-2:])
    assert looks["what"].tolist() == ["Records of students"]
    assert exports["what"].tolist() == ["Students"]
    assert exports["format"].tolist() == [label.split()[1]]

    def full(*_: object) -> None:
        raise PolarisError("The decision store cannot be used: disk full.")

    monkeypatch.setattr("polaris.export_log.add", full)
    with pytest.raises(PolarisError, match="disk full"):
        made[label]()


def test_looks_at_what_is_sensitive_and_closed_doors_are_noted_once(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, "viewer", name="kim")
    open_page("volunteers", person="p-iris")  # a viewer sees no birth date
    assert not export_log.looks(load_settings())
    work_as(monkeypatch, "admin", name="lee")
    app = open_page("volunteers", person="p-iris")
    app.run()
    assert [(one.actor, one.name) for one in export_log.looks(load_settings())] == [
        ("lee", "volunteer p-iris")
    ]
    # What somebody wrote into an address is no look at anything.
    open_page("volunteers", person="p-iris", tab="communication", message="no such message")
    open_page("volunteers", person="p-iris", tab="communication", message="m-1")
    names = [one.name for one in export_log.looks(load_settings())]
    assert names == ["volunteer p-iris"] * 3 + ["message m-1"]
    (newest,) = export_log.looks(load_settings(), last=1)
    assert newest.name == "message m-1"
    assert export_log.read_all(load_settings(), last=1) == []
    work_as(monkeypatch, "district_viewer", "d-hickman", name="kim")
    closed = open_page("salesforce")
    assert is_closed(closed)
    closed.run()
    (refusal,) = decisions.refusals(load_settings())
    assert (refusal.actor, refusal.action, refusal.subject_key) == (
        "kim",
        "open_page",
        "salesforce",
    )


def test_others_see_the_log_without_export_and_a_district_only_its_own(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, "data_steward")
    app = open_page("audit")
    assert not app.tabs
    assert not app.download_button
    work_as(monkeypatch, "district_admin", "d-grandview")
    assert listed(open_page("audit")) == ["Date changed"]
    work_as(monkeypatch, "district_viewer", "d-grandview")
    monkeypatch.setattr("dashboard.pages._is_open", lambda *_: True)
    app = open_page("audit")
    assert "Your role may not see this page" in text_of(app)
    assert not app.dataframe


def test_what_takes_a_decision_back_is_told_once_and_about_what_it_was(
    home: Path, release: Path
) -> None:
    """A revoke has no subject of its own; nor has the revoke of a revoke."""
    with duckdb.connect(str(release)) as connection:
        run, file = connection.execute(
            "select run_id, file_name from ops.import_runs where file_name is not null limit 1"
        ).fetchone() or ("", "")
        anomaly, message = connection.execute(
            "select anomaly_key, message from ops.anomalies limit 1"
        ).fetchone() or ("", "")
    assert file
    assert message
    back = {"action": "revoke", "subject_type": "decision"}
    left_out = {"decision_id": "d-1", "action": "exclude_load", "audit_action": "LOAD_EXCLUDED"}
    rows = [
        {**left_out, "subject_type": "run", "subject_key": run},
        {**back, "decision_id": "d-2", "revokes": "d-1", "audit_action": "LOAD_INCLUDED"},
        {**back, "decision_id": "d-3", "revokes": "d-2", "audit_action": "LOAD_EXCLUDED"},
        {**back, "decision_id": "d-4", "revokes": "gone", "audit_action": "STATUS_CHANGED"},
        {
            **back,
            **{"decision_id": "d-5", "audit_action": "VOLUNTEERS_SEPARATED", "revokes": "d-0"},
            "person_key": "p-iris",
        },
    ]
    rows.append(
        {
            **{"decision_id": "d-6", "action": "acknowledge_anomaly"},
            **{"subject_type": "anomaly", "subject_key": anomaly},
        }
    )
    times = [f"2026-03-11 1{n}:00:00+00" for n in range(len(rows))]
    keys = {"subject_key": "d-0", "actor": "sam", "role": "admin", "source": "manual"}
    add_rows(
        home,
        "ops.audit_log",
        [{**keys, "decided_at": at, **row} for at, row in zip(times, rows, strict=True)],
    )
    table = open_page("audit").dataframe[0].value.iloc[:6][::-1]
    told = list(zip(table["what"], table["subject"], strict=True))
    assert told[:3] == [
        ("File left out", file),
        ("File counts again", file),
        ("File left out", file),
    ]
    assert told[3] == ("Taken back: status changed", "d-0")
    assert told[4][0] == "Two records of a volunteer told apart again"
    assert told[4][1].startswith("Iris")
    assert told[5] == ("Unusual load acknowledged", message)


def test_a_refused_attempt_to_take_something_back_says_what_it_was_about(release: Path) -> None:
    with duckdb.connect(str(release)) as connection:
        (title,) = connection.execute(
            "select title from marts.dim_events where event_key = 'e-html'"
        ).fetchone() or ("",)
    assert title
    event_pages.decide("resolve_flag", ("flag", "f-e-html"), "No session")
    (stored,) = decisions.read_all(load_settings())
    for line in (
        {"action": "revoke", "revokes": stored.decision_id, "reason": "No"},
        {"action": "promote_draft", "subject_type": "event", "subject_key": "no such session"},
    ):
        with pytest.raises(BadInput):
            decisions.append(load_settings(), [line], actor="kim", role="viewer")
    shown = open_page("audit", tab="refused").dataframe[2].value["subject"].tolist()
    assert shown == ["event ?", words.plain(title)]


def test_an_empty_release_says_what_to_do(home: Path) -> None:
    fake_release.publish(home, fake_release.EMPTY_NAME, empty=True)
    text = text_of(open_page("audit"))
    assert "Nothing is written yet" in text
    assert "Nothing waits" in text
    assert "Nobody tried" in text


def test_the_log_reads_the_session_as_it_is(release: Path) -> None:
    with duckdb.connect(str(release)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        rows = [
            {
                "decision_id": "reason-1",
                "action": "set_cancellation_reason",
                "audit_action": "CANCELLATION_REASON_SET",
                "event_key": "e-done",
                "subject_type": "event",
                "after_json": '{"cancellation_reason":"WEATHER"}',
                "is_standing": True,
                "decided_at": "2026-03-10 15:00:00+00",
            }
        ]
        fake_release.insert(connection, "ops.audit_log", rows)
    rows_shown = open_page("audit").dataframe[0].value.set_index("what")
    assert rows_shown.loc["Cancellation reason set"]["stands"] == "Yes, not in use"
