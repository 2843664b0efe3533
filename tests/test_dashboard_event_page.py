"""The page of one session: what each action stores, shows at once, refuses and takes back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import event_pages, fake_release
from tests.support import fake_release_events as fake
from tests.support.dashboard_app import (
    checked,
    metrics,
    open_page,
    press,
    stored,
    text_of,
    work_as,
)

DONE = ("event", "e-done")


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    path = fake_release.publish(page_home)
    fake.correct(path)
    return page_home


def plain(app: AppTest) -> str:
    return text_of(app).replace("\\", "")


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def last_id() -> str:
    return decisions.read_all(load_settings())[-1].decision_id


def test_pathful_and_staff_stand_side_by_side_with_their_origin() -> None:
    app = open_page("events", event="e-done")
    said = [element.value.replace("\\", "") for element in app.markdown]
    row = said.index("Title")
    assert said[row + 1].startswith("Robotics at Work")
    assert f"(runs?run={fake.LAST_RUN})" in said[row + 1]
    assert "import of Mar 10, 2026, 9:15 AM CDT" in said[row + 1]
    assert said[row + 2] == "**Robots at Work**  \n:small[sam, Mar 2, 2026, 12:00 PM CST]"
    assert said[said.index("Career cluster") + 2] == ":gray[\N{EM DASH}]"
    assert "Asked the *presenter* [twice]" in plain(app)
    links = [link.proto.url for link in app.get("link_button")]
    assert links == ["https://app.pathful.com/wbl/sessions/1001"]


def test_undo_takes_back_only_that_field_of_a_decision_about_several() -> None:
    app = checked(open_page("events", event="e-done").button(key="field-undo-title").click().run())
    assert stored() == [("edit_event", "e-done", {"title": None}, None)]
    said = [element.value for element in app.markdown]
    assert said[said.index("Title") + 2].startswith("**as Pathful says**")


def test_only_changed_details_are_stored_and_shown_at_once() -> None:
    app = press(open_page("events", event="e-done"), "Store correction")
    assert "Nothing was changed" in text_of(app)
    app.text_input(key="edit-title-e-done").set_value("  <i>Robots</i> & =SUM(A1)  ")
    app.date_input(key="edit-session_date-e-done").set_value(date(2026, 1, 16))
    app.number_input(key="edit-attended_student_count-e-done").set_value(30)
    app.selectbox(key="edit-career_cluster-e-done").select("Health")
    app.text_input(key="edit-why-e-done").set_value("The teacher wrote")
    app = press(app, "Store correction")
    payload = {
        "title": "<i>Robots</i> & =SUM(A1)",
        "session_date": "2026-01-16",
        "attended_student_count": 30,
        "career_cluster": "Health",
    }
    assert stored() == [("edit_event", "e-done", payload, "The teacher wrote")]
    text = plain(app)
    assert "**<i>Robots</i> & =SUM(A1)**" in text
    assert "Jan 16, 2026**" in text
    assert "stored, waits for the next build" in text
    app = press(app, "Undo")
    assert stored()[1][0] == "revoke"
    assert "stored, waits" not in plain(app)


def test_credit_is_removed_added_and_reversed_always_with_a_reason() -> None:
    event_pages.seed(fake.CREDITED, "override_attendance", DONE, teacher_key="t-eve", effect="add")
    app = press(open_page("events", event="e-done", teacher="t-ana"), "Remove credit")
    assert "needs a reason" in text_of(app)
    assert stored()[1:] == []
    app.text_input(key="override-e-done-t-ana").set_value("She was at another school")
    app = press(app, "Remove credit")
    payload = {"teacher_key": "t-ana", "effect": "remove"}
    assert stored()[1] == ("override_attendance", "e-done", payload, "She was at another school")
    teachers = app.dataframe[0].value
    assert teachers["note"].tolist() == ["stored: credit removed", "Credit added by sam"]
    assert teachers["imported"].tolist() == ["Attended", "No-show"]
    assert teachers["attendance"].tolist() == ["Attended", "Attended"]
    assert "Ana Ruiz loses credit for Robots at Work" in plain(app)
    assert "Remove credit" not in labels(app)
    app = open_page("events", event="e-done", teacher="t-eve")
    assert "Reason: She was <b>there</b>" in plain(app)
    app.text_input(key="override-e-done-t-eve").set_value("Mixed up two teachers")
    app = press(app, "Reverse the correction")
    assert stored()[2] == ("revoke", fake.CREDITED, {}, "Mixed up two teachers")
    assert "stored: correction reversed; Credit added by sam" in (
        app.dataframe[0].value["note"].tolist()
    )


def test_credit_of_a_session_to_come_is_a_sign_up_and_none_when_cancelled(home: Path) -> None:
    assert "still to come" in text_of(open_page("events", event="e-next", teacher="t-ben"))
    event_pages.decide("set_status", ("event", "e-next"), status="Cancelled")
    app = open_page("events", event="e-next", teacher="t-ben")
    assert "Credit cannot be corrected on a session that is Cancelled" in text_of(app)
    assert "Add credit" not in labels(app)


def test_people_are_found_tagged_and_taken_off() -> None:
    app = open_page("events", event="e-done")
    assert metrics(app)["Teachers"] == "2"
    app = checked(app.text_input(key="tag-teacher-e-done").set_value("ana ruiz").run())
    assert "Nobody else fits" in text_of(app)  # she is there already
    app = checked(app.text_input(key="tag-teacher-e-done").set_value("okafor").run())
    app = checked(app.button(key="tag-teacher-t-ben").click().run())
    app = checked(app.text_input(key="tag-presenter-e-done").set_value("ortega").run())
    app = checked(app.button(key="tag-presenter-p-luis").click().run())
    assert stored() == [
        ("tag_teacher", "e-done", {"teacher_key": "t-ben"}, None),
        ("tag_presenter", "e-done", {"person_key": "p-luis"}, None),
    ]
    assert app.dataframe[0].value["name"].tolist()[2] == "Ben Okafor"
    assert app.dataframe[1].value["note"].tolist()[1] == "stored: tagged"
    assert [metric.delta for metric in app.metric][3:] == ["stored: 3", "stored: 2"]
    app = press(open_page("events", event="e-done", teacher="t-ana"), "Take off this session")
    app = press(open_page("events", event="e-done", presenter="p-maya"), "Take off this session")
    assert stored()[2:] == [
        ("untag_teacher", "e-done", {"teacher_key": "t-ana"}, None),
        ("untag_presenter", "e-done", {"person_key": "p-maya"}, None),
    ]
    assert "1 more stored decision" in [box.label for box in app.expander]


def test_whom_staff_took_off_can_come_back() -> None:
    event_pages.seed(fake.UNTAGGED, "untag_teacher", DONE, teacher_key="t-cara")
    app = open_page("events", event="e-done")
    assert "Taken off by staff: 1 teacher" in text_of(app)
    assert "Taken off by staff: 1 presenter" not in text_of(app)  # that one is undone already
    app = checked(app.button(key=f"back-teacher-{fake.UNTAGGED}").click().run())
    assert stored()[1] == ("revoke", fake.UNTAGGED, {}, None)
    assert "Taken off by staff" not in text_of(app)
    assert "Cara Lindqvist" in app.dataframe[0].value["name"].tolist()


def test_status_changes_say_what_they_do_to_the_reason() -> None:
    app = press(open_page("events", event="e-off"), "Set status")
    assert "Choose a status first" in text_of(app)
    assert "the reports alone say **Confirmed**" in text_of(app)
    app = checked(app.selectbox(key="status-e-off").select("Confirmed").run())
    assert "Leaving Cancelled clears the cancellation reason" in text_of(app)
    app.text_input(key="status-e-off-why").set_value("It took place after all")
    app = press(app, "Set status")
    assert stored() == [("set_status", "e-off", {"status": "Confirmed"}, "It took place after all")]
    assert "Confirmed (stored)" in plain(app)
    assert "A reason belongs to cancelled sessions only" in text_of(app)
    assert "Set reason" not in labels(app)
    event_pages.decide("set_status", ("event", "e-next"), status="Cancelled")
    app = open_page("events", event="e-next")
    app = checked(app.selectbox(key="reason-event-e-next").select("WEATHER").run())
    app = press(app, "Set reason")
    assert stored()[2] == ("set_cancellation_reason", "e-next", {"code": "WEATHER"}, None)
    assert "**Weather / Snow Day**" in text_of(app)


def test_a_past_draft_is_promoted_or_dismissed_here_too(home: Path) -> None:
    app = open_page("events", event="e-html")
    assert "*Promote* makes it Completed" in text_of(app)
    assert "Dismiss" in labels(app)
    app = press(app, "Dismiss")
    assert "Choose why the draft is dismissed" in text_of(app)
    app = checked(app.selectbox(key="dismiss-e-html").select("duplicate_entry").run())
    app = press(app, "Dismiss")
    assert stored() == [("dismiss_draft", "e-html", {"preset": "duplicate_entry"}, None)]
    assert "Promote to Completed" not in labels(app)
    assert "Cancelled (stored)" in plain(app)
    assert "**Other**  \nDuplicate entry" in text_of(app)
    app = press(press(app, "Undo"), "Promote to Completed")
    assert [line[0] for line in stored()] == ["dismiss_draft", "revoke", "promote_draft"]


def test_flags_tickets_and_history_hang_on_the_session() -> None:
    app = open_page("events", event="e-off")
    app.text_area(key="resolve-f-e-off").set_value("Never a session")
    app = press(app, "Resolve flag")
    assert stored() == [("resolve_flag", "f-e-off", {}, "Never a session")]
    assert "A stored decision settles it" in text_of(app)
    app = open_page("events", event="e-done")
    links = [link.proto for link in app.get("page_link")]
    assert any("ticket=k-teacher" in link.query_string for link in links)
    log = app.dataframe[2].value
    assert log["what"].tolist()[0] == "Details corrected"
    assert log["before"].tolist()[0] == "Title: Robotics at Work; Students attended: 25"
    assert set(log["stands"]) == {"Yes", "Undone"}


def test_what_somebody_decided_meanwhile_is_said(home: Path) -> None:
    app = open_page("events", event="e-done", teacher="t-ana")
    event_pages.decide(
        "override_attendance", DONE, "was not there", teacher_key="t-ana", effect="remove"
    )
    app.text_input(key="override-e-done-t-ana").set_value("No, she was not")
    app = press(app, "Remove credit")
    text = text_of(app)
    assert "No decision was stored" in text
    assert "sam" in text
    assert len(stored()) == 1


@pytest.mark.parametrize("role", ["viewer", "district_viewer"])
def test_who_may_only_look_gets_no_button(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, role, *(["d-hickman"] if role == "district_viewer" else []))
    for query in ({"teacher": "t-ana"}, {"presenter": "p-maya"}):
        app = open_page("events", event="e-done", **query)
        assert set(labels(app)) <= {"Back to the list", "Close"}
        assert not app.text_input
        assert not app.selectbox
        assert not app.download_button
    assert "a***@example.org" in app.dataframe[0].value["email"].tolist()


def test_a_district_admin_corrects_people_reasons_and_notes_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work_as(monkeypatch, "district_admin", "d-hickman")
    app = open_page("events", event="e-done", teacher="t-ana")
    assert {"Remove credit", "Take off this session", "Store correction"} <= set(labels(app))
    assert "field-undo-title" not in [button.key for button in app.button]
    assert "Set status" not in labels(app)  # only a draft may be cancelled
    with pytest.raises(KeyError):
        app.text_input(key="edit-title-e-done")
    app.text_area(key="edit-notes-e-done").set_value("Ask again in May")
    app = press(app, "Store correction")
    assert stored() == [("edit_event", "e-done", {"notes": "Ask again in May"}, None)]
    app = checked(app.text_input(key="tag-teacher-e-done").set_value("patel").run())
    assert "Nobody else fits" in text_of(app)  # another district's teacher
    assert "not in the release" in text_of(open_page("events", event="e-off"))


def test_a_district_admin_cancels_a_draft_and_nothing_else(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home / "releases" / f"{fake_release.NAME}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "insert into marts.bridge_event_districts values ('e-html', 'd-hickman', 'x')"
        )
    work_as(monkeypatch, "district_admin", "d-hickman")
    app = open_page("events", event="e-html")
    assert app.selectbox(key="status-e-html").options == ["Cancelled"]
    assert "Promote to Completed" not in labels(app)
    app = checked(app.selectbox(key="status-e-html").select("Cancelled").run())
    app = press(app, "Set status")
    assert stored() == [("set_status", "e-html", {"status": "Cancelled"}, None)]
    app = press(app, "Undo")
    assert stored()[1][0] == "revoke"


def test_the_list_finds_corrected_and_flagged_sessions_and_shows_what_is_stored() -> None:
    app = open_page("events", corrected="True")
    assert app.dataframe[0].value["title"].tolist() == ["=Finance & Banking", "Robots at Work"]
    app = open_page("events", flagged="True", q="banking")
    assert app.dataframe[0].value["title"].tolist() == ["=Finance & Banking"]
    event_pages.decide("set_status", ("event", "e-off"), status="Completed")
    app = open_page("events", flagged="True", q="banking")
    assert app.dataframe[0].value["status"].tolist() == ["Completed (stored)"]


TOO_LONG = "characters long, at most 500 are kept. Nothing was stored."


@pytest.mark.parametrize(
    ("event", "key", "button", "said"),
    [
        ("e-done", "edit-notes-e-done", "Store correction", "The notes are"),
        ("e-done", "edit-title-e-done", "Store correction", "The title is"),
        ("e-done", "edit-why-e-done", "Store correction", "The reason is"),
        ("e-done", "override-e-done-t-ana", "Remove credit", "The reason is"),
        ("e-done", "status-e-done-why", "Set status", "The reason is"),
        ("e-off", "reason-notes-event-e-off", "Set reason", "The notes are"),
        ("e-html", "dismiss-e-html-text", "Dismiss", "The reason is"),
        ("e-off", "resolve-f-e-off", "Resolve flag", "The notes are"),
    ],
)
def test_a_text_that_is_too_long_is_refused_in_words_and_stays(
    event: str, key: str, button: str, said: str
) -> None:
    query = {"teacher": "t-ana"} if event == "e-done" else {}
    app = open_page("events", event=event, **query)
    if button == "Set status":
        app.selectbox(key="status-e-done").select("No Show")
    if button == "Set reason":
        app.selectbox(key="reason-event-e-off").select("WEATHER")
    if button == "Dismiss":
        app = checked(app.selectbox(key="dismiss-e-html").select("text").run())
    if key == "edit-why-e-done":
        app.text_area(key="edit-notes-e-done").set_value("New")
    box = next(one for one in (*app.text_area, *app.text_input) if one.key == key)
    box.set_value("x" * 5000)
    app = press(checked(app.run()) if button == "Dismiss" else app, button)
    assert f"{said} 5,000 {TOO_LONG}" in text_of(app)
    box = next(one for one in (*app.text_area, *app.text_input) if one.key == key)
    assert box.value == "x" * 5000
    assert stored() == []


def test_no_credit_is_offered_for_whom_a_stored_decision_takes_off() -> None:
    app = open_page("events", event="e-done", teacher="t-ana")
    assert "Remove credit" in labels(app)
    event_pages.decide("untag_teacher", DONE, teacher_key="t-ana")
    app = open_page("events", event="e-done", teacher="t-ana")
    assert not {"Remove credit", "Add credit", "Take off this session"} & set(labels(app))
    assert "Ana Ruiz is taken off Robots at Work" in plain(app)
    event_pages.seed(fake.UNTAGGED, "untag_teacher", DONE, teacher_key="t-cara")
    app = press(app, "Undo")
    assert "Remove credit" in labels(app)


def test_removed_credit_is_no_cancellation(home: Path) -> None:
    path = home / "releases" / f"{fake_release.NAME}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "update marts.fct_teacher_participation set attendance_status = 'Canceled',"
            " has_override = true, override_decision_id = 'x', override_effect = 'remove',"
            " is_credited = false where event_key = 'e-done' and teacher_key = 't-ana'"
        )
        connection.execute(
            "update marts.fct_teacher_participation set attendance_status = 'Canceled',"
            " imported_attendance_status = 'Canceled', has_override = false"
            " where event_key = 'e-done' and teacher_key = 't-eve'"
        )
    app = open_page("events", event="e-done", teacher="t-ana")
    rows = app.dataframe[0].value
    assert rows["imported"].tolist() == ["Attended", "Cancelled"]
    assert rows["attendance"].tolist() == ["Credit removed", "Cancelled"]
    assert "Pathful says **Attended**, counts as **Credit removed**" in plain(app)


def test_promoting_a_draft_without_a_presenter_says_that_it_gets_a_flag() -> None:
    said = "It has no presenter, so it gets the flag *Completed without a presenter*."
    assert said in text_of(open_page("events", event="e-html"))
    event_pages.decide("tag_presenter", ("event", "e-html"), person_key="p-luis")
    assert said not in text_of(open_page("events", event="e-html"))
