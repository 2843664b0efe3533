"""What every page with figures of Salesforce owes: rights, emptiness, age, links, odd names."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import streamlit as st

from tests.support import fake_release, fake_release_crm
from tests.support.dashboard_app import (
    checked,
    everything,
    is_closed,
    labels,
    open_page,
    text_of,
    work_as,
)

# Page -> the roles that have it.
STAFF = {"admin", "data_steward", "viewer"}
EVERYBODY = STAFF | {"district_admin", "district_viewer"}
ROLES = {
    "volunteers": STAFF,
    "organizations": STAFF,
    "find_volunteers": STAFF,
    "publishing": {"admin", "data_steward"},
    "impact": EVERYBODY,
    "district_impact": EVERYBODY,
    "students": STAFF,
    "salesforce": STAFF,
}
OLD = "Not read from Salesforce lately"
# Something to click, a page to go to, or a command: what an empty page must offer.
NEXT_STEP = re.compile(r"\*\*(Salesforce|Import|Sync now)\*\*|`polaris-load ")
MARKUP = "<img src=x onerror=alert(1)> **bold** [a](http://example.org) $x$ :red[y] "
LONG = MARKUP + "Very long name of something that goes on and on " * 5
NAMES = {
    "marts.dim_districts": ("district_name",),
    "marts.dim_schools": ("school_name",),
    "marts.dim_organizations": ("organization_name",),
    "marts.dim_volunteers": ("first_name", "last_name", "job_title", "employer"),
    "marts.dim_students": ("first_name", "last_name"),
    "marts.dim_events": ("title", "location"),
    "marts.dim_metrics": ("metric_name",),
    "marts.agg_school_impact": ("school_name",),
    "marts.agg_district_programs": ("program_name",),
}
VIEWS: list[tuple[str, dict[str, str]]] = [
    *((page, {}) for page in ROLES),
    ("volunteers", {"list": "year"}),
    ("volunteers", {"list": "recent"}),
    ("volunteers", {"list": "future"}),
    ("volunteers", {"person": "p-iris"}),
    ("organizations", {"organization": "o-forge"}),
    ("find_volunteers", {"q": "weld"}),
    ("find_volunteers", {"event": "e-next"}),
    ("publishing", {"event": "c-next"}),
    ("district_impact", {"district": "d-hickman"}),
    ("impact", {"district": "d-hickman"}),
    ("events", {"source": "salesforce"}),
    ("events", {"event": "c-done"}),
]


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    return page_home


@pytest.fixture
def release(home: Path) -> Path:
    return fake_release_crm.publish(home)


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_each_role_has_its_pages_and_no_other(
    role: str, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, role, *(("d-hickman",) if role.startswith("district") else ()))
    for page, roles in ROLES.items():
        if role in roles:
            assert "may not" not in text_of(open_page(page))
        else:
            assert is_closed(open_page(page))


def test_the_page_itself_refuses_too(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.pages._is_open", lambda *_: True)
    work_as(monkeypatch, "district_admin", "d-hickman")
    for page, roles in ROLES.items():
        if "district_admin" not in roles:
            app = open_page(page)
            assert "Your role may not see this page" in text_of(app), page
            assert not app.dataframe, page


@pytest.mark.parametrize("page", ROLES)
def test_an_empty_page_says_what_to_do(page: str, home: Path) -> None:
    assert "Nothing has been published yet" in text_of(open_page(page))
    fake_release.publish(home, fake_release.EMPTY_NAME, empty=True)
    st.cache_resource.clear()
    app = open_page(page)
    assert NEXT_STEP.search(text_of(app)), text_of(app)
    assert not app.dataframe


@pytest.mark.parametrize("role", ["admin", "district_viewer"])
def test_old_figures_say_so(role: str, release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, role, *(("d-hickman",) if role.startswith("district") else ()))
    pages = [page for page, roles in ROLES.items() if role in roles and page != "salesforce"]
    for page in pages:
        assert f"{OLD}: Events" in text_of(open_page(page)), page
    st.cache_resource.clear()
    st.cache_data.clear()
    with duckdb.connect(str(release)) as connection:
        connection.execute("update ops.crm_objects set status = 'fresh' where status = 'stale'")
    for page in pages:
        assert OLD not in text_of(open_page(page)), page


@pytest.mark.parametrize(
    ("page", "param", "gone"),
    [
        ("volunteers", "person", "not in the release"),
        ("organizations", "organization", "not in the release"),
        ("publishing", "event", "no session of Salesforce"),
        ("find_volunteers", "event", "or was called off"),
    ],
)
def test_a_link_to_what_is_gone_says_so(page: str, param: str, gone: str, release: Path) -> None:
    app = open_page(page, **{param: "no-such-thing"})
    assert gone in text_of(app)


def test_a_filter_of_another_time_is_left_out(release: Path) -> None:
    for page, query in (
        ("impact", {"type": "moon_year", "year": "1999", "district": "gone", "format": "x"}),
        ("district_impact", {"year": "1999", "district": "gone", "host": "x", "measure": "y"}),
        ("volunteers", {"list": "gone", "page": "99999999999"}),
        ("organizations", {"year": "1999", "page": "-1"}),
        ("students", {"status": "gone", "district": "gone", "page": "none"}),
        ("publishing", {"shown": "gone", "district": "gone", "page": "7"}),
    ):
        app = open_page(page, **query)
        assert app.metric or app.dataframe, page


@pytest.mark.parametrize(
    ("page", "key", "opens"),
    [
        ("volunteers", "p-iris", "person"),
        ("organizations", "o-forge", "organization"),
        ("publishing", "c-fair", "event"),
        ("events", "c-done", "event"),
    ],
)
def test_a_row_opens_by_its_name_without_a_mouse(
    page: str, key: str, opens: str, release: Path
) -> None:
    app = open_page(page)
    app = checked(app.selectbox(key=f"{page}-by-name").set_value(key).run())
    assert key in app.query_params[opens]
    assert "Back to the list" in labels(app)


def test_somebody_found_opens_by_name(release: Path) -> None:
    app = open_page("find_volunteers", q="quade weld")
    app = checked(app.selectbox(key="find-by-name").set_value("p-iris").run())
    assert "Iris Quade" in text_of(app)
    assert app.title[0].value == "Volunteers"


@pytest.mark.parametrize(("page", "query"), VIEWS, ids=str)
def test_names_stay_text_however_long_and_odd(
    page: str, query: dict[str, str], release: Path
) -> None:
    with duckdb.connect(str(release)) as connection:
        for table, columns in NAMES.items():
            changes = ", ".join(f"{column} = $name || coalesce({column}, '')" for column in columns)
            connection.execute(f"update {table} set {changes}", {"name": LONG})
    app = open_page(page, **query)
    text = text_of(app)
    acting = re.findall(r"(?<!\\)(?:<img|\*\*bold|\[a\]|:red\[)", text)
    assert not acting
    if page not in {"salesforce"}:
        assert "Very long name" in everything(app)
