"""The export of a week later: a slice of the history with corrections, and what is new.

===================  ==========================================================================
change               right outcome after the history
===================  ==========================================================================
completed_since      the session moves on to Completed, teachers are attended or absent
rescheduled          same id, other day: same event, moved
retitled             same id, other title: same event, renamed
fewer_students       counts follow the newest export, also downwards
status_back          Completed does not return to Published
now_dated            the undated session becomes an event, its ticket closes itself
attendance_fixed     attendance follows the newest export, both ways
participant_gone     the earlier participation stays
new_participant      one more participation
new_session          created
===================  ==========================================================================
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from polaris.demo.builder import Builder, session_cells
from polaris.demo.model import (
    COMPLETED,
    CONFIRMED,
    DRAFT,
    EDUCATOR,
    HISTORY_END,
    LOGICAL_DATE,
    PUBLISHED,
    REQUESTED,
    Cell,
    Row,
    Session,
    scaled,
)

ROWS = 2_800
_UNCHANGED = "skipped/unchanged"


class _Slice:
    """The weekly rows as they grow."""

    def __init__(self, build: Builder, history: list[Row]) -> None:
        self.build = build
        self.rows: list[Row] = []
        self.chosen: set[str] = set()
        self.by_session: dict[str, list[Row]] = defaultdict(list)
        for row in history:
            self.by_session[row.session.truth_id].append(row)

    def choose(self, count: int, wanted: Callable[[Session], bool]) -> list[str]:
        """Sessions nobody has chosen yet that are free of other traps."""
        found = [
            truth_id
            for truth_id, rows in self.by_session.items()
            if truth_id not in self.chosen and wanted(rows[0].session) and _is_plain(rows)
        ]
        picked = self.build.chance.sample(found, min(count, len(found)))
        self.chosen.update(picked)
        return picked

    def restate(self, truth_id: str, trap: str, outcome: str, **changed: object) -> list[Row]:
        """Tells a session again with other session values; returns its rows."""
        restated = []
        for row in self.by_session[truth_id]:
            session = replace(row.session, **changed, trap=trap)  # type: ignore[arg-type]
            copy = replace(
                row,
                session=session,
                cells=_restated(row, session),
                status=session.status,
                trap=trap,
            )
            self.put(copy, outcome)
            restated.append(copy)
        return restated

    def put(self, row: Row, outcome: str) -> None:
        """Adds a row; what is skipped or unmatched in itself stays so after the history."""
        row.after_history, row.after_history_with_crm = (
            outcome if bucket == "created" else f"{bucket}/{reason}"
            for bucket, reason in (row.bucket(), row.bucket_with_crm())
        )
        self.rows.append(row)


def make_weekly(build: Builder, history: list[Row], scale: float) -> list[Row]:
    """Rows of the weekly export, in order."""
    part = _Slice(build, history)
    _correct(part, scale)
    _add_new(part, scale)
    _add_recent(part, scaled(ROWS, scale))
    return sorted(part.rows, key=lambda row: row.order)


def _is_plain(rows: list[Row]) -> bool:
    return all(
        row.session.trap in {"", "undated_requested", "undated_draft", "never_updated"}
        and row.is_partner
        and row.trap == ""
        and row.person is not None
        and row.person.kind.name != "id_learns_name"
        for row in rows
    )


def _restated(row: Row, session: Session) -> list[Cell]:
    before, after = session_cells(row.session), session_cells(session)
    return [
        cell if old == new else new for cell, old, new in zip(row.cells, before, after, strict=True)
    ]


def _correct(part: _Slice, scale: float) -> None:
    chance = part.build.chance
    recent = date(2025, 9, 1)

    def done(session: Session) -> bool:
        return session.status == COMPLETED and session.day is not None and session.day >= recent

    def due(session: Session) -> bool:
        in_flight = session.status in {PUBLISHED, CONFIRMED, REQUESTED}
        return in_flight and session.day is not None and session.day < LOGICAL_DATE

    for truth_id in part.choose(scaled(60, scale), due):
        registered = chance.randint(10, 90)
        counts = {"registered": registered, "attended": chance.randint(5, registered)}
        rows = part.restate(truth_id, "completed_since", "updated", status=COMPLETED, **counts)
        for row in rows:
            if row.role == EDUCATOR:
                row.attended = int(chance.random() < 0.85)
                row.cells[13], row.cells[14] = 1, row.attended
    for truth_id in part.choose(scaled(15, scale), done):
        day = part.by_session[truth_id][0].session.day or HISTORY_END
        moved = day - timedelta(days=chance.choice((1, 2, 7)))
        part.restate(truth_id, "rescheduled", "updated", day=moved)
    for truth_id in part.choose(scaled(15, scale), done):
        title = part.by_session[truth_id][0].session.title
        part.restate(truth_id, "retitled", "updated", title=f"{title} (updated)")
    for truth_id in part.choose(scaled(10, scale), done):
        part.restate(truth_id, "fewer_students", "updated", registered=7, attended=4)
    for truth_id in part.choose(scaled(5, scale), done):
        outcome = f"updated|{_UNCHANGED}"
        part.restate(truth_id, "status_back", outcome, status=PUBLISHED)
    _date_undated(part, scale)
    for truth_id in part.choose(scaled(20, scale), done):
        _fix_attendance(part, truth_id)

    def crowded(session: Session) -> bool:
        return done(session) and len(part.by_session[session.truth_id]) > 1

    for truth_id in part.choose(scaled(10, scale), crowded):
        part.restate(truth_id, "participant_gone", _UNCHANGED)
        part.rows.pop()
    for truth_id in part.choose(scaled(20, scale), done):
        _add_participant(part, truth_id)


def _date_undated(part: _Slice, scale: float) -> None:
    day = LOGICAL_DATE + timedelta(days=20)
    for wanted in (_is_undated_request, _is_undated_draft):
        for truth_id in part.choose(scaled(4, scale), wanted):
            part.restate(truth_id, "now_dated", "created|updated", day=day)


def _is_undated_request(session: Session) -> bool:
    return session.day is None and session.status == REQUESTED


def _is_undated_draft(session: Session) -> bool:
    return session.day is None and session.status == DRAFT


def _fix_attendance(part: _Slice, truth_id: str) -> None:
    rows = part.restate(truth_id, "attendance_fixed", _UNCHANGED)
    teachers = [row for row in rows if row.role == EDUCATOR]
    for row in teachers[:1]:
        row.attended = 1 - (row.attended or 0)
        row.cells[14] = row.attended
        if row.bucket()[0] == "created":
            row.after_history = "updated"


def _add_participant(part: _Slice, truth_id: str) -> None:
    rows = part.restate(truth_id, "new_participant", _UNCHANGED)
    present = [row.person for row in rows]
    drawn = (person for _ in range(50) for person in part.build.casting.plain(1))
    newcomer = next(person for person in drawn if person not in present)
    row = part.build.add(rows[0].session, newcomer, came=True, trap="new_participant")
    part.put(part.build.rows.pop(), "created")
    row.cells[0:5] = rows[0].cells[0:5]


def _add_new(part: _Slice, scale: float) -> None:
    build = part.build
    for number in range(scaled(40, scale)):
        if number % 2 == 0:
            day = HISTORY_END + timedelta(days=build.chance.randint(3, 7))
            session = build.session(day, COMPLETED, trap="new_session")
        else:
            day = LOGICAL_DATE + timedelta(days=build.chance.randint(2, 80))
            session = build.session(day, PUBLISHED, trap="new_session")
        for person in build.casting.plain(build.chance.randint(1, 4)):
            build.add(session, person, trap="new_session")
            part.put(build.rows.pop(), "created")


def _add_recent(part: _Slice, total: int) -> None:
    """The newest untouched sessions, until the export has its size."""
    rest = [
        rows
        for truth_id, rows in part.by_session.items()
        if truth_id not in part.chosen
        and rows[0].session.day is not None
        and not any(row.session.trap == "ambiguous_session" for row in rows)
        and not any(row.person and row.person.kind.name == "id_learns_name" for row in rows)
    ]
    rest.sort(key=lambda rows: (rows[0].session.day, rows[0].session.truth_id), reverse=True)
    for rows in rest:
        for row in rows:
            if len(part.rows) == total:
                return
            part.put(replace(row, cells=list(row.cells)), _UNCHANGED)
