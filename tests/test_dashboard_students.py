"""Students: percentages, what is missing, the next step, and who sees which record."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import downloads
from dashboard.downloads import Sheet
from tests.support import fake_release
from tests.support.dashboard_app import act_as, is_closed, metrics, open_page, text_of
from tests.support.fake_release_crm import MISSING_ACCOUNT
from tests.support.fake_release_goals import change


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    return page_home


def everything(app: AppTest) -> str:
    return text_of(app) + "".join(frame.value.to_string() for frame in app.dataframe)


def test_the_percentages_and_the_lost_attendances() -> None:
    app = open_page("students")
    shown = metrics(app)
    assert shown["Students"] == "145,137"
    assert shown["With a school"] == "19.4 %"
    assert shown["Of those with an account"] == "87.5 %"
    assert shown["Lost attendances"] == "321"
    assert "Schools incomplete" in text_of(app)
    states = app.dataframe[0].value
    assert states["count"].sum() == 145_137
    assert states["state"].tolist()[0] == "Has a school"


def test_the_next_steps_come_in_order_with_their_number_of_students() -> None:
    text = text_of(open_page("students")).replace("\\", "")
    assert "1. Students name accounts that never landed: import those schools." in text
    assert "4,000 students" in text
    assert text.index("import those schools") < text.index("no primary affiliation")


def test_missing_accounts_and_the_greatest_schools_by_name() -> None:
    app = open_page("students")
    missing = app.dataframe[1].value
    assert missing["account"].tolist() == [MISSING_ACCOUNT]
    assert "Central High" in text_of(app)
    assert "s-central" not in everything(app)


def listed(**query: str) -> list[str]:
    frames = open_page("students", **query).dataframe
    return frames[2].value["salesforce_id"].tolist() if len(frames) > 2 else []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [3, 4, 1, 2]),
        ({"status": "assigned"}, [1, 2]),
        ({"district": "d-grandview"}, [2]),
        ({"q": "omar"}, [2]),
        ({"q": MISSING_ACCOUNT.lower()}, [3]),
        ({"q": "zzz"}, []),
    ],
)
def test_filters_of_the_records(query: dict[str, str], found: list[int]) -> None:
    assert sorted(listed(**query)) == sorted(f"0030000000000{number}STAA" for number in found)


def test_an_administrator_sees_names_as_text() -> None:
    records = open_page("students").dataframe[2].value
    assert "=Omar" in records["first_name"].tolist()
    assert "<b>Vale</b>" in records["last_name"].tolist()


def test_a_steward_works_with_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    act_as(monkeypatch, "data_steward")
    app = open_page("students")
    assert "first_name" not in app.dataframe[2].value.columns
    assert len(app.dataframe[2].value) == 4
    assert not [name for name in ("Nia", "Omar", "Lark") if name in everything(app)]
    # What nobody may read is nothing to search by.
    assert len(open_page("students", q="omar").dataframe) == 2


def test_a_student_whom_only_a_file_knows_is_listed(home: Path) -> None:
    change(
        next((home / "releases").glob("*.duckdb")),
        "insert into marts.dim_students (student_key, first_name, last_name, "
        "school_assignment_status) values ('st-file', 'Ida', 'Ray', 'missing_school')",
    )
    assert listed(q="ida") == ["From a file"]
    assert len(listed()) == 5


def test_a_viewer_sees_figures_and_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    act_as(monkeypatch, "viewer")
    app = open_page("students")
    assert metrics(app)["Students"] == "145,137"
    assert len(app.dataframe) == 2
    assert "for administrators and data stewards" in text_of(app)


@pytest.mark.parametrize("role", ["district_admin", "district_viewer"])
def test_a_district_does_not_see_the_page(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    act_as(monkeypatch, role, "d-hickman")
    assert is_closed(open_page("students"))


def test_the_export_has_ids_and_no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Sheet] = []
    monkeypatch.setattr(downloads, "buttons", lambda _p, _s, _k, sheets: made.extend(sheets()))
    open_page("students")
    sheet = made[-1]
    assert sheet.title == "Students"
    text = downloads.as_csv(sheet).decode("utf-8-sig")
    assert "00300000000001STAA" in text
    assert not [name for name in ("Nia", "Omar", "2010", "example.org") if name in text]


def test_without_students_the_page_says_how_they_come(home: Path) -> None:
    fake_release.publish(home, "20260310T150000000Z-111111", empty=True)
    assert "No student yet" in text_of(open_page("students"))
