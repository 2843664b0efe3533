"""Who may do what: the one place that says so (platform.md §6.1, pathful.md §6.6).

What a role may decide stands in the catalogue of decisions (`polaris.actions`), beside the rest of
what is known about each decision; what it may do otherwise stands here.
"""

from __future__ import annotations

from polaris.actions import catalogue

ADMIN = "admin"
DATA_STEWARD = "data_steward"
VIEWER = "viewer"
DISTRICT_ADMIN = "district_admin"
DISTRICT_VIEWER = "district_viewer"
ROLES = (ADMIN, DATA_STEWARD, VIEWER, DISTRICT_ADMIN, DISTRICT_VIEWER)
DISTRICT_ROLES = (DISTRICT_ADMIN, DISTRICT_VIEWER)

_EVERYBODY = frozenset(ROLES)
_STAFF = frozenset({ADMIN, DATA_STEWARD, VIEWER})
_STEWARDS = frozenset({ADMIN, DATA_STEWARD})
_ADMINS = frozenset({ADMIN})

_ACTIVITIES: dict[str, frozenset[str]] = {
    "view_marts": _EVERYBODY,
    "view_runs": _STAFF,
    "view_health": _STAFF,
    "view_queues": _STAFF | {DISTRICT_ADMIN},
    "view_all_districts": _STAFF,
    "view_contact_details": _STEWARDS,
    "view_birth_date_and_street": _ADMINS,
    "import": _STEWARDS,
    "build": _STEWARDS,
    "export": _STEWARDS,
    "rollback": _ADMINS,
    "export_audit": _ADMINS,
    "configure": _ADMINS,
}
ACTIVITIES = tuple(_ACTIVITIES)


def effective_role(role: str | None) -> str:
    """The role itself; `viewer` when it is unknown or absent."""
    name = (role or "").strip().lower()
    return name if name in ROLES else VIEWER


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
