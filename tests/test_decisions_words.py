"""Texts, names and numbers of a decision: what is no text, and what only looks like one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polaris.deciding import decisions
from polaris.errors import BadInput
from polaris.settings import Settings
from tests.conftest import Command
from tests.support.deciding import Decide, line

IGNORE = line("ignore_ticket", "k-teacher")
SCHOOL = line("match_school", "k-school", school_key="s-central")
COMPANY = line("match_organization", "k-company", organization_key="o-acme")
VOLUNTEER = line("match_volunteer", "k-volunteer", person_key="p-maya")


def test_a_number_of_thousands_of_digits_is_a_bad_line(
    command: Command, settings: Settings, published: Path, tmp_path: Path
) -> None:
    file = tmp_path / "decisions.jsonl"
    huge = json.dumps(line("edit_event", "x-draft", title="New", duration_minutes=0))
    file.write_text(json.dumps(SCHOOL) + "\n" + huge.replace("0}", "1" * 5000 + "}"))
    answer = command("decide", file)
    assert answer.exit_code == 2
    assert "line 2: it has a number of too many digits" in " ".join(answer.err.split())
    with pytest.raises(BadInput, match="not a number of too many digits"):
        decisions.append(
            settings,
            [line("edit_event", "x-draft", duration_minutes=10**5000)],
            actor="jordan",
            role="admin",
        )
    assert decisions.read_all(settings) == []


def test_a_blank_actor_is_none_and_an_actor_is_text(settings: Settings, decide: Decide) -> None:
    for blank in ("", "  ", "\u200b", None):
        with pytest.raises(BadInput, match="nobody"):
            decide(line("match_teacher", "k-teacher", teacher_key="nobody") | {"actor": blank})
    lines = [
        IGNORE | {"actor": "  "},
        SCHOOL | {"actor": " riley "},
        COMPANY | {"actor": None},
    ]
    assert [item.actor for item in decide(*lines)] == ["jordan", "riley", "jordan"]
    for wrong in (5, 0, False, [], {}, ["riley"]):
        with pytest.raises(BadInput, match="actor is not text"):
            decide(VOLUNTEER | {"actor": wrong})


@pytest.mark.parametrize("code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_characters_that_turn_the_text_are_refused(decide: Decide, code: int) -> None:
    words = f"control character U\\+{code:04X} at position 3"
    for bad in (
        line("edit_event", "x-draft", notes=f"no{chr(code)}te"),
        line("edit_event", "x-draft", title=f"no{chr(code)}te"),
        line("resolve_flag", "xf-staff", f"no{chr(code)}te"),
        line("ignore_ticket", "k-teacher") | {"actor": f"ri{chr(code)}ley"},
    ):
        with pytest.raises(BadInput, match=words):
            decide(bad)


def test_emoji_and_words_written_from_the_right_are_kept(
    decide: Decide,
) -> None:
    text = "\U0001f469\u200d\U0001f52c \u2764\ufe0f \u05e9\u05dc\u05d5\u05dd \u200f!"
    (stored,) = decide(line("edit_event", "x-draft", notes=text))
    assert stored.payload["notes"] == text


@pytest.mark.parametrize(
    "notes",
    [
        *(blank * 12 for blank in ("\u200b", "\ufeff", "\ufe0f", "\u3164", "\u2800", "\u3000")),
        "\u200d\u2060\ufeff" * 4,
        "123456789\u200b",
        "1234     56789",
    ],
)
def test_only_what_can_be_seen_counts_as_notes(decide: Decide, notes: str) -> None:
    with pytest.raises(BadInput, match="OTHER needs notes of at least 10 characters"):
        decide(line("set_cancellation_reason", "x-off", code="OTHER", notes=notes))
    if not any(character.isdigit() for character in notes):
        with pytest.raises(BadInput, match="resolve_flag needs a reason"):
            decide(line("resolve_flag", "xf-staff", notes))


def test_ten_emoji_are_ten_characters(decide: Decide) -> None:
    decide(line("set_cancellation_reason", "x-off", code="OTHER", notes="\u2744\ufe0f" * 10))
