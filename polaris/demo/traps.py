"""Sessions that go wrong in a naive import, each with the right outcome.

=====================  ========================================================================
trap                   right outcome
=====================  ========================================================================
back_to_back           equal title and day, two ids: two sessions, credit in both
no_session_id          no row has an id: one session by title and day
row_without_id         one row lacks the id: it belongs to the session of that title and day
ambiguous_session      the row could belong to two sessions: ticket of type event
undated_draft          skipped, counted, no ticket
undated_requested, …   one no_date_session ticket per session, no event
undated_no_id          the same, one ticket per title
mixed_status           rows disagree: the furthest along counts
last_of_july           belongs to the school year that ends
first_of_august        belongs to the school year that begins
on_logical_date        a session of today may still be planned
future_completed       never counts as completed before its day
only_students          a session nevertheless, with its counts
only_professional      a session without a teacher
many_districts         every educator's district is the session's
evening_utc            the UTC value is the next day; the session is on the local one
differing_counts       largest value of the session's rows, never the sum
unknown_counts         n/a is unknown, not zero
nobody_came            Completed, yet every educator stayed away
text_id                an id that is no number
odd_title              formula signs, quotes, line breaks, commas stay text
parents                skipped
=====================  ========================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from polaris.demo.builder import Builder
from polaris.demo.model import (
    COMPLETED,
    CONFIRMED,
    DRAFT,
    HISTORY_END,
    LOGICAL_DATE,
    PROFESSIONAL,
    PUBLISHED,
    REQUESTED,
    STUDENT,
    Person,
    scaled,
)
from polaris.demo.places import DISTRICTS

_ODD_TITLES = (
    '=HYPERLINK("http://example.org","Careers")',
    "+1 for Nursing, they said",
    "@home: Working Remotely",
    "Careers in “Water”\nPart 2; pipes, pumps & more",
    "Diseñadores 🎨 y Café: Día 1",
)


def lay_traps(build: Builder, day: Callable[[], date], scale: float, parents: list[Person]) -> None:
    """Adds every session of the table above at least once.

    Args:
        build: receives sessions and rows.
        day: draws a day of a session in the past.
        scale: how often each trap is laid.
        parents: who has to be skipped.
    """

    def times(count: int) -> range:
        return range(scaled(count, scale))

    for _ in times(20):
        _back_to_back(build, day())
    for _ in times(15):
        _no_session_id(build, day())
        _row_without_id(build, day())
    for _ in times(6):
        _ambiguous(build, day())
    _undated(build, scale)
    for _ in times(5):
        _mixed_status(build, day())
    _year_ends(build, scale)
    for _ in times(40):
        session = build.session(day(), COMPLETED, trap="only_students")
        build.fill(session, _some(build, STUDENT, 5))
    for _ in times(25):
        session = build.session(day(), COMPLETED, trap="only_professional")
        build.fill(session, _some(build, PROFESSIONAL, 1))
    for _ in times(30):
        session = build.session(day(), COMPLETED, trap="many_districts")
        for district in build.chance.sample(DISTRICTS, 3):
            build.fill(session, build.casting.plain(2, district.slug))
    _dates_and_counts(build, day, scale)
    for number in times(10):
        session = build.session(day(), COMPLETED, trap="parents")
        build.fill(session, build.casting.plain(1))
        build.add(session, parents[number % len(parents)])


def _some(build: Builder, pool: str, count: int) -> list[Person]:
    taken: list[Person] = []
    for _ in range(count):
        person = build.casting.pick(pool, taken)
        if person is not None:
            taken.append(person)
    return taken


def _back_to_back(build: Builder, day: date) -> None:
    first = build.session(day, COMPLETED, trap="back_to_back", date_form="timed", time="10:00:00")
    second = build.session(
        day, COMPLETED, trap="back_to_back", date_form="timed", time="11:00:00", title=first.title
    )
    teachers = build.casting.plain(2)
    for session in (first, second):
        build.add(session, teachers[0], came=True)
        build.fill(session, teachers[1:])


def _no_session_id(build: Builder, day: date) -> None:
    title = build.unique_title()
    session = build.session(day, COMPLETED, trap="no_session_id", session_id="", title=title)
    build.fill(session, build.casting.plain(2))


def _row_without_id(build: Builder, day: date) -> None:
    title = build.unique_title()
    session = build.session(day, COMPLETED, trap="row_without_id", title=title)
    teachers = build.casting.plain(3)
    build.fill(session, teachers[:2])
    build.add(replace(session, session_id=""), teachers[-1], came=True, trap="row_without_id")


def _ambiguous(build: Builder, day: date) -> None:
    first = build.session(day, COMPLETED, trap="ambiguous_session", title=build.unique_title())
    second = build.session(day, COMPLETED, trap="ambiguous_session", title=first.title)
    teachers = build.casting.plain(3)
    build.add(first, teachers[0])
    build.add(second, teachers[1])
    unclear = replace(first, session_id="", is_ambiguous=True)
    build.add(unclear, teachers[2], came=True, trap="ambiguous_session")


def _undated(build: Builder, scale: float) -> None:
    for _ in range(scaled(60, scale)):
        session = build.session(None, DRAFT, trap="undated_draft")
        build.fill(session, build.casting.plain(build.chance.randint(1, 2)))
    for status, count in ((REQUESTED, 12), (PUBLISHED, 8), (CONFIRMED, 2), (COMPLETED, 1)):
        for _ in range(scaled(count, scale)):
            session = build.session(None, status, trap=f"undated_{status.lower()}")
            build.fill(session, build.casting.plain(2))
            if build.chance.random() < 0.5:
                build.fill(session, _some(build, PROFESSIONAL, 1))
    for _ in range(scaled(2, scale)):
        title = build.unique_title()
        session = build.session(None, REQUESTED, trap="undated_no_id", session_id="", title=title)
        build.fill(session, build.casting.plain(2))


def _mixed_status(build: Builder, day: date) -> None:
    done = build.session(day, COMPLETED, trap="mixed_status")
    teachers = build.casting.plain(2)
    early = build.add(replace(done, status=CONFIRMED), teachers[0], trap="mixed_status")
    early.cells[14], early.attended = 1, 1
    build.add(done, teachers[1], came=True)


def _year_ends(build: Builder, scale: float) -> None:
    for _ in range(scaled(2, scale)):
        for year in (2023, 2024, 2025):
            for day, trap in (
                (date(year, 7, 31), "last_of_july"),
                (date(year, 8, 1), "first_of_august"),
            ):
                session = build.session(day, COMPLETED, trap=trap)
                for person in build.casting.plain(2):
                    build.add(session, person, came=True)
        session = build.session(LOGICAL_DATE, PUBLISHED, trap="on_logical_date")
        build.fill(session, build.casting.plain(2))
    for number in range(scaled(8, scale)):
        overdue = HISTORY_END - timedelta(days=3 + 7 * number % 70)
        session = build.session(overdue, PUBLISHED, trap="never_updated")
        build.fill(session, build.casting.plain(2))
    for _ in range(scaled(1, scale)):
        later = LOGICAL_DATE + timedelta(days=10)
        session = build.session(later, COMPLETED, trap="future_completed")
        for person in build.casting.plain(2):
            build.add(session, person, came=True)


def _dates_and_counts(build: Builder, day: Callable[[], date], scale: float) -> None:
    for _ in range(scaled(6, scale)):
        session = build.session(
            day(), COMPLETED, trap="evening_utc", date_form="offset", time="19:30:00"
        )
        build.fill(session, build.casting.plain(2))
    for _ in range(scaled(12, scale)):
        session = build.session(
            day(), COMPLETED, trap="differing_counts", registered=40, attended=25
        )
        smaller = replace(session, registered=38, attended=0)
        unknown = replace(session, registered="n/a", attended=None)
        for variant, person in zip(
            (smaller, session, unknown), build.casting.plain(3), strict=False
        ):
            build.add(variant, person)
        session = build.session(
            day(), COMPLETED, trap="unknown_counts", registered="n/a", attended="n/a"
        )
        build.fill(session, build.casting.plain(2))
    for _ in range(scaled(15, scale)):
        session = build.session(day(), COMPLETED, trap="nobody_came")
        for person in build.casting.plain(3):
            build.add(session, person, came=False)
    for number in range(scaled(5, scale)):
        session = build.session(
            day(), COMPLETED, trap="text_id", session_id=f"sess-{number + 1:03d}"
        )
        build.fill(session, build.casting.plain(2))
    # One week apart: equal titles on different days are different sessions.
    for number in range(max(scaled(6, scale), len(_ODD_TITLES))):
        title = _ODD_TITLES[number % len(_ODD_TITLES)]
        session = build.session(day(), COMPLETED, trap="odd_title", title=title)
        build.fill(session, build.casting.plain(2))
