"""Who may do what."""

from __future__ import annotations

import pytest

from polaris import access
from polaris.deciding.actions import catalogue

STAFF = {"admin", "data_steward", "viewer"}
EVERYBODY = {*STAFF, "district_admin", "district_viewer"}
STEWARDS = {"admin", "data_steward"}
DISTRICT = {*STEWARDS, "district_admin"}


@pytest.mark.parametrize("role", [None, "", "superuser", "ADMINISTRATOR", "viewer"])
def test_an_unknown_or_absent_role_is_a_viewer(role: str | None) -> None:
    assert access.effective_role(role) == "viewer"
    assert access.may(role, "view_marts")
    assert not access.may(role, "import")
    assert not any(access.may_decide(role, action) for action in catalogue())


def test_a_role_is_read_without_case_and_blanks() -> None:
    assert access.effective_role(" Admin ") == "admin"


ACTIVITIES = {
    "view_marts": EVERYBODY,
    "view_runs": STAFF,
    "view_health": STAFF,
    "view_queues": {*STAFF, "district_admin"},
    "view_flags": EVERYBODY,
    "view_drafts": STAFF,
    "view_recruitment": EVERYBODY,
    "view_year_end": EVERYBODY,
    "view_roster": EVERYBODY,
    "view_audit": {*STAFF, "district_admin"},
    "view_own_record": {"teacher"},
    "view_all_districts": STAFF,
    "view_crm": STAFF,
    "view_volunteers": STAFF,
    "view_impact": EVERYBODY,
    "view_students": STEWARDS,
    "view_student_figures": STAFF,
    "view_communications": STAFF,
    "view_message_bodies": STEWARDS,
    "view_contact_details": STEWARDS | {"district_admin"},
    "view_birth_date_and_street": {"admin"},
    "manage_roster": STEWARDS,
    "send_teacher_link": DISTRICT,
    "report_issue": {*DISTRICT, "district_viewer", "teacher"},
    "import": STEWARDS,
    "build": STEWARDS,
    "export": STEWARDS | {"district_admin"},
    "rollback": {"admin"},
    "take_originals": {"admin"},
    "export_audit": {"admin"},
    "configure": {"admin"},
}


@pytest.mark.parametrize("activity", [*ACTIVITIES, "no such thing"])
def test_each_activity_has_its_roles(activity: str) -> None:
    roles = {role for role in (*access.ROLES, access.TEACHER) if access.may(role, activity)}
    assert roles == ACTIVITIES.get(activity, set())
    assert set(access.ACTIVITIES) == set(ACTIVITIES)


DECIDERS = {
    "set_status": DISTRICT,
    "set_cancellation_reason": DISTRICT,
    "tag_teacher": DISTRICT,
    "untag_teacher": DISTRICT,
    "tag_presenter": DISTRICT,
    "untag_presenter": DISTRICT,
    "override_attendance": DISTRICT,
    "edit_event": DISTRICT,
    "resolve_flag": DISTRICT,
    "resolve_issue": DISTRICT,
    "revoke": DISTRICT,
    "report_issue": {*DISTRICT, "district_viewer", "teacher"},
    "merge": {"admin"},
    "archive_semester": {"admin"},
    "exclude_load": {"admin"},
    "set_config": {"admin"},
    "set_rule_mode": {"admin"},
    "include_load": {"admin"},
}


@pytest.mark.parametrize("action", sorted(catalogue()))
def test_each_decision_has_its_roles(action: str) -> None:
    """What stands in no list is for admins and stewards."""
    roles = {role for role in (*access.ROLES, access.TEACHER) if access.may_decide(role, action)}
    assert roles == DECIDERS.get(action, STEWARDS)


def test_an_unknown_action_is_refused_to_everybody() -> None:
    assert not access.may_decide("admin", "delete_everything")


def test_district_roles_see_their_own_district_only_and_teachers_their_own_record() -> None:
    roles = (*access.ROLES, access.TEACHER)
    assert {role for role in roles if access.sees_only_own_district(role)} == {
        "district_admin",
        "district_viewer",
    }
    assert {role for role in roles if access.sees_only_own_record(role)} == {"teacher"}


def test_every_role_of_the_catalogue_exists() -> None:
    known = {*access.ROLES, access.TEACHER}
    assert {role for action in catalogue().values() for role in action.roles} <= known
