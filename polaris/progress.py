"""Progress of a run: a bar on a terminal, the ledger for everybody else, silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


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
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        class _Bar:
            def stage(self, name: str, done: int = 0, total: int = 0) -> None:
                bar.update(task, description=name, completed=done, total=total or None)

        yield _Bar()
