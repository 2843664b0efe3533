"""Small files to import, and a look at what landed."""

from __future__ import annotations

from pathlib import Path

import duckdb

from polaris.settings import Settings
from tests.support import workbooks as make


def sessions(folder: Path, name: str = "sessions.csv", count: int = 3, first: int = 1001) -> Path:
    rows = [make.session_row(Session_ID=first + n) for n in range(count)]
    return make.write_csv(folder / name, make.SESSION_HEADERS, rows)


def roster(folder: Path, people: range, name: str = "roster.csv") -> Path:
    rows = [make.roster_row(Name=f"Ana Ruiz {n}", Email=f"ana{n}@example.org") for n in people]
    return make.write_csv(folder / name, make.ROSTER_HEADERS, rows)


def raw(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()
