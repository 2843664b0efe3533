"""Stored decisions that move one teacher's sessions: tags, untags, and changes of their status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import words
from dashboard.pending import Pending
from dashboard.release import OpenRelease
from dashboard.sessions import event_state
from dashboard.teachers import queries_progress_teacher, teacher_effect
from dashboard.teachers import teacher_overrides as overrides
from dashboard.teachers.teacher_effect import Goal

# What the status of a session alone says of its teachers (rule_event_statuses).
_ATTENDANCE = {
    "Cancelled": "Canceled",
    "No Show": "NoShow",
    **dict.fromkeys(("Draft", "Requested", "Confirmed", "Published", "Count"), "SignedUp"),
}
_TAGS = ("tag_teacher", "untag_teacher")

Session = dict[str, Any]


@dataclass(frozen=True)
class Move:
    """What waits for one session of a teacher.

    Attributes:
        session: it in the release, whether the teacher is on it or not.
        tag: the last stored tag or untag of the teacher, or the revoke of one.
        status: the last stored decision on its status.
        override: the stored correction of attendance, or the revoke of one.
    """

    session: Session
    tag: Pending | None = None
    status: Pending | None = None
    override: Pending | None = None

    @property
    def is_taken_off(self) -> bool:
        """Whether the teacher is no longer on it after the next build."""
        return self.tag is not None and not event_state.is_added(self.tag)

    @property
    def is_new(self) -> bool:
        """Whether the teacher is on it only after the next build."""
        return not self.session["is_listed"] and self.tag is not None and not self.is_taken_off

    @property
    def items(self) -> list[Pending]:
        """The decisions beside the correction, in the order they are told."""
        return [item for item in (self.tag, self.status) if item is not None]

    @property
    def note(self) -> str | None:
        """The same in a few words, for a table."""
        if self.override is not None:
            return "Change stored"
        if self.tag is not None:
            return "Stored: taken off" if self.is_taken_off else "Stored: tagged"
        return f"Stored: {self.new_status}" if self.status is not None else None

    @property
    def new_status(self) -> str:
        """The session's status after the next build."""
        return event_state.status_of(self.session, self.status)

    @property
    def is_certain(self) -> bool:
        """Whether the page can tell what will count; else only the build can."""
        if self.is_taken_off or self.override is not None or self.session["has_override"]:
            return True
        if self.tag is not None and self.tag.revokes:
            return False
        by_report = self.session["imported_attendance_status"] is not None
        is_told = self.status is None or self.status.action == "promote_draft"
        return is_told or not by_report or self.new_status in _ATTENDANCE

    def moved(self) -> Session:
        """The session with the tag and the status, without the correction that waits."""
        now = dict(self.session) | {"status": self.new_status}
        if self.new_status == "Cancelled" and not self.is_taken_off:
            return now | {"attendance_status": "Canceled"}
        if self.session["has_override"]:
            is_gone = self.is_taken_off and self.session["override_effect"] != "add"
            return now | ({"attendance_status": None} if is_gone else {})
        if self.is_taken_off:
            return now | {"attendance_status": None}
        is_on = self.session["is_listed"] or self.is_new
        if is_on and self.is_certain and (self.status is not None or self.is_new):
            return now | {"attendance_status": self._attendance()}
        return now

    def _attendance(self) -> str:
        if self.new_status in _ATTENDANCE:
            return _ATTENDANCE[self.new_status]
        is_promoted = self.status is not None and self.status.action == "promote_draft"
        came = not is_promoted or (self.session["attended_student_count"] or 0) > 0
        return "Attended" if came else "NoShow"

    def after(self, today: date) -> Session:
        """The session as it will be after the next build."""
        now = self.moved()
        if self.override is None or now["status"] == "Cancelled":
            return now
        return dict(teacher_effect.corrected(now, overrides.action_of(self.override), today))


Moves = Mapping[str, Move]


def moves(release: OpenRelease, teacher_key: str, waiting: Sequence[Pending]) -> Moves:
    """Per session what waits for this teacher; sessions that are not the teacher's are left out."""
    found: dict[str, dict[str, Pending]] = {}
    for item in waiting:
        action = item.revoked_action or item.action
        if item.subject_type != "event":
            continue
        is_about = item.payload.get("teacher_key") == teacher_key
        kind = None
        if action in event_state.STATUSES:
            kind = "status"
        elif is_about and action in _TAGS:
            kind = "tag"
        elif is_about and action == overrides.ACTION:
            kind = "override"
        if kind is not None:
            found.setdefault(item.subject_key, {})[kind] = item
    sessions = queries_progress_teacher.chosen(release, teacher_key, list(found))
    return {
        key: Move(sessions[key], **items)
        for key, items in found.items()
        if key in sessions and (sessions[key]["is_listed"] or items.keys() & {"tag", "override"})
    }


def goal_after(goal: Goal, moves_: Moves, window: tuple[date, date], today: date) -> Goal:
    """The goal of a year once everything that waits is applied."""
    for move in moves_.values():
        if window[0] <= move.session["session_date"] <= window[1]:
            goal = teacher_effect.change(goal, move.session, move.after(today), today)
    return goal


def listed(sessions: list[Session], moves_: Moves, window: tuple[date, date]) -> list[Session]:
    """The teacher's sessions, newest first, with those a stored tag brings."""
    new = [
        move.session
        for move in moves_.values()
        if move.is_new and window[0] <= move.session["session_date"] <= window[1]
    ]
    return sorted([*sessions, *new], key=lambda one: one["session_date"], reverse=True)


def doubts(moves_: Moves) -> str:
    """Which sessions only the build can weigh, as a sentence; "" when there is none."""
    titles = [words.plain(one.session["title"]) for one in moves_.values() if not one.is_certain]
    return f" The build says whether {'; '.join(titles)} counts." if titles else ""
