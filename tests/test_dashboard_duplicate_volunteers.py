"""Duplicate volunteers: the queue, the evidence, what a role may see and do, many at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import release
from dashboard.duplicates import pair_batch, pair_evidence
from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import fake_release, fake_release_duplicates
from tests.support.dashboard_app import (
    checked,
    everything,
    labels,
    metrics,
    open_page,
    press,
    stored,
    text_of,
    work_as,
)
from tests.support.fake_release_duplicates import (
    AFTER_RULE,
    ALIKE,
    BESIDE,
    BY_CONTACT,
    DEFERRED,
    HOUSEHOLD,
    MERGED,
    OPEN,
    REJECTED,
)

PAGE = "duplicate_volunteers"


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release_duplicates.add(fake_release.publish(page_home))
    return page_home


def listed(app: AppTest) -> list[str]:
    return next(list(frame.value["pair"]) for frame in app.dataframe if "pair" in frame.value)


def sides(app: AppTest) -> Any:
    return next(frame.value.set_index("field") for frame in app.dataframe if "field" in frame.value)


def test_open_pairs_come_first_and_where_an_answer_teaches_most() -> None:
    """A pair right at a threshold, before those between; households are not asked."""
    app = open_page(PAGE)
    shown = metrics(app)
    assert [shown[name] for name in ("Open", "Household", "Deferred")] == ["5", "1", "1"]
    assert [shown[name] for name in ("Merged by rule", "Merged", "Two people")] == ["2", "1", "1"]
    names = listed(app)
    assert len(names) == 5
    assert set(names[:2]) == {"Maya Chen / Mia Chen", "Mia Chen / Mia Chen"}
    assert "Rosa Lopez / Diego Lopez" not in names


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ({"status": "household"}, ["Rosa Lopez / Diego Lopez"]),
        ({"status": "rejected"}, ["Max Bell / Max Bell"]),
        ({"match": "ambiguous"}, ["Mia Chen / Mia Chan"]),
        ({"band": "lower"}, ["Mia Chen / Mia Chen"]),
        ({"source": "csv"}, ["Jamal Reed / Jamal Reid"]),
        ({"run": fake_release.LAST_RUN}, ["Jamal Reed / Jamal Reid"]),
        ({"q": "whitfield ida"}, ["Ida Whitfeld / Ida Whitfield"]),
        ({"status": "auto_merged", "band": "high", "q": "park"}, ["Owen Park / Owen Park"]),
    ],
)
def test_the_list_is_narrowed(query: dict[str, str], pairs: list[str]) -> None:
    assert listed(open_page(PAGE, **query)) == pairs


def test_without_pairs_and_without_a_fitting_one_the_page_says_so(home: Path) -> None:
    assert "No pair fits" in text_of(open_page(PAGE, q="nobody"))
    assert "not in the release" in text_of(open_page(PAGE, pair="h98-h99"))
    st.cache_resource.clear()
    st.cache_data.clear()
    with duckdb.connect(str(home / "releases" / f"{fake_release.NAME}.duckdb")) as connection:
        connection.execute("delete from queues.queue_duplicate_pairs")
    assert "No two volunteers look like one person" in text_of(open_page(PAGE))


def test_the_overview_counts_the_open_pairs_and_no_household() -> None:
    assert metrics(open_page("overview"))["Duplicate volunteers"] == "5"


def test_both_records_stand_side_by_side_with_what_differs() -> None:
    app = open_page(PAGE, pair=OPEN)
    table = sides(app)
    assert table.loc["First name", ["left", "right"]].tolist() == ["Maya", "Mia"]
    assert table.loc["First name", "same"].endswith("Differs")
    assert table.loc["Last name", "same"] == "Same"
    assert table.loc["First name", "how"] == "different first names"
    assert table.loc["Date of birth", "left"] == "Apr 1, 1980"
    assert table.loc["Street", "right"] == "2 Birch Rd"
    assert "Employer" not in table.index
    text = text_of(app).replace("\\", "")
    assert "The first names differ, so a person is asked" in text
    assert metrics(app)["Calibrated score, decides"] == "94.0 %"
    assert metrics(app)["Weighted score"] == "90.0 %"


def test_the_evidence_is_a_waterfall_that_ends_at_its_sum() -> None:
    features = {"prior_bits": -12.5, "first_bits": 11.5, "email_bits": 0.0, "first_level": 1}
    steps = pair_evidence.contributions(features, is_appendix_b=False)
    assert [(name, value) for name, value, _ in steps] == [
        ("Before looking", -12.5),
        ("First name", 11.5),
    ]
    assert steps[1][2] == "same first name"
    steps = pair_evidence.contributions({"email": 1, "name": 0.9, "dob": 0}, is_appendix_b=True)
    assert [(name, round(value, 2)) for name, value, _ in steps] == [
        ("E-mail", 0.7),
        ("Name", 0.18),
    ]
    chart = str(open_page(PAGE, pair=OPEN).get("vega_lite_chart")[-1].proto)
    assert "Before looking" in chart
    assert "different first names" in chart


def test_household_other_records_and_what_was_decided_before_are_shown() -> None:
    text = text_of(open_page(PAGE, pair=BESIDE)).replace("\\", "")
    assert "Mia Chen, salesforce:06 (right)" in text
    text = text_of(open_page(PAGE, pair=MERGED)).replace("\\", "")
    assert "Merged by riley, Mar 1, 2026, 9:00 AM CST: The same badge" in text
    app = open_page(PAGE, pair=DEFERRED)
    assert r"Lena \<b\>Fox\</b\>" in text_of(app)


@pytest.mark.parametrize(
    ("button", "action", "state"),
    [
        ("Merge", "merge", "Merged"),
        ("Two people", "not_duplicate", "Two people"),
        ("Later", "defer", "Deferred"),
    ],
)
def test_each_answer_is_stored_with_its_note_and_shown_at_once(
    button: str, action: str, state: str
) -> None:
    app = open_page(PAGE, pair=OPEN)
    before = int(metrics(app)[state])
    app.text_input(key=f"note-{OPEN}").input("Asked by phone")
    app = press(app, button)
    assert stored() == [(action, OPEN, {}, "Asked by phone")]
    assert int(metrics(app)[state]) == before + 1
    assert app.query_params["pair"] != [OPEN]
    app = open_page(PAGE, pair=OPEN)
    assert "Stored, applied at the next build" in text_of(app)
    assert "Maya Chen and Mia Chen" in text_of(app)


def test_a_merge_keeps_what_was_picked_per_field() -> None:
    app = open_page(PAGE, pair=OPEN)
    assert sides(app).loc["E-mail", "kept"] == "By rule"
    app = checked(app.selectbox(key=f"pick-identity-{OPEN}").select("left").run())
    app = checked(app.selectbox(key=f"pick-email-{OPEN}").select("right").run())
    table = sides(app)
    assert table.loc["First name", "kept"] == "Maya"
    assert table.loc["E-mail", "kept"] == "mia.chen@example.org"
    assert table.loc["Phone", "kept"] == "By rule"
    press(app, "Merge")
    assert stored() == [("merge", OPEN, {"winners": {"identity": "left", "email": "right"}}, None)]


def test_an_administrator_picks_demographics_that_nobody_else_sees(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """salesforce.md 9.1: a steward and a viewer read nothing of them, in the pair either."""
    app = open_page(PAGE, pair=OPEN)
    table = sides(app)
    assert table.loc["Gender", ["left", "right", "kept"]].tolist() == [
        *("Female", "Non binary", "By rule")
    ]
    assert table.loc["Race and ethnicity", "kept"] == "White"
    picks = {one.key for one in app.selectbox if str(one.key).startswith("pick-")}
    assert {f"pick-{name}-{OPEN}" for name in ("gender", "age_group", "email")} <= picks
    assert not {f"pick-{name}-{OPEN}" for name in ("race_ethnicity", "education")} & picks
    app = checked(app.selectbox(key=f"pick-gender-{OPEN}").select("right").run())
    assert sides(app).loc["Gender", "kept"] == "Non binary"
    press(app, "Merge")
    assert stored() == [("merge", OPEN, {"winners": {"gender": "right"}}, None)]
    for role in ("data_steward", "viewer"):
        work_as(monkeypatch, role)
        app = open_page(PAGE, status="merged", pair=OPEN)
        assert {"Gender", "Race and ethnicity", "Education", "Age group"}.isdisjoint(
            sides(app).index
        )
        assert "Non binary" not in everything(app)
        assert "non_binary" not in everything(app)


def test_without_a_choice_the_source_that_is_heard_first_is_kept() -> None:
    """platform.md 4.11: files before the CRM, but not about dates of birth."""
    kept = sides(open_page(PAGE, pair=ALIKE[1]))["kept"]
    assert kept["Last name"] == "Reid"
    assert kept["E-mail"] == "jamal.reid@example.org"
    assert kept["Date of birth"] == "Apr 17, 1980"
    assert kept["Postal code"] == "64112"


def test_to_take_a_merge_apart_needs_a_reason_and_then_is_shown_at_once() -> None:
    app = press(open_page(PAGE, status="auto_merged", pair=BY_CONTACT), "Take apart")
    assert "needs a reason" in text_of(app)
    app.text_input(key=f"note-{BY_CONTACT}").input("Mother and daughter")
    app = press(app, "Take apart")
    assert stored() == [("not_duplicate", BY_CONTACT, {}, "Mother and daughter")]
    assert metrics(app)["Merged by rule"] == "1"


def test_a_stored_merge_is_undone_with_a_reason_and_not_below_a_later_one() -> None:
    for key in (BESIDE, AFTER_RULE):
        line = {"action": "merge", "subject_type": "pair", "subject_key": key}
        decisions.append(load_settings(), [line], actor="jordan", role="admin")
    app = open_page(PAGE, status="merged", pair=BESIDE)
    app.text_input(key=f"note-{BESIDE}").input("Two people")
    app = press(app, "Undo")
    assert AFTER_RULE in text_of(app).replace("\\", "")
    app = open_page(PAGE, status="merged", pair=AFTER_RULE)
    app.text_input(key=f"note-{AFTER_RULE}").input("Two people")
    app = press(app, "Undo")
    assert [one[0] for one in stored()] == ["merge", "merge", "revoke"]
    assert metrics(app)["Merged"] == "2"


@pytest.mark.parametrize(
    ("role", "key", "may"),
    [
        ("admin", OPEN, {"Merge", "Two people", "Later"}),
        ("data_steward", OPEN, {"Two people", "Later"}),
        ("data_steward", HOUSEHOLD, {"Two people", "Later"}),
        ("data_steward", BY_CONTACT, set()),
        ("data_steward", MERGED, set()),
        ("data_steward", REJECTED, {"Undo"}),
        ("viewer", OPEN, set()),
        ("viewer", DEFERRED, set()),
        ("admin", MERGED, {"Undo"}),
    ],
)
def test_who_may_answer_what(
    role: str, key: str, may: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, role)
    app = open_page(PAGE, status="household", pair=key)
    answers = {"Merge", "Two people", "Later", "Undo", "Take apart"}
    assert answers & set(labels(app)) == may


@pytest.mark.parametrize(
    ("role", "hidden", "seen"),
    [
        ("data_steward", {"1980", "Birch"}, {"maya.chen@example.org", "+18165550101"}),
        (
            "viewer",
            {"1980", "Birch", "maya.chen", "+1816"},
            {"m***@example.org", "***0101"},
        ),
    ],
)
def test_a_role_reads_no_more_than_it_may(
    role: str, hidden: set[str], seen: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, role)
    app = open_page(PAGE, pair=OPEN)
    said = everything(app)
    assert not {text for text in hidden if text in said}
    assert {text for text in seen if text in said} == seen
    table = sides(app)
    assert table.loc["Date of birth", "left"] == "Hidden for your role"
    assert table.loc["E-mail", "same"] == ("Same" if role == "viewer" else "≠ Differs")


_WHOLE = ("maya.chen@example.org, b@example.org", "+18165550101, +442079460101")


@pytest.mark.parametrize(
    ("role", "contacts", "is_born_known"),
    [
        ("admin", _WHOLE, True),
        ("data_steward", _WHOLE, False),
        ("viewer", ("m***@example.org, b***@example.org", "***0101, ***0101"), False),
    ],
)
def test_the_release_itself_gives_a_role_no_more(
    home: Path, role: str, contacts: tuple[str, str], is_born_known: bool
) -> None:
    """platform.md 6.1: birth, street, demographics for administrators, contacts for stewards."""
    with duckdb.connect(str(home / "releases" / f"{fake_release.NAME}.duckdb")) as connection:
        connection.execute(
            "update queues.queue_duplicate_records set emails = emails || ', b@example.org',"
            " phones = phones || ', +442079460101'"
        )
    read = release.current(load_settings(), release.Scope(role))
    assert read is not None
    (row,) = read.rows(
        "select emails, phones, dob is not null as born, street is not null as housed,"
        " gender is not null or race_ethnicity is not null or education is not null"
        " or age_group is not null as described, city"
        " from queues.queue_duplicate_records where record_key = 'salesforce:01'"
    )
    assert list(row.values()) == [*contacts, *3 * [is_born_known], "Kansas City"]


def test_pairs_with_the_same_evidence_are_answered_together() -> None:
    app = open_page(PAGE)
    assert "2 pairs, 91.0 % to 92.0 %" in app.selectbox(key="pair-batch-pattern").options[0]
    app.text_input(key="pair-batch-note").input("Checked with the badge list")
    app = press(app, "Merge 2 pairs")
    assert stored() == [("merge", key, {}, "Checked with the badge list") for key in ALIKE]
    assert metrics(app)["Merged"] == "3"
    assert "Answer many" not in str([one.label for one in app.expander])


def test_only_admins_merge_many_and_viewers_answer_none(monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, "data_steward")
    shown = labels(open_page(PAGE))
    assert "Merge 2 pairs" not in shown
    assert "Two people each, 2 pairs" in shown
    work_as(monkeypatch, "viewer")
    assert "Two people each, 2 pairs" not in labels(open_page(PAGE))


def test_other_thresholds_are_replayed_before_anything_is_saved() -> None:
    app = open_page(PAGE)
    assert metrics(app)["Would merge by rule"] == "1"
    app = checked(app.slider(key="what-if-auto").set_value(90.0).run())
    text = text_of(app).replace("\\", "")
    # The pair that a guard stops is asked all the same.
    assert "2 pairs that people are asked about would merge by rule" in text
    assert "2 people fewer" in text
    app = checked(app.slider(key="what-if-auto").set_value(98.0).run())
    assert "1 pair that a rule merges would be asked" in text_of(app).replace("\\", "")
    assert stored() == []


def test_replayed_scores_move_pairs_and_people() -> None:
    rows = [
        {"score": score, "left_person_key": left, "right_person_key": right}
        for score, left, right in ((0.96, "a", "a"), (0.9, "a", "b"), (0.9, "b", "c"),
                                   (0.92, "a", "c"), (0.82, "d", "e"))
    ]  # fmt: skip
    now = (0.95, 0.8)
    assert pair_batch.moves(rows, now, now) == {}
    assert pair_batch.moves(rows, now, (0.9, 0.85)) == {
        ("would be asked", "would merge by rule"): 3,
        ("would be asked", "would stay two people"): 1,
    }
    assert pair_batch.people_joined(rows, now, (0.9, 0.85)) == 2
