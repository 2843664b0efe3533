"""What is true about the sample world: sessions, attendance and progress by the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from polaris.demo.model import (
    COMPLETED,
    CONFIRMED,
    EDUCATOR,
    LOGICAL_DATE,
    PUBLISHED,
    RANK,
    REQUESTED,
    Cell,
    Person,
    Row,
    World,
)
from polaris.demo.names import name_key
from polaris.demo.places import BY_SLUG
from polaris.demo.rosters import target_cell

STAGES = ("history", "weekly")
_IN_FLIGHT = {REQUESTED, CONFIRMED, PUBLISHED}


@dataclass
class SessionFacts:
    """A session after one or more exports."""

    truth_id: str
    session_id: str = ""
    title: str = ""
    day: date | None = None
    status: str = ""
    duration: int = 60
    registered: int | None = None
    attended: int | None = None
    educators: int | None = None
    trap: str = ""


@dataclass
class Facts:
    """Sessions and who took part: attendance evidence by (session, person)."""

    sessions: dict[str, SessionFacts] = field(default_factory=dict)
    evidence: dict[tuple[str, str], int] = field(default_factory=dict)
    decided: dict[tuple[str, str], bool] = field(default_factory=dict)


def gather(*exports: list[Row]) -> Facts:
    """Facts after exports in the order given: newest values win, statuses only move forward."""
    facts = Facts()
    for export in exports:
        _tell_sessions(facts, export)
        told: dict[tuple[str, str], int] = {}
        for row in export:
            if row.is_partner and row.role == EDUCATOR and row.person and row.session.day:
                key = (row.session.truth_id, row.person.person_id)
                told[key] = max(told.get(key, 0), row.attended or 0)
                is_decided = row.is_decided and not row.session.is_ambiguous
                facts.decided[key] = facts.decided.get(key, False) or is_decided
        facts.evidence.update(told)
    return facts


def _tell_sessions(facts: Facts, export: list[Row]) -> None:
    newest: dict[str, SessionFacts] = {}
    for row in export:
        session = row.session
        if not row.is_partner:
            continue
        told = newest.setdefault(session.truth_id, SessionFacts(session.truth_id))
        told.session_id = told.session_id or session.session_id
        told.title, told.day = session.title, session.day
        if not told.status or RANK[session.status] > RANK[told.status]:
            told.status = session.status
        told.duration = number(session.duration) or 60
        told.registered = _most(told.registered, number(row.cells[11]))
        told.attended = _most(told.attended, number(row.cells[12]))
        if row.role == EDUCATOR:
            told.educators = _most(told.educators, number(row.cells[14]))
        told.trap = session.trap
    for truth_id, told in newest.items():
        before = facts.sessions.get(truth_id)
        if before and RANK[before.status] > RANK[told.status]:
            told.status = before.status
        facts.sessions[truth_id] = told


def number(cell: Cell) -> int | None:
    """A count as a person reads it; null tokens are unknown."""
    text = str(cell).strip().lower() if cell is not None else ""
    if text in {"", "n/a", "na", "nan", "none", "nat"}:
        return None
    return int(float(text))


def _most(one: int | None, other: int | None) -> int | None:
    known = [value for value in (one, other) if value is not None]
    return max(known) if known else None


@dataclass
class Tally:
    """Sessions of one teacher in one virtual year."""

    completed: int = 0
    planned: int = 0
    needs_review: int = 0
    no_show: int = 0


def progress(world: World, facts: Facts, *, by_rules: bool) -> dict[tuple[str, int], Tally]:
    """Tallies by (person, first calendar year of the virtual year) on the logical date.

    Args:
        world: the people.
        facts: what happened.
        by_rules: True counts only what the matching rules decide, False everything true.
    """
    tallies: dict[tuple[str, int], Tally] = {}
    for key, came in facts.evidence.items():
        if by_rules and not facts.decided[key]:
            continue
        truth_id, person_id = key
        session = facts.sessions[truth_id]
        if session.day is None:
            continue
        start_year = session.day.year if session.day.month >= 8 else session.day.year - 1
        tally = tallies.setdefault((person_id, start_year), Tally())
        _count(tally, session, came)
    return tallies


def _count(tally: Tally, session: SessionFacts, came: int) -> None:
    day = session.day or LOGICAL_DATE
    if session.status == COMPLETED:
        if not came:
            tally.no_show += 1
        elif day <= LOGICAL_DATE:
            tally.completed += 1
    elif day >= LOGICAL_DATE and session.status in _IN_FLIGHT:
        tally.planned += 1
    elif day < LOGICAL_DATE:
        tally.needs_review += 1


def progress_rows(world: World, stage: str, facts: Facts) -> Iterator[dict[str, object]]:
    """truth_progress.csv: one line per roster teacher, district and virtual year."""
    ruled = progress(world, facts, by_rules=True)
    real = progress(world, facts, by_rules=False)
    for person in world.people:
        for district, year, school in person.roster_places:
            key = (person.person_id, int(year[:4]))
            tally, truth = ruled.get(key, Tally()), real.get(key, Tally())
            target = int(target_cell(person, district) or 1) or 1
            if tally.completed >= target:
                status = "Achieved"
            else:
                status = "In Progress" if tally.completed or tally.planned else "Not Started"
            yield {
                "stage": stage,
                "email": person.email,
                "district_name": BY_SLUG[district].name,
                "virtual_year": year,
                "person_id": person.person_id,
                "kind": person.kind.name,
                "building": school.building,
                "target_sessions": target,
                "completed_sessions": tally.completed,
                "planned_sessions": tally.planned,
                "needs_review_sessions": tally.needs_review,
                "no_show_sessions": tally.no_show,
                "progress_status": status,
                "true_completed_sessions": truth.completed,
                "is_settleable": tally == truth,
            }


def session_rows(stage: str, facts: Facts) -> Iterator[dict[str, object]]:
    """truth_sessions.csv: one line per session; undated ones are no events."""
    for session in facts.sessions.values():
        yield {
            "stage": stage,
            "session_id": session.truth_id,
            "pathful_session_id": session.session_id,
            "title": session.title,
            "session_date": session.day.isoformat() if session.day else "",
            "status": session.status,
            "duration_minutes": session.duration,
            "registered_student_count": _blank(session.registered),
            "attended_student_count": _blank(session.attended),
            "attended_educator_count": _blank(session.educators),
            "is_event": session.day is not None,
            "trap": session.trap,
        }


def _blank(value: int | None) -> object:
    return "" if value is None else value


def people_rows(world: World) -> Iterator[dict[str, object]]:
    """truth_people.csv: one line per person."""
    for person in world.people:
        yield {
            "person_id": person.person_id,
            "role": person.role,
            "kind": person.kind.name,
            "roster_emails": person.email if person.is_rostered else "",
            "user_ids": ";".join(person.user_ids),
            "name": person.name.plain(),
            "name_key": name_key(person.name.plain()),
            "school": person.school.pathful_name if person.school else "",
            "is_settleable": person.kind.is_settleable,
            "is_in_crm": person.is_in_crm,
        }


def row_rows(file_name: str, rows: list[Row], *, is_weekly: bool) -> Iterator[dict[str, object]]:
    """truth_rows.csv: one line per row of a Session Report; row 1 is the header."""
    for row_number, row in enumerate(rows, start=2):
        bucket, reason = row.bucket()
        known_bucket, known_reason = row.bucket_with_crm()
        yield {
            "file": file_name,
            "row_number": row_number,
            "person_id": _person_id(row.person),
            "session_id": row.session.truth_id,
            "role": row.role,
            "expected_bucket": bucket,
            "expected_reason": reason,
            "also_accepted": "",
            "expected_after_history": row.after_history if is_weekly else "",
            "expected_with_crm": f"{known_bucket}/{known_reason}",
            "expected_after_history_with_crm": row.after_history_with_crm if is_weekly else "",
            "trap": row.trap or row.session.trap or (row.person.kind.name if row.person else ""),
        }


def _person_id(person: Person | None) -> str:
    return person.person_id if person else ""
