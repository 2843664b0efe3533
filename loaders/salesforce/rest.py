"""Reads few rows: pages of JSON, checked against the count that came with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loaders.salesforce.client import Client
from loaders.salesforce.errors import CountDiffersError, GoneError

if TYPE_CHECKING:
    import pyarrow as pa

_TRIES = 3


@dataclass(frozen=True)
class Query:
    """What to ask of an object.

    Attributes:
        object_name: in the API.
        soql: the query.
        fields: of the query, in its order.
        datetimes: those that hold instants; they are spelled as the Bulk API does.
    """

    object_name: str
    soql: str
    fields: Sequence[str]
    datetimes: frozenset[str] = frozenset()


def count(client: Client, object_name: str, where: str, *, deleted: bool) -> int:
    """How many records fit a condition, archived ones too; `deleted` also those in the bin."""
    if not deleted:  # "query" would leave out the archived
        where += (" AND " if where else " WHERE ") + "IsDeleted = false"
    answer = client.get(
        client.path("queryAll"),
        f"the count of {object_name}",
        {"q": f"SELECT COUNT() FROM {object_name}{where}"},
    )
    return int(answer["totalSize"])


def read(
    client: Client,
    query: Query,
    take: Callable[[pa.Table], None],
    clear: Callable[[], None],
) -> int:
    """Takes every row of a query, deleted ones too; returns how many.

    A list of pages that ends in the middle, or holds more or fewer rows than announced, is begun
    again.

    Args:
        client: logged in.
        query: what to ask.
        take: gets each page as text columns.
        clear: forgets the pages so far.

    Raises:
        CountDiffersError: the rows are not as many as announced, however often it is asked.
        GoneError: the place in the list was lost each time.
    """
    for last in range(1, _TRIES + 1):
        clear()
        try:
            return _pages(client, query, take)
        except (CountDiffersError, GoneError):
            if last == _TRIES:
                raise
            client.spent.retries["pages"] += 1
    raise AssertionError  # the loop returns or raises


def _pages(client: Client, query: Query, take: Callable[[pa.Table], None]) -> int:
    name = query.object_name
    answer = client.get(client.path("queryAll"), f"the records of {name}", {"q": query.soql})
    announced, rows = int(answer["totalSize"]), 0
    while True:
        records = answer["records"]
        rows += len(records)
        if records:
            take(_table(records, query))
        if answer["done"]:
            break
        answer = client.get(str(answer["nextRecordsUrl"]), f"more records of {name}")
    if rows != announced:
        raise CountDiffersError(
            f"Salesforce announced {announced:,} records of {name} but sent {rows:,}; "
            "nothing of them was landed. Run it again."
        )
    return rows


def _table(records: Sequence[Mapping[str, Any]], query: Query) -> pa.Table:
    import pyarrow as pa

    return pa.table(
        {
            name: pa.array(
                [_text(record.get(name), is_instant=name in query.datetimes) for record in records],
                pa.string(),
            )
            for name in query.fields
        }
    )


def _text(value: Any, *, is_instant: bool) -> str | None:
    """A JSON value as the Bulk API would write it: null and the empty text are null."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if is_instant and text.endswith("+0000"):
        return f"{text[:-5]}Z"
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}") if "\0" in text else text
