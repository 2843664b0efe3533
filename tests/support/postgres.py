"""A PostgreSQL server of the tests' own, where this machine has the programs.

It needs no server of the system and leaves none: a folder, a port and a socket, gone in the end.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

# An @ and a colon in it: whoever writes such a password into a URL has to write them otherwise.
PASSWORD = "s3cret@pass:word/%41"
USER, READER = "polaris", "clerk"
_OPTIONS = (
    "autovacuum=off",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=16MB",
    "listen_addresses=127.0.0.1",
    "log_min_messages=panic",
)


def programs() -> Path | None:
    """The folder with initdb and postgres; None where there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if beside := shutil.which("postgres"):
        folders.append(Path(beside).resolve().parent)
    return next((one for one in folders if (one / "initdb").exists()), None)


class Server:
    """A server that can be stopped and started again."""

    def __init__(self, folder: Path, bin_folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._bin = bin_folder
        self._owner = _unprivileged()
        if self._owner is not None:
            shutil.chown(folder, self._owner)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = itertools.count(1)

    def make(self) -> None:
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        if self._owner is not None:
            shutil.chown(secret, self._owner)
        self._run(
            "initdb", "-D", str(self._data), "-U", "postgres", "-A", "scram-sha-256",
            f"--pwfile={secret}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        self.start()
        for user in (USER, READER):
            self.sql(f"create role {user} login password '{PASSWORD}'")

    def start(self) -> None:
        options = [f"-c{one}" for one in (*_OPTIONS, f"unix_socket_directories={self._folder}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self._data, "-p", str(self.port), *options],
                stdout=log,
                stderr=log,
                user=self._owner,
            )
        for _ in range(1200):
            with suppress(psycopg.OperationalError):
                self.sql("select 1")
                return
            time.sleep(0.05)
        raise RuntimeError(f"The server does not start: {(self._folder / 'log').read_text()}")

    def stop(self) -> None:
        """Ends it at once, as a machine that is switched off; what was committed stays."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=60)
            self._process = None

    def database(self) -> str:
        """The URL of a new database that USER owns."""
        name = f"store_{next(self._databases)}"
        self.sql(f"create database {name} owner {USER}")
        return self.url(name)

    def url(self, database: str, user: str = USER, password: str = PASSWORD) -> str:
        secret = quote(password, safe="")
        return f"postgresql+psycopg://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """What the administrator of the server does."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", password=PASSWORD,
            dbname=database, autocommit=True,
        ) as connection:  # fmt: skip
            found = connection.execute(statement)  # type: ignore[call-overload]
            return found.fetchall() if found.description else []

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._bin / program, *arguments],
            check=True,
            capture_output=True,
            user=self._owner,
            cwd=self._folder,
        )


@contextmanager
def server() -> Iterator[Server]:
    """The server; skips where PostgreSQL is not installed, but never on the build server."""
    bin_folder = programs()
    if bin_folder is None:
        assert not os.environ.get("CI"), "PostgreSQL is not installed; .ci/run installs it"
        pytest.skip("PostgreSQL is not installed here (Debian: apt install postgresql)")
    # Not below pytest's folder: another user runs the server, and a socket's path is short.
    with tempfile.TemporaryDirectory(prefix="polaris-pg-", ignore_cleanup_errors=True) as folder:
        made = Server(Path(folder), bin_folder)
        try:
            made.make()
            yield made
        finally:
            made.stop()


def _unprivileged() -> str | None:
    """Who runs it where we are root, which PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return None
    names = {one.pw_name for one in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
