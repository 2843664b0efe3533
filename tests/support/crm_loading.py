"""Takes objects of the test server into a home, without the command line and without dbt."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from loaders import landing
from loaders.salesforce import records, taking, tasks, windows
from loaders.salesforce.client import Client, Pace
from loaders.salesforce.lander import Lander
from loaders.salesforce.objects import BY_NAME
from loaders.salesforce.records import LoadRow
from polaris.salesforce_settings import read_salesforce
from tests.support import salesforce_peer as sf
from tests.support.raw_tables import query

QUICK = Pace(
    first_wait=0.001, longest_wait=0.01, first_poll=0.001, longest_poll=0.01, most_ahead=math.inf
)


@dataclass
class Loading:
    """A server, a home, and the runs between them.

    Attributes:
        peer: the test server.
        home: POLARIS_HOME.
        client: logged in when first used; None makes a new one.
        runs: how many there were.
    """

    peer: Any
    home: Path
    pace: Pace = QUICK
    client: Client | None = None
    runs: int = 0

    def new_client(self, kind: str = "client_credentials", **changes: Any) -> Client:
        """A client with the login of that kind, or with parts of it changed."""
        access = read_salesforce(self.peer.environment(kind) | {"SF_RETRY_SECONDS": "0.001"})
        assert access.login is not None
        return Client(replace(access.login, **changes), self.pace)

    def take(self, name: str, **ask: Any) -> taking.Taken:
        """One object in a run of its own."""
        if self.client is None:
            self.client = self.new_client()
        self.runs += 1
        warehouse = self.home / "warehouse.duckdb"
        landing.discard_incomplete(warehouse)
        with Lander(self.home) as lander:
            task = tasks.Task(
                home=self.home,
                run_id=f"run-{self.runs}",
                load_seq=landing.next_load_seq(warehouse),
                item=BY_NAME[name],
                ask=windows.Ask(**ask),
                lander=lander,
            )
            (before,) = records.known(self.home, [task.item])
            reading = taking.ask(self.client, task, before)
            taken = taking.take(self.client, task, reading)
            lander.flush()
            lander.settle()
        return taken

    def load(self, name: str, **ask: Any) -> LoadRow:
        """Its load row."""
        return self.take(name, **ask).load

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query of the warehouse gives."""
        return query(self.home, sql)

    def contacts(self, count: int, **fields: Any) -> list[str]:
        """Makes contacts on the server; returns their ids."""
        people = [{"LastName": f"Person {n}", "Contact_Type__c": "Volunteer"} for n in range(count)]
        return list(self.peer.insert("Contact", [person | fields for person in people]))


@contextmanager
def loading(tmp_path: Path, **org: Any) -> Iterator[Loading]:
    """A server that runs for the block; half an hour after its data was made."""
    with sf.start(sf.Org(**org)) as peer:
        yield Loading(peer, tmp_path / "home")


def counts(load: LoadRow) -> tuple[int, ...]:
    """(extracted, inserted, updated, unchanged, duplicate, deleted)."""
    return (
        load.rows_extracted,
        load.rows_inserted,
        load.rows_updated,
        load.rows_unchanged,
        load.rows_duplicate,
        load.rows_deleted,
    )
