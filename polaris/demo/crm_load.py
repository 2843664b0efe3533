"""Runs the sample CRM as a server of its own and loads it as a real one is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from polaris.errors import PolarisError
from polaris.progress import Progress
from polaris.salesforce_settings import read_salesforce
from polaris.settings import PROJECT_ROOT, Settings

_MODULE = "tests.support.salesforce_peer"
_SECONDS_TO_START = 120.0


def lacking() -> str | None:
    """What keeps the demo from having a CRM on this machine; None when nothing does."""
    if not (PROJECT_ROOT / "tests" / "support" / "salesforce_peer").is_dir():
        return "the test server for Salesforce is not part of this installation"
    if find_spec("simple_salesforce") is None:
        return "simple-salesforce is not installed: pip install 'polaris-warehouse[salesforce]'"
    return None


def import_crm(
    settings: Settings, data: Path, now: datetime, progress: Progress, *, build: bool = False
) -> dict[str, Any]:
    """Loads the sample CRM over the real protocol.

    The login is the server's own: what the user's environment says of Salesforce plays no part.

    Args:
        settings: whose home receives the data.
        data: folder with one parquet file per object.
        now: the clock of the server.
        progress: told each step.
        build: False lands every object, True loads a day's changes and publishes.

    Returns:
        The report of the run.

    Raises:
        PolarisError: the server did not start, or the load failed.
    """
    from polaris.salesforce import SalesforceOptions, import_salesforce

    with served(data, now) as environment:
        settings = replace(
            settings,
            adapters=(*settings.adapters, "salesforce"),
            salesforce=read_salesforce(environment),
        )
        cadence = "daily" if build else "weekly"
        return import_salesforce(
            settings, SalesforceOptions(cadence=cadence, build=build), progress
        )


@contextmanager
def served(data: Path, now: datetime) -> Iterator[Mapping[str, str]]:
    """Serves a folder of objects; gives the variables with which it is reached.

    Raises:
        PolarisError: the server did not start.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-m", _MODULE, "--data", str(data), "--now", now.isoformat()]
        command += ["--port-file", str(folder / "port"), "--env-file", str(folder / "env")]
        with (folder / "log").open("w+", encoding="utf-8") as log:
            server = subprocess.Popen(
                [*command, "--until-stdin-closes"],
                cwd=PROJECT_ROOT,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
            try:
                _await(server, folder)
                yield json.loads((folder / "env").read_text(encoding="utf-8"))
            finally:
                server.terminate()
                server.communicate()


def _await(server: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + _SECONDS_TO_START
    while not ((folder / "port").exists() and (folder / "env").exists()):
        if server.poll() is not None or time.monotonic() > end:
            told = (folder / "log").read_text(encoding="utf-8").strip().splitlines()
            why = told[-1] if told else "it said nothing"
            raise PolarisError(f"The sample CRM did not start: {why}")
        time.sleep(0.05)
