"""The data-quality inbox: what it shows to whom, what it stores, and what it refuses."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import pages, pending
from dashboard.quality import quality_state, queries_quality
from dashboard.release import current, scope_of
from polaris import quality_export
from polaris.deciding import decisions
from polaris.quality_search import Wanted
from polaris.settings import load_settings
from tests.support import event_pages, fake_release
from tests.support import fake_release_quality as fake
from tests.support.dashboard_app import (
    add_rows,
    checked,
    labels,
    metrics,
    open_page,
    press,
    stored,
    text_of,
    work_as,
)
from tests.support.kept import kept

LIST, ROW = 1, 2


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    return page_home


@pytest.fixture
def release(home: Path) -> Path:
    """The invented release with the findings of `fake_release_quality` and no others."""
    path = fake_release.publish(home)
    replace_findings(path)
    return path


@kept
def replace_findings(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from queues.queue_dq_violations")
    fake.add(path)


def records(app: AppTest) -> list[str]:
    return next(list(one.value["record"]) for one in app.dataframe if "found" in one.value)


def came(app: AppTest) -> dict[str, str]:
    frame = app.dataframe[ROW].value
    return dict(zip(frame["field"], frame["came"], strict=True))


def box(app: AppTest, name: str, finding: str = fake.BAD_EMAIL) -> Any:
    return app.text_input(key=f"finding-fix-{name}-{finding}")


def plain(app: AppTest) -> str:
    return text_of(app).replace("\\", "")


def test_open_findings_come_first_with_their_counts_and_rules(release: Path) -> None:
    app = open_page("data_quality")
    assert metrics(app) == {
        "Errors": "5",
        "Warnings": "2",
        "Notes": "1",
        "Stored": "0",
        "Set aside": "2",
        "Fixed": "1",
        "Success": "\N{EM DASH}",
    }
    assert len(records(app)) == 8
    assert records(app)[-1] == "A-2"  # the oldest
    rules = app.dataframe[0].value.set_index("rule")
    assert rules.loc["VOL_EMAIL_FORMAT", "open"] == 1
    assert rules.loc["VOL_STATE_CODE", "suppressed"] == 1
    preview = dict(zip(records(app), app.dataframe[LIST].value["preview"], strict=True))
    assert preview["A-1"] == "Ana Ruiz \N{MIDDLE DOT} ana@gmial.con \N{MIDDLE DOT} +1 (816) 555-01"
    assert preview["A-2"] == "Bo Li"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"rule": "VOL_PHONE_E164"}, ["A-1"]),
        ({"severity": "warn", "order": "By record"}, ["0035", "S-1"]),
        ({"entity": "event"}, ["E-1"]),
        ({"source": "pathful"}, ["1009"]),
        ({"run": fake.FIRST_RUN}, ["A-2"]),
        ({"status": "wont_fix"}, ["A-4"]),
        ({"to": "2026-02-01"}, ["A-2"]),
        ({"from": "2026-02-02", "to": "2026-03-10", "severity": "info"}, ["A-1"]),
        ({"q": "csv:A-2"}, ["A-2"]),
        ({"order": "Oldest first", "severity": "error", "q": "contact"}, ["A-2"]),
    ],
)
def test_filters_stand_in_the_address_and_narrow_the_list(
    release: Path, query: dict[str, str], found: list[str]
) -> None:
    app = open_page("data_quality", **query)
    assert records(app) == found
    assert {name: app.query_params[name] for name in query} == query


def test_a_click_on_a_rule_narrows_to_it_and_what_is_hidden_is_not_searched(release: Path) -> None:
    assert "No finding fits these filters" in text_of(open_page("data_quality", q="gmial"))
    app = open_page("data_quality", q="gmial", finding=fake.CRM)  # a link shows its finding
    assert "A phone number is not valid" in text_of(app)
    bad = open_page("data_quality", **{"from": "2026-03-01", "to": "2026-02-01"})
    assert "The first day lies after the last one" in text_of(bad)


def test_pages_have_the_size_that_was_chosen(release: Path) -> None:
    fake.add(release, fake.mistyped(60))
    app = open_page("data_quality", size="25")
    assert len(records(app)) == 25
    assert "25 of 68 findings" in plain(app)
    assert len(records(open_page("data_quality", size="25", page="3"))) == 18
    assert len(records(open_page("data_quality", size="100"))) == 68


def test_a_finding_shows_its_row_as_it_came_beside_what_is_read(release: Path) -> None:
    app = open_page("data_quality", finding=fake.BAD_EMAIL)
    text = plain(app)
    assert "The e-mail address cannot be one." in text
    assert "The row reaches no table" in text
    assert "How it is written" in text
    assert "Data stewards" in text
    assert "The machine mends some of it" in text
    row = app.dataframe[ROW].value.set_index("field")
    assert row.loc["E-mail", "came"] == "ana@gmial.con"
    assert row.loc["Birthdate", "read"] == "2015-02-03"
    assert row.loc["T-shirt", "came"] == "L"
    links = {one.proto.label: one.proto.query_string for one in app.get("page_link")}
    assert links["The run that found it first"] == f"run={fake.LAST_RUN}"
    assert "2 other findings of this row" in text
    app = press(app, "The phone number cannot be one.")
    assert app.query_params["finding"] == fake.BAD_PHONE


def test_a_correction_is_checked_stored_shown_at_once_and_taken_back(release: Path) -> None:
    app = press(open_page("data_quality", finding=fake.BAD_EMAIL), "Store the correction")
    assert "Nothing was changed" in text_of(app)
    box(app, "email").set_value("ana at example")
    box(app, "dob").set_value("2/30/2015")
    app = press(app, "Store the correction")
    assert "E-mail is no e-mail address; Date of birth is no date written" in plain(app)
    assert stored() == []
    assert box(app, "email").value == "ana at example"
    box(app, "email").set_value(" ana@example.org ")
    box(app, "dob").set_value("2/3/2015")
    box(app, "notes").set_value("")
    box(app, "why").set_value("She called")
    app = press(app, "Store the correction")
    assert stored() == [
        ("dq_fix", fake.BAD_EMAIL, {"email": "ana@example.org", "notes": ""}, "She called")
    ]
    assert metrics(app)["Stored"] == "1"
    assert metrics(app)["Errors"] == "4"
    assert app.query_params.get("finding") != fake.BAD_EMAIL  # the next one
    assert "A-1 (VOL_EMAIL_FORMAT): email and notes are corrected" in plain(app)
    app = open_page("data_quality", status="fix_pending", finding=fake.BAD_EMAIL)
    assert records(app) == ["A-1"]
    corrected = app.dataframe[ROW].value.set_index("field")["corrected"]
    assert (corrected["E-mail"], corrected["Notes"]) == ("ana@example.org", "emptied")
    assert box(app, "email").value == "ana@example.org"
    # Every finding of the row knows.
    assert box(open_page("data_quality", finding=fake.MINOR), "email", fake.MINOR).value == (
        "ana@example.org"
    )
    press(app, "Undo")
    assert [action for action, *_ in stored()] == ["dq_fix", "revoke"]
    assert metrics(open_page("data_quality"))["Errors"] == "5"


def test_a_rule_without_a_field_asks_for_a_contact_and_other_fields_are_at_hand(
    release: Path,
) -> None:
    app = open_page("data_quality", finding=fake.NO_CONTACT)
    assert box(app, "email", fake.NO_CONTACT).value == ""
    more = app.multiselect(key=f"finding-fix-more-{fake.NO_CONTACT}")
    app = checked(more.select("employer").run())
    box(app, "employer", fake.NO_CONTACT).set_value("=Acme")
    box(app, "phone", fake.NO_CONTACT).set_value("816 555 0142")
    press(app, "Store the correction")
    assert stored()[0][2] == {"phone": "816 555 0142", "employer": "=Acme"}


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (fake.CRM, "Salesforce owns this record; correct it there."),
        (fake.PATHFUL, "Pathful owns this row; correct it there and import the report again."),
    ],
)
def test_who_owns_a_row_corrects_it(release: Path, finding: str, words: str) -> None:
    app = open_page("data_quality", finding=finding)
    assert words in plain(app)
    assert "Store the correction" not in labels(app)
    assert "Suppress" in labels(app)


def test_a_finding_is_set_aside_with_a_reason_and_opened_again(release: Path) -> None:
    app = press(open_page("data_quality", finding=fake.CRM), "Suppress")
    assert "Say why the finding is set aside" in text_of(app)
    app.text_area(key=f"finding-aside-{fake.CRM}").set_value("A number from abroad")
    app.date_input(key=f"finding-until-{fake.CRM}").set_value(date(2026, 3, 10))
    app = press(app, "Suppress")
    assert "The day must lie ahead" in text_of(app)
    assert stored() == []
    app.date_input(key=f"finding-until-{fake.CRM}").set_value(date(2026, 6, 30))
    app = press(app, "Suppress")
    why = "A number from abroad"
    assert stored() == [("dq_suppress", fake.CRM, {"expires_at": "2026-06-30"}, why)]
    assert metrics(app)["Set aside"] == "3"
    assert "suppressed until Jun 30, 2026" in plain(app)
    app = press(open_page("data_quality", finding=fake.CRM, status="suppressed"), "Open it again")
    assert stored()[-1][:2] == ("dq_reopen", fake.CRM)
    app = open_page("data_quality", finding=fake.CRM)
    app.text_area(key=f"finding-aside-{fake.CRM}").set_value("Nobody answers")
    press(app, "Won't be fixed")
    assert stored()[-1] == ("dq_wont_fix", fake.CRM, {}, "Nobody answers")
    app = open_page("data_quality", finding=fake.SET_ASIDE, status="suppressed")
    press(app, "Open it again")
    assert stored()[-1][:2] == ("dq_reopen", fake.SET_ASIDE)


def test_what_stands_in_the_release_is_told_and_taken_back(release: Path, home: Path) -> None:
    for action, key in (("dq_fix", fake.BAD_EMAIL), ("dq_wont_fix", fake.LEFT)):
        at = fake_release.at("2026-03-09 18:00")
        entry = {"action": action, "subject_type": "violation", "subject_key": key}
        entry |= {"decision_id": f"0-{action}", "decided_at": at, "actor": "sam", "role": "admin"}
        entry |= {"audit_action": "FINDING_CORRECTED", "reason": "As agreed", "is_standing": True}
        add_rows(home, "ops.audit_log", [entry])
    event_pages.seed("0-dq_fix", "dq_fix", ("violation", fake.BAD_EMAIL))
    event_pages.seed("0-dq_wont_fix", "dq_wont_fix", ("violation", fake.LEFT))
    app = open_page("data_quality", finding=fake.BAD_EMAIL)
    assert "The row was corrected and the rule still finds something" in text_of(app)
    history = app.dataframe[-1].value
    assert history["who"].tolist() == ["sam"]
    press(app, "Undo")
    assert stored()[-1] == ("revoke", "0-dq_fix", {}, None)
    app = open_page("data_quality", finding=fake.LEFT, status="wont_fix")
    app.text_input(key="finding-undo-0-dq_wont_fix-why").set_value("The source answered")
    press(app, "Take it back")
    assert stored()[-1] == ("revoke", "0-dq_wont_fix", {}, "The source answered")
    assert "A-4" in records(open_page("data_quality"))


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("admin", ("ana@gmial.con", "+1 (816) 555-01", "2/3/2015", "12 Elm Street", "L")),
        ("data_steward", ("ana@gmial.con", "+1 (816) 555-01", "****-**-**", "hidden", "hidden")),
        ("viewer", ("a***@gmial.con", "***5501", "****-**-**", "hidden", "hidden")),
    ],
)
def test_each_role_sees_of_a_row_what_it_may(
    release: Path, monkeypatch: pytest.MonkeyPatch, role: str, seen: tuple[str, ...]
) -> None:
    work_as(monkeypatch, role)
    app = open_page("data_quality", finding=fake.BAD_EMAIL)
    row = came(app)
    names = ("E-mail", "Mobile", "Birthdate", "Address", "T-shirt")
    assert tuple(row[name] for name in names) == seen
    preview = app.dataframe[LIST].value["preview"].dropna().tolist()
    assert sum(seen[0] in text for text in preview) == 3
    secrets = {"ana@gmial.con", "+1 (816) 555-01", "2015-02-03", "2/3/2015", "12 Elm Street"}
    values = {str(one.value) for one in app.text_input}
    assert not (secrets - set(seen)) & (values | set(app.dataframe[ROW].value["came"]))
    read = set(app.dataframe[ROW].value.get("read", []))
    assert not (secrets - set(seen) - {"2015-02-03"}) & read
    assert ("2015-02-03" in read) == (role == "admin")


def test_a_student_is_nobody_to_a_steward(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, "data_steward")
    app = open_page("data_quality", finding=fake.STUDENT)
    assert came(app) == {
        "First Name": "hidden",
        "Last Name": "hidden",
        "Graduation Year": "1850",
    }
    assert not any("Sol" in str(one.value) for one in app.text_input)


def test_a_steward_replaces_or_empties_what_may_not_be_read(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, "data_steward")
    app = open_page("data_quality", finding=fake.MINOR)
    assert box(app, "dob", fake.MINOR).value == ""
    assert box(app, "dob", fake.MINOR).placeholder == "****-**-**"
    assert "Nothing was changed" in text_of(press(app, "Store the correction"))
    box(app, "dob", fake.MINOR).set_value("1990-02-03")
    app.multiselect(key=f"finding-fix-empty-{fake.MINOR}").select("street")
    press(checked(app.run()), "Store the correction")
    assert stored()[0][2] == {"dob": "1990-02-03", "street": ""}


def test_who_may_only_look_gets_no_form(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, "viewer")
    app = open_page("data_quality", finding=fake.BAD_EMAIL)
    others = {"The phone number cannot be one.", "A minor who is not marked as a student."}
    assert set(labels(app)) <= {"Previous", "Next", "Reset filters"} | others
    assert not app.download_button
    assert not app.text_area
    for role in ("district_admin", "district_viewer", "teacher"):
        assert not pages.is_open("data_quality", role)


def test_the_export_honours_the_filters_and_the_role(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[bytes] = []
    real = quality_export.as_csv

    def kept(sheet: quality_export.Sheet) -> bytes:
        made.append(real(sheet))
        return made[-1]

    monkeypatch.setattr("polaris.quality_export.as_csv", kept)
    settings = load_settings()
    for role, email, note in (
        ("admin", "ana@gmial.con", "polaris-load requeue FILE"),
        ("data_steward", "ana@gmial.con", "a masked file cannot be requeued"),
    ):
        person = work_as(monkeypatch, role)
        app = open_page("data_quality", rule="VOL_EMAIL_FORMAT")
        assert note in text_of(app)
        assert [one.label for one in app.download_button] == ["Export CSV"]
        found = current(settings, scope_of(person))
        assert found is not None
        rows = queries_quality.export(found, Wanted(rule="VOL_EMAIL_FORMAT"), 5_000)
        sheet = quality_export.sheet(rows, quality_state.fixes(settings), role)
        (line,) = csv.DictReader(io.StringIO(kept(sheet).decode("utf-8-sig")))
        assert line["email"] == email
        assert line["notes"] == "'=HYPERLINK(1)"
        assert (line["row_fingerprint"] == "masked") is (role != "admin")


def test_what_a_row_was_corrected_to_is_an_administrators_to_read(
    release: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = {"decision_id": "d", "subject_type": "violation", "subject_key": fake.MINOR}
    entry |= {"audit_action": "FINDING_CORRECTED", "after_json": '{"dob": "1990-02-03"}'}
    add_rows(home, "ops.audit_log", [entry])
    sql = "select after_json from ops.audit_log where decision_id = 'd'"
    seen = {}
    for role in ("admin", "data_steward", "viewer"):
        found = current(load_settings(), scope_of(work_as(monkeypatch, role)))
        assert found is not None
        row = found.row(sql)
        seen[role] = row and row["after_json"]
    assert seen == {"admin": '{"dob": "1990-02-03"}', "data_steward": None, "viewer": None}


def test_the_state_after_the_next_build_is_that_of_the_last_decision(release: Path) -> None:
    settings = load_settings()
    event_pages.decide("dq_wont_fix", ("violation", fake.CRM), "x")
    (item,) = pending.standing(settings)
    assert quality_state.states([item]) == ((fake.CRM, "wont_fix"),)
    decisions.append(
        settings,
        [{"action": "revoke", "revokes": item.decision_id, "reason": "y"}],
        actor="jordan",
        role="admin",
    )
    assert quality_state.states(pending.standing(settings)) == ()


def test_an_empty_release_says_what_to_do(home: Path) -> None:
    fake_release.publish(home, fake_release.EMPTY_NAME, empty=True)
    text = text_of(open_page("data_quality"))
    assert "No finding" in text
    assert "**Import**" in text


def test_without_a_release_and_for_a_finding_that_is_gone_there_are_words(home: Path) -> None:
    assert "Nothing has been published yet" in text_of(open_page("data_quality"))
    fake.add(fake_release.publish(home))
    assert "not in the release any more" in text_of(open_page("data_quality", finding="gone"))
