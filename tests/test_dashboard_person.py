"""One volunteer: details with their origin, staff's words, history, messages, identity."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.volunteers import words_volunteers
from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import (
    act_as,
    add_rows,
    checked,
    labels,
    metrics,
    open_page,
    press,
    stored,
    text_of,
)
from tests.support.fake_release_goals import change

HIDDEN = words_volunteers.HIDDEN


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    return fake_release.publish(page_home)


def person(key: str = "p-iris", **query: str) -> AppTest:
    return open_page("volunteers", person=key, **query)


def tables(app: AppTest) -> list[Any]:
    return [frame.value for frame in app.dataframe]


def table(app: AppTest, column: str) -> Any:
    """The table that has a column."""
    return next(frame for frame in tables(app) if column in frame.columns)


def profile(app: AppTest) -> dict[str, tuple[str, str, str]]:
    """Field -> value, where it comes from, who decides."""
    return {
        row["field"]: (row["value"], row["source"], row["owner"])
        for frame in tables(app)
        if "owner" in frame.columns
        for row in frame.to_dict("records")
    }


def key(name: str, who: str = "p-iris") -> str:
    return f"person-edit-{name}-{who}"


def test_every_value_says_where_it_comes_from_and_who_decides() -> None:
    found = profile(person())
    assert found["Job title"][:2] == ("Welding engineer", "Salesforce")
    assert found["E-mail"][:2] == ("iris.quade@example.org", "Salesforce")
    assert found["Local"] == ("Local", "Computed here", "Computed here; staff may correct it")
    assert found["Department"][0] == "Plant 2"
    assert found["Industry"][0] == "Manufacturing"
    assert found["Wants no e-mail"][:2] == ("\N{EM DASH}", "\N{EM DASH}")
    assert profile(person("p-maya"))["E-mail"][1] == "Pathful"


def test_a_value_says_which_source_was_heard(tmp_path: Path) -> None:
    """platform.md 4.11; the organization is staff's word or the source's, by its key."""
    sources = {"first_name": "manual", "email": "csv", "city": "pathful", "organization_key": "csv"}
    add_rows(
        tmp_path,
        "marts.fct_volunteer_field_sources",
        [{"person_key": "p-iris", "field": name, "source": sources[name]} for name in sources],
    )
    found = profile(person())
    assert found["First name"][1] == "Picked when records were merged"
    assert found["E-mail"][1] == "A file"
    assert found["City"][1] == "Pathful"
    assert found["Organization"][1] == "A file"
    assert found["Job title"][1] == "Salesforce"


def test_the_head_says_what_everybody_should_know() -> None:
    omar = text_of(person("p-omar"))
    assert "Must not be contacted" in omar
    assert "\\=Omar \\<b\\>Keller\\</b\\>" in omar
    assert "Deceased" in text_of(person("p-nils"))
    assert "Deleted in Salesforce" in text_of(person("p-ursa"))
    assert "May be here twice" in text_of(person("p-zed"))
    cards = metrics(person())
    assert (cards["Times volunteered"], cards["Hours"]) == ("3", "5.75")


def test_only_an_administrator_reads_what_is_highly_sensitive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    admin = person()
    assert profile(admin)["Date of birth"][0] == "May 17, 1984"
    assert profile(admin)["Gender"][0] == "Female"
    assert "7 Elm Street, Quarry Hill, MO 64100" in table(admin, "valid")["value"].tolist()
    for role in ("data_steward", "viewer"):
        act_as(monkeypatch, role)
        app = person()
        for field in ("Date of birth", "Gender", "Race and ethnicity", "Education", "Age group"):
            assert profile(app)[field][0] == HIDDEN, (role, field)
        assert profile(app)["Person of color"][0] == HIDDEN
        assert "Elm Street" not in str([frame.to_csv() for frame in tables(app)])


def test_a_viewer_sees_no_way_to_reach_anybody_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    act_as(monkeypatch, "viewer")
    app = person()
    everything = text_of(app) + str([frame.to_csv() for frame in tables(app)])
    assert profile(app)["E-mail"][0] == "i***@example.org"
    assert profile(app)["Phone"][0] == HIDDEN
    assert "iris.quade@" not in everything
    assert "5550142" not in everything
    assert "Store changes" not in labels(app)


def test_a_change_is_stored_shown_as_waiting_and_taken_back() -> None:
    app = person()
    app.selectbox(key("local_status")).select("non_local")
    app.selectbox(key("is_excluded_from_reports")).select("true")
    app.number_input(key("additional_volunteer_count")).set_value(4)
    app.text_area(key("notes")).input("Prefers <b>mornings</b>.")
    app.text_input(key("why")).input("She told us.")
    app = press(app, "Store changes")
    payload = {
        "local_status": "non_local",
        "is_excluded_from_reports": True,
        "additional_volunteer_count": 4,
        "notes": "Prefers <b>mornings</b>.",
    }
    assert stored() == [("edit_person", "p-iris", payload, "She told us.")]
    found = profile(app)
    assert found["Local"][0] == "Local \N{RIGHTWARDS ARROW} Not local (stored)"
    assert found["Local"][1].startswith("Staff: jordan")
    assert found["Left out of reports"][0].endswith("Yes (stored)")
    said = text_of(app)
    for change_said in ("local becomes Not local", "times added by staff becomes 4"):
        assert change_said in said
    assert "Iris Quade: " in said.replace("\\", "")
    assert "Prefers \\<b\\>mornings\\</b\\>" in said
    app = press(app, "Undo")
    assert stored()[-1][0] == "revoke"
    assert profile(app)["Local"][0] == "Local"


def test_an_organization_is_found_by_its_name() -> None:
    app = person()
    app.text_input(key("find")).input("river").run()
    options = app.selectbox(key("organization_key")).options
    assert "River Clinic" in options
    assert "Acme Robotics" not in options
    app.selectbox(key("organization_key")).select("o-river")
    app = press(app, "Store changes")
    assert stored() == [("edit_person", "p-iris", {"organization_key": "o-river"}, None)]
    assert profile(app)["Organization"][0].endswith("River Clinic (stored)")


def test_nothing_changed_stores_nothing() -> None:
    app = press(person(), "Store changes")
    assert stored() == []
    assert "Nothing was changed" in text_of(app)
    app.text_area(key("notes")).input("x" * 600)
    app = press(app, "Store changes")
    assert stored() == []
    assert "at most 500 are kept" in text_of(app)


def test_a_word_the_release_shows_is_taken_back_by_itself(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = person()
    app.selectbox(key("volunteer_status")).select("on_hold")
    app.selectbox(key("local_status")).select("partial")
    press(app, "Store changes")
    decision = decisions.read_all(load_settings())[0]
    row = {"decision_id": decision.decision_id, "action": "edit_person", "source": "manual"}
    add_rows(tmp_path, "ops.audit_log", [row])
    change(release, "update marts.dim_volunteers set volunteer_status = 'on_hold'"
           " where person_key = 'p-iris'")  # fmt: skip
    app = person()
    found = profile(app)
    assert found["Status"][:2][0] == "On hold"
    assert found["Status"][1].startswith("Staff: jordan")
    assert "What staff say" in text_of(app)
    assert labels(app).count("Take back") == 2
    app = checked(app.button("person-back-volunteer_status").click().run())
    assert stored()[-1] == ("edit_person", "p-iris", {"volunteer_status": None}, None)
    assert profile(app)["Status"][0] == "On hold (staff's word goes with the next build)"
    assert labels(app).count("Take back") == 1


def test_a_sensitive_value_is_told_in_no_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    app = person()
    app.selectbox(key("is_person_of_color")).select("true")
    press(app, "Store changes")
    assert stored()[0][2] == {"is_person_of_color": True}
    act_as(monkeypatch, "data_steward")
    app = person()
    assert "person of color is noted" in text_of(app)
    assert profile(app)["Person of color"][0] == HIDDEN
    keys = {box.key for box in app.selectbox}
    assert key("local_status") in keys
    assert key("is_person_of_color") not in keys


def test_history_shows_credit_hours_and_their_source() -> None:
    rows = table(person(tab="history"), "hours_source").set_index("title")
    assert rows.loc["Architecture Basics", "status"] == "Attended (Successfully Completed)"
    assert rows.loc["Architecture Basics", "credit"] == "Yes"
    assert rows.loc["Architecture Basics", "hours"] == 1.5
    assert rows.loc["Architecture Basics", "hours_source"] == "Recorded hours"
    assert rows.loc["=Finance & Banking", "credit"] == "No"
    assert rows.loc["=Finance & Banking", "event_status"] == "Cancelled"
    assert table(person("p-omar"), "hours_source")["hours_source"].tolist() == [
        "Length of the event"
    ]
    assert "No session yet" in text_of(person("p-vera"))


def test_organizations_say_which_one_counts() -> None:
    app = person()
    rows = table(app, "role")
    assert rows["name"].tolist() == ["Heartland <i>Forge</i>", "=Star Freight"]
    assert rows["primary"].tolist() == ["Primary", ""]
    assert rows["status"].tolist() == ["Current", "Past"]
    assert "for **Heartland \\<i\\>Forge\\</i\\>**" in text_of(app)
    nobody = text_of(person("p-vera"))
    assert "No membership" in nobody
    assert "Reports count nothing of this person yet" in nobody
    assert "count this person for" not in nobody


def test_messages_and_their_text_for_those_who_may_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = person(tab="communication", message="m-1")
    rows = table(app, "matched")
    assert rows["subject"].tolist() == [
        "Called about the fair",
        "=Invitation",
        "Spring <b>fair</b>",
    ]
    assert rows["direction"].tolist() == ["\N{EM DASH}", "Sent", "Received"]
    assert rows["matched"].tolist() == [
        "Filed under the person", "Sent to the person", "Written by the person"
    ]  # fmt: skip
    # A task has a day and no time.
    assert rows["when"].tolist()[0] == "Feb 21, 2026"
    assert [text.value for text in app.text] == ["I can come.\n<script>alert(1)</script>"]
    act_as(monkeypatch, "viewer")
    app = person(tab="communication", message="m-1")
    assert len(table(app, "matched")) == 3
    assert not app.text
    assert "not its text" in text_of(app)


def test_no_communication_is_not_the_same_as_never_read(tmp_path: Path) -> None:
    app = person("p-zed")
    assert "have never been read" in app.warning[0].value
    assert "No communication" not in text_of(app)
    read = [
        {"object_name": name, "status": "fresh", "last_success_at": fake_release.at(when)}
        for name, when in (("Task", "2026-03-10 07:20"), ("EmailMessage", "2026-03-10 07:25"))
    ]
    add_rows(tmp_path, "ops.crm_objects", read[:1])
    app = person("p-zed")
    assert "Salesforce's e-mails have never been read" in app.warning[0].value
    add_rows(tmp_path, "ops.crm_objects", read[1:])
    app = person("p-zed")
    assert not app.warning
    assert "No communication" in text_of(app)
    assert "last read Mar 10" in text_of(app)


def test_identity_names_every_record_and_whom_not_to_merge() -> None:
    app = person()
    rows = table(app, "rule")
    assert rows["rule"].tolist() == [
        "Pathful account" if rule == "user_id" else rule
        for rule in (
            "Same e-mail as the contact", "The record itself", "The same person as another record",
            "Merged in Salesforce",
        )
    ]  # fmt: skip
    assert rows["state"].tolist()[-1] == "Merged into another contact, Mar 1, 2026"
    said = text_of(app)
    assert "3 contacts of Salesforce are this one person" in said
    assert "Nobody else has this name." in said
    others = [frame for frame in tables(app) if "employer" in frame.columns]
    assert others[0]["name"].tolist() == ["Vera Quade"]
    zed = person("p-zed")
    assert "No record of another system" in text_of(zed)
    assert "Shares no e-mail address" in text_of(zed)
    others = [frame for frame in tables(zed) if "employer" in frame.columns]
    assert others[0]["name"].tolist() == ["Zed Nolan"]


def test_an_unknown_person_and_the_way_back() -> None:
    app = person("p-nobody")
    assert "not in the release" in text_of(app)
    app = press(app, "Back to the list")
    assert "person" not in app.query_params
    assert "9 volunteers" in text_of(app)


def test_a_presenter_whom_the_data_matched_is_somebody_else_until_that_is_undone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    act_as(monkeypatch, "data_steward")
    app = person(tab="identity")
    assert text_of(app).count("Iris \\<b\\>Q") == 1
    checked(app.button("person-match-k-iris-1").click().run())
    denied = ("reject_candidate", "k-iris-1", {"candidate_key": "p-iris"}, None)
    assert stored() == [denied]
    app = person(tab="identity")
    assert "Somebody else (stored)" in text_of(app)
    checked(app.button("person-match-k-iris-1").click().run())
    assert [line[0] for line in stored()] == ["reject_candidate", "revoke"]
    assert "Somebody else (stored)" not in text_of(person(tab="identity"))


def test_who_may_not_decide_only_reads_the_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    act_as(monkeypatch, "viewer")
    app = person(tab="identity")
    assert "Presenters that Salesforce named" in text_of(app)
    assert not [button for button in app.button if str(button.key).startswith("person-match")]
    assert "Presenters that Salesforce named" not in text_of(person("p-vera", tab="identity"))
