"""A word that records are never matched on a contact of many: who may, once, and taking it back."""

from __future__ import annotations

import pytest

from polaris.deciding import decisions
from polaris.errors import BadInput
from polaris.settings import Settings
from tests.support.deciding import HICKMAN, line, publish, revoke
from tests.support.fake_release_duplicates import HOTLINE, SCHOOL, SET_ASIDE


@pytest.fixture(autouse=True)
def published(settings: Settings) -> None:
    publish(settings)


def refused(settings: Settings, *lines: dict[str, object], role: str = "data_steward") -> str:
    with pytest.raises(BadInput) as caught:
        decisions.append(settings, lines, actor="sam", role=role, districts=HICKMAN)
    return caught.value.message


def test_a_steward_says_it_once_and_takes_it_back(settings: Settings) -> None:
    word = line("never_match_on", SCHOOL)
    (said,) = decisions.append(settings, [word], actor="sam", role="data_steward")
    assert f"contact {SCHOOL} is never_matched" in refused(settings, word)
    decisions.append(settings, [revoke(said.decision_id)], actor="sam", role="data_steward")
    decisions.append(settings, [word], actor="sam", role="data_steward")
    assert [one.action for one in decisions.read_all(settings)] == [
        "never_match_on",
        "revoke",
        "never_match_on",
    ]


@pytest.mark.parametrize("role", ["viewer", "district_admin", "district_viewer", "teacher"])
def test_nobody_else_may(settings: Settings, role: str) -> None:
    assert "may not never_match_on" in refused(settings, line("never_match_on", HOTLINE), role=role)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (line("never_match_on", SET_ASIDE), f"contact {SET_ASIDE} is never_matched"),
        (line("never_match_on", "info@school.example.org"), "there is no contact"),
        (line("never_match_on", SCHOOL, kind="email"), "takes no kind"),
    ],
)
def test_what_makes_no_sense_is_refused(
    settings: Settings, bad: dict[str, object], words: str
) -> None:
    assert words in refused(settings, line("never_match_on", HOTLINE), bad)
    assert decisions.read_all(settings) == []
