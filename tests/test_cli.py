"""The command line as a whole: speed, help, exit codes, one sentence per failure."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import Mock

import pytest

from polaris import ledger
from polaris.commands.layout import laid_out
from polaris.settings import Settings, load_settings
from tests.conftest import Command

COMMANDS = [
    ("pathful",),
    ("roster",),
    ("sheet",),
    ("csv",),
    ("salesforce",),
    ("nightly",),
    ("upcoming-events",),
    ("build",),
    ("rollback",),
    ("exclude-load",),
    ("retention",),
    ("status",),
    ("health",),
    ("adapters",),
    ("decide",),
    ("access",),
    ("teacher-link",),
    ("export",),
    ("export-violations",),
    ("requeue",),
    ("dashboard",),
    ("demo",),
    ("runs", "list"),
    ("runs", "show"),
    ("runs", "cancel"),
    ("runs", "retry"),
    ("runs", "original"),
    ("linkage", "train"),
    ("alerts", "list"),
    ("alerts", "send"),
    ("alerts", "log"),
    ("decisions", "backup"),
    ("decisions", "restore"),
]
ENTRY = [sys.executable, "-c", "import sys; from polaris.cli import main; sys.exit(main())"]


def test_help_answers_at_once() -> None:
    """Well under half a second; the best of five, because the machine is shared."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([*ENTRY, "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.5


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['polaris-load', '--help']\n"
        "from polaris.cli import main\n"
        "main()\n"
        "heavy = {'dlt', 'dbt', 'duckdb', 'pandas', 'pyarrow', 'sqlalchemy', 'streamlit',"
        " 'great_expectations', 'openpyxl', 'rich', 'filelock'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_help_lists_exactly_the_commands_that_work(command: Command) -> None:
    text = command("--help").out
    listed = re.findall(r"^  (\w[\w-]*)  ", text.partition("Commands:")[2], re.MULTILINE)
    assert set(listed) == {name[0] for name in COMMANDS}
    assert not re.search(r"\w\.\.\.$", text, re.MULTILINE), "half a sentence describes nothing"


def test_help_keeps_the_lines_of_examples_and_tables_and_wraps_prose() -> None:
    said = laid_out("Prose that\nis wrapped.\n\n  a  1\n  b  2\n\nExample: x --y\n--z\nExample: x")
    assert said.split("\n\n") == [
        "Prose that\nis wrapped.",
        "\b\n  a  1\n  b  2",
        "\b\nExample: x --y --z\nExample: x",
    ]


@pytest.mark.parametrize("name", COMMANDS, ids=" ".join)
def test_help_shows_each_example_on_a_line_and_no_sign_of_its_layout(
    command: Command, name: tuple[str, ...]
) -> None:
    said = command(*name, "--help").out
    assert "\b" not in said
    assert "\\b" not in said
    assert all(line.count("Example:") < 2 for line in said.splitlines())
    assert all(
        line.startswith("  Example: polaris-load ")
        for line in said.splitlines()
        if "Example:" in line
    )


@pytest.mark.parametrize("name", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example_and_json(
    command: Command, name: tuple[str, ...]
) -> None:
    answer = command(*name, "--help")
    assert answer.exit_code == 0
    assert f"polaris-load {' '.join(name)}" in answer.out.partition("Example:")[2]
    assert "--json" in answer.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("pathfull", "x.csv"),
        ("pathful",),
        ("pathful", "--no-such-option", "x.csv"),
        ("roster", "x.csv"),
        ("runs", "list", "--limit", "many"),
        ("runs", "list", "--limit", "0"),
        ("dashboard", "--port", "0"),
    ],
)
def test_wrong_arguments_are_one_sentence_and_exit_2(
    command: Command, arguments: tuple[str, ...]
) -> None:
    answer = command(*arguments)
    assert answer.exit_code == 2
    assert answer.out == ""
    assert len(answer.err.strip().splitlines()) == 1
    assert "--help" in answer.err
    as_json = command(*arguments, "--json")
    assert as_json.exit_code == 2
    assert as_json.json["status"] == "failed"
    assert as_json.json["error"] in as_json.err


def test_a_defect_is_one_sentence_and_its_details_a_file(
    command: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(_settings: Settings) -> None:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr("polaris.status.status", explode)
    answer = command("status", "--json")
    assert answer.exit_code == 1
    assert answer.json["status"] == "failed"
    assert "RuntimeError: first line second line" in answer.json["error"]
    assert "Traceback" not in answer.err
    assert "Traceback" in (settings.home / "logs" / "errors.log").read_text()


@pytest.mark.parametrize(
    "error",
    [
        None,
        sqlite3.OperationalError("attempt to write a readonly database"),
        sqlite3.OperationalError("unable to open database file"),
    ],
)
def test_a_home_that_cannot_be_used_is_told_with_what_to_do(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    if error is None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("POLARIS_HOME", str(tmp_path / "file"))
    else:
        monkeypatch.setattr("polaris.status.status", Mock(side_effect=error))
    said = " ".join(command("status").err.split())
    assert "set POLARIS_HOME to another folder" in said
    assert "unforeseen" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POLARIS_LOGICAL_DATE", "tomorrow"),
        ("POLARIS_HOME", "/srv/o'brien"),
        ("POLARIS_HOME", "/srv/50%"),
        ("POLARIS_TARGET", "oracle"),
        ("IMPORTER_ENABLED", "maybe"),
        ("IMPORTER_ADAPTERS", "pathful,fax"),
        ("IMPORTER_ADAPTERS", " , "),
        ("IMPORTER_RULES_MODE", "off"),
    ],
)
def test_a_wrong_environment_is_bad_input_that_names_the_variable(
    command: Command, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    answer = command("status")
    assert answer.exit_code == 2
    assert name in answer.err


def test_settings_have_defaults_and_read_lists(tmp_path: Path) -> None:
    bare = load_settings({})
    assert bare.home.name == "data"
    assert bare.importer_enabled
    assert bare.user
    assert bare.decisions_url == f"sqlite:///{bare.home}/decisions.sqlite"
    given = load_settings(
        {
            "POLARIS_HOME": "relative",
            "IMPORTER_ADAPTERS": " Pathful, csv,pathful ,",
            "IMPORTER_RULES_MODE": " Warn",
        }
    )
    assert given.home == Path.cwd() / "relative"
    assert given.adapters == ("pathful", "csv")
    assert (bare.rules_mode, given.rules_mode) == (None, "warn")
    off = load_settings({"IMPORTER_ENABLED": "false", "IMPORTER_ADAPTERS": ""})
    assert not off.importer_enabled


def test_nothing_but_the_result_is_on_standard_output_and_no_bar_in_a_pipe(home: Path) -> None:
    done = subprocess.run([*ENTRY, "status", "--json"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["release"] is None
    assert done.stderr == ""
    assert "\x1b[" not in done.stdout


def test_a_closed_pipe_ends_quietly(home: Path) -> None:
    shell = f"'{sys.executable}' -c '{ENTRY[-1]}' export --help | head -c 1"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_a_bar_is_drawn_on_a_terminal_only(home: Path) -> None:
    """On a terminal the stages pass by on standard error; the result stays clean."""
    import pty

    code = (
        "from polaris.progress import terminal_progress\n"
        "import time\n"
        "with terminal_progress() as p:\n"
        "    p.stage('building', 3, 80)\n"
        "    time.sleep(0.3)\n"
        "print('result')"
    )
    leader, follower = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=follower, env=environment
    ) as process:
        out, _ = process.communicate()
    os.close(follower)
    drawn = os.read(leader, 100_000).decode()
    os.close(leader)
    assert out == b"result\n"
    assert "building" in drawn
    assert "3/80" in drawn


def test_a_run_that_is_told_to_stop_is_cancelled(home: Path, settings: Settings) -> None:
    code = (
        "import sys, time, polaris.build\n"
        "polaris.build.run_dbt = lambda *_: time.sleep(60)\n"
        "from polaris.cli import main\n"
        "sys.exit(main(['build', '--json']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        _wait_for_stage(settings, "building")
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "Stopped" in json.loads(out)["error"]
    assert "Traceback" not in err
    (run,) = ledger.list_runs(settings)
    assert run.status == "cancelled"


def _wait_for_stage(settings: Settings, stage: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if any(run.stage == stage for run in ledger.list_runs(settings)):
            return
        time.sleep(0.02)
    raise AssertionError(f"no run reached the stage {stage}")


def test_the_dashboard_command_guards_its_port(command: Command) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = command("dashboard", "--port", str(taken.getsockname()[1]))
    assert answer.exit_code == 2
    assert "--port" in answer.err
