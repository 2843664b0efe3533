"""Runs dbt in a process of its own, with progress, and names what failed."""

from __future__ import annotations

import difflib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polaris.dbt_process import MARK
from polaris.errors import BadInput, PolarisError
from polaris.settings import PROJECT_ROOT, Settings

_NAMED_AT_MOST = 5
_ROWS_AT_MOST = 5


@dataclass(frozen=True)
class DbtOptions:
    """What to run.

    Attributes:
        select: dbt selectors; empty for everything.
        full_refresh: recompute incremental models from nothing.
        unit_tests: also run unit tests (they test code, not data, so imports leave them out).
        generic_tests: also run the tests of single columns and keys. Imports leave them out: the
            gate judges keys, words and references of everything that is published.
        seeds_and_views: also load seeds and make views anew. An import of an unchanged project
            leaves them as they are.
        project: the dbt project.
    """

    select: tuple[str, ...] = ()
    full_refresh: bool = False
    unit_tests: bool = False
    generic_tests: bool = True
    seeds_and_views: bool = True
    project: Path = PROJECT_ROOT

    def arguments(self) -> list[str]:
        """The arguments of `dbt build`."""
        arguments: list[str] = []
        if self.select:
            arguments += ["--select", *self.select]
        if self.full_refresh:
            arguments.append("--full-refresh")
        types = {"unit_test": self.unit_tests, "seed": self.seeds_and_views}
        for kind in (kind for kind, wanted in types.items() if not wanted):
            arguments += ["--exclude-resource-type", kind]
        groups = {
            "test_type:generic": self.generic_tests,
            "config.materialized:view": self.seeds_and_views,
        }
        excluded = [group for group, wanted in groups.items() if not wanted]
        return arguments + (["--exclude", *excluded] if excluded else [])


class DbtError(PolarisError):
    """dbt ended with errors.

    Attributes:
        nodes: {node, status, message, failures, rows} of each failed node, where rows are the
            first ones a data test found; empty if dbt never began.
    """

    def __init__(self, message: str, nodes: list[dict[str, Any]]) -> None:
        super().__init__(message)
        self.nodes = nodes


@contextmanager
def started(
    settings: Settings, target: Path, project: Path = PROJECT_ROOT
) -> Iterator[subprocess.Popen[str]]:
    """A dbt process that parses the project while the block does something else.

    It opens no database before `run_dbt` tells it what to build, and it never outlives the block
    or this process.

    Args:
        settings: whose `home` holds the warehouse, and whose logical date the models use.
        target: the folder for dbt's working files, kept between runs for partial parsing.
        project: the dbt project.
    """
    target.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "POLARIS_HOME": str(settings.home),
        "POLARIS_LOGICAL_DATE": settings.logical_date.isoformat(),
        "IMPORTER_RULES_MODE": settings.rules_mode or "",
        "DBT_PROFILES_DIR": str(project),
        "DBT_TARGET": settings.target,
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    with (target / "stderr.txt").open("w", encoding="utf-8") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "polaris.dbt_process", str(project)],
            cwd=project,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C reaches this process, which then ends that one
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def run_dbt(
    settings: Settings,
    options: DbtOptions,
    target: Path,
    on_progress: Callable[[int, int], None],
    process: subprocess.Popen[str] | None = None,
) -> list[tuple[str, str]]:
    """Runs `dbt build` on the warehouse of these settings.

    Args:
        settings: whose `home` holds the warehouse, and whose logical date the models use.
        options: what to run.
        target: the folder for dbt's working files, kept between runs for partial parsing.
        on_progress: told nodes done and nodes in all.
        process: of `started` with the same settings, target and project; None starts one.

    Returns:
        (schema, table) of every public model of the project, built now or before.

    Raises:
        BadInput: a selector of the options selects nothing; what it was meant to build would be
            published as it was.
        DbtError: the message names the first failed nodes.
    """
    if process is None:
        with started(settings, target, options.project) as own:
            return run_dbt(settings, options, target, on_progress, own)
    told = _Told()
    for line in _follow(process, options.arguments()):
        told.take(line, on_progress)
        if told.unknown in options.select:
            raise BadInput(_selects_nothing(told.unknown, options.project))
    if told.public is not None:
        return told.public
    for node in told.failed:
        node["rows"] = _offending_rows(settings.warehouse, node["status"], node.pop("sql"))
    last_words = (target / "stderr.txt").read_text(encoding="utf-8", errors="replace")[-2000:]
    errors = told.errors or last_words.strip().splitlines()[-1:]
    raise DbtError(_sentence(told.failed, errors), told.failed)


class _Told:
    """What the dbt process said."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.unknown = ""
        self.failed: list[dict[str, Any]] = []
        self.public: list[tuple[str, str]] | None = None

    def take(self, line: dict[str, Any], on_progress: Callable[[int, int], None]) -> None:
        if "error" in line:
            self.errors.append(line["error"])
        elif "failed" in line:
            self.failed.append(line["failed"])
        elif "public" in line:
            self.public = [(schema, table) for schema, table in line["public"]]
        elif "unknown" in line:
            self.unknown = line["unknown"]
        else:
            on_progress(line["done"], line["total"])


def _follow(process: subprocess.Popen[str], arguments: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Tells dbt what to build and gives its lines until it ends."""
    assert process.stdin is not None  # noqa: S101 (stdin=PIPE in `started`)
    assert process.stdout is not None  # noqa: S101 (stdout=PIPE in `started`)
    with suppress(BrokenPipeError):  # dbt could not parse; its lines say why
        process.stdin.write(json.dumps(list(arguments)) + "\n")
        process.stdin.flush()
    for line in process.stdout:
        if line.startswith(MARK):
            yield json.loads(line[len(MARK) :])
    process.wait()


def _offending_rows(warehouse: Path, status: str, sql: str | None) -> list[dict[str, Any]]:
    """The first rows a failed data test found; none for a node that could not run."""
    if status != "fail" or not sql:
        return []
    import duckdb

    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description or []]
            rows = cursor.fetchmany(_ROWS_AT_MOST)
    except duckdb.Error:
        return []
    return [dict(zip(names, row, strict=True)) for row in rows]


def _selects_nothing(selector: str, project: Path) -> str:
    models = [path.stem for path in project.glob("models/**/*.sql")]
    near = difflib.get_close_matches(selector.strip("+").lower(), models, n=3, cutoff=0.6)
    meant = f"Near are: {', '.join(near)}." if near else "Give the name of a table."
    return f"--select {selector} selects nothing, so nothing was built or published. {meant}"


def _sentence(nodes: list[dict[str, Any]], errors: Sequence[str]) -> str:
    if not nodes:
        reason = " ".join(errors[0].split()) if errors else "its process ended without a word"
        return f"dbt could not build: {reason}"
    named = "; ".join(
        f"{node['node']} ({node['message'] or node['status']})" for node in nodes[:_NAMED_AT_MOST]
    )
    more = len(nodes) - _NAMED_AT_MOST
    rest = f"; and {more} more" if more > 0 else ""
    plural = "node" if len(nodes) == 1 else "nodes"
    return f"dbt failed at {len(nodes)} {plural}: {named}{rest}."


def warm_up(load: Callable[[], None]) -> threading.Thread:
    """Runs an import of heavy modules on a second core while dbt works.

    A module that cannot be imported is left to the code that needs it: that says so better.
    """

    def quietly() -> None:
        with suppress(ImportError):
            load()

    thread = threading.Thread(target=quietly, daemon=True)
    thread.start()
    return thread
