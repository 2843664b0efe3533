"""The dbt process of a build: runs dbt, tells its parent how far it is, dies with its parent.

Started as `python -m polaris.dbt_process PROJECT` with a pipe as standard input. It parses the
project, which touches no database, and builds when a line comes: the arguments of `dbt build` as a
JSON list. So the parent can land its files meanwhile. dbt has a process of its own because it keeps
the database open until it exits. Each line on standard output that starts with MARK is a JSON
object:
    {"done": 3, "total": 50}             nodes finished
    {"error": "what dbt said"}
    {"failed": {node, status, message, failures, sql}}   one failed node
    {"public": [["marts", "dim_events"], …]}             at the end of a good build
"""

from __future__ import annotations

import gc
import json
import os
import queue
import sys
import threading
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

MARK = "\x1e"
_RESULTS = {
    "LogModelResult",
    "LogTestResult",
    "LogSeedResult",
    "LogSnapshotResult",
    "LogNodeResult",
    "LogNodeNoOpResult",
    "LogFunctionResult",
    "LogSkipBecauseError",
    "SkippingDetails",
}
_FAILED = {"error", "fail", "runtime error", "partial success"}
# Nobody reads dbt's logs and artifacts of a run, and writing them costs a second.
_QUIET = ["--log-level", "none", "--log-level-file", "none", "--no-write-json"]


class Reporter:
    """Turns dbt's events into lines for the parent."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self._lock = threading.Lock()

    def __call__(self, event: Any) -> None:
        """Takes one dbt event, on whichever thread it happened."""
        name = event.info.name
        with self._lock:
            if name in _RESULTS:
                self.done += 1
                self.total = max(self.total, self.done)
                _tell(done=self.done, total=self.total)
            elif name == "LogStartLine" and not self.total:
                self.total = event.data.total
                _tell(done=0, total=self.total)
            elif name == "NoNodesForSelectionCriteria":
                _tell(unknown=event.data.spec_raw)
            elif event.info.level == "error" and event.info.msg.strip():
                _tell(error=event.info.msg.strip())


def public_tables(nodes: Iterable[Any]) -> list[tuple[str, str]]:
    """(schema, table) of every public model of a manifest, sorted.

    The manifest, not the database, says what is public: relations of deleted models stay behind
    in the warehouse.
    """
    return sorted(
        (node.schema, node.alias)
        for node in nodes
        if node.resource_type == "model" and node.access == "public"
    )


def _tell(**line: Any) -> None:
    sys.stdout.write(f"{MARK}{json.dumps(line)}\n")
    sys.stdout.flush()


def _build(project: str, arguments: queue.SimpleQueue[list[str]]) -> bool:
    from dbt.cli.main import dbtRunner

    where = ["--project-dir", project]
    reporter = Reporter()
    parsed = _parsed(where, reporter)
    if parsed.exception is not None:
        _tell(error=str(parsed.exception))
    if not parsed.success:
        return False
    manifest: Any = parsed.result
    runner = dbtRunner(manifest=manifest, callbacks=[reporter])
    wanted = arguments.get()
    leave_out_tests(manifest, wanted)
    built = runner.invoke([*_QUIET, "build", "--use-fast-test-edges", *where, *wanted])
    if built.exception is not None:
        _tell(error=str(built.exception))
    for result in getattr(built.result, "results", []):
        if result.status in _FAILED:
            _tell(
                failed={
                    "node": result.node.name,
                    "status": str(result.status),
                    "message": " ".join((result.message or "").split()),
                    "failures": result.failures,
                    "sql": getattr(result.node, "compiled_code", None),
                }
            )
    if built.success:
        _tell(public=public_tables(manifest.nodes.values()))
    return built.success


def _parsed(where: Sequence[str], reporter: Reporter) -> Any:
    """What dbt made of the project's files.

    dbt stumbles over what it remembers of an earlier version of them, such as a unit test that
    stood in another file; then it reads all of them anew.
    """
    from dbt.cli.main import dbtRunner

    parse = [*_QUIET, "parse", *where]
    remembered = Path(os.environ["DBT_TARGET_PATH"]) / "partial_parse.msgpack"
    if remembered.exists():
        parsed = dbtRunner().invoke(parse)
        if parsed.success:
            return parsed
        remembered.unlink(missing_ok=True)
    return dbtRunner(callbacks=[reporter]).invoke(parse)


def leave_out_tests(manifest: Any, wanted: Sequence[str]) -> None:
    """Takes the tests that the arguments exclude out of the graph: four fifths of its nodes.

    Args:
        manifest: dbt's, of the whole project; changed in place.
        wanted: the arguments of `dbt build`, as `dbt_run.DbtOptions` makes them.
    """
    if ("--exclude-resource-type", "unit_test") in pairwise(wanted):
        manifest.unit_tests.clear()
    if "--exclude" in wanted and "test_type:generic" in wanted[wanted.index("--exclude") :]:
        for key in [key for key, node in manifest.nodes.items() if hasattr(node, "test_metadata")]:
            del manifest.nodes[key]


def _close_database() -> None:
    """Folds the write-ahead log into the database file; the exit below runs no destructor."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.handle().cursor().execute("checkpoint")


def _listen(arguments: queue.SimpleQueue[list[str]]) -> None:
    """Passes the line of arguments on, and ends this process when the pipe from the parent closes.

    However the parent ended, the pipe closes.
    """
    for line in sys.stdin:
        arguments.put(json.loads(line))
    os._exit(1)


def main() -> None:
    """Builds as the command line says; exits 0 when every node succeeded."""
    arguments: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(arguments,), daemon=True).start()
    # dbt makes objects that live to the end; looking for dead ones costs a twentieth of the time.
    gc.set_threshold(100_000, 50, 1000)
    succeeded = _build(sys.argv[1], arguments)
    _close_database()
    sys.stdout.flush()
    # Nothing is left to save, and tearing down dbt's modules would cost a tenth of a second.
    os._exit(0 if succeeded else 1)


if __name__ == "__main__":
    main()
