"""The project as dbt parsed it once, lent to every home whose dbt would parse it anew.

dbt keeps what it parsed beside its other working files, and uses it again if it was made for the
same database. The path is all that differs between the homes of tests, so a copy for another home
needs another fingerprint of the connection. dbt compares every file with what it parsed, as it
does for whoever edits one: a copy that has grown old, or whose fingerprint it does not know, costs
time and changes no result.
"""

from __future__ import annotations

import hashlib
import os
import pprint
import re
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import yaml
from filelock import FileLock

ROOT = Path(__file__).parents[2]
NAME = "partial_parse.msgpack"
# In MessagePack: a map of two, the name of the hash and its 64 digits.
_FINGERPRINT = re.compile(
    rb"(?<=\xacprofile_hash\x82\xa4name\xa6sha256\xa8checksum\xd9\x40)[0-9a-f]{64}"
)


def shared(base: Path) -> Path:
    """The folder that all processes of a test session have in common.

    Args:
        base: the temporary folder of this test process.
    """
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def lend(folder: Path, home: Path, target: Path) -> None:
    """Gives dbt's working folder what dbt has parsed, before the first run there.

    Args:
        folder: what `shared` returns; the first process that comes makes it there.
        home: the POLARIS_HOME that dbt will be run with.
        target: dbt's working folder.
    """
    made = _parsed(folder / "parsed")
    target.mkdir(parents=True, exist_ok=True)
    content, found = _FINGERPRINT.subn(fingerprint(home).encode(), made)
    assert found == 1, "dbt writes the fingerprint of the connection in another way"
    (target / NAME).write_bytes(content)


def is_known(home: Path, target: Path) -> bool:
    """Whether dbt, after a run, calls the home's connection what `lend` called it."""
    found = _FINGERPRINT.search((target / NAME).read_bytes())
    return found is not None and found.group().decode() == fingerprint(home)


@lru_cache(maxsize=1)
def _parsed(folder: Path) -> bytes:
    folder.mkdir(exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / NAME).exists():
            target = folder / "target"
            run_dbt(["parse", "--no-write-json"], folder / "home", "2026-03-10", target)
            shutil.copyfile(target / NAME, folder / f".{NAME}")
            (folder / f".{NAME}").rename(folder / NAME)
    return (folder / NAME).read_bytes()


def fingerprint(home: Path) -> str:
    """What dbt calls the connection of that home: its own hash of the profile's settings."""
    from dbt.adapters.duckdb.credentials import DuckDBCredentials

    profile = yaml.safe_load((ROOT / "profiles.yml").read_text(encoding="utf-8"))["polaris"]
    given = profile["outputs"][profile["target"]]
    given = {name: value for name, value in given.items() if name not in {"type", "threads"}}
    given |= {"database": "warehouse", "schema": "main", "path": f"{home}/warehouse.duckdb"}
    said = DuckDBCredentials.from_dict(given)
    told = pprint.pformat(sorted(said.connection_info()))
    return hashlib.sha256(told.encode()).hexdigest()


def run_dbt(arguments: list[str], home: Path, today: str, target: Path) -> None:
    """Runs dbt in a process of its own; an error is the test's."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from dbt.cli.main import cli; cli()",
            "--quiet",
            "--log-level-file",
            "none",
            *arguments,
        ],
        cwd=ROOT,
        env=os.environ
        | {
            "POLARIS_HOME": str(home),
            "POLARIS_LOGICAL_DATE": today,
            "DBT_TARGET_PATH": str(target),
            "DBT_LOG_PATH": str(target / "logs"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
