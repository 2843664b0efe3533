"""Asks about the next object while the one before lands: its job is then ready when it is due."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from threading import Thread

from loaders.salesforce import records
from loaders.salesforce.client import Client
from loaders.salesforce.taking import ask
from loaders.salesforce.tasks import Reading, Task


class Asking:
    """The objects of a run, asked about one after the other."""

    def __init__(self, client: Client, tasks: Sequence[Task]) -> None:
        """Looks into the warehouse, and asks about nothing yet.

        Raises:
            WarehouseLockedError: another program has the warehouse open.
        """
        self._client, self._tasks = client, tasks
        self._before = records.known(tasks[0].home, [task.item for task in tasks]) if tasks else []
        self._asked: dict[int, Future[Reading]] = {}

    def begin(self, number: int) -> None:
        """Begins to ask about the object of that number, if there is one and it was not yet."""
        if number in self._asked or number >= len(self._tasks):
            return
        asked = self._asked[number] = Future[Reading]()
        # Of its own accord it may try for minutes; whoever stops the run need not wait for it.
        Thread(target=self._ask, args=(number, asked), name="asking", daemon=True).start()

    def of(self, number: int) -> Reading:
        """The answer, once it is there; raises what `ask` raised."""
        self.begin(number)
        return self._asked.pop(number).result()

    def _ask(self, number: int, asked: Future[Reading]) -> None:
        try:
            asked.set_result(ask(self._client, self._tasks[number], self._before[number]))
        except BaseException as error:  # noqa: BLE001 `of` raises it where it is waited for
            asked.set_exception(error)
