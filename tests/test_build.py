"""Running dbt: progress, errors with rows, and a process that never outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from polaris import locks
from polaris.build import BuildOptions
from polaris.dbt_run import DbtError, DbtOptions, run_dbt, started
from polaris.errors import BadInput
from polaris.settings import PROJECT_ROOT, Settings
from tests.conftest import Command
from tests.support import sources
from tests.support.fake_build import FakeBuild, refusing

PROJECT = """
name: tiny
version: "1.0.0"
profile: polaris
models: {tiny: {+schema: marts, +materialized: table, +access: public}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A dbt project of two models and one unit test, on the profile of the real one."""
    folder = tmp_path / "project"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text((PROJECT_ROOT / "profiles.yml").read_text())
    (folder / "models" / "one.sql").write_text(
        "select 1 as a, '{{ env_var(\"POLARIS_LOGICAL_DATE\") }}' as day"
    )
    (folder / "models" / "two.sql").write_text("select a + 1 as b from {{ ref('one') }}")
    return folder


def test_what_the_project_calls_public_is_told(settings: Settings, project: Path) -> None:
    models = project / "models"
    (models / "hidden.sql").write_text("{{ config(access='protected') }} select 1 as a")
    options = DbtOptions(select=("one",), project=project)
    public = run_dbt(settings, options, settings.dbt_target, lambda *_: None)
    assert [table for _, table in public] == ["one", "two"]


def build(settings: Settings, project: Path, *select: str) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    options = DbtOptions(select=select, project=project)
    run_dbt(settings, options, settings.dbt_target, lambda done, total: seen.append((done, total)))
    return seen


def warehouse(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.warehouse)) as connection:
        return connection.execute(sql).fetchall()


def test_dbt_builds_in_the_home_and_counts_its_steps(settings: Settings, project: Path) -> None:
    before = sorted(path for path in project.rglob("*") if path.is_file())
    seen = build(settings, project)
    assert seen[0] == (0, 2)
    assert seen[-1] == (2, 2)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    tables = "select table_name from information_schema.tables where table_name in ('one', 'two')"
    assert len(warehouse(settings, tables)) == 2
    assert (settings.dbt_target / "partial_parse.msgpack").exists()
    assert not list(settings.home.glob("*.wal")), "the write-ahead log is folded in"
    assert sorted(path for path in project.rglob("*") if path.is_file()) == before


def test_models_see_the_logical_date_of_the_run(settings: Settings, project: Path) -> None:
    build(settings, project)
    (schema,) = warehouse(
        settings, "select table_schema from information_schema.tables where table_name = 'one'"
    )[0]
    assert warehouse(settings, f"select day from {schema}.one") == [("2026-03-10",)]


def test_a_failed_data_test_is_named_with_its_rows(settings: Settings, project: Path) -> None:
    (project / "models" / "one.yml").write_text(
        "models: [{name: one, columns: [{name: a, data_tests: "
        "[{accepted_values: {arguments: {values: ['2']}}}]}]}]"
    )
    with pytest.raises(DbtError) as caught:
        build(settings, project)
    assert "accepted_values_one_a__2" in caught.value.message
    assert "failed at 1 node" in caught.value.message
    (node,) = caught.value.nodes
    assert node["failures"] == 1
    assert node["rows"] == [{"value_field": 1, "n_records": 1}]


def test_a_model_that_cannot_run_is_named_and_its_children_are_not(
    settings: Settings, project: Path
) -> None:
    (project / "models" / "one.sql").write_text("select no_such_column as a")
    with pytest.raises(DbtError) as caught:
        build(settings, project)
    assert [node["node"] for node in caught.value.nodes] == ["one"]
    assert "no_such_column" in caught.value.message
    assert "\n" not in caught.value.message


def test_a_project_that_does_not_compile_says_why(settings: Settings, project: Path) -> None:
    (project / "models" / "two.sql").write_text("select * from {{ ref('absent') }}")
    with pytest.raises(DbtError) as caught:
        build(settings, project)
    assert "absent" in caught.value.message
    assert caught.value.nodes == []


def test_selected_models_only(settings: Settings, project: Path) -> None:
    assert build(settings, project, "one")[-1] == (1, 1)
    with pytest.raises(BadInput, match="--select tow selects nothing"):
        build(settings, project, "one", "tow")


def test_unit_tests_are_left_out_of_imports() -> None:
    assert DbtOptions().arguments()[-2:] == ["--exclude-resource-type", "unit_test"]
    assert "unit_test" not in DbtOptions(unit_tests=True).arguments()
    chosen = DbtOptions(select=("a", "b+"), full_refresh=True).arguments()
    assert chosen[chosen.index("--select") :][:3] == ["--select", "a", "b+"]
    assert "--full-refresh" in chosen


def test_dbt_dies_with_the_process_that_started_it(settings: Settings, project: Path) -> None:
    """However the parent ends, nobody goes on writing the warehouse."""
    (project / "models" / "one.sql").write_text(
        "select sum(x.range * y.range) as a from range(10000000) as x, range(10000000) as y"
    )
    code = (
        "import sys; from pathlib import Path; from polaris.settings import load_settings;"
        "from polaris.dbt_run import DbtOptions, run_dbt; s = load_settings();"
        "run_dbt(s, DbtOptions(project=Path(sys.argv[1])), s.dbt_target,"
        " lambda done, total: print(done, total, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(project)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().split() == ["0", "2"]
        (child,) = _children(parent.pid)
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while _is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(child)
    locks.wait_until_free(settings)  # its last thread may still hold the file
    warehouse(settings, "select 1")


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = stat.read_text().rpartition(")")[2].split()
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def _is_running(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def test_the_build_command_publishes_and_passes_its_options_on(
    command: Command, no_dbt: FakeBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[DbtOptions] = []
    real = no_dbt.run_dbt

    def watch(settings: Settings, options: DbtOptions, *rest: Any) -> list[tuple[str, str]]:
        given.append(options)
        return real(settings, options, *rest)

    monkeypatch.setattr("polaris.build.run_dbt", watch)
    answer = command(
        "build", "--select", "dim_events", "--select", "ops", "--full-refresh", "--json"
    )
    assert answer.exit_code == 0, answer.err
    assert (answer.json["source"], answer.json["status"]) == ("build", "succeeded")
    assert answer.json["release"]
    assert given == [DbtOptions(select=("dim_events", "ops"), full_refresh=True)]
    assert BuildOptions() == BuildOptions(select=(), full_refresh=False)


def test_dbt_errors_are_written_beside_the_report(
    command: Command, no_dbt: FakeBuild, settings: Settings
) -> None:
    def fail(_settings: Settings) -> None:
        nodes = [{"node": "one", "message": "bad", "rows": [{"a": 1}], "status": "fail"}]
        raise DbtError("dbt failed at 1 node: one (bad).", nodes)

    no_dbt.before = fail
    answer = command("build", "--json")
    assert answer.exit_code == 1
    assert answer.json["status"] == "failed"
    assert answer.json["error"].startswith("dbt failed at 1 node: one")
    assert "a 1" in answer.err
    (folder,) = settings.reports.iterdir()
    assert (folder / "dbt_errors.json").exists()


def test_the_plugin_makes_the_folder_of_the_database(tmp_path: Path) -> None:
    from dbt.adapters.duckdb.credentials import DuckDBCredentials

    from polaris.dbt_plugin import Plugin

    path = tmp_path / "not" / "there" / "warehouse.duckdb"
    Plugin(name="p", plugin_config={}, credentials=DuckDBCredentials(path=str(path)))
    assert path.parent.is_dir()
    Plugin(name="p", plugin_config={}, credentials=DuckDBCredentials(path=":memory:"))
    assert not Path(":memory:").exists()


def test_dbt_alone_works_without_a_home(project: Path, tmp_path: Path) -> None:
    """An analyst's bare `dbt build`: the plugin of the profile makes the folder."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("POLARIS_")
    }
    (project / "models" / "one.sql").write_text("select 1 as a")
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "build", "--no-send-anonymous-usage-stats"],
        cwd=project,
        env=environment | {"DBT_PROFILES_DIR": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert (project / "data" / "warehouse.duckdb").exists()


def test_a_changed_project_is_built_anew(
    command: Command, no_dbt: FakeBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What incremental models keep came from the SQL of then; other SQL makes it anew."""
    given: list[bool] = []
    real = no_dbt.run_dbt

    def watch(settings: Settings, options: DbtOptions, *rest: Any) -> list[tuple[str, str]]:
        given.append(options.full_refresh)
        return real(settings, options, *rest)

    monkeypatch.setattr("polaris.build.run_dbt", watch)
    for state in ("one", "one", "another", "another"):
        monkeypatch.setattr("polaris.project_state.checksum", lambda _settings, state=state: state)
        assert command("build").exit_code == 0
    assert given[1:] == [False, True, False]


def test_the_state_of_a_project_is_its_sql_its_seeds_and_its_variables(
    settings: Settings, project: Path
) -> None:
    from polaris.project_state import checksum

    states = [checksum(settings, project)]
    for change in (
        lambda: (project / "models" / "one.sql").write_text("select 2 as a"),
        lambda: (project / "models" / "one.sql").rename(project / "models" / "three.sql"),
        lambda: (project / "dbt_project.yml").write_text(PROJECT + "vars: {a: 1}\n"),
        lambda: (project / "models" / "one.yml").write_text("version: 2\n"),
    ):
        change()
        states.append(checksum(settings, project))
    assert len(set(states[:-1])) == len(states) - 1
    assert states[-1] == states[-2], "a description changes no row"
    assert checksum(replace(settings, rules_mode="warn"), project) not in states


def test_a_started_process_parses_and_waits(settings: Settings, project: Path) -> None:
    """Files land meanwhile: dbt may not open the database before it is told what to build."""
    with started(settings, settings.dbt_target, project) as process:
        deadline = time.monotonic() + 60
        while not (settings.dbt_target / "partial_parse.msgpack").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with duckdb.connect(str(settings.warehouse)) as connection:
            connection.execute("create table landed as select 1 as a")
        options = DbtOptions(select=("one",), project=project)
        run_dbt(settings, options, settings.dbt_target, lambda *_: None, process)
    assert warehouse(settings, "select a from landed") == [(1,)]
    assert process.poll() == 0


def test_a_process_that_is_told_nothing_ends_with_its_block(
    settings: Settings, project: Path
) -> None:
    with started(settings, settings.dbt_target, project) as process:
        assert process.poll() is None
    assert process.poll() is not None


def test_a_build_of_decisions_does_what_is_enough(
    command: Command, no_dbt: FakeBuild, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Less than everything only where the tables are those of the last release, for today."""
    given: list[tuple[str, ...]] = []
    real = no_dbt.run_dbt

    def watch(settings: Settings, options: DbtOptions, *rest: Any) -> list[tuple[str, str]]:
        given.append(options.select)
        assert not options.generic_tests
        return real(settings, options, *rest)

    def built() -> bool:
        """Whether a build of decisions was one of everything."""
        assert command("build", "--decisions").exit_code in {0, 3}
        return given[-1] == ()

    monkeypatch.setattr("polaris.build.run_dbt", watch)
    monkeypatch.setattr("polaris.project_state.checksum", lambda _settings: "one")
    assert built(), "nothing was built yet"
    assert not built()
    assert command("pathful", sources.sessions(tmp_path), "--no-build").exit_code == 0
    assert built(), "a load has landed that no table shows"
    assert not built()
    monkeypatch.setattr("polaris.project_state.checksum", lambda _settings: "two")
    assert built(), "the project changed"
    no_dbt.gate, passing = refusing(), no_dbt.gate
    assert not built()
    no_dbt.gate = passing
    assert built(), "the tables are those of a refused build"
    monkeypatch.setenv("POLARIS_LOGICAL_DATE", "2027-01-01")
    assert built(), "another day"
    assert not built()


def test_an_import_does_what_is_enough(
    command: Command, no_dbt: FakeBuild, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Everything, unless every earlier load is in the tables of the last release (ADR 0017)."""
    given: list[tuple[str, ...]] = []
    real = no_dbt.run_dbt

    def watch(settings: Settings, options: DbtOptions, *rest: Any) -> list[tuple[str, str]]:
        given.append(options.select)
        return real(settings, options, *rest)

    def reached(file: int, *options: str) -> tuple[str, ...]:
        path = sources.sessions(tmp_path, f"{file}.csv", first=file)
        assert command("pathful", path, *options).exit_code in {0, 3}
        return given[-1]

    monkeypatch.setattr("polaris.build.run_dbt", watch)
    monkeypatch.setattr("polaris.project_state.checksum", lambda _settings: "one")
    assert reached(1001) == (), "nothing was built yet"
    assert reached(1002)[0] == "source:raw_pathful+"
    assert "source:raw_decisions+" not in given[-1], "nobody decided since"
    assert "stg_decisions__runs+" in given[-1], "the run itself is new to the tables"
    for subject_type, expected in (
        ("event", "int_decisions__active"),
        ("person", "source:raw_decisions+"),
    ):
        new = SimpleNamespace(decision_id="d1", subject_type=subject_type, revokes=None)
        with monkeypatch.context() as somebody:
            somebody.setattr("polaris.deciding.decisions.pending", lambda _settings, new=new: [new])
            assert expected in reached(1002), f"a decision about {subject_type} waits"
    assert reached(1003, "--no-build")[0] == "source:raw_pathful+", "it was only landed"
    assert reached(1004) == (), "an earlier load waits to be built"
    monkeypatch.setattr("polaris.project_state.checksum", lambda _settings: "two")
    assert reached(1005) == (), "the project changed"
    no_dbt.gate, passing = refusing(), no_dbt.gate
    assert reached(1006)[0] == "source:raw_pathful+"
    no_dbt.gate = passing
    assert reached(1007) == (), "the tables are those of a refused build"
    monkeypatch.setenv("POLARIS_LOGICAL_DATE", "2027-01-01")
    assert reached(1008) == (), "another day"
