"""A small warehouse that lives through the imports of a story, for tests of the models.

Files are real files read by the real loaders, and the models are those dbt compiled; only the
command and dbt's own work around them are left out, so that a story of several imports takes
seconds.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import duckdb

from loaders import csv_contracts, landing, pathful, platform_state, roster
from loaders.salesforce.objects import column
from polaris import contact_values, phone_numbers
from tests.support import compiled, parsed, workbooks
from tests.support.raw_tables import create_raw_tables

START = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)


class Scenario:
    """One POLARIS_HOME, made anew; every step moves its clock on by an hour."""

    # Opening a warehouse takes longer than most queries of it, so that of the last one stays open
    # until somebody writes; DuckDB lets nobody write beside it.
    _reader: ClassVar[duckdb.DuckDBPyConnection | None] = None

    def __init__(self, base: Path, logical_date: str = "2026-03-10") -> None:
        self.close()
        self.base = base
        self.home = home = base / "home"
        shutil.rmtree(home, ignore_errors=True)
        self.logical_date = logical_date
        self.now = START
        self.has_crm = False
        self.has_files = False
        self.decisions: list[dict[str, Any]] = []
        home.mkdir(parents=True)

    def _tick(self) -> datetime:
        self.now += timedelta(hours=1)
        return self.now

    def pathful(
        self,
        rows: Sequence[Mapping[str, Any]],
        *,
        exported_at: datetime | None = None,
        cutoff_date: date | None = None,
        headers: Sequence[str] | None = None,
    ) -> str:
        """Lands a report made of the rows; returns its run id."""
        self.close()
        path = self.home / f"report-{len(list(self.home.glob('report-*')))}.csv"
        workbooks.write_csv(path, headers or list(rows[0]), rows)
        prepared = pathful.prepare(path)
        seq = landing.next_load_seq(self.home / "warehouse.duckdb")
        run_id = f"run-{seq:03d}"
        landing.land_pathful(
            self.home,
            prepared,
            landing.PathfulLoad(
                run_id=run_id,
                load_seq=seq,
                landed_at=self._tick(),
                exported_at=exported_at,
                cutoff_date=cutoff_date,
                rows_run_id=landing.previously_landed(
                    self.home / "warehouse.duckdb", prepared.file_sha256, cutoff_date
                ),
            ),
        )
        return run_id

    def roster(
        self,
        rows: Sequence[Mapping[str, Any]],
        district: str = "Hickman Mills School District",
        academic_year: str = "2025-2026",
    ) -> str:
        """Lands a roster made of the rows; returns its run id."""
        self.close()
        path = self.home / f"roster-{len(list(self.home.glob('roster-*')))}.csv"
        workbooks.write_csv(path, list(rows[0]), rows)
        prepared = roster.prepare(path)
        seq = landing.next_load_seq(self.home / "warehouse.duckdb")
        run_id = f"run-{seq:03d}"
        landing.land_roster(
            self.home,
            prepared,
            landing.RosterLoad(
                run_id=run_id,
                load_seq=seq,
                landed_at=self._tick(),
                district_name=district,
                academic_year=academic_year,
                virtual_year=academic_year,
            ),
        )
        return run_id

    def csv(
        self, entity: str, rows: Sequence[Mapping[str, Any]], *, system: str = "legacy_csv"
    ) -> str:
        """Lands a file that follows a contract of ours; builds come with what reads those.

        The same rows again are the same bytes, so a file imported before.

        Args:
            entity: the kind of file, as in the command.
            rows: its rows; the first names the columns.
            system: where the rows come from if they do not say it themselves.

        Returns:
            The run id.
        """
        self.close()
        self.has_files = True
        warehouse = self.home / "warehouse.duckdb"
        path = self.home / f"{entity}-{len(list(self.home.glob(f'{entity}-*')))}.csv"
        workbooks.write_csv(path, list(rows[0]), rows)
        prepared = csv_contracts.prepare(path, csv_contracts.ENTITIES[entity])
        seq = landing.next_load_seq(warehouse)
        run_id = f"run-{seq:03d}"
        csv_contracts.land(
            self.home,
            prepared,
            csv_contracts.CsvLoad(
                run_id=run_id,
                load_seq=seq,
                landed_at=self._tick(),
                external_system=system,
                rows_run_id=csv_contracts.previously_landed(
                    warehouse,
                    prepared.file_sha256,
                    report_type=prepared.report_type,
                    external_system=system,
                ),
            ),
        )
        return run_id

    def decide(
        self,
        action: str,
        subject_key: str,
        payload: Mapping[str, Any] | None = None,
        *,
        subject_type: str = "ticket",
        revokes: str | None = None,
        reason: str | None = None,
    ) -> str:
        """Stores a decision; returns its id."""
        seq = len(self.decisions) + 1
        self.decisions.append(
            {
                "decision_seq": seq,
                "decision_id": f"decision-{seq:03d}",
                "decided_at": self._tick(),
                "actor": "steward@example.org",
                "role": "admin",
                "action": action,
                "subject_type": subject_type,
                "subject_key": subject_key,
                "payload": json.dumps(dict(payload or {})),
                "reason": reason,
                "revokes": revokes,
            }
        )
        return f"decision-{seq:03d}"

    def salesforce(self, records: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Lands versions of records, each object as a load of its own; builds come with the CRM."""
        self.close()
        warehouse = self.home / "warehouse.duckdb"
        if not self.has_crm:
            create_raw_tables(self.home, only="raw_salesforce")
        self.has_crm = True
        for name, versions in records.items():
            seq = landing.next_load_seq(warehouse)
            stamp = {"run_id": f"run-{seq:03d}", "load_seq": seq, "landed_at": self._tick()}
            load = {"object_name": name} | stamp
            with duckdb.connect(str(warehouse)) as connection:
                _insert(connection, "raw_salesforce.loads", load)
                for version in versions:
                    texts = {column(field): text for field, text in version.items()}
                    row = {"isdeleted": "false", "createddate": "2024-01-01T00:00:00.000Z"}
                    _insert(connection, f"raw_salesforce.{column(name)}", row | texts | stamp)

    def build(self, *, full_refresh: bool = False) -> None:
        """Builds every model over what landed; seeds and views are made where they are missing."""
        self._land_decisions()
        has_seeds = self.value(
            "select count(*) > 0 from information_schema.tables where table_schema = 'seeds'"
        )
        self.close()
        compiled.project(self.base.parent).build(
            self.home / "warehouse.duckdb",
            self.logical_date,
            from_nothing=full_refresh or not has_seeds,
            with_crm=self.has_crm or self.has_files,
        )

    def build_with_dbt(self) -> None:
        """Runs `dbt build` itself over what landed: seeds and models."""
        self._land_decisions()
        kinds = ("--resource-type", "seed", "--resource-type", "model")
        parsed.lend(parsed.shared(self.base.parent), self.home, self.base / "target")
        parsed.run_dbt(
            ["--no-write-json", "build", *kinds],
            self.home,
            self.logical_date,
            self.base / "target",
        )

    def _land_decisions(self) -> None:
        self.close()
        platform_state.land(self.home, decisions=self.decisions, runs=[])

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query of the warehouse returns."""
        if Scenario._reader is None:
            Scenario._reader = duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True)
            Scenario._reader.execute("set TimeZone = 'UTC'")
            contact_values.register(Scenario._reader)  # some views read what files say
            phone_numbers.register(Scenario._reader)
        return Scenario._reader.execute(sql).fetchall()

    @staticmethod
    def close() -> None:
        """Ends reading, for whoever writes the warehouse next."""
        if Scenario._reader is not None:
            Scenario._reader.close()
            Scenario._reader = None

    def value(self, sql: str) -> Any:
        """The only value of a query."""
        (row,) = self.rows(sql)
        return row[0]

    def buckets(self, run_id: str) -> dict[str, int]:
        """Rows of a run by `bucket` or `bucket/reason`."""
        return dict(
            self.rows(
                f"""
                select bucket || coalesce('/' || reason, ''), count(*)
                from ops.import_rows where run_id = '{run_id}' group by 1
                """
            )
        )

    def progress(
        self, email: str, period: str = "year", virtual_year: str = "2025-2026"
    ) -> tuple[Any, ...]:
        """completed, planned, status of a roster teacher in a virtual year."""
        (row,) = self.rows(
            f"""
            select completed_sessions, planned_sessions, progress_status
            from marts.fct_teacher_progress as progress
            inner join marts.dim_teachers as teachers using (teacher_key)
            where
                teachers.email = '{email}' and period = '{period}'
                and virtual_year = '{virtual_year}'
            """
        )
        return row


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: Mapping[str, Any]) -> None:
    marks = ", ".join("?" * len(row))
    connection.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", [*row.values()])
