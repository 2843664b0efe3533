"""Who may do what."""

from __future__ import annotations

import pytest

from polaris import access
from polaris.actions import catalogue


@pytest.mark.parametrize("role", [None, "", "superuser", "ADMINISTRATOR", "viewer"])
def test_an_unknown_or_absent_role_is_a_viewer(role: str | None) -> None:
    assert access.effective_role(role) == "viewer"
    assert access.may(role, "view_marts")
    assert not access.may(role, "import")
    assert not any(access.may_decide(role, action) for action in catalogue())


def test_a_role_is_read_without_case_and_blanks() -> None:
    assert access.effective_role(" Admin ") == "admin"


@pytest.mark.parametrize(
    ("activity", "roles"),
    [
        ("view_marts", {"admin", "data_steward", "viewer", "district_admin", "district_viewer"}),
        ("view_all_districts", {"admin", "data_steward", "viewer"}),
        ("view_contact_details", {"admin", "data_steward"}),
        ("view_birth_date_and_street", {"admin"}),
        ("import", {"admin", "data_steward"}),
        ("rollback", {"admin"}),
        ("no such thing", set()),
    ],
)
def test_each_activity_has_its_roles(activity: str, roles: set[str]) -> None:
    assert {role for role in access.ROLES if access.may(role, activity)} == roles


@pytest.mark.parametrize("action", sorted(catalogue()))
def test_stewards_and_admins_decide_and_nobody_else(action: str) -> None:
    roles = {role for role in access.ROLES if access.may_decide(role, action)}
    assert roles == {"admin", "data_steward"}


def test_an_unknown_action_is_refused_to_everybody() -> None:
    assert not access.may_decide("admin", "delete_everything")


def test_district_roles_see_their_own_district_only() -> None:
    limited = {role for role in access.ROLES if access.sees_only_own_district(role)}
    assert limited == {"district_admin", "district_viewer"}


def test_every_role_of_the_catalogue_exists() -> None:
    assert {role for action in catalogue().values() for role in action.roles} <= set(access.ROLES)
