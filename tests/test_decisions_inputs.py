"""Numbers that staff enter: students counted at a session, and a district's year.

salesforce.md §6.2. The logical date is 2026-03-10, so 2025-2026 is this school year.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from polaris import district_inputs
from polaris.deciding import decisions
from polaris.deciding.actions import catalogue
from polaris.settings import Settings
from tests.support.deciding import Decide, Line, line, publish, refused, revoke, show_in_release
from tests.support.kept import kept

COUNTED: dict[str, Any] = {"total_students": 90, "num_classrooms": 6, "rotations": 2}
ENTERED: dict[str, Any] = {"school_year": "2025-2026", "data_type": "p2t_completed", "value": 12}


@pytest.fixture
def published(settings: Settings) -> Path:
    """A release with sessions of the CRM, one of them by video, and two events of files."""
    path = publish(settings)
    add_events(path)
    return path


@kept
def add_events(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.executemany(
            "insert into marts.dim_events (event_key, source, title, event_type, format, status,"
            " imported_status, session_date) values (?, ?, 'E', ?, ?, 'Completed', 'Completed',"
            " '2026-03-01')",
            [
                ("c-video", "salesforce", "connector_session", "virtual"),
                ("f-done", "csv", "career_fair", "in_person"),
                ("f-video", "csv", "virtual_session", "virtual"),
            ],
        )


def counted(event: str = "c-shown", /, **other: Any) -> Line:
    return line("set_attendance_detail", event, **(COUNTED | other))


def entered(district: str = "d-hickman", /, **other: Any) -> Line:
    return line("set_district_input", district, **(ENTERED | other))


def without(made: Line, name: str) -> Line:
    payload = {key: value for key, value in made["payload"].items() if key != name}
    return made | {"payload": payload}


def test_students_are_counted_at_an_event_of_a_file_too(decide: Decide) -> None:
    (stored,) = decide(counted("f-done"), role="data_steward")
    assert (stored.subject_key, stored.payload) == ("f-done", COUNTED)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (counted(total_students=0), "total_students must be from 1 to 30000, not 0"),
        (counted(total_students=30_001), "total_students must be from 1 to 30000"),
        (counted(total_students="many"), "total_students 'many' is no whole number"),
        (counted(total_students=True), "is no whole number"),
        (counted(num_classrooms=-1), "num_classrooms must be from 1 to 1000"),
        (counted(num_classrooms=1001), "num_classrooms must be from 1 to 1000"),
        (counted(rotations=1.5), "rotations '1.5' is no whole number"),
        (counted(rotations=101), "rotations must be from 1 to 100"),
        (without(counted(), "rotations"), "needs rotations"),
        (without(counted(), "total_students"), "needs total_students"),
        (counted(notes="x"), "takes no notes"),
        (counted("c-nowhere"), "there is no event c-nowhere"),
        (counted("x-visit"), "event x-visit is no session of Salesforce"),
        (counted("c-video"), "event c-video is a connector_session; set_attendance_detail is for"),
        (counted("f-video"), "event f-video is a virtual_session; set_attendance_detail is for"),
        (counted("c-visit"), "event c-visit has not taken place; set_attendance_detail comes"),
        (counted("c-off"), "event c-off is Cancelled, and set_attendance_detail needs it to be"),
        (counted() | {"subject_type": "district"}, "needs the subject_type event, not district"),
    ],
)
def test_a_count_of_students_that_cannot_be_is_refused(
    settings: Settings, decide: Decide, bad: Line, words: str
) -> None:
    assert words in refused(decide, bad)
    assert decisions.read_all(settings) == []


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (entered(value=-1), "value must be from 0 to 30000, not -1"),
        (entered(value=30_001), "value must be from 0 to 30000, not 30001"),
        (entered(value=None), "needs value"),
        (entered(value="a dozen"), "value 'a dozen' is no whole number"),
        (entered(school_year="2025"), "school_year '2025' is no school year written YYYY-YYYY"),
        (entered(school_year="2025-2027"), "is no school year"),
        (entered(school_year="25-26"), "is no school year"),
        (entered(school_year="2019-2020"), "school_year must be from 2020-2021 to 2026-2027"),
        (entered(school_year="2027-2028"), "school_year must be from 2020-2021 to 2026-2027"),
        (without(entered(), "school_year"), "needs school_year"),
        (entered(data_type="unheard_of"), "data_type must be one of: math_relays_hs, "),
        (entered(data_type=None), "needs data_type"),
        (entered(host="PREP-KC"), "host must be one of: all, prepkc"),
        (entered(note="x"), "takes no note"),
        (entered("d-no"), "there is no district d-no"),
    ],
)
def test_a_number_of_a_district_that_cannot_be_is_refused(
    settings: Settings, decide: Decide, bad: Line, words: str
) -> None:
    assert words in refused(decide, bad)
    assert decisions.read_all(settings) == []


@pytest.mark.parametrize("role", ["viewer", "district_admin", "district_viewer"])
@pytest.mark.parametrize("one", [counted(), entered()], ids=lambda one: one["action"])
def test_only_admins_and_stewards_enter_numbers(decide: Decide, one: Line, role: str) -> None:
    assert f"the role {role} may not {one['action']}" in refused(decide, one, role=role)


def test_a_count_is_entered_corrected_and_taken_back(settings: Settings, decide: Decide) -> None:
    (first,) = decide(counted(), role="data_steward")
    assert (first.subject_type, first.payload) == ("event", COUNTED)
    same = refused(decide, counted(rotations=" 2 "))
    assert "nothing changes: total_students is already 90, num_classrooms is already 6" in same
    (second,) = decide(counted(total_students="95"))
    assert second.payload["total_students"] == "95"
    decide(revoke(second.decision_id))
    assert "total_students is already 90" in refused(decide, counted())
    show_in_release(settings)
    assert "total_students is already 90" in refused(decide, counted())
    decide(revoke(first.decision_id))
    decide(counted())


def test_staff_count_on_the_day_and_before_the_crm_says_the_session_is_completed(
    settings: Settings, decide: Decide
) -> None:
    show_in_release(
        settings,
        "update marts.dim_events set session_date = '2026-03-10' where event_key = 'c-visit'",
    )
    assert len(decide(counted("c-visit"), counted("c-shown"))) == 2


def test_each_kind_of_number_year_and_host_of_a_district_stands_for_itself(decide: Decide) -> None:
    stored = decide(
        entered(),
        entered(school_year="2026-2027"),
        entered(school_year="2020-2021"),
        entered(data_type="cna_students"),
        entered(host="prepkc"),
        entered("d-grandview"),
        entered(value="0", data_type="holland_visits"),
        role="data_steward",
    )
    assert len(stored) == 7
    assert {one.subject_type for one in stored} == {"district"}
    for one in stored:
        repeated = line("set_district_input", one.subject_key, **one.payload)
        assert "nothing changes: value is already" in refused(decide, repeated)


def test_no_host_is_all_hosts(decide: Decide) -> None:
    (first,) = decide(entered())
    assert "value is already 12" in refused(decide, entered(host="all"))
    decide(entered(host="all", value=13))
    assert "value is already 13" in refused(decide, entered(value=13))
    decide(entered())
    decide(revoke(first.decision_id))
    assert "value is already 12" in refused(decide, entered())


def test_two_words_on_one_number_in_one_batch_both_stand_and_the_last_counts(
    decide: Decide,
) -> None:
    assert len(decide(entered(value=1), entered(value=2), entered(value=1, host="all"))) == 3
    assert "value is already 1" in refused(decide, entered(value=1))
    assert "line 2: nothing changes" in refused(decide, entered(value=5), entered(value="5"))


def test_the_catalogue_takes_what_the_list_of_numbers_names() -> None:
    allowed = catalogue()["set_district_input"].allowed_values
    assert allowed["data_type"] == tuple(district_inputs.names())
    assert len(allowed["data_type"]) == 14
    assert district_inputs.names()["p2t_completed"] == "P2T completed"


@pytest.mark.parametrize(
    ("today", "newest"), [(date(2026, 7, 31), "2026-2027"), (date(2026, 8, 1), "2027-2028")]
)
def test_numbers_are_taken_for_the_years_of_the_report(today: date, newest: str) -> None:
    years = district_inputs.years(today)
    assert (years[0], years[-1]) == (newest, "2020-2021")
