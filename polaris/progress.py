"""Progress of a run: a bar on a terminal, the ledger for everybody else, silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress


class Progress(Protocol):
    """Told how far a run is."""

    def stage(self, name: str, done: int = 0, total: int = 0) -> None:
        """Reports a stage.

        Args:
            name: a word a person reads: validating, landing, building, checking, publishing.
            done: steps finished, 0 when they are not counted.
            total: steps there are, 0 when they are not counted.
        """


class Silent:
    """Shows nothing."""

    def stage(self, name: str, done: int = 0, total: int = 0) -> None:
        """Ignores the report."""


@contextmanager
def terminal_progress() -> Iterator[Progress]:
    """A bar on standard error while the block runs; nothing when that is no terminal."""
    if not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description:<12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with RichProgress(
        *columns, console=Console(stderr=True), transient=True, refresh_per_second=4
    ) as bar:
        yield _Bar(bar)


class _Bar:
    """One bar for the stage at work; a new stage gets a new one."""

    def __init__(self, bar: RichProgress) -> None:
        self._bar = bar
        self._task = bar.add_task("starting", total=None)
        self._stage = "starting"

    def stage(self, name: str, done: int = 0, total: int = 0) -> None:
        """Draws a stage; one without a total moves to and fro."""
        if name != self._stage:
            self._bar.remove_task(self._task)
            self._task = self._bar.add_task(name, total=None)
            self._stage = name
        self._bar.update(self._task, completed=done, total=total or None)
