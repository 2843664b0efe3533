"""Volunteers: the list, the thank-you list, lists by session, who sees what, and the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import downloads, pages
from dashboard.downloads import Sheet
from tests.support import fake_release
from tests.support.dashboard_app import act_as, offered, open_page, text_of
from tests.support.fake_release_goals import change

IRIS, VERA, OMAR, NILS = "Iris Quade", "Vera Quade", "=Omar <b>Keller</b>", "Nils Brandt"
ZED = "Zed Nolan"
PATHFUL = ["José Núñez", "Luis Ortega", "Maya Chen"]


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    return fake_release.publish(page_home)


@pytest.fixture
def sheets(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Sheet]]:
    return offered(monkeypatch)


def names(**query: str) -> list[str]:
    frames = open_page("volunteers", **query).dataframe
    return frames[0].value["name"].tolist() if frames else []


def test_everybody_is_listed_but_the_deleted() -> None:
    app = open_page("volunteers")
    listed = app.dataframe[0].value["name"].tolist()
    assert {IRIS, VERA, OMAR, NILS, *PATHFUL} <= set(listed)
    assert listed.count(ZED) == 2
    assert "Ursa Vale" not in listed
    assert "9 volunteers" in text_of(app)


def test_values_are_in_words() -> None:
    rows = open_page("volunteers", q="quade").dataframe[0].value.set_index("name")
    assert rows.loc[IRIS, "local"] == "Local"
    assert rows.loc[IRIS, "organization"] == "Heartland <i>Forge</i>"
    assert rows.loc[IRIS, "reach"] == "Yes"
    assert rows.loc[VERA, "local"] == "Partly local"
    assert rows.loc[VERA, "reach"] == "Not reachable"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "quade weld"}, [IRIS]),
        # An organization of former times finds its people too.
        ({"q": "star"}, [OMAR, IRIS]),
        ({"q": "omar.keller@example.org"}, [OMAR]),
        ({"q": "nunez"}, ["José Núñez"]),
        ({"local": "partial"}, [VERA]),
        ({"status": "inactive"}, []),
        ({"contact": "contactable"}, [ZED, IRIS]),
        ({"source": "pathful"}, ["Maya Chen", "José Núñez", "Luis Ortega"]),
        ({"times": "lately"}, [OMAR, ZED]),
        ({"duplicates": "True"}, [ZED, ZED]),
        ({"excluded": "True"}, []),
        ({"q": "zzz"}, []),
    ],
)
def test_filters(query: dict[str, str], found: list[str]) -> None:
    assert sorted(names(**query)) == sorted(found)


def test_the_order_can_be_chosen() -> None:
    by_times = names(sort="Times volunteered, most first")
    assert by_times[:4] == [OMAR, ZED, NILS, IRIS]
    assert names()[:2] == [OMAR, NILS]


def test_an_address_cannot_be_searched_or_read_by_who_may_not_see_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    act_as(monkeypatch, "viewer")
    assert names(q="omar.keller@example.org") == []
    rows = open_page("volunteers", q="weld").dataframe[0].value
    assert rows["email"].tolist() == ["i***@example.org"]


def test_districts_do_not_see_the_pages() -> None:
    screens = ("volunteers", "organizations", "find_volunteers")
    assert all(pages.is_open(name, "viewer") for name in screens)
    for role in ("district_admin", "district_viewer", "teacher"):
        assert not any(pages.is_open(name, role) for name in screens)


def test_the_thank_you_list_is_by_hours_and_leaves_out_who_staff_left_out() -> None:
    app = open_page("volunteers", list="year", year="2025-2026")
    rows = app.dataframe[0].value
    assert rows["name"].tolist() == [OMAR, IRIS, NILS]
    assert "3 people, 14.75 hours" in text_of(app)
    assert rows.set_index("name").loc[OMAR, "mail"] == "No"
    assert rows["types"].tolist()[0] == "Career fair, DIA"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"first": "True"}, [NILS]),
        ({"mail": "True"}, [IRIS]),
        ({"host": "prepkc"}, [IRIS]),
        ({"year": "2024-2025"}, [IRIS]),
        ({"q": "freight"}, [OMAR, IRIS]),
    ],
)
def test_filters_of_the_thank_you_list(query: dict[str, str], found: list[str]) -> None:
    assert names(list="year", **query) == found


def test_who_came_lately_and_who_is_coming() -> None:
    recent = open_page("volunteers", list="recent").dataframe[0].value
    assert recent[["name", "title"]].to_numpy().tolist() == [[IRIS, "Robotics at Work"]]
    longer = open_page("volunteers", list="recent", since="none").dataframe[0].value
    assert longer["name"].tolist() == [IRIS, OMAR]
    coming = open_page("volunteers", list="future").dataframe[0].value
    assert coming[["name", "status"]].to_numpy().tolist() == [[ZED, "Scheduled"]]


def test_files_have_no_formula_and_no_hidden_address(
    sheets: dict[str, list[Sheet]], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_page("volunteers", q="keller")
    lines = downloads.as_csv(sheets["volunteers"][0]).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Name,Organization,Job title,Email")
    assert lines[1].startswith("'=Omar <b>Keller</b>,'=Star Freight,Driver,omar.keller@")
    act_as(monkeypatch, "viewer")
    open_page("volunteers", list="year")
    text = downloads.as_csv(sheets["volunteers-year"][0]).decode("utf-8-sig")
    assert "'=Omar" in text
    assert "omar.keller" not in text


def test_without_a_volunteer_the_page_says_what_to_do(release: Path) -> None:
    change(release, "delete from marts.dim_volunteers")
    assert "No volunteer yet" in text_of(open_page("volunteers"))


def test_nobody_found_says_so() -> None:
    assert "Nobody fits these filters" in text_of(open_page("volunteers", q="zzz"))
    assert "Nobody fits these filters" in text_of(open_page("volunteers", list="year", q="zzz"))
    assert "Nobody fits these filters" in text_of(open_page("volunteers", list="recent", q="zzz"))
