"""The order in which files arrive does not change what is known.

architecture.md 5 and pathful.md 1.2, lesson 25: rosters first or last, the User Report before or
after the sessions, one build at the end or one after each file.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support import workbooks
from tests.support.scenario import Scenario
from tests.support.stories import Tables, begin, differences, presenter, session, tables

pytestmark = pytest.mark.slow

ONE = session(1, "One", "2025-10-03")
TWO = session(2, "Two", "2026-04-04", Status="Published")
UNDATED = session(3, "Three", None, Status="Requested")

SESSIONS = [
    ONE("Ana R.", "ana"),
    ONE("Bo Chen", "bo", Attended_Educator_Count=0, School="Oak Elementary"),
    TWO("Ana R.", "ana"),
    TWO("Bo Chen", None, School="Oak Elementary"),
    ONE("Dave Stone", "dave", **presenter("Acme")),
    TWO("David Stone", "david", **presenter("Acme, Inc.")),
    ONE("Nobody Known", "nobody", School="Hill Academy", District_or_Company="Far Away Schools"),
    UNDATED("Ana R.", "ana"),
]
USERS = [
    workbooks.user_row(UserAuthId="ana", Name="Ana R.", LoginEmail="Ana.Ruiz@example.org"),
    workbooks.user_row(UserAuthId="bo", Name="Bo Chen", LoginEmail="bo@example.org"),
    workbooks.user_row(
        UserAuthId="dave", SignUpRole="Professional", Name="Dave Stone", LoginEmail="d@example.org"
    ),
    workbooks.user_row(
        UserAuthId="david",
        SignUpRole="Professional",
        Name="Dave Stone",
        LoginEmail="d@example.org",
    ),
]
ROSTER = [
    workbooks.roster_row(),
    workbooks.roster_row(Building="Oak Elementary", Name="Bo Chen", Email="bo@example.org"),
]
ORDERS = (("roster", "users", "sessions"), ("sessions", "users", "roster"))
# What depends on the run or the moment a file came with.
OF_RUNS = ("first_seen_run_id", "last_seen_run_id", "first_seen_at")


def land(scenario: Scenario, name: str) -> None:
    if name == "roster":
        scenario.roster(ROSTER)
    else:
        rows: list[dict[str, Any]] = USERS if name == "users" else SESSIONS
        scenario.pathful(rows, exported_at=datetime(2026, 1, 2, tzinfo=UTC))


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tables]:
    found: dict[str, Tables] = {}
    for order in ORDERS:
        scenario = begin(tmp_path_factory)
        for name in order:
            land(scenario, name)
        scenario.build()
        found[" ".join(order)] = tables(scenario, ["marts"], without=OF_RUNS)
    # Bo is known by name as long as nobody knows his address.
    scenario = begin(tmp_path_factory)
    for name in ("roster", "sessions", "users"):
        land(scenario, name)
        scenario.build()
    found["one by one"] = tables(scenario, ["marts"], without=OF_RUNS)
    found["after each file"] = tables(scenario)
    scenario.build(full_refresh=True)
    found["at once"] = tables(scenario)
    return found


@pytest.mark.parametrize("order", ["sessions users roster", "one by one"])
def test_the_marts_are_the_same_in_every_order(outcomes: dict[str, Tables], order: str) -> None:
    assert differences(outcomes["roster users sessions"], outcomes[order]) == {}


def test_the_sessions_are_matched_through_the_user_report(outcomes: dict[str, Tables]) -> None:
    """Otherwise the comparison would hold for nothing: names alone do not match Ana."""
    for order in ("roster users sessions", "sessions users roster"):
        marts = outcomes[order]
        assert len(marts["marts.fct_teacher_participation"]) == 4
        assert len(marts["marts.dim_volunteers"]) == 1


def test_builds_after_each_file_equal_one_build_of_all(outcomes: dict[str, Tables]) -> None:
    assert differences(outcomes["after each file"], outcomes["at once"]) == {}
