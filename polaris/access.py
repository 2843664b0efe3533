"""Who may do what: the one place that says so (platform.md §6.1, pathful.md §6.6).

What a role may decide stands in the catalogue of decisions (`polaris.deciding.actions`), beside the
rest of what is known about each decision; what it may do otherwise stands here. What a role limited
to its districts may read stands in `polaris.scope`, what it may decide about in
`polaris.deciding.decision_rights`.
"""

from __future__ import annotations

from polaris.deciding.actions import catalogue

ADMIN = "admin"
DATA_STEWARD = "data_steward"
VIEWER = "viewer"
DISTRICT_ADMIN = "district_admin"
DISTRICT_VIEWER = "district_viewer"
# The roles a person can be given; a teacher is whoever follows a personal link.
ROLES = (ADMIN, DATA_STEWARD, VIEWER, DISTRICT_ADMIN, DISTRICT_VIEWER)
TEACHER = "teacher"
STAFF_ROLES = (ADMIN, DATA_STEWARD, VIEWER)
DISTRICT_ROLES = (DISTRICT_ADMIN, DISTRICT_VIEWER)

_EVERYBODY = frozenset(ROLES)
_STAFF = frozenset(STAFF_ROLES)
_STEWARDS = frozenset({ADMIN, DATA_STEWARD})
_ADMINS = frozenset({ADMIN})

_ACTIVITIES: dict[str, frozenset[str]] = {
    "view_marts": _EVERYBODY,
    "view_runs": _STAFF,
    "view_health": _STAFF,
    "view_queues": _STAFF | {DISTRICT_ADMIN},
    "view_flags": _EVERYBODY,
    "view_drafts": _STAFF,
    "view_recruitment": _EVERYBODY,
    "view_year_end": _EVERYBODY,
    "view_roster": _EVERYBODY,
    "view_audit": _STAFF | {DISTRICT_ADMIN},
    "view_own_record": frozenset({TEACHER}),
    "view_all_districts": _STAFF,
    "view_crm": _STAFF,
    "view_volunteers": _STAFF,
    "view_impact": _EVERYBODY,
    "view_students": _STEWARDS,
    "view_student_figures": _STAFF,
    "view_communications": _STAFF,
    "view_message_bodies": _STEWARDS,
    # What a district role is given to read holds its own teachers' addresses and nobody else's.
    "view_contact_details": _STEWARDS | {DISTRICT_ADMIN},
    "view_birth_date_and_street": _ADMINS,
    "manage_roster": _STEWARDS,
    "send_teacher_link": _STEWARDS | {DISTRICT_ADMIN},
    "report_issue": _STEWARDS | {DISTRICT_ADMIN, DISTRICT_VIEWER, TEACHER},
    "import": _STEWARDS,
    "build": _STEWARDS,
    "export": _STEWARDS | {DISTRICT_ADMIN},
    "rollback": _ADMINS,
    # What a file says stands in it unmasked.
    "take_originals": _ADMINS,
    "export_audit": _ADMINS,
    "configure": _ADMINS,
}
ACTIVITIES = tuple(_ACTIVITIES)


def effective_role(role: str | None) -> str:
    """The role itself; `viewer` when it is unknown or absent."""
    name = (role or "").strip().lower()
    return name if name in ROLES or name == TEACHER else VIEWER


def may(role: str | None, activity: str) -> bool:
    """Whether a role may do something other than decide; an unknown activity is refused."""
    return effective_role(role) in _ACTIVITIES.get(activity, frozenset())


def may_decide(role: str | None, action: str) -> bool:
    """Whether a role may take a decision of this kind; an unknown action is refused."""
    known = catalogue().get(action)
    return known is not None and effective_role(role) in known.roles


def sees_only_own_district(role: str | None) -> bool:
    """Whether the role's view and its decisions are limited to its districts."""
    return effective_role(role) in DISTRICT_ROLES


def sees_only_own_record(role: str | None) -> bool:
    """Whether the role's view and its decisions are limited to one roster teacher."""
    return effective_role(role) == TEACHER
