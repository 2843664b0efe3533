"""Contacts of many people on the page of duplicate volunteers, and pairs asked with another."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dashboard import pending, release
from polaris.settings import load_settings
from tests.support import fake_release, fake_release_duplicates
from tests.support.dashboard_app import (
    everything,
    labels,
    metrics,
    open_page,
    press,
    stored,
    text_of,
    work_as,
)
from tests.support.fake_release_duplicates import ALIKE, HOTLINE, SCHOOL

PAGE = "duplicate_volunteers"
NEVER, AGAIN = "Never match on it", "Match on it again"


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release_duplicates.add(fake_release.publish(page_home))
    return page_home


def test_one_click_sets_a_contact_aside_and_one_takes_that_back() -> None:
    app = open_page(PAGE)
    text = text_of(app).replace("\\", "")
    assert "E-mail info@school.example.org, 9 people; too many to compare" in text
    assert "never matched on, by riley" in text
    assert labels(app).count(NEVER) == 2
    app.button(key=f"contact-{SCHOOL}").click().run()
    assert stored() == [("never_match_on", SCHOOL, {}, None)]
    app = open_page(PAGE)
    assert "stored, applied at the next build" in text_of(app)
    (item,) = pending.read(load_settings())
    said = pending.sentence(release.current(load_settings()), item)
    assert said == "An e-mail of 9 people: records are never matched on it"
    assert (labels(app).count(NEVER), labels(app).count(AGAIN)) == (1, 2)
    app.button(key=f"contact-{SCHOOL}").click().run()
    assert [one[0] for one in stored()] == ["never_match_on", "revoke"]
    assert labels(open_page(PAGE)).count(NEVER) == 2


def test_a_viewer_reads_whom_many_share_and_not_what(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, "viewer")
    app = open_page(PAGE)
    said = everything(app)
    assert "i***@school.example.org" in said
    assert "***0142" in said
    assert "+18165550142" not in said
    assert "info@" not in said
    assert not {NEVER, AGAIN} & set(labels(app))
    read = release.current(load_settings(), release.Scope("viewer"))
    assert read is not None
    rows = read.rows("select contact_value from queues.queue_shared_contacts order by contact_key")
    assert [row["contact_value"] for row in rows] == [
        "t***@club.example.org",
        "***0142",
        "i***@school.example.org",
    ]


def test_of_two_persons_one_pair_is_asked(home: Path) -> None:
    """Another pair of theirs waits beside it, and may be answered all the same."""
    with duckdb.connect(str(home / "releases" / f"{fake_release.NAME}.duckdb")) as connection:
        connection.execute(
            "update queues.queue_duplicate_pairs set is_asked = false where pair_key = ?",
            [ALIKE[1]],
        )
    app = open_page(PAGE)
    assert (metrics(app)["Open"], metrics(app)["Asked with another"]) == ("4", "1")
    assert metrics(open_page("overview"))["Duplicate volunteers"] == "4"
    app = press(open_page(PAGE, status="beside", pair=ALIKE[1]), "Two people")
    assert stored() == [("not_duplicate", ALIKE[1], {}, None)]


def test_without_such_contacts_the_page_says_nothing_of_them(home: Path) -> None:
    with duckdb.connect(str(home / "releases" / f"{fake_release.NAME}.duckdb")) as connection:
        connection.execute("delete from queues.queue_shared_contacts")
    assert HOTLINE not in everything(open_page(PAGE))
    assert "Contacts that many people share" not in [one.label for one in open_page(PAGE).expander]
