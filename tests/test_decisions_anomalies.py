"""The word that an unusual load is known: who may, of what, once, and taking it back."""

from __future__ import annotations

import pytest

from polaris.deciding import decisions
from polaris.errors import BadInput
from polaris.settings import Settings
from tests.support.deciding import line, publish, revoke
from tests.support.fake_release_health import FILLED, FLAGGED, KNOWN

SAID = line("acknowledge_anomaly", FLAGGED, "The fair of March")


@pytest.fixture(autouse=True)
def published(settings: Settings) -> None:
    publish(settings)


def refused(settings: Settings, said: dict[str, object], role: str = "data_steward") -> str:
    with pytest.raises(BadInput) as caught:
        decisions.append(settings, [said], actor="ada", role=role)
    return caught.value.message


def test_it_is_said_once_and_taken_back_with_a_reason(settings: Settings) -> None:
    (said,) = decisions.append(settings, [SAID], actor="ada", role="data_steward")
    assert f"anomaly {FLAGGED} is acknowledged" in refused(settings, SAID)
    assert "needs a reason" in refused(settings, revoke(said.decision_id))
    undo = revoke(said.decision_id, "It was no fair")
    decisions.append(settings, [undo], actor="ada", role="data_steward")
    decisions.append(settings, [SAID], actor="ada", role="data_steward")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (line("acknowledge_anomaly", FLAGGED), "needs a reason"),
        (line("acknowledge_anomaly", KNOWN, "x"), f"anomaly {KNOWN} is acknowledged"),
        (line("acknowledge_anomaly", FILLED, "x"), f"anomaly {FILLED} is suppressed"),
        (line("acknowledge_anomaly", "xa-none", "x"), "there is no anomaly"),
    ],
)
def test_only_what_is_flagged_and_nobody_acknowledged_can_be(
    settings: Settings, wrong: dict[str, object], words: str
) -> None:
    assert words in refused(settings, wrong)


def test_a_viewer_may_not(settings: Settings) -> None:
    assert "may not acknowledge_anomaly" in refused(settings, SAID, role="viewer")
