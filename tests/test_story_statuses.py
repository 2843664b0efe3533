"""Every cell of the status matrix of pathful.md 4.2 that imports can reach, through two builds.

One session per cell: the first report gives the current status, the second the incoming one, and a
third, exported before both, tries to move everything back.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from tests.support import workbooks
from tests.support.scenario import Scenario
from tests.support.stories import begin, session

pytestmark = pytest.mark.slow

OPEN = ("Draft", "Requested", "Confirmed", "Published")
DECISIVE = ("Completed", "Cancelled", "No Show", "Simulcast")
STATUSES = OPEN + DECISIVE
CELLS = list(product(STATUSES, STATUSES))
OLDEST = datetime(2026, 1, 1, tzinfo=UTC)


def expected(current: str, incoming: str) -> str:
    """The table, read aloud."""
    if incoming in DECISIVE:
        return incoming  # accepted from an import, whatever stood there
    if current in DECISIVE:
        return current  # an open status never takes over from a decisive one
    return max(current, incoming, key=OPEN.index)


@pytest.fixture(scope="module")
def statuses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    scenario = begin(tmp_path_factory)
    scenario.roster([workbooks.roster_row()])
    seen = {}
    scenario.pathful(
        [report_row(n, current) for n, (current, _) in enumerate(CELLS)],
        headers=workbooks.SESSION_HEADERS,
    )
    scenario.build()
    seen["current"] = read(scenario)
    scenario.pathful(
        [
            row
            for n, (_, incoming) in enumerate(CELLS)
            # The order of rows decides nothing: the furthest along of one file does.
            for row in (report_row(n, incoming), report_row(n, "Draft", "bo"))
        ],
        headers=workbooks.SESSION_HEADERS,
    )
    scenario.pathful(
        [report_row(n, step_back(*cell)) for n, cell in enumerate(CELLS)],
        headers=workbooks.SESSION_HEADERS,
        exported_at=OLDEST,
    )
    scenario.build()
    seen["incoming"] = read(scenario)
    return seen


def step_back(current: str, incoming: str) -> str:
    """What an older export might say to undo the cell."""
    return "Draft" if expected(current, incoming) in OPEN else "Cancelled"


def report_row(number: int, status: str, user_id: str = "ana") -> dict[str, object]:
    return session(f"cell-{number}", f"Cell {number}", "2025-10-01", Status=status.upper())(
        "Ana Ruiz" if user_id == "ana" else "Bo Chen", user_id
    )


def read(scenario: Scenario) -> dict[str, str]:
    return dict(scenario.rows("select pathful_session_id, status from marts.dim_events"))


@pytest.mark.parametrize(("current", "incoming"), CELLS)
def test_the_matrix_cell(statuses: dict[str, dict[str, str]], current: str, incoming: str) -> None:
    cell = f"cell-{CELLS.index((current, incoming))}"
    assert statuses["current"][cell] == current
    assert statuses["incoming"][cell] == expected(current, incoming)
