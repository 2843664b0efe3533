"""Runs dlt on Arrow tables: one pipeline per raw schema of the warehouse."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from loaders.errors import WarehouseLockedError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from dlt.common.data_types import TDataType
    from dlt.common.schema.typing import TColumnSchema

WAREHOUSE = "warehouse.duckdb"
_LITTLE_MEMORY = {"memory_limit": "64MB", "threads": 1, "preserve_insertion_order": False}
# Rows that follow others are refused with less: DuckDB copies them once more, a block per column.
_MORE_MEMORY = {"memory_limit": "112MB"}


@dataclass(frozen=True)
class Files:
    """Rows that are in files of Parquet already, in the columns of their table.

    Attributes:
        schema: of every file.
        parts: gives the files and their rows.
    """

    schema: pa.Schema
    parts: Callable[[], Iterator[tuple[Path, int]]]


def land_tables(
    home: Path,
    schema: str,
    tables: Mapping[str, pa.Table | Files],
    write_disposition: Literal["append", "replace"],
) -> None:
    """One dlt run that appends to, or replaces, tables of a raw schema.

    Every column of the Arrow schemas is declared to dlt, so that a column without any value
    exists too; tables that exist already are taken as they are.

    Raises:
        WarehouseLockedError: another program has the warehouse open.
    """
    with ExitStack() as held:
        # A locked file is told in one sentence here, not as a failed job of dlt. While it is open,
        # dlt's many connections cost little; rows in files want its memory for themselves.
        connection = held.enter_context(open_warehouse(home / WAREHOUSE))
        follow = [name for name in tables if _has_rows(connection, schema, name)]
        if any(isinstance(table, Files) for table in tables.values()):
            held.close()
        pipelines_dir = held.enter_context(dlt_settings(home))
        import dlt

        _read_no_settings_files()
        # A new working folder each time: a package that an earlier, killed landing left pending
        # would be loaded before, and instead of, this one.
        shutil.rmtree(pipelines_dir / schema, ignore_errors=True)
        pipeline = dlt.pipeline(
            schema,
            # a replaced table changes in one transaction, so a killed run never leaves it empty
            destination=dlt.destinations.duckdb(
                _credentials(home / WAREHOUSE, tables, follow),
                replace_strategy="insert-from-staging",
            ),
            dataset_name=schema,
            pipelines_dir=str(pipelines_dir),
        )
        resources = [
            dlt.resource(
                _marked(table) if isinstance(table, Files) else [table],
                name=name,
                columns=_declared_columns(table.schema),
                write_disposition=write_disposition,
            )
            for name, table in tables.items()
        ]
        try:
            with _words_to_end_kept():
                pipeline.run(resources)
        finally:  # a package that failed holds people, and may be what filled the disk
            shutil.rmtree(pipelines_dir / schema, ignore_errors=True)


@contextmanager
def _words_to_end_kept() -> Iterator[None]:
    """Passes on a signal to end that dlt held back, and forgot or made an error of its own."""
    from dlt.common.exceptions import SignalReceivedException
    from dlt.common.runtime import signals

    kept = None
    try:
        with signals.intercepted_signals():
            try:
                yield
            finally:
                if signals.was_signal_received():
                    kept = signals.exception_for_signal()
    finally:
        if isinstance(kept, SignalReceivedException):
            signal.raise_signal(kept.signal_code)


def _marked(files: Files) -> Iterator[Any]:
    """The files for dlt, which takes them as they are."""
    import dlt

    for path, rows in files.parts():
        yield dlt.mark.with_file_import(str(path), "parquet", rows)


def _has_rows(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    found = connection.execute(
        "select estimated_size from duckdb_tables() "
        f"where schema_name = '{schema}' and table_name = '{table}'"
    ).fetchone()
    return found is not None and found[0] > 0


def _credentials(
    warehouse: Path, tables: Mapping[str, pa.Table | Files], follow: Sequence[str]
) -> Any:
    """The warehouse for dlt; rows that come in files are also written in little memory."""
    from dlt.destinations.impl.duckdb.configuration import DuckDbCredentials

    credentials = DuckDbCredentials(str(warehouse))
    files = [name for name, table in tables.items() if isinstance(table, Files)]
    if files:
        more = _MORE_MEMORY if set(files).intersection(follow) else {}
        credentials.global_config = _LITTLE_MEMORY | more
    return credentials


@contextmanager
def open_warehouse(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in UTC, closed at the end; the file is made if there is none.

    Raises:
        WarehouseLockedError: another program has the warehouse open.
    """
    import duckdb

    warehouse.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = duckdb.connect(str(warehouse))
    except duckdb.IOException as error:
        if "Could not set lock on file" not in str(error):
            raise
        holder = re.search(r"PID (\d+)", str(error))
        who = f"another program (process {holder[1]})" if holder else "another program"
        raise WarehouseLockedError(
            f"{warehouse} is open in {who}; close it there and run this again."
        ) from error
    try:
        connection.execute("set timezone = 'UTC'")
        # It would be drawn on standard output, into whatever a command prints there.
        connection.execute("set enable_progress_bar = false")
        yield connection
    finally:
        connection.close()


def _declared_columns(schema: pa.Schema) -> dict[str, TColumnSchema]:
    """Dlt's hints for an Arrow schema: every column with its type, all nullable."""
    import pyarrow as pa

    names: dict[pa.DataType, TDataType] = {
        pa.string(): "text",
        pa.int64(): "bigint",
        pa.float64(): "double",
        pa.bool_(): "bool",
        pa.date32(): "date",
        pa.timestamp("us", "UTC"): "timestamp",
    }
    return {
        field.name: {"name": field.name, "data_type": names[field.type], "nullable": True}
        for field in schema
    }


def _read_no_settings_files() -> None:
    """Lets dlt take its settings from the environment alone, where `dlt_settings` puts them.

    It would read config.toml and secrets.toml of the user and of the machine too, which belong to
    other programs and may hold anything; and it would import Streamlit to look for secrets.
    """
    from dlt.common.configuration.container import Container
    from dlt.common.configuration.providers import ConfigProvider, EnvironProvider
    from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext
    from dlt.common.runtime.run_context import RunContext

    class OnlyEnvironment(RunContext):
        def initial_providers(self) -> list[ConfigProvider]:
            return [EnvironProvider()]

    container = Container()
    if PluggableRunContext in container:
        providers = container[PluggableRunContext].providers.providers
        if [type(provider) for provider in providers] == [EnvironProvider]:
            return
    container[PluggableRunContext] = PluggableRunContext(OnlyEnvironment(None))


@contextmanager
def dlt_settings(home: Path) -> Iterator[Path]:
    """Keeps all that dlt writes under `home/dlt` while it runs, and tells it how to run."""
    folder = home / "dlt"
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "DLT_PROJECT_DIR": str(folder),
        "DLT_DATA_DIR": str(folder),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        # What fails is raised; dlt would draw its traceback on the screen before.
        "RUNTIME__LOG_LEVEL": "CRITICAL",
        "RESTORE_FROM_DESTINATION": "false",
        "ENABLE_RUNTIME_TRACE": "false",
        # Said, for a WORKERS of somebody else's would be taken for dlt's.
        "EXTRACT__WORKERS": "1",
        "NORMALIZE__WORKERS": "1",
        "LOAD__WORKERS": "1",
        "LOAD__DELETE_COMPLETED_JOBS": "true",
        "PROVIDERS__ENABLE_AIRFLOW_SECRETS": "false",
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield folder
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
