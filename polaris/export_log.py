"""Who took which export, of a page or a command: a log beside the decisions (salesforce.md §9.4).

It says what was exported and how many rows, never what stood in them. Nothing in it is ever
updated or deleted. Looks at a page stand in the same table (`polaris.access_log`), no exports.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from polaris.deciding import decision_engine, decision_store
from polaris.settings import Settings

# What stands for the kind of file where somebody looked at a page.
LOOK = "page"


@dataclass(frozen=True)
class Export:
    """One file that somebody took.

    Attributes:
        exported_at: UTC.
        actor: who.
        role: of the actor.
        name: of the list, as the page calls it, or of the table that a command wrote.
        file_format: csv, xlsx or another kind of file; LOOK for none.
        row_count: rows of all its sheets.
        release: that the rows are of; None before the first.
    """

    exported_at: datetime
    actor: str
    role: str
    name: str
    file_format: str
    row_count: int
    release: str | None


def add(settings: Settings, export: Export) -> None:
    """Writes one export down.

    Raises:
        PolarisError: the store cannot be used.
    """
    row = {
        "export_id": str(uuid.uuid4()),
        "exported_at": export.exported_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": export.actor,
        "role": export.role,
        "name": export.name,
        "file_format": export.file_format,
        "row_count": str(export.row_count),
        "release": export.release or "",
    }
    with decision_store.exclusive(settings) as connection:
        decision_store.add(connection, "exports", [row])


def read_all(settings: Settings, last: int | None = None) -> list[Export]:
    """Every export, or the last so many, oldest first; an empty list before the first one.

    Raises:
        PolarisError: the store cannot be used.
    """
    return _read(settings, last, are_looks=False)


def looks(settings: Settings, last: int | None = None) -> list[Export]:
    """Every look at a page, or the last so many, oldest first.

    Raises:
        PolarisError: the store cannot be used.
    """
    return _read(settings, last, are_looks=True)


def _read(settings: Settings, last: int | None, *, are_looks: bool) -> list[Export]:
    from sqlalchemy import select

    if decision_store.is_absent(settings):
        return []
    table = decision_engine.tables()["exports"]
    is_look = table.c.file_format == LOOK
    query = select(table).where(is_look if are_looks else ~is_look)
    with decision_store.opened(settings) as connection:
        # What a restore brought back has later numbers than what was noted before it.
        newest = query.order_by(table.c.exported_at.desc(), table.c.export_seq.desc()).limit(last)
        rows = connection.execute(newest).all()[::-1]
    return [
        Export(
            exported_at=datetime.fromisoformat(row.exported_at),
            actor=row.actor,
            role=row.role,
            name=row.name,
            file_format=row.file_format,
            row_count=int(row.row_count),
            release=row.release or None,
        )
        for row in rows
    ]
