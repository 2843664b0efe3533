"""What a district role reads: its own district, on every page and behind every address."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dashboard import release as releases
from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import fake_release, fake_release_events
from tests.support.dashboard_app import (
    everything,
    is_closed,
    open_page,
    press,
    text_of,
    work_as,
)

# Whatever belongs to the other district only.
FOREIGN = ("Grandview", "Finance & Banking", "Patel", "Grand Middle", "e-off", "t-dev", "Space")
HICKMAN = ("d-hickman",)


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    return page_home


@pytest.mark.parametrize("role", ["district_admin", "district_viewer"])
@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("overview", {}),
        ("progress", {}),
        ("progress", {"district": "d-grandview"}),
        ("progress", {"district": "d-grandview", "teacher": "t-dev"}),
        ("no_shows", {}),
        ("year_end", {}),
        ("events", {"from": "none", "to": "none"}),
        ("events", {"event": "e-off"}),
        ("flags", {"status": ""}),
        ("recruitment", {}),
        ("roster", {}),
        ("roster", {"district": "d-grandview"}),
    ],
)
def test_a_district_role_sees_no_row_of_another_district(
    role: str, page: str, query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, role, *HICKMAN)
    said = everything(open_page(page, **query))
    assert [word for word in FOREIGN if word in said] == []


@pytest.mark.parametrize(
    "page", ["audit", "events", "flags", "issues", "no_shows", "recruitment", "roster"]
)
def test_who_reads_one_district_is_offered_no_other_and_not_all_of_them(
    page: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_release_events.correct(home / "releases" / f"{fake_release.NAME}.duckdb")
    key = f"{page.replace('_', '-')}-district"
    work_as(monkeypatch, "district_admin", *HICKMAN)
    app = open_page(page)
    assert app.selectbox(key=key).options == ["Hickman Mills"]
    work_as(monkeypatch, "data_steward")
    assert open_page(page).selectbox(key=key).options[0] == "All districts"


@pytest.mark.parametrize("page", ["unmatched", "issues", "audit", "session_credit"])
def test_a_district_admin_sees_no_row_of_another_district_in_the_queues(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, "district_admin", *HICKMAN)
    said = everything(open_page(page))
    assert [word for word in FOREIGN if word in said] == []


@pytest.mark.parametrize("page", ["drafts", "runs", "import_file", "companies", "duplicates"])
def test_what_is_staffs_is_not_in_a_district_roles_navigation(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, "district_viewer", *HICKMAN)
    assert is_closed(open_page(page))


def test_the_own_district_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, "district_admin", *HICKMAN)
    assert "Robotics at Work" in everything(open_page("events"))
    assert "Hickman Mills" in everything(open_page("overview"))
    assert "Robotics at Work" in everything(open_page("events", event="e-done"))
    foreign = text_of(open_page("events", event="e-off"))
    unknown = text_of(open_page("events", event="no-such"))
    assert foreign == unknown  # that it exists elsewhere is not told


def test_a_district_role_without_a_district_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    work_as(monkeypatch, "district_admin")
    said = everything(open_page("events", **{"from": "none", "to": "none"}))
    assert "Robotics" not in said


def test_answers_never_cross_scopes(monkeypatch: pytest.MonkeyPatch) -> None:
    sql = (
        "select string_agg(district_key, ' ' order by district_key) as keys"
        " from marts.dim_districts"
    )

    def read(scope: releases.Scope) -> str | None:
        release = releases.current(load_settings(), scope)
        assert release is not None
        row = release.row(sql)
        assert row is not None
        assert release.frame(sql)["keys"].isna()[0] == (row["keys"] is None)
        return str(row["keys"])

    everything_ = releases.EVERYTHING
    hickman = releases.Scope("district_admin", HICKMAN)
    grandview = releases.Scope("district_admin", ("d-grandview",))
    nobody = releases.Scope("somebody")
    for _ in range(2):  # the second time from the caches
        assert read(everything_) == "d-grandview d-hickman"
        assert read(hickman) == "d-hickman"
        assert read(grandview) == "d-grandview"
        assert read(nobody) == "None"
    with pytest.raises(duckdb.Error):
        releases._connection(releases.current(load_settings()).path, hickman).execute(  # type: ignore[union-attr]
            "insert into published.marts.dim_districts default values"
        )


def test_a_forged_decision_about_another_district_is_refused_and_logged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from dashboard import decide

    person = work_as(monkeypatch, "district_admin", *HICKMAN)
    line = decide.line("set_status", "event", "e-off", {"status": "Cancelled"})
    assert decide.attempt(load_settings(), person, [line]) is not None
    assert decisions.read_all(load_settings()) == []
    (refusal,) = decisions.refusals(load_settings())
    # An invented key does not have the shape of ours, so it is not kept: it might be a name.
    assert (refusal.actor, refusal.subject_type, refusal.subject_key) == (person.name, "event", "?")


def test_a_page_opened_on_an_old_release_is_told_when_the_thing_is_gone(home: Path) -> None:
    app = open_page("unmatched", ticket="k-teacher")
    new = fake_release.publish(home, "20260310T150000000Z-aaaaaa")
    with duckdb.connect(str(new)) as release:
        release.execute("delete from queues.queue_unmatched where ticket_key = 'k-teacher'")
    app = press(app, "Ignore")
    text = text_of(app).replace("\\", "")
    assert "there is no ticket k-teacher in release 20260310T150000000Z-aaaaaa" in text
    assert "20260310T150000000Z-aaaaaa" in text  # and the page is on the new one
    assert decisions.read_all(load_settings()) == []
