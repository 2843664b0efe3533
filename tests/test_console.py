"""What was read from files reaches a terminal as text, never as a command."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from polaris import console
from polaris.errors import BadInput
from tests.conftest import Command
from tests.support.fake_build import FakeBuild

RED = "\x1b[31mShoe\nSize\x9b2J\u202e"
SHOWN = "\\x1b[31mShoe Size\\x9b2J\\u202e"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True


@contextmanager
def as_terminal() -> Iterator[Terminal]:
    """Both streams, as one terminal."""
    stream = Terminal()
    with redirect_stdout(stream), redirect_stderr(stream):
        yield stream


def test_only_our_own_colours_reach_a_terminal() -> None:
    with as_terminal() as terminal:
        console.print_lines([("good", RED), ("plain", RED)])
        console.say(RED)
        console.fail(BadInput(RED), as_json=False)
        console.print_table(["name"], [[RED]])
    assert terminal.getvalue().splitlines() == [
        f"\x1b[32m{SHOWN}\x1b[0m",
        SHOWN,
        SHOWN,
        f"\x1b[31;1mError: {SHOWN}\x1b[0m",
        "name",
        SHOWN,
    ]


def test_json_says_the_same_without_what_a_terminal_obeys() -> None:
    with as_terminal() as terminal:
        console.print_json({"name": f"{RED} Nuñez"})
    text = terminal.getvalue()
    assert json.loads(text) == {"name": f"{RED} Nuñez"}
    assert "Nuñez" in text
    assert not {"\x1b", "\x9b", "\x7f"} & set(text)


def test_a_heading_that_steers_a_terminal_is_named_as_it_is_written(
    command: Command, no_dbt: FakeBuild, tmp_path: Path
) -> None:
    heading = RED.replace("\x1b", "\x9d")  # a file with the other one is read as no text
    file = tmp_path / "people.csv"
    text = f'external_id,first_name,last_name,email,"{heading}"\n1,Ana,Diaz,ana@example.org,44\n'
    file.write_text(text, encoding="utf-8", newline="")
    refused = command("csv", "volunteers", file, "--strict-headers")
    taken = command("csv", "volunteers", file)
    assert (refused.exit_code, taken.exit_code) == (2, 0)
    for told in (refused.err, taken.out):
        assert "\\x9d[31mShoe Size\\x9b2J\\u202e" in told
        assert not {"\x9d", "\x9b", "\u202e"} & set(told)
