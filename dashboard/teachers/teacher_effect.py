"""What a correction of attendance will change for one teacher, before the next build shows it.

The marts hold the truth; this is the same rule for one session (pathful.md 4.10 and 5.2), so that
a person sees what a decision does before it is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dashboard import words

# Statuses of a session whose attendance may be corrected (pathful.md 4.10).
CORRECTABLE = ("Completed", "Confirmed", "Published", "Requested", "Draft")
# Statuses in which a coming sign-up is planned (pathful.md 5.2).
_PLANNED = ("Requested", "Confirmed", "Published")

Session = Mapping[str, Any]


@dataclass(frozen=True)
class Goal:
    """A teacher's counts of a virtual year.

    Attributes:
        completed: sessions.
        planned: sessions.
        target: sessions, at least 1.
    """

    completed: int
    planned: int
    target: int

    @property
    def status(self) -> str:
        """Achieved, In Progress or Not Started."""
        if self.completed >= self.target:
            return "Achieved"
        return "In Progress" if self.completed or self.planned else "Not Started"


def goal_of(row: Mapping[str, Any]) -> Goal:
    """The goal as the release has it."""
    return Goal(row["completed_sessions"], row["planned_sessions"], row["target_sessions"])


def offered(session: Session, today: date) -> str | None:
    """What can be done: `reverse`, `remove`, `add` (held) or `sign_up` (coming); None for nothing.

    A correction that stands is first taken back. A coming session somebody is on already, or one
    whose status takes no correction, offers nothing.
    """
    if session["override_decision_id"]:
        return "reverse"
    if session["status"] not in CORRECTABLE:
        return None
    if session["session_date"] > today:
        return None if session["attendance_status"] == "SignedUp" else "sign_up"
    return "remove" if session["attendance_status"] == "Attended" else "add"


def corrected(session: Session, action: str, today: date) -> Session:
    """The session after an `add`, `remove` or `reverse`."""
    imported = session["imported_attendance_status"]
    if action == "add":
        # Where the file says attended already, the correction has nothing to add.
        past = session["session_date"] <= today
        now = "Attended" if past or imported == "Attended" else "SignedUp"
    elif action == "remove":
        now = "Canceled" if imported == "Attended" else session["attendance_status"]
    else:
        now = imported
    return dict(session) | {"attendance_status": now}


def change(goal: Goal, before: Session, after: Session, today: date) -> Goal:
    """The goal once a session's attendance went from `before` to `after`."""
    was, will = _counts(before, today), _counts(after, today)
    return replace(
        goal,
        completed=max(0, goal.completed + will[0] - was[0]),
        planned=max(0, goal.planned + will[1] - was[1]),
    )


def _counts(session: Session, today: date) -> tuple[int, int]:
    """How often a session counts as completed and as planned."""
    attended = session["attendance_status"] == "Attended" and session["session_date"] <= today
    planned = (
        session["attendance_status"] == "SignedUp"
        and session["session_date"] >= today
        and session["status"] in _PLANNED
    )
    return int(attended), int(planned)


def sentence(before: Goal, after: Goal) -> str:
    """`Completed 0 → 1 of 1, Not started → Achieved`, or that nothing changes."""
    arrow = " \N{RIGHTWARDS ARROW} "
    parts = []
    if before.completed != after.completed:
        parts.append(f"completed {before.completed}{arrow}{after.completed} of {after.target}")
    if before.planned != after.planned:
        parts.append(f"planned {before.planned}{arrow}{after.planned}")
    if before.target != after.target:
        parts.append(f"goal {before.target}{arrow}{after.target}")
    if before.status != after.status:
        names = words.PROGRESS_WORDS
        parts.append(f"{names[before.status]}{arrow}{names[after.status]}")
    if not parts:
        return f"No number changes: {words.PROGRESS_WORDS[after.status].lower()} as before"
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]
