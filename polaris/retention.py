"""What is past its time goes, and nothing that is counted changes (platform.md §6.11, ADR 0021).

Every landed row keeps the line of its file as it came, beside the columns that the models read.
After `retention.days` only a hash of that line is left; a line that somebody still has to look at,
because a finding or a ticket about it is open, stays as long again. The hash takes the line's place
wherever lines are told apart, so every mart is the same before and after. With the lines go the
files themselves, what a refusal of the gate wrote about rows, old releases, and uploads after
`upload.keep_hours`. In the change log the names and contacts of that time become hashes with the
next build. Decisions, the ledger, the audit log and the id map stay.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polaris import config, ledger, releases
from polaris.errors import BadInput
from polaris.settings import SITE_ZONE, Settings
from polaris.workplace import open_workplace, recorded

if TYPE_CHECKING:
    import duckdb

SOURCE = "retention"
# Of landed rows: schema -> its tables with the line of the file as `payload`.
_SCHEMAS = ("raw_pathful", "raw_roster", "raw_csv")
_PURGED = """starts_with(payload, '{"purged_sha256"')"""
# Where somebody still looks at a line: the queue, its column with the line, and when it is open.
_OPEN = (
    ("queue_dq_violations", "payload_json", "status in ('open', 'fix_pending')"),
    ("queue_unmatched", "raw_json", "status = 'pending'"),
)
_GATE_FILES = ("gate.json", "gate.md", "dbt_errors.json")


@dataclass(frozen=True)
class Retention:
    """One run of it.

    Attributes:
        run_id: in the ledger.
        dry_run: whether it only counted.
        days: how long things are kept.
        before: what landed earlier is past its time.
        counts: table or folder -> rows or files.
    """

    run_id: str
    dry_run: bool
    days: int
    before: datetime
    counts: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "status": "succeeded",
            "run_id": self.run_id,
            "dry_run": self.dry_run,
            "days": self.days,
            "before": self.before.isoformat(),
            "counts": self.counts,
            "total": sum(self.counts.values()),
        }


def retain(settings: Settings, days: int | None, *, dry_run: bool) -> Retention:
    """Lets go of what is past its time; a second run the same day finds nothing left.

    Args:
        settings: whose home.
        days: how long things are kept; None for the setting `retention.days`.
        dry_run: only counts.

    Raises:
        BadInput: so many days may not be.
        Locked: another run holds the warehouse.
    """
    kept, before, twice = _times(settings, days)
    with open_workplace(settings, dry_run=False):
        start = ledger.RunStart(
            source=SOURCE,
            command=f"retention --days {kept}" + " --dry-run" * dry_run,
            triggered_by=settings.user,
            dry_run=dry_run,
            params={"days": kept, "before": before},
        )
        run_id = ledger.start_run(settings, start)
        with recorded(settings, [run_id]):
            counts = _lines(settings, before, twice, dry_run=dry_run)
            counts |= _files(settings, before, dry_run=dry_run)
            ledger.finish_run(settings, run_id, "succeeded", counts_json={"counts": counts})
    return Retention(run_id, dry_run, kept, before, counts)


def would_go(settings: Settings, warehouse: Settings) -> Retention:
    """What `retain` would let go of now; nothing is written, and no run is in the ledger.

    Args:
        settings: whose folders are looked into.
        warehouse: the same, or with `home` on a copy of the warehouse.
    """
    kept, before, twice = _times(settings, None)
    counts = _lines(warehouse, before, twice, dry_run=True)
    counts |= _files(settings, before, dry_run=True)
    return Retention("", True, kept, before, counts)


def _times(settings: Settings, days: int | None) -> tuple[int, datetime, datetime]:
    """The days things are kept, the moment before which they are past it, and twice as long ago."""
    setting = config.listed()["retention.days"]
    kept = int(config.value(settings, setting.key)) if days is None else days
    if config.number(setting, kept) is None:
        raise BadInput(f"--days must be {setting.range}, not {kept}.")
    today = datetime.combine(settings.logical_date, datetime.min.time(), SITE_ZONE)
    before = (today - timedelta(days=kept)).astimezone(UTC)
    return kept, before, before - timedelta(days=kept)


def _lines(
    settings: Settings, before: datetime, twice: datetime, *, dry_run: bool
) -> dict[str, int]:
    """The lines of landed rows: table -> how many are past their time."""
    from loaders.pipeline import open_warehouse

    counts: dict[str, int] = {}
    if not settings.warehouse.exists():
        return counts
    with open_warehouse(settings.warehouse) as connection:
        connection.begin()
        looked_at = _looked_at(connection)
        for schema, table in _tables(connection):
            where = (
                f"payload is not null and not {_PURGED} and landed_at < $before"
                f" and (landed_at < $twice or not payload in (select line from {looked_at}))"
            )
            values = {"before": before, "twice": twice}
            name = f'{schema}."{table}"'
            found = connection.execute(f"select count(*) from {name} where {where}", values)
            counts[f"{schema}.{table}"] = (found.fetchone() or (0,))[0]
            if counts[f"{schema}.{table}"] and not dry_run:
                connection.execute(
                    f"update {name} set payload = "
                    f"""'{{"purged_sha256": "' || sha256(payload) || '"}}' where {where}""",
                    values,
                )
        connection.execute(f"drop table {looked_at}")
        connection.commit()
    return counts


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(
        "select table_schema, table_name from information_schema.columns "
        "where column_name = 'payload' and list_contains(?, table_schema) order by all",
        [list(_SCHEMAS)],
    ).fetchall()


def _looked_at(connection: duckdb.DuckDBPyConnection) -> str:
    """A table of the lines that an open finding or ticket shows."""
    name = "retention_looked_at"
    connection.execute(f"create or replace temp table {name} (line varchar)")
    for table, column, is_open in _OPEN:
        has = connection.execute(
            "select count(*) from information_schema.tables "
            "where table_schema = 'queues' and table_name = ?",
            [table],
        ).fetchone()
        if has and has[0]:
            connection.execute(
                f"insert into {name} select distinct {column} from queues.{table} "
                f"where {is_open} and {column} is not null"
            )
    return name


def files_past(settings: Settings, days: int, keep_hours: float) -> int:
    """How many files and old releases would go now with other times; nothing is written.

    Args:
        settings: whose folders are looked into.
        days: of `retention.days`.
        keep_hours: of `upload.keep_hours`.

    Raises:
        BadInput: so many days may not be.
    """
    _, before, _ = _times(settings, days)
    return sum(map(len, _past(settings, before, keep_hours).values()))


def _files(settings: Settings, before: datetime, *, dry_run: bool) -> dict[str, int]:
    """What lies in folders: folder -> how many are past their time."""
    found = _past(settings, before, config.value(settings, "upload.keep_hours"))
    if not dry_run:
        for path in (one for paths in found.values() for one in paths):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
    return {name: len(paths) for name, paths in found.items()}


def _past(settings: Settings, before: datetime, keep_hours: float) -> dict[str, list[Path]]:
    """Folder -> what in it is past its time."""
    hours = timedelta(hours=keep_hours)
    return {
        "archive": list(_older(settings.archive.glob("*"), before)),
        "inbox": list(_older(settings.inbox.glob("job-*"), datetime.now(UTC) - hours)),
        "inbox/nightly": list(_older(_put_away(settings.inbox), before)),
        "reports": list(_older(_gate_files(settings.reports), before)),
        "releases": [
            item.path
            for item in releases.list_releases(settings)
            if not item.is_current and (releases.published_at(item.name) or before) < before
        ],
    }


def _older(paths: Iterator[Path], before: datetime) -> Iterator[Path]:
    return (path for path in paths if path.stat().st_mtime < before.timestamp())


def _put_away(inbox: Path) -> Iterator[Path]:
    """The files that nights have read, and their reports."""
    return (
        path
        for folder in ("done", "failed")
        for path in (inbox / "nightly" / folder).rglob("*")
        if path.is_file()
    )


def _gate_files(reports: Path) -> Iterator[Path]:
    return (path for name in _GATE_FILES for path in reports.glob(f"*/{name}"))
