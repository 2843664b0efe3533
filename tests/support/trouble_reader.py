"""Somebody who has the dashboard open while `trouble` kills commands."""

from __future__ import annotations

import threading
from types import TracebackType

import duckdb

from polaris import ledger, releases
from polaris.deciding import decision_engine, decisions
from polaris.errors import PolarisError
from polaris.settings import Settings

_PAUSE = 0.02


class Reader:
    """Opens what is published, the decisions and the runs, again and again, as pages do.

    Attributes:
        problems: what did not open, each once.
        looks: how often everything opened.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.problems: list[str] = []
        self.looks = 0

    def __enter__(self) -> Reader:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        forget()

    def _watch(self) -> None:
        while not self._over.wait(_PAUSE):
            try:
                self._look()
                self.looks += 1
            except (OSError, PolarisError, duckdb.Error) as error:
                said = f"an open page meets {type(error).__name__}: {error}"
                if said not in self.problems:
                    self.problems.append(said)

    def _look(self) -> None:
        path = releases.current_release(self._settings)
        if path is None:
            return
        try:
            with duckdb.connect(str(path), read_only=True) as release:
                release.execute("select count(*) from ops.import_runs").fetchone()
        except duckdb.Error:
            if path == releases.current_release(self._settings):
                raise
        decisions.read_all(self._settings)
        ledger.list_runs(self._settings, limit=5)


def forget() -> None:
    """Opens everything anew from here on: a home is put back as it was, under the same name."""
    ledger._engine.cache_clear()
    decision_engine.connected.cache_clear()
