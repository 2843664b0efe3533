"""The feed of what is to come: who is on it, in which words, and that it is always valid JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from polaris.settings import Settings
from polaris.upcoming import availability
from tests.conftest import Command
from tests.support import fake_release

_NEW = {
    "location": "varchar",
    "registration_url": "varchar",
    "available_slot_count": "bigint",
    "filled_volunteer_count": "bigint",
}
_ROWS = """
delete from marts.bridge_event_districts;
delete from marts.dim_events;
delete from marts.dim_districts;
delete from marts.dim_schools;
delete from ops.source_freshness;
insert into marts.dim_districts (district_key, district_name)
values ('d-n', 'North District'), ('d-s', 'South District');
insert into marts.dim_schools (school_key, school_name) values ('s-oak', 'Oak "High"');
insert into ops.source_freshness (source, last_success_at)
values ('salesforce', '2026-03-10 07:00:00+00'), ('session_report', null);
insert into marts.dim_events (event_key, source, salesforce_id, title, event_type, format, status,
    session_date, start_at, end_at, is_time_known, school_key, location, registration_url,
    available_slot_count, filled_volunteer_count, inperson_page_visible)
select event_key, source, 'sf-' || event_key, title, 'career_fair', format, status,
    cast(day as date), cast(day || ' 19:30:00-05' as timestamptz),
    cast(day || ' 21:00:00-05' as timestamptz), true, 's-oak', 'Gym', 'https://example.org/s',
    free, filled, visible
from (values
    ('late', 'salesforce', 'Later', 'in_person', 'Confirmed', '2026-05-02', 2, 0, true),
    ('full', 'salesforce', 'Full', 'in_person', 'Requested', '2026-04-02', 0, 5, true),
    ('idle', 'salesforce', 'Asks nobody', 'in_person', 'Published', '2026-04-02', 0, 0, true),
    ('today', 'salesforce', 'Today', 'in_person', 'Confirmed', '2026-03-10', 1, 1, true),
    ('online', 'salesforce', 'Online', 'virtual', 'Confirmed', '2026-04-03', 1, 0, true),
    ('past', 'salesforce', 'Past', 'in_person', 'Confirmed', '2026-03-09', 1, 0, true),
    ('hidden', 'salesforce', 'Hidden', 'in_person', 'Confirmed', '2026-04-02', 1, 0, false),
    ('draft', 'salesforce', 'Draft', 'in_person', 'Draft', '2026-04-02', 1, 0, true),
    ('off', 'salesforce', 'Off', 'in_person', 'Cancelled', '2026-04-02', 1, 0, true),
    ('session', 'pathful', 'Robots', 'virtual', 'Published', '2026-04-02', null, null, null),
    ('asked', 'pathful', 'Asked for', 'virtual', 'Requested', '2026-04-02', null, null, null),
    ('filed', 'csv', 'Of a file', 'virtual', 'Published', '2026-04-02', null, null, false)
) as event (event_key, source, title, format, status, day, free, filled, visible);
update marts.dim_events set is_time_known = false, salesforce_id = null, location = null
where source = 'pathful';
insert into marts.bridge_event_districts (event_key, district_key)
values ('late', 'd-s'), ('late', 'd-n'), ('online', 'd-n'), ('hidden', 'd-n');
"""


@pytest.fixture
def published(settings: Settings) -> Path:
    """A release with events to come, as the CRM and Pathful give them."""
    path = fake_release.publish(settings.home)
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, kind in _NEW.items():
            connection.execute(
                f"alter table marts.dim_events add column if not exists {name} {kind}"
            )
        connection.execute(_ROWS)
    return path


def ids(feed: Any) -> list[str]:
    return [event["id"] for event in feed["events"]]


def test_only_what_is_planned_and_shown_is_listed_in_order_of_time(
    published: Path, command: Command
) -> None:
    feed = command("upcoming-events").json
    assert ids(feed) == ["today", "idle", "full", "session", "online", "late"]
    assert feed["event_count"] == 6
    assert feed["page"] == "all"
    assert feed["from_date"] == "2026-03-10"
    assert feed["release"] == fake_release.NAME
    assert feed["published_at"] == "2026-03-10T14:15:30.123000+00:00"
    assert feed["as_of"] == {"salesforce": "2026-03-10T02:00:00-05:00", "session_report": None}


def test_an_event_says_where_when_and_how_to_sign_up(published: Path, command: Command) -> None:
    feed = command("upcoming-events").json
    events = {event["id"]: event for event in feed["events"]}
    assert events["late"] == {
        "id": "late",
        "salesforce_id": "sf-late",
        "source": "salesforce",
        "title": "Later",
        "type": "career_fair",
        "format": "in_person",
        "status": "active",
        "date": "2026-05-02",
        "start": "2026-05-02T19:30:00-05:00",
        "end": "2026-05-02T21:00:00-05:00",
        "location": "Gym",
        "school": 'Oak "High"',
        "districts": ["North District", "South District"],
        "available_slots": 2,
        "registration_url": "https://example.org/s",
    }
    statuses = {key: event["status"] for key, event in events.items()}
    assert statuses["full"] == "archived"
    assert statuses["today"] == "active"
    assert statuses["idle"] is None
    session = events["session"]
    assert (session["start"], session["status"], session["districts"]) == (None, "active", [])


@pytest.mark.parametrize(
    ("free", "filled", "status"),
    [(1, 0, "active"), (1, 9, "active"), (0, 1, "archived"), (0, 0, None), (None, None, None)],
)
def test_places_make_the_status(free: int | None, filled: int | None, status: str | None) -> None:
    assert availability(free, filled) == status


def test_a_page_and_a_district_list_only_their_own(published: Path, command: Command) -> None:
    inperson = command("upcoming-events", "--page", "inperson").json
    assert ids(inperson) == ["today", "idle", "full", "late"]
    assert ids(command("upcoming-events", "--page", "virtual").json) == ["session", "online"]
    by_name = command("upcoming-events", "--district", " north district").json
    assert by_name == command("upcoming-events", "--district", "d-n").json
    assert (by_name["district"], ids(by_name)) == ("North District", ["online", "late"])
    both = command("upcoming-events", "--district", "d-s", "--page", "virtual")
    assert both.json["events"] == []
    assert both.exit_code == 0


def test_a_district_is_meant_by_code_by_alias_or_by_a_name_cut_short(
    published: Path, command: Command
) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "update marts.dim_districts set district_name = 'Hickman Mills School District',"
            " district_code = '48072' where district_key = 'd-n';"
            "insert into marts.dim_districts (district_key, district_name, district_code) values"
            " ('d-e1', 'Elm Fork USD 9', 'E-9'), ('d-e2', 'Elm Grove USD 8', null)"
        )

    def asked(name: str) -> Any:
        answer = command("upcoming-events", "--district", name, "--json")
        return answer.json["district"] if answer.exit_code == 0 else (answer.exit_code, answer.err)

    for name in ("48072", "hickman  mills", "Hickman Mills School District", "d-n"):
        assert asked(name) == "Hickman Mills School District", name
    assert asked("e-9") == asked("elm fork") == "Elm Fork USD 9"
    code, said = asked("Hikman Mills")
    assert code == 2
    assert "no district 'Hikman Mills' in the release; did you mean Hickman Mills" in said
    # A district that the lists know and the release does not is no answer.
    assert "Grandview" not in asked("Grandvew")[1]
    assert "Elm Fork USD 9, Elm Grove USD 8; write the whole name" in asked("Elm")[1]
    assert asked(" ")[0] == 2


def test_the_feed_is_written_in_one_step_and_is_the_same_every_time(
    published: Path, command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "upcoming.json"
    answer = command("upcoming-events", "--out", file, "--json")
    assert answer.json == {
        "status": "succeeded",
        "release": fake_release.NAME,
        "events": 6,
        "path": str(file),
    }
    first = file.read_bytes()
    assert command("upcoming-events", "--out", file).exit_code == 0
    assert file.read_bytes() == first
    assert command("upcoming-events").out == first.decode()
    assert list(tmp_path.glob(".upcoming*")) == []
    bad = command("upcoming-events", "--out", tmp_path / "absent" / "x.json")
    assert (bad.exit_code, "cannot be written" in bad.err) == (2, True)


def test_a_release_with_nothing_to_come_gives_an_empty_feed(
    published: Path, command: Command
) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute("delete from marts.dim_events")
    answer = command("upcoming-events")
    assert json.loads(answer.out)["events"] == []
    assert answer.exit_code == 0


def test_what_cannot_be_listed_is_said(
    settings: Settings, command: Command, published: Path
) -> None:
    page = command("upcoming-events", "--page", "print")
    assert (page.exit_code, "inperson, virtual, all" in page.err) == (2, True)
    place = command("upcoming-events", "--district", "Nowhere")
    assert (place.exit_code, "There is no district 'Nowhere'" in place.err) == (2, True)
    with duckdb.connect(str(published)) as connection:
        connection.execute("alter table marts.dim_events drop column available_slot_count")
    old = command("upcoming-events")
    assert (old.exit_code, "older than the feed" in old.err) == (2, True)
    settings.current.unlink()
    assert command("upcoming-events").exit_code == 2
