"""Whom a decision may be about: the scope of district roles and teachers (pathful.md 6.6).

Whoever asks about another district hears the same as about what does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from polaris import access
from polaris.deciding.actions import Action, catalogue
from polaris.deciding.decision_facts import Facts
from polaris.deciding.decision_history import History
from polaris.deciding.decision_shape import OUT_OF_SCOPE, ROLE_MAY_NOT, Draft, Problem
from polaris.deciding.decision_store import Decision


@dataclass(frozen=True)
class Rights:
    """On whose behalf decisions are stored.

    Attributes:
        actor: who decides, where a line does not say.
        role: as the access policy knows it.
        districts: keys of the districts a district role is limited to.
        teacher_email: of the roster row a teacher is limited to.
    """

    actor: str
    role: str
    districts: frozenset[str] = frozenset()
    teacher_email: str | None = None

    @property
    def is_limited(self) -> bool:
        """Whether there is anything the role may not decide about."""
        return access.sees_only_own_district(self.role) or access.sees_only_own_record(self.role)

    @property
    def where(self) -> str:
        """Where the role may look, in words."""
        own_record = access.sees_only_own_record(self.role)
        return "on your own record" if own_record else "in your district"


@dataclass(frozen=True)
class _Case:
    """A decision about a subject: one to take, or one to take back.

    Attributes:
        action: of the decision.
        key: of its subject.
        payload: of the decision.
        state: the subject's main state; None where a decision is taken back.
        facts: of the release.
    """

    action: Action
    key: str
    payload: Mapping[str, Any]
    state: str | None
    facts: Facts


def revoke_problem(rights: Rights, target: Decision | None, history: History) -> Problem | None:
    """Whether a limited role may take a decision back; None for everybody else."""
    if not rights.is_limited:
        return None
    action = catalogue().get(target.action) if target is not None else None
    if target is None or action is None or not _is_own(rights, action, target.subject_key, history):
        return Problem(f"there is no such decision {rights.where}", OUT_OF_SCOPE)
    if not access.may_decide(rights.role, action.name):
        return Problem(f"the role {rights.role} may not revoke a {action.name}", ROLE_MAY_NOT)
    if action.name == "set_status" and target.role not in access.DISTRICT_ROLES:
        return Problem("a district only takes back a status it set itself", ROLE_MAY_NOT)
    case = _Case(action, target.subject_key, target.payload, None, history.facts)
    return _district_problem(rights, case)


def draft_problem(rights: Rights, draft: Draft, history: History) -> Problem | None:
    """Whether a limited role may decide about this subject; None for everybody else."""
    if not rights.is_limited:
        return None
    action, key = draft.action, draft.subject_key
    if not _is_own(rights, action, key, history):
        name = f"{action.subject_type} {key}"
        return Problem(f"there is no {name} {rights.where}", OUT_OF_SCOPE)
    state = history.main_state(action, key).value
    return _district_problem(rights, _Case(action, key, draft.payload, state, history.facts))


def _is_own(rights: Rights, action: Action, key: str, history: History) -> bool:
    facts = history.facts
    subject = facts.subjects.get((action.subject_table, key))
    report = history.report(key) if action.subject_type == "issue" else None
    if subject is None and report is not None:
        roster = catalogue()[report.action].subject_table
        subject = facts.subjects.get((roster, report.subject_key))
    if subject is None:
        return False
    if access.sees_only_own_record(rights.role):
        email = (rights.teacher_email or "").strip().lower()
        return bool(email) and subject.email == email
    return bool(subject.districts & rights.districts)


def _district_problem(rights: Rights, case: _Case) -> Problem | None:
    name = case.action.district_rule
    return DISTRICT_RULES[name](rights, case) if name else None


def _draft_to_cancelled(rights: Rights, case: _Case) -> Problem | None:
    """The state is None where the status is taken back, not set."""
    is_cancelling = case.payload.get("status") == "Cancelled"
    if is_cancelling and case.state in {None, "Draft", "Cancelled"}:
        return None
    return Problem(f"the role {rights.role} may only set Draft to Cancelled", ROLE_MAY_NOT)


def _notes_only(rights: Rights, case: _Case) -> Problem | None:
    others = sorted(set(case.payload) - {"notes"})
    if not others:
        return None
    return Problem(f"the role {rights.role} may not edit {', '.join(others)}", ROLE_MAY_NOT)


def _assigned_to_district(rights: Rights, case: _Case) -> Problem | None:
    subject = case.facts.subjects.get((case.action.subject_table, case.key))
    if subject is not None and subject.assigned_to == access.DISTRICT_ADMIN:
        return None
    return Problem(f"the flag {case.key} is for staff to resolve", ROLE_MAY_NOT)


def _own_teacher(rights: Rights, case: _Case) -> Problem | None:
    teacher = case.payload.get("teacher_key")
    if teacher in case.facts.own_teachers:
        return None
    return Problem(f"there is no teacher_key {teacher} {rights.where}", OUT_OF_SCOPE)


DISTRICT_RULES: dict[str, Callable[[Rights, _Case], Problem | None]] = {
    "draft_to_cancelled": _draft_to_cancelled,
    "notes_only": _notes_only,
    "assigned_to_district": _assigned_to_district,
    "own_teacher": _own_teacher,
}
