"""Which changes are asked for, and from where the next run goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loaders.salesforce.ranges import Range
from loaders.salesforce.windows import Ask, Window, makes_no_progress, plan, reached

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
UPPER = NOW - timedelta(minutes=5)
BEFORE = datetime(2026, 3, 9, 12, tzinfo=UTC)


def test_the_first_run_takes_everything_and_leaves_a_watermark_five_minutes_back() -> None:
    window = plan(Ask(), None, NOW)
    assert window == Window("full", None, UPPER, None, UPPER)
    assert window.where() == ""
    assert window.is_full_list


def test_a_delta_overlaps_the_run_before_and_does_not_reach_up_to_now() -> None:
    window = plan(Ask(), BEFORE, NOW)
    assert (window.mode, window.watermark) == ("delta", UPPER)
    assert window.where() == (
        " WHERE SystemModstamp >= 2026-03-09T11:50:00Z AND SystemModstamp < 2026-03-10T11:55:00Z"
    )


def test_the_weekly_run_overlaps_by_two_days() -> None:
    assert plan(Ask(cadence="weekly"), BEFORE, NOW).lower == BEFORE - timedelta(hours=48)


def test_a_clock_that_was_set_back_never_leaves_an_empty_window() -> None:
    window = plan(Ask(), NOW + timedelta(minutes=9), NOW)
    assert window.lower == UPPER - timedelta(seconds=600)


def test_a_watermark_of_tomorrow_is_not_believed() -> None:
    """A clock was a day ahead: what changed since would never be asked for."""
    window = plan(Ask(), NOW + timedelta(days=1), NOW)
    assert (window.mode, window.lower, window.watermark) == ("full", None, UPPER)


def test_a_limited_run_that_would_begin_again_at_the_same_place_is_noticed() -> None:
    window = plan(Ask(limit=10), BEFORE, NOW)
    assert makes_no_progress(window, 10, BEFORE)
    assert not makes_no_progress(window, 9, BEFORE)
    assert not makes_no_progress(window, 10, BEFORE + timedelta(hours=1))


@pytest.mark.parametrize(
    ("since", "watermark", "moves"),
    [
        (BEFORE - timedelta(days=30), BEFORE, UPPER),
        (BEFORE + timedelta(hours=1), BEFORE, None),  # what lies between was read by nobody
        (BEFORE, None, None),  # nor was anything before it
    ],
)
def test_since_moves_the_watermark_only_over_what_was_read(
    since: datetime, watermark: datetime | None, moves: datetime | None
) -> None:
    window = plan(Ask(since=since), watermark, NOW)
    assert (window.mode, window.lower, window.watermark) == ("since", since, moves)
    assert not window.is_full_list


def test_a_limited_run_is_ordered_and_goes_no_further_than_its_last_row() -> None:
    window = plan(Ask(limit=10), BEFORE, NOW)
    last = BEFORE + timedelta(hours=2)
    assert window.where().endswith(" ORDER BY SystemModstamp, Id LIMIT 10")
    assert window.mode == "limited"
    assert reached(window, 10, last) == last
    assert reached(window, 9, last) == UPPER
    assert reached(window, 10, None) is None


def test_full_with_a_limit_is_no_full_list() -> None:
    window = plan(Ask(full=True, limit=10), BEFORE, NOW)
    assert not window.is_full_list
    assert not window.lists_all(Ask(cadence="weekly", limit=10))
    assert plan(Ask(cadence="weekly"), BEFORE, NOW).lists_all(Ask(cadence="weekly"))


def test_the_halves_of_a_range_of_ids_have_no_gap_and_nothing_in_common() -> None:
    whole = Range(first="003000000000001AAA", last="00300000000000zAAA")
    halves = whole.halves()
    assert halves is not None
    low, high = halves
    assert (low.condition(), high.condition()) == (f"Id < '{low.upper}'", f"Id >= '{low.upper}'")
    assert low.upper == high.lower == "00300000000000VAAQ"
    quarters = high.halves()
    assert quarters is not None
    assert quarters[0].condition() == f"Id >= '{high.lower}' AND Id < '{quarters[0].upper}'"
    assert Range(first="003000000000001AAA", last="003000000000002AAA").halves() is None
