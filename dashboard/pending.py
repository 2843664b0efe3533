"""Stored decisions that the release does not show yet, and what each will change, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import streamlit as st

from dashboard import queries_pending, words, words_crm
from dashboard.quality import words_quality
from dashboard.release import OpenRelease
from dashboard.volunteers import words_volunteers
from polaris import district_inputs, releases
from polaris.deciding import decision_facts, decisions
from polaris.deciding.actions import REVOKE
from polaris.errors import PolarisError
from polaris.settings import Settings

_WORDS_AT_MOST = 80


@dataclass(frozen=True)
class Pending:
    """A stored decision that waits for the next build.

    Attributes:
        decision_id: its id, to revoke it with.
        action: of the catalogue; `revoke` where it takes a published decision back.
        subject_type: of its subject; of a revoke, that of the decision taken back.
        subject_key: likewise.
        payload: likewise.
        reason: in the actor's words; None where none was given.
        actor: who decided.
        decided_at: UTC.
        revokes: the published decision a revoke takes back; None otherwise.
        revoked_action: the action of that decision; None otherwise.
    """

    decision_id: str
    action: str
    subject_type: str
    subject_key: str
    payload: Mapping[str, Any]
    reason: str | None
    actor: str
    decided_at: datetime
    revokes: str | None
    revoked_action: str | None = None


def read(settings: Settings) -> list[Pending]:
    """Every stored decision that stands and waits for the next build, oldest first.

    A decision that was taken back before any build showed it is not in the list, nor is the
    decision that took it back.

    Raises:
        PolarisError: the store cannot be reached.
    """
    stored = decisions.read_all(settings)
    if not stored:
        return []
    path = releases.current_release(settings)
    ids = tuple(item.decision_id for item in stored)
    shown = _applied(settings, str(path), ids) if path is not None else frozenset()
    by_id = {item.decision_id: item for item in stored}
    revoked = {item.revokes for item in stored if item.revokes}
    found = []
    for item in stored:
        if item.decision_id in shown or item.decision_id in revoked:
            continue
        if item.revokes is None:
            found.append(_of(item, item))
        elif item.revokes in shown:
            found.append(_of(item, by_id.get(item.revokes, item)))
    return found


def _of(item: decisions.Decision, about: decisions.Decision) -> Pending:
    return Pending(
        decision_id=item.decision_id,
        action=item.action,
        subject_type=about.subject_type,
        subject_key=about.subject_key,
        payload=about.payload,
        reason=item.reason,
        actor=item.actor,
        decided_at=item.decided_at,
        revokes=item.revokes,
        revoked_action=about.action if item.revokes else None,
    )


@st.cache_data(max_entries=3, show_spinner=False)
def _applied(_settings: Settings, path: str, ids: tuple[str, ...]) -> frozenset[str]:
    """Which decisions the release at `path`, the current one, shows."""
    return frozenset(decision_facts.applied(_settings, ids))


def applied(settings: Settings, ids: Sequence[str]) -> frozenset[str]:
    """Which of these decisions the current release shows."""
    path = releases.current_release(settings)
    return _applied(settings, str(path), tuple(ids)) if path is not None else frozenset()


def standing(settings: Settings) -> list[Pending]:
    """Like `read`; empty when the store cannot be reached, which the frame of the page says."""
    try:
        return read(settings)
    except PolarisError:
        return []


def of(settings: Settings, subject_type: str, subject_key: str) -> list[Pending]:
    """The waiting decisions on one subject, oldest first."""
    return [
        item
        for item in standing(settings)
        if (item.subject_type, item.subject_key) == (subject_type, subject_key)
    ]


def sentence(release: OpenRelease | None, pending: Pending) -> str:
    """What the decision will change, as plain text; escape it with `words.inert`."""
    subject = queries_pending.name(release, pending.subject_type, pending.subject_key)
    action = pending.revoked_action or pending.action
    say = _SENTENCES.get(action)

    def named(field: str) -> str:
        value = str(pending.payload.get(field) or "")
        return queries_pending.name(release, field, value)

    payload = _told(release, pending.payload)
    what = say(subject, payload, named) if say else f"{subject}: {words.label(action, {})}"
    return f"Taken back: {what}" if pending.action == REVOKE else what


def _told(release: OpenRelease | None, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The payload without a small number of students that its reader may not know."""
    if release is None or release.tells_few:
        return payload
    if "data_type" not in payload:
        return words_crm.told(payload, is_told=False)
    return {**payload, "value": words_crm.few(payload.get("value"), is_told=False)}


_Say = Callable[[str, Mapping[str, Any], Callable[[str], str]], str]


def _matched(field: str) -> _Say:
    return lambda subject, _payload, named: f"{subject} is matched to {named(field)}"


def _plain(text: str) -> _Say:
    return lambda subject, _payload, _named: f"{subject}: {text}"


def _override(subject: str, payload: Mapping[str, Any], named: Callable[[str], str]) -> str:
    verb = "gets credit for" if payload.get("effect") == "add" else "loses credit for"
    return f"{named('teacher_key')} {verb} {subject}"


def _dismissed(subject: str, payload: Mapping[str, Any], _named: Callable[[str], str]) -> str:
    why = _short(payload.get("text")) or words.label(payload.get("preset"), {})
    return f"{subject}: the draft is dismissed ({why})"


def _reasoned(subject: str, payload: Mapping[str, Any], _named: Callable[[str], str]) -> str:
    why = words.label(payload.get("code"), words.CANCELLATION_REASONS)
    notes = _short(payload.get("notes"))
    return f"{subject}: cancelled because of {why}" + (f" ({notes})" if notes else "")


def _short(text: Any) -> str:
    """Somebody's words as one line, cut where they are long; "" for none."""
    whole = " ".join(str(text or "").split())
    if len(whole) <= _WORDS_AT_MOST:
        return whole
    return whole[: _WORDS_AT_MOST - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _dated(subject: str, payload: Mapping[str, Any], _named: Callable[[str], str]) -> str:
    return f"{subject}: the date becomes {_day(payload.get('session_date'))}"


def _day(text: Any) -> str:
    try:
        return words.day(date.fromisoformat(str(text)))
    except ValueError:
        return words.plain(text)


def _edited(subject: str, payload: Mapping[str, Any], _named: Callable[[str], str]) -> str:
    changes = [
        f"{words.label(name, {}).lower()} as imported"
        if value is None
        else f"{words.label(name, {}).lower()} becomes "
        + (_day(value) if name == "session_date" else words.plain(value))
        for name, value in payload.items()
    ]
    return f"{subject}: {'; '.join(changes)}"


def _counted(subject: str, payload: Mapping[str, Any], _named: Callable[[str], str]) -> str:
    counts = [
        f"{payload.get(name)} {what}"
        for name, what in (
            ("total_students", "students"),
            ("num_classrooms", "classrooms"),
            ("rotations", "rotations"),
        )
    ]
    return f"{subject}: counted {', '.join(counts)}"


def _entered(subject: str, payload: Mapping[str, Any], _named: Callable[[str], str]) -> str:
    kind, host = str(payload.get("data_type")), payload.get("host")
    what = f"{district_inputs.names().get(kind, kind)} {payload.get('school_year')}"
    if host in words_crm.HOSTS:
        what += f" of {words_crm.HOSTS[host]}"
    return f"{subject}: {what} becomes {payload.get('value')}"


def _merged(subject: str, payload: Mapping[str, Any], _named: Callable[[str], str]) -> str:
    survivor = payload.get("survivor")
    if survivor is not None:
        return f"{subject} are merged; the {survivor} record stays"
    chosen = len(payload.get("winners") or {})
    return f"{subject} are merged" + (f"; {words.counted(chosen, 'choice')} kept" if chosen else "")


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"


_SENTENCES: dict[str, _Say] = {
    "match_teacher": _matched("teacher_key"),
    "match_volunteer": _matched("person_key"),
    "match_school": _matched("school_key"),
    "match_organization": _matched("organization_key"),
    "match_district": _matched("district_key"),
    "ignore_ticket": _plain("the ticket is ignored"),
    "reopen_ticket": _plain("the ticket is open again"),
    "reject_candidate": _plain("a suggestion is rejected"),
    "set_session_date": _dated,
    "add_to_roster": lambda _s, payload, _n: f"{payload.get('name')} is added to the roster",
    "resolve_flag": _plain("the flag is resolved"),
    "set_status": lambda subject, payload, _n: f"{subject}: status becomes {payload.get('status')}",
    "set_cancellation_reason": _reasoned,
    "promote_draft": _plain("the draft becomes Completed"),
    "dismiss_draft": _dismissed,
    "tag_teacher": lambda subject, _p, named: f"{named('teacher_key')} is added to {subject}",
    "untag_teacher": lambda subject, _p, named: f"{named('teacher_key')} is taken off {subject}",
    "tag_presenter": lambda subject, _p, named: f"{named('person_key')} presents in {subject}",
    "untag_presenter": lambda subject, _p, named: f"{named('person_key')} is taken off {subject}",
    "override_attendance": _override,
    "edit_event": _edited,
    "deactivate_teacher": lambda subject, payload, _n: (
        f"{subject} is deactivated ({payload.get('category')})"
    ),
    "reactivate_teacher": _plain("active again"),
    "set_target_sessions": lambda subject, payload, _n: (
        f"{subject}: the goal becomes {payload.get('target_sessions')} sessions"
    ),
    "set_page_visible": lambda subject, payload, _n: (
        f"{subject}: {'shown on' if _is_true(payload.get('visible')) else 'taken off'} the website"
    ),
    "link_district": lambda subject, _p, named: f"{subject} is linked to {named('district_key')}",
    "unlink_district": lambda subject, _p, named: (
        f"{subject} is no longer linked to {named('district_key')}"
    ),
    "edit_person": words_volunteers.edited,
    "set_attendance_detail": _counted,
    "set_district_input": _entered,
    "merge": _merged,
    "not_duplicate": lambda subject, _p, _n: f"{subject} are two people",
    "defer": _plain("decided later"),
    "never_match_on": _plain("records are never matched on it"),
    "report_issue": _plain("an issue is reported"),
    "resolve_issue": _plain("the issue is resolved"),
    "archive_semester": _plain("the semester is archived"),
    "dq_fix": words_quality.corrected,
    "dq_suppress": words_quality.suppressed,
    "dq_wont_fix": _plain("the finding will not be fixed"),
    "dq_reopen": _plain("the finding is open again"),
    "acknowledge_anomaly": _plain("it is known that this is unusual"),
    "exclude_load": _plain("the rows of the file are left out"),
    "set_config": lambda _s, payload, _n: (
        f"the setting {payload.get('key')} becomes {str(payload.get('value')).lower()}"
    ),
    "set_rule_mode": lambda _s, payload, _n: (
        f"the rule {payload.get('rule_code')} becomes {payload.get('mode')}"
        f" for {payload.get('source')}"
    ),
    "include_load": _plain("the rows of the file count again"),
}
