"""Organizations: the ranking by year and way of counting, and one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import downloads
from tests.support import fake_release
from tests.support.dashboard_app import act_as, metrics, offered, open_page, press, text_of
from tests.support.fake_release_goals import change

FORGE, STAR = "Heartland <i>Forge</i>", "=Star Freight"


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    return fake_release.publish(page_home)


def listed(**query: str) -> list[str]:
    frames = open_page("organizations", **query).dataframe
    return frames[0].value["organization_name"].tolist() if frames else []


def test_the_newest_year_comes_first_ranked_by_hours() -> None:
    app = open_page("organizations")
    rows = app.dataframe[0].value
    assert rows["organization_name"].tolist() == [STAR, FORGE]
    assert rows["hours_rank"].tolist() == [1, 2]
    assert metrics(app) == {
        "Organizations": "2",
        # 5.25 + 9.5 + the 1 hour of people without an organization
        "Volunteer hours": "15.75",
        "Volunteers without an organization": "1",
        "Their hours": "1",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"mode": "full"}, [STAR]),
        ({"year": "2024-2025"}, [FORGE]),
        ({"year": "all"}, [FORGE]),
        ({"type": "Business"}, [FORGE]),
        ({"q": "frei"}, [STAR]),
        ({"sort": "Name"}, [STAR, FORGE]),
        ({"sort": "Volunteers, most first"}, [FORGE, STAR]),
        ({"q": "zzz"}, []),
    ],
)
def test_filters(query: dict[str, str], found: list[str]) -> None:
    assert listed(**query) == found


def test_one_organization_has_its_years_people_and_sessions() -> None:
    app = open_page("organizations", organization="o-forge", year="2024-2025")
    assert "Heartland \\<i\\>Forge\\</i\\>" in text_of(app)
    cards = metrics(app)
    assert (cards["Place by hours"], cards["Volunteer hours"]) == ("1.", "1.5")
    people, sessions = (frame.value for frame in app.dataframe)
    assert people["name"].tolist() == ["Iris Quade", "Zed Nolan"]
    assert people["volunteer_hours"].tolist()[0] == 1.5
    assert sessions["title"].tolist() == ["Architecture Basics"]
    assert sessions["volunteer_names"].tolist() == ["Iris Quade"]
    app = press(app, "Back to the list")
    assert "organization" not in app.query_params


def test_a_year_in_which_nobody_came_says_so() -> None:
    app = open_page("organizations", organization="o-star", year="2024-2025")
    assert "Nobody of it volunteered in this year" in text_of(app)
    assert "not in the release" in text_of(open_page("organizations", organization="o-none"))


def test_an_organization_that_came_by_file_has_its_page(release: Path) -> None:
    change(
        release,
        "insert into marts.dim_organizations (organization_key, organization_name, "
        "organization_type, slug, website, description, is_active) values ('o-bread', "
        "'Corner Bread', 'Business', 'corner-bread', 'https://example.org', '<b>Bread.</b>', true)",
    )
    text = text_of(open_page("organizations", organization="o-bread")).replace("\\", "")
    assert "From a file, not in Salesforce" in text
    assert "example.org" in text
    assert "<b>Bread.</b>" in text
    assert "From a file" not in text_of(open_page("organizations", organization="o-forge"))


def test_memberships_that_lead_nowhere_are_counted_by_run(release: Path) -> None:
    rows = open_page("organizations").dataframe[1].value
    assert rows["source"].tolist() == ["A file"]
    assert rows["unmatched_contact_count"].tolist() == [2]
    assert rows["match_rate_pct"].tolist() == [75.0]
    change(release, "delete from ops.affiliation_matches")
    assert len(open_page("organizations").dataframe) == 1


def test_a_bookmark_of_a_merged_organization_opens_its_winner() -> None:
    app = open_page("organizations", organization="o-former", year="2024-2025")
    assert "Heartland \\<i\\>Forge\\</i\\>" in text_of(app)
    assert len(app.dataframe) == 2


def test_addresses_of_its_people_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    act_as(monkeypatch, "viewer")
    app = open_page("organizations", organization="o-star")
    assert app.dataframe[0].value["email"].tolist()[0] == "o***@example.org"


def test_the_file_is_safe_to_open(monkeypatch: pytest.MonkeyPatch) -> None:
    found = offered(monkeypatch)
    open_page("organizations", q="star")
    lines = downloads.as_csv(found["organizations"][0]).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Rank,Organization,Type,Sessions")
    assert lines[1].startswith("1,'=Star Freight,Nonprofit,5")
    open_page("organizations", organization="o-star")
    assert [sheet.title for sheet in found["organization"]] == ["People", "Sessions"]


def test_without_organizations_the_page_says_what_to_do(release: Path) -> None:
    change(release, "delete from marts.agg_organization_engagement")
    assert "No organization has volunteered yet" in text_of(open_page("organizations"))


def test_nothing_found_says_so() -> None:
    assert "No organization fits these filters" in text_of(open_page("organizations", q="zzz"))
