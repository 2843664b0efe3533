"""When the next night begins: fixed clocks, clocks that change, and what nobody decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from polaris import status
from polaris.deciding import decisions
from polaris.nights import schedule
from polaris.settings import SITE_ZONE, Settings
from tests.support.deciding import line, publish, revoke


@pytest.mark.parametrize(
    ("now", "at", "begins"),
    [
        # Later on the same day of the site, though UTC is on the next one already.
        ("2026-06-01T03:00", time(22, 30), "2026-06-01T03:30"),
        ("2026-06-01T12:00", time(2, 30), "2026-06-02T07:30"),
        # At the very moment it is the next one that is asked for.
        ("2026-06-02T07:30", time(2, 30), "2026-06-03T07:30"),
        # Clocks go forward on March 8 at 2:00; no 2:30 is shown, so it is 3:30.
        ("2026-03-08T06:00", time(2, 30), "2026-03-08T08:30"),
        ("2026-03-08T08:30", time(2, 30), "2026-03-09T07:30"),
        # Clocks go back on November 1 at 2:00; 1:30 comes twice, and the first is the night's.
        ("2026-11-01T05:00", time(1, 30), "2026-11-01T06:30"),
        ("2026-11-01T06:45", time(1, 30), "2026-11-02T07:30"),
        # A day of 25 hours lies between.
        ("2026-11-01T02:30", time(23, 0), "2026-11-01T04:00"),
        ("2026-11-01T04:00", time(23, 0), "2026-11-02T05:00"),
        ("2026-12-31T08:00", time(0, 0), "2027-01-01T06:00"),
    ],
)
def test_the_next_night_begins_when_the_clocks_of_the_site_say(
    now: str, at: time, begins: str
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = schedule.next_at(at, moment)
    assert found.astimezone(UTC).isoformat()[:16] == begins
    assert found.tzinfo is SITE_ZONE


def test_a_time_that_no_clock_shows_is_told_as_one_that_they_do_show() -> None:
    found = schedule.next_at(time(2, 30), datetime(2026, 3, 8, 6, tzinfo=UTC))
    assert f"{found:%H:%M %Z}" == "03:30 CDT"


def test_what_is_decided_goes_before_the_words_of_the_environment(settings: Settings) -> None:
    publish(settings)
    settings = replace(settings, schedule="before staff come")
    assert status.status(settings)["schedule"] == {"said": "before staff come", "next_at": None}
    lines = [
        line("set_config", key, "Agreed", key=key, value=value)
        for key, value in ((schedule.HOUR, 4), (schedule.MINUTE, 5))
    ]
    hour, _ = decisions.append(settings, lines, actor="ada", role="admin")
    told = status.status(settings)["schedule"]
    assert told["said"] == "every night at 04:05"
    begins = datetime.fromisoformat(told["next_at"])
    assert begins > datetime.now(UTC)
    assert f"{begins.astimezone(SITE_ZONE):%H:%M}" == "04:05"
    # Without its hour a minute says nothing.
    decisions.append(settings, [revoke(hour.decision_id, "No")], actor="ada", role="admin")
    assert status.health(settings)["schedule"]["said"] == "before staff come"
