"""`decide`: a file of decisions is stored as a whole, or its lines are named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polaris.deciding import decisions
from polaris.settings import Settings
from tests.conftest import Command
from tests.support.deciding import line, publish

TEACHER = line("match_teacher", "k-teacher", teacher_key="t-ana")
SCHOOL = line("match_school", "k-school", school_key="s-central")


@pytest.fixture
def published(settings: Settings) -> Path:
    return publish(settings)


def test_the_command_stores_from_a_file_and_reports_what_waits(
    command: Command, settings: Settings, published: Path, tmp_path: Path
) -> None:
    file = tmp_path / "decisions.jsonl"
    lines = [TEACHER, line("ignore_ticket", "k-volunteer")]
    file.write_text("\n\n".join(json.dumps(item) for item in lines) + "\n")
    answer = command("decide", file, "--json")
    assert answer.exit_code == 0, answer.err
    assert (answer.json["stored"], answer.json["pending"]) == (2, 2)
    assert [item.actor for item in decisions.read_all(settings)] == ["jordan", "jordan"]
    assert {item.role for item in decisions.read_all(settings)} == {"admin"}


def test_the_command_names_the_lines_of_the_file(
    command: Command, settings: Settings, published: Path, tmp_path: Path
) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_text(json.dumps(SCHOOL) + "\n\n" + json.dumps(line("ignore_ticket", "k-no")) + "\n")
    answer = command("decide", file, "--json")
    assert answer.exit_code == 2
    assert "line 3: there is no ticket k-no" in answer.json["error"]
    file.write_text('{"action": \nnull\n')
    answer = command("decide", file)
    assert answer.exit_code == 2
    assert "line 1: " in answer.err
    assert "line 2: " in answer.err
    assert command("decide", tmp_path / "absent").exit_code == 2
    file.write_text("\n")
    assert command("decide", file).exit_code == 2
    assert decisions.read_all(settings) == []
