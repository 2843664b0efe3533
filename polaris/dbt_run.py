"""Runs dbt in a process of its own, with progress, and names what failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from polaris.dbt_process import MARK
from polaris.errors import PolarisError
from polaris.settings import PROJECT_ROOT, Settings

_FAILED = {"error", "fail", "runtime error", "partial success"}
_NAMED_AT_MOST = 5
_ROWS_AT_MOST = 5


@dataclass(frozen=True)
class DbtOptions:
    """What to run.

    Attributes:
        select: dbt selectors; empty for everything.
        full_refresh: recompute incremental models from nothing.
        unit_tests: also run unit tests (they test code, not data, so imports leave them out).
        project: the dbt project.
    """

    select: tuple[str, ...] = ()
    full_refresh: bool = False
    unit_tests: bool = False
    project: Path = PROJECT_ROOT

    def arguments(self) -> list[str]:
        """The dbt command line."""
        arguments = ["--log-level", "none", "--log-level-file", "none"]
        arguments += ["build", "--project-dir", str(self.project)]
        if self.select:
            arguments += ["--select", *self.select]
        if self.full_refresh:
            arguments.append("--full-refresh")
        if not self.unit_tests:
            arguments += ["--exclude-resource-type", "unit_test"]
        return arguments


class DbtError(PolarisError):
    """dbt ended with errors.

    Attributes:
        nodes: {node, status, message, failures, rows} of each failed node, where rows are the
            first ones a data test found; empty if dbt never began.
    """

    def __init__(self, message: str, nodes: list[dict[str, Any]]) -> None:
        super().__init__(message)
        self.nodes = nodes


def run_dbt(
    settings: Settings,
    options: DbtOptions,
    target: Path,
    on_progress: Callable[[int, int], None],
) -> None:
    """Runs `dbt build` on the warehouse of these settings.

    Args:
        settings: whose `home` holds the warehouse, and whose logical date the models use.
        options: what to run.
        target: the folder for dbt's artifacts, kept between runs for partial parsing.
        on_progress: told nodes done and nodes in all.

    Raises:
        DbtError: the message names the first failed nodes.
    """
    target.mkdir(parents=True, exist_ok=True)
    results = target / "run_results.json"
    results.unlink(missing_ok=True)
    environment = os.environ | {
        "POLARIS_HOME": str(settings.home),
        "POLARIS_LOGICAL_DATE": settings.logical_date.isoformat(),
        "DBT_PROFILES_DIR": str(options.project),
        "DBT_TARGET": settings.target,
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "true",
    }
    command = [sys.executable, "-m", "polaris.dbt_process", *options.arguments()]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as stderr:
        errors, exit_code = _follow(command, options.project, environment, stderr, on_progress)
        if exit_code == 0:
            return
        stderr.seek(0)
        last_words = stderr.read()[-2000:].strip().splitlines()
    nodes = _failed_nodes(results, settings.warehouse)
    raise DbtError(_sentence(nodes, errors or last_words[-1:], exit_code), nodes)


def _follow(
    command: Sequence[str],
    directory: Path,
    environment: dict[str, str],
    stderr: IO[str],
    on_progress: Callable[[int, int], None],
) -> tuple[list[str], int]:
    """Starts dbt and reads its lines until it ends; it never outlives this process."""
    errors: list[str] = []
    process = subprocess.Popen(
        command,
        cwd=directory,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        encoding="utf-8",
        start_new_session=True,  # Ctrl-C reaches this process, which then ends that one
    )
    try:
        assert process.stdout is not None  # noqa: S101 (stdout=PIPE above)
        for line in process.stdout:
            if not line.startswith(MARK):
                continue
            told = json.loads(line[len(MARK) :])
            if "error" in told:
                errors.append(told["error"])
            else:
                on_progress(told["done"], told["total"])
        return errors, process.wait()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def _failed_nodes(results: Path, warehouse: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(results.read_text(encoding="utf-8"))["results"]
    except FileNotFoundError:
        return []
    return [
        {
            "node": _short(result["unique_id"]),
            "status": result["status"],
            "message": " ".join((result.get("message") or "").split()),
            "failures": result.get("failures"),
            "rows": _offending_rows(warehouse, result),
        }
        for result in found
        if result["status"] in _FAILED
    ]


def _offending_rows(warehouse: Path, result: dict[str, Any]) -> list[dict[str, Any]]:
    """The first rows a failed data test found; none for a node that could not run."""
    if result["status"] != "fail" or not result.get("compiled_code"):
        return []
    import duckdb

    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            cursor = connection.execute(result["compiled_code"])
            names = [column[0] for column in cursor.description or []]
            rows = cursor.fetchmany(_ROWS_AT_MOST)
    except duckdb.Error:
        return []
    return [dict(zip(names, row, strict=True)) for row in rows]


def _short(unique_id: str) -> str:
    """`model.polaris.dim_events` -> `dim_events`; a generic test keeps its readable name."""
    parts = unique_id.split(".")
    return parts[2] if len(parts) > 2 else unique_id


def _sentence(nodes: list[dict[str, Any]], errors: Sequence[str], exit_code: int) -> str:
    if not nodes:
        reason = " ".join(errors[0].split()) if errors else f"it ended with exit code {exit_code}"
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
