"""Landing through dlt: whole or not counted, into tables that exist or not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from loaders import landing, parts, pathful, roster
from loaders.errors import WarehouseLockedError
from loaders.landing import PathfulLoad, RosterLoad
from loaders.pathful import PathfulFile
from loaders.roster import RosterFile
from tests.support import workbooks as make
from tests.support.raw_tables import columns_of, create_raw_tables, query, raw_tables

NOW = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(params=["new warehouse", "tables made beforehand"])
def either_home(request: pytest.FixtureRequest, home: Path) -> Path:
    if request.param == "tables made beforehand":
        create_raw_tables(home)
    return home


def session_file(folder: Path, rows: int = 3, start: int = 1) -> PathfulFile:
    folder.mkdir(parents=True, exist_ok=True)
    content = [make.session_row(Session_ID=f"s{i}") for i in range(start, start + rows)]
    path = folder / f"sessions-{start}-{rows}.csv"
    return pathful.prepare(make.write_csv(path, make.SESSION_HEADERS, content))


def user_file(folder: Path) -> PathfulFile:
    return pathful.prepare(
        make.write_csv(folder / "users.csv", make.USER_HEADERS, [make.user_row()])
    )


def roster_file(folder: Path, name: str = "Ana Ruiz") -> RosterFile:
    return roster.prepare(
        make.write_csv(folder / "roster.csv", make.ROSTER_HEADERS, [make.roster_row(Name=name)])
    )


def roster_load(run_id: str, seq: int, district: str = "Center", **more: Any) -> RosterLoad:
    return RosterLoad(
        run_id=run_id,
        load_seq=seq,
        landed_at=NOW,
        district_name=district,
        academic_year="2025-2026",
        virtual_year="2025-2026",
        **more,
    )


def test_all_tables_get_exactly_the_columns_dbt_reads(either_home: Path, tmp_path: Path) -> None:
    landing.land_pathful(either_home, session_file(tmp_path), PathfulLoad("r1", 1, NOW))
    landing.land_pathful(either_home, user_file(tmp_path), PathfulLoad("r2", 2, NOW))
    landing.land_roster(either_home, roster_file(tmp_path), roster_load("r3", 3))
    tables = {
        name: c
        for name, c in raw_tables().items()
        if name.startswith(("raw_pathful", "raw_roster"))
    }
    assert len(tables) == 5
    for name, columns in tables.items():
        assert columns_of(either_home, name) == columns, name
        assert query(either_home, f"select count(*) > 0 from {name}") == [(True,)]


def test_rows_land_as_prepared(either_home: Path, tmp_path: Path) -> None:
    path = make.write_xlsx(
        tmp_path / "a.xlsx",
        [*make.SESSION_HEADERS, "Extra"],
        [
            make.session_row(Session_ID=1001) | {"Extra": 0},
            None,
            make.session_row(Session_ID="007") | {"Extra": " "},
        ],
    )
    prepared = pathful.prepare(path)
    landed = landing.land_pathful(
        either_home,
        prepared,
        PathfulLoad(
            "r1",
            1,
            NOW,
            import_mode="custom",
            cutoff_date=date(2025, 8, 1),
            exported_at=datetime(2026, 3, 9, 6, 0, tzinfo=UTC),
        ),
    )
    assert (landed.rows_run_id, landed.row_count, landed.rows_landed) == ("r1", 3, 3)
    rows = query(
        either_home,
        "select run_id, row_number, session_id, date, payload ->> 'Session ID', file_sha256, "
        "landed_at = timestamptz '2026-03-10 15:30:00+00' "
        "from raw_pathful.session_report order by row_number",
    )
    sha = prepared.file_sha256
    assert rows == [
        ("r1", 2, "1001", "2025-09-03 10:30:00", "1001", sha, True),
        ("r1", 3, None, None, None, sha, True),
        ("r1", 4, "007", "2025-09-03 10:30:00", "007", sha, True),
    ]
    (load,) = query(
        either_home,
        "select load_seq, run_id, rows_run_id, report_type, file_name, file_sha256, row_count, "
        "import_mode, cutoff_date, exported_at::varchar, landed_at::varchar, present_columns, "
        "unmapped_columns, warnings, field_counts from raw_pathful.loads",
    )
    assert load[:9] == (
        *(1, "r1", "r1", "session_report", "a.xlsx", sha, 3, "custom"),
        date(2025, 8, 1),
    )
    assert load[9:11] == ("2026-03-09 06:00:00+00", "2026-03-10 15:30:00+00")
    assert json.loads(load[11]) == list(prepared.present_columns)
    assert [json.loads(text) for text in load[12:14]] == [["Extra"], []]
    # Of three rows one is blank; a blank is no value, 0 is one (platform.md 6.2).
    counted = [tuple(one.values()) for one in json.loads(load[14])]
    assert {("Session ID", "session_id", 3, 2), ("Extra", None, 3, 1)} <= {*counted}
    assert (None, "event_id", 3, 0) in counted
    assert len(counted) == len({target for _, target, *_ in counted})


def test_many_rows_land_in_parts_and_the_mark_last(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_ROWS_AT_ONCE", 2)
    first, second = session_file(tmp_path, rows=5), session_file(tmp_path, rows=5, start=9)
    landed = landing.land_pathful(home, first, PathfulLoad("r1", 1, NOW))
    again = landing.land_pathful(home, second, PathfulLoad("r2", 2, NOW))
    assert (landed.rows_landed, again.rows_landed) == (5, 5)
    found = query(home, "select run_id, row_number from raw_pathful.session_report order by all")
    assert found == [(run, row) for run in ("r1", "r2") for row in range(2, 7)]
    assert query(home, "select run_id, row_count from raw_pathful.loads order by 1") == [
        ("r1", 5),
        ("r2", 5),
    ]
    assert not (home / "dlt" / "landing").exists()


def test_headers_only_lands_a_load_of_no_rows(either_home: Path, tmp_path: Path) -> None:
    path = make.write_xlsx(tmp_path / "a.xlsx", make.SESSION_HEADERS)
    landing.land_pathful(either_home, pathful.prepare(path), PathfulLoad("r1", 1, NOW))
    assert query(either_home, "select run_id, row_count from raw_pathful.loads") == [("r1", 0)]
    assert query(either_home, "select count(*) from raw_pathful.session_report") == [(0,)]


def test_load_sequence_counts_over_all_sources(home: Path, tmp_path: Path) -> None:
    warehouse = home / "warehouse.duckdb"
    assert landing.next_load_seq(warehouse) == 1
    assert not warehouse.exists()
    create_raw_tables(home)
    assert landing.next_load_seq(warehouse) == 1
    landing.land_pathful(home, session_file(tmp_path), PathfulLoad("r1", 1, NOW))
    assert landing.next_load_seq(warehouse) == 2
    landing.land_roster(home, roster_file(tmp_path), roster_load("r2", 7))
    assert landing.next_load_seq(warehouse) == 8


def test_a_wider_window_lands_the_same_bytes_again(home: Path, tmp_path: Path) -> None:
    warehouse = home / "warehouse.duckdb"
    prepared = session_file(tmp_path)
    january, august = date(2026, 1, 1), date(2025, 8, 1)
    landing.land_pathful(
        home, prepared, PathfulLoad("r1", 1, NOW, import_mode="semester", cutoff_date=january)
    )
    sha = prepared.file_sha256
    assert landing.previously_landed(warehouse, sha, january) == "r1"
    assert landing.previously_landed(warehouse, sha, august) is None
    assert landing.previously_landed(warehouse, sha) is None


def test_the_same_bytes_again_land_no_rows(home: Path, tmp_path: Path) -> None:
    warehouse = home / "warehouse.duckdb"
    prepared = session_file(tmp_path)
    assert landing.previously_landed(warehouse, prepared.file_sha256) is None
    landing.land_pathful(home, prepared, PathfulLoad("r1", 1, NOW))
    before = landing.previously_landed(warehouse, prepared.file_sha256)
    assert before == "r1"
    landed = landing.land_pathful(home, prepared, PathfulLoad("r2", 2, NOW, rows_run_id=before))
    assert (landed.rows_run_id, landed.row_count, landed.rows_landed) == ("r1", 3, 0)
    assert query(
        home, "select run_id, rows_run_id, row_count from raw_pathful.loads order by load_seq"
    ) == [("r1", "r1", 3), ("r2", "r1", 3)]
    assert query(home, "select run_id, count(*) from raw_pathful.session_report group by 1") == [
        ("r1", 3)
    ]
    assert landing.previously_landed(warehouse, prepared.file_sha256) == "r1"
    assert landing.previously_landed(warehouse, "0" * 64) is None


def test_a_roster_counts_as_landed_for_its_district_and_year_only(
    home: Path, tmp_path: Path
) -> None:
    warehouse = home / "warehouse.duckdb"
    prepared = roster_file(tmp_path)
    landing.land_roster(home, prepared, roster_load("r1", 1, "Center", target_sessions=2))

    def landed_before(district: str, year: str) -> str | None:
        return landing.previously_landed_roster(
            warehouse, prepared.file_sha256, district_name=district, academic_year=year
        )

    assert landed_before("Center", "2025-2026") == "r1"
    assert landed_before("Grandview", "2025-2026") is None
    assert landed_before("Center", "2026-2027") is None
    assert query(home, "select target_sessions from raw_roster.loads") == [(2,)]


class TestIncompleteLandings:
    def test_nothing_is_deleted_from_whole_loads(self, home: Path, tmp_path: Path) -> None:
        warehouse = home / "warehouse.duckdb"
        assert landing.discard_incomplete(warehouse) == {}
        assert not warehouse.exists()
        prepared = session_file(tmp_path)
        landing.land_pathful(home, prepared, PathfulLoad("r1", 1, NOW))
        landing.land_pathful(home, prepared, PathfulLoad("r2", 2, NOW, rows_run_id="r1"))
        landing.land_pathful(home, user_file(tmp_path), PathfulLoad("r3", 3, NOW))
        landing.land_roster(home, roster_file(tmp_path), roster_load("r4", 4))
        assert landing.discard_incomplete(warehouse) == {}
        assert query(home, "select count(*) from raw_pathful.loads") == [(3,)]

    def test_rows_without_a_load_and_a_load_without_rows_go(
        self, home: Path, tmp_path: Path
    ) -> None:
        warehouse = home / "warehouse.duckdb"
        prepared = [session_file(tmp_path, rows, start=10 * rows) for rows in (3, 4, 5)]
        for number, one in enumerate(prepared, start=1):
            landing.land_pathful(home, one, PathfulLoad(f"r{number}", number, NOW))
        query(home, "delete from raw_pathful.loads where run_id = 'r2'")
        query(home, "delete from raw_pathful.session_report where run_id = 'r3'")
        assert landing.previously_landed(warehouse, prepared[1].file_sha256) is None
        assert landing.previously_landed(warehouse, prepared[2].file_sha256) is None
        assert landing.discard_incomplete(warehouse) == {
            "raw_pathful.session_report": 4,
            "raw_pathful.loads (session_report)": 1,
        }
        assert query(
            home, "select run_id, count(*) from raw_pathful.session_report group by 1"
        ) == [("r1", 3)]
        assert query(home, "select run_id from raw_pathful.loads") == [("r1",)]
        assert landing.discard_incomplete(warehouse) == {}

    def test_a_load_that_lost_some_rows_is_left_for_a_person(
        self, home: Path, tmp_path: Path
    ) -> None:
        warehouse = home / "warehouse.duckdb"
        prepared = session_file(tmp_path, rows=3)
        landing.land_pathful(home, prepared, PathfulLoad("r1", 1, NOW))
        query(home, "delete from raw_pathful.session_report where row_number = 3")
        assert landing.discard_incomplete(warehouse) == {}
        assert landing.previously_landed(warehouse, prepared.file_sha256) is None
        assert query(home, "select count(*) from raw_pathful.session_report") == [(2,)]

    @pytest.mark.parametrize("jobs_before_death", [0, 1, 2])
    def test_a_killed_landing_leaves_nothing_that_counts(
        self, home: Path, tmp_path: Path, jobs_before_death: int
    ) -> None:
        warehouse = home / "warehouse.duckdb"
        landing.land_pathful(home, session_file(tmp_path, rows=2), PathfulLoad("r1", 1, NOW))
        killed = session_file(tmp_path, rows=5, start=50)
        die_while_landing(home, killed, jobs_before_death)
        landing.discard_incomplete(warehouse)
        whole = jobs_before_death == 2
        assert landing.previously_landed(warehouse, killed.file_sha256) == (
            "killed" if whole else None
        )
        counted = [("killed", 5), ("r1", 2)] if whole else [("r1", 2)]
        by_run = "select run_id, count(*) from raw_pathful.session_report group by 1 order by 1"
        assert query(home, by_run) == counted
        # the next landing brings its own rows, and not the package the killed one left pending
        landing.land_pathful(home, session_file(tmp_path, 4, 90), PathfulLoad("r9", 9, NOW))
        assert query(home, by_run) == [*counted, ("r9", 4)]
        runs = query(home, "select run_id, row_count from raw_pathful.loads order by run_id")
        assert runs == [*counted, ("r9", 4)]


def die_while_landing(home: Path, prepared: PathfulFile, jobs_before_death: int) -> None:
    """Lands a file in another process that dies after so many of its two dlt load jobs."""
    script = textwrap.dedent(
        f"""
        import os
        from datetime import UTC, datetime
        from pathlib import Path
        from dlt.destinations.impl.duckdb.duck import DuckDbCopyJob
        from loaders import landing, pathful

        real_run, done = DuckDbCopyJob.run, []

        def run(job):
            if len(done) == {jobs_before_death}:
                os._exit(9)
            real_run(job)
            done.append(job)
            if len(done) == 2:
                os._exit(9)

        DuckDbCopyJob.run = run
        prepared = pathful.prepare(Path({str(prepared.path)!r}))
        load = landing.PathfulLoad("killed", 2, datetime.now(UTC))
        landing.land_pathful(Path({str(home)!r}), prepared, load)
        """
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
    assert done.returncode == 9, done.stderr.decode()


def test_a_warehouse_open_elsewhere_is_told_in_one_sentence(home: Path, tmp_path: Path) -> None:
    create_raw_tables(home)
    warehouse = home / "warehouse.duckdb"
    script = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); "
        "sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        for call in (
            lambda: landing.next_load_seq(warehouse),
            lambda: landing.land_pathful(home, session_file(tmp_path), PathfulLoad("r1", 1, NOW)),
        ):
            with pytest.raises(WarehouseLockedError) as caught:
                call()
            assert f"process {holder.pid}" in caught.value.message
            assert "\n" not in caught.value.message
    finally:
        holder.communicate(timeout=20)
    assert query(home, "select count(*) from raw_pathful.loads") == [(0,)]


def test_landing_stays_within_its_home(home: Path, tmp_path: Path) -> None:
    """No file in the user's or the working directory read or left, Streamlit not imported."""
    prepared = session_file(tmp_path / "in")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    # Settings of other programs that use dlt are read by nobody here, whatever they hold.
    settings = {"dlt/.dlt/config.toml", "dlt/.dlt/secrets.toml"}
    for place in settings:
        (home / place).parent.mkdir(parents=True, exist_ok=True)
        (home / place).write_bytes(b"\xff[[ no settings")
    script = textwrap.dedent(
        f"""
        import os, sys
        from datetime import UTC, datetime
        from pathlib import Path
        from loaders import landing, pathful

        before = dict(os.environ)
        prepared = pathful.prepare(Path({str(prepared.path)!r}))
        load = landing.PathfulLoad("r1", 1, datetime.now(UTC))
        landing.land_pathful(Path({str(home)!r}), prepared, load)
        assert dict(os.environ) == before
        assert "streamlit" not in sys.modules
        import dlt
        from dlt.common.configuration import resolve_configuration
        from dlt.common.runners.configuration import PoolRunnerConfiguration
        from loaders.pipeline import dlt_settings
        with dlt_settings(Path({str(home)!r})):
            pool = PoolRunnerConfiguration("none")
            config = resolve_configuration(pool, sections=("normalize",))
        assert config.workers == 1, "WORKERS is of make, or of another program"
        assert [provider.name for provider in dlt.config.config_providers] == [
            "Environment Variables"
        ]
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        capture_output=True,
        cwd=elsewhere,
        env=os.environ | {"HOME": str(elsewhere), "WORKERS": "7"},
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(elsewhere.iterdir()) == []
    kept = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
    assert kept == {"warehouse.duckdb", *settings}
