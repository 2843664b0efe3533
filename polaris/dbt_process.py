"""The dbt process of a build: runs dbt, tells its parent how far it is, dies with its parent.

Started as `python -m polaris.dbt_process <dbt arguments>` with a pipe as standard input. dbt runs
in a process of its own because it keeps the database open until it exits. Each line on standard
output that starts with MARK is a JSON object:
    {"done": 3, "total": 50}
    {"error": "what dbt said"}
"""

from __future__ import annotations

import json
import os
import sys
import threading
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
            elif event.info.level == "error" and event.info.msg.strip():
                _tell(error=event.info.msg.strip())


def _tell(**line: Any) -> None:
    sys.stdout.write(f"{MARK}{json.dumps(line)}\n")
    sys.stdout.flush()


def _close_database() -> None:
    """Folds the write-ahead log into the database file; the exit below runs no destructor."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.handle().cursor().execute("checkpoint")


def _die_with_parent() -> None:
    """Ends this process when the pipe from the parent closes, however the parent ended."""
    while os.read(0, 1024):
        pass
    os._exit(1)


def main() -> None:
    """Runs dbt with the arguments of the command line; exits 0 when every node succeeded."""
    threading.Thread(target=_die_with_parent, daemon=True).start()
    from dbt.cli.main import dbtRunner

    result = dbtRunner(callbacks=[Reporter()]).invoke(sys.argv[1:])
    if result.exception is not None:
        _tell(error=str(result.exception))
    _close_database()
    sys.stdout.flush()
    # Nothing is left to save, and tearing down dbt's modules would cost a tenth of a second.
    os._exit(0 if result.success else 1)


if __name__ == "__main__":
    main()
