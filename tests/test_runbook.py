"""docs/runbook.md quotes what the program says, names commands it has and links what is there."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from polaris import cli
from polaris.settings import PROJECT_ROOT

DOCS = PROJECT_ROOT / "docs"
TEXT = (DOCS / "runbook.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"^\| `([^`]+)` \|", TEXT.partition("\n## Messages")[2], re.MULTILINE)
# Of each line of code that begins with the program: the rest of it, up to a remark.
COMMANDS = sorted(set(re.findall(r"(?:`|^)polaris-load ([^`#\n]+)", TEXT, re.MULTILINE)))
GAP = "\0"


def _template(node: ast.AST) -> str | None:
    """A text of the program; what is put into it is a gap."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_template(part) or GAP for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return (_template(node.left) or GAP) + (_template(node.right) or GAP)
    return None


@cache
def texts() -> tuple[str, ...]:
    """Every text that the program can say."""
    found = set()
    for folder in ("polaris", "loaders", "expectations"):
        for path in Path(PROJECT_ROOT, folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                found.add(_template(node) or "")
    return tuple(found)


@pytest.mark.parametrize("quoted", QUOTED)
def test_a_quoted_message_is_one_that_the_program_says(quoted: str) -> None:
    parts = [part.strip(" :;,.") for part in quoted.split("…")]
    pattern = re.compile(".*".join(re.escape(part) for part in parts if part), re.DOTALL)
    assert any(pattern.search(text) for text in texts()), quoted


def test_the_table_has_messages_and_a_made_up_one_would_be_found() -> None:
    assert len(QUOTED) > 15
    with pytest.raises(AssertionError):
        test_a_quoted_message_is_one_that_the_program_says("The disk was eaten by …")


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_runbook_exists_with_its_options(line: str) -> None:
    words = line.split()
    found: Any = typer.main.get_command(cli.app)
    for word in words:
        if word.startswith("-") or not hasattr(found, "commands"):
            break
        assert word in found.commands, line
        found = found.commands[word]
    options = {name for one in found.params for name in one.opts}
    assert {word for word in words if word.startswith("--")} <= options, line


def test_systemd_takes_the_units_of_the_night(tmp_path: Path) -> None:
    """As they stand in docs/nightly.md, where this machine has what looks at them."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    text = (DOCS / "nightly.md").read_text(encoding="utf-8")
    service, timer = re.findall(r"```ini\n(.+?)```", text, re.DOTALL)
    (tmp_path / "polaris-nightly@daily.service").write_text(service)
    unit = tmp_path / "polaris-nightly-daily.timer"
    unit.write_text(timer)
    done = subprocess.run([program, "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_every_link_of_the_runbook_leads_somewhere() -> None:
    heads = {
        re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-")
        for head in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if target.startswith("#"):
            assert target[1:] in heads, target
        else:
            assert (DOCS / target).exists(), target
