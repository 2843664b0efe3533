"""Each landing expectation holds on a sound warehouse and fails when its one thing is broken."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from expectations.gate import GateResult, run_gate
from tests.support import gate_warehouse

RAW = "raw_pathful.session_report"
PARSED = "intermediate.int_pathful__session_rows"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gate_warehouse.build(tmp_path_factory.mktemp("sound") / "warehouse.duckdb")


@pytest.fixture
def warehouse(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(sound, tmp_path / "warehouse.duckdb"))


def judge(warehouse: Path, previous: Path | None = None) -> GateResult:
    return run_gate(warehouse, gate_warehouse.RUN, previous, checkpoints=["landing"])


def failed(result: GateResult) -> set[str]:
    return {failure["expectation"] for failure in result.failures}


def warned(result: GateResult) -> set[str]:
    return {warning["expectation"] for warning in result.warnings}


def earlier_load(rows: int, date: str, mode: str = "full") -> tuple[str, ...]:
    """A load of the same report before the one under test."""
    return (
        "insert into raw_pathful.loads (load_seq, run_id, rows_run_id, report_type, file_name,"
        " file_sha256, row_count, import_mode, present_columns) "
        f"select 0, 'earlier', 'earlier', report_type, 'earlier.xlsx', 'sha-0', {rows}, '{mode}',"
        " present_columns from raw_pathful.loads",
        f"insert into {RAW} (run_id, row_number, payload, file_sha256) "
        f"select 'earlier', i + 1, '{{}}', 'sha-0' from range(1, {rows} + 1) as t (i)",
        f"insert into {PARSED} values ('earlier', 0, 2, date '{date}', true, null)",
    )


def test_a_sound_load_passes_and_every_suite_says_so(warehouse: Path) -> None:
    result = judge(warehouse)
    assert result.passed
    assert result.failures == result.warnings == []
    assert {row["suite"] for row in result.results} == {
        "arrived_whole",
        "required_columns",
        "plausible",
    }
    assert all(row["is_success"] and row["failing_rows_json"] is None for row in result.results)


def test_a_run_that_landed_nothing_has_nothing_to_judge_once_all_is_published(
    warehouse: Path, tmp_path: Path
) -> None:
    previous = gate_warehouse.publish(warehouse, tmp_path / "release.duckdb")
    assert run_gate(warehouse, "a-build", previous, checkpoints=["landing"]).results == []


@pytest.mark.parametrize(
    ("expectation", "statement"),
    [
        ("row_count_equals_the_load", f"delete from {RAW} where row_number = 5"),
        ("row_number_is_unique", f"update {RAW} set row_number = 4 where row_number = 5"),
        ("rows_are_of_this_file", f"update {RAW} set file_sha256 = 'x' where row_number = 5"),
        ("payload_is_json", f"update {RAW} set payload = '{{' where row_number = 5"),
        ("payload_is_json", f"update {RAW} set payload = null where row_number = 5"),
        (
            "required_columns_are_present",
            "update raw_pathful.loads set present_columns = '[\"title\"]'",
        ),
        (
            "dates_parse",
            f"update {PARSED} set session_date = null, invalid_reason = 'bad_date' "
            "where row_number <= 8",
        ),
    ],
)
def test_a_broken_load_fails(warehouse: Path, expectation: str, statement: str) -> None:
    gate_warehouse.break_it(warehouse, statement)
    result = judge(warehouse)
    assert not result.passed
    assert failed(result) == {expectation}
    assert result.refused_runs == (gate_warehouse.RUN,)


@pytest.mark.parametrize(
    ("expectation", "statements"),
    [
        ("row_count_reaches_the_last_load", earlier_load(12, "2026-01-01")),
        ("latest_date_reaches_the_last_load", earlier_load(3, "2026-02-20")),
        ("some_rows_are_of_our_partner", (f"update {PARSED} set is_in_scope = false",)),
        (
            "nearly_all_dates_parse",
            (
                f"update {PARSED} set session_date = null, invalid_reason = 'bad_date' "
                "where row_number = 3",
            ),
        ),
    ],
)
def test_an_implausible_load_warns_and_passes(
    warehouse: Path, expectation: str, statements: tuple[str, ...]
) -> None:
    gate_warehouse.break_it(warehouse, *statements)
    result = judge(warehouse)
    assert result.passed
    assert warned(result) == {expectation}


def test_a_load_is_compared_with_the_last_one_of_its_own_mode_only(warehouse: Path) -> None:
    gate_warehouse.break_it(warehouse, *earlier_load(12, "2026-02-20", mode="custom"))
    assert warned(judge(warehouse)) == set()


def test_an_excluded_load_is_no_measure_for_the_next_one(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse,
        *earlier_load(12, "2026-02-20"),
        "insert into raw_decisions.decisions (decision_seq, decision_id, action, subject_key) "
        "values (1, 'x', 'exclude_load', 'earlier')",
    )
    assert warned(judge(warehouse)) == set()


def test_a_byte_identical_load_is_judged_by_the_rows_that_landed_first(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse,
        "insert into raw_pathful.loads (load_seq, run_id, rows_run_id, report_type, file_name,"
        " file_sha256, row_count, import_mode, present_columns) "
        "select 3, 'again', rows_run_id, report_type, file_name, file_sha256, row_count,"
        " import_mode, present_columns from raw_pathful.loads",
    )
    result = run_gate(warehouse, "again", None, checkpoints=["landing"])
    assert result.passed
    assert result.warnings == []


def test_an_empty_file_is_plausible(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse,
        "update raw_pathful.loads set row_count = 0",
        f"delete from {RAW}",
        f"delete from {PARSED}",
    )
    result = judge(warehouse)
    assert result.passed
    assert result.warnings == []


def test_a_failure_names_the_file_the_rows_and_the_next_step(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse,
        f"update {RAW} set date = '31/31/2026' where row_number <= 8",
        f"update {PARSED} set session_date = null, invalid_reason = 'bad_date' "
        "where row_number <= 8",
    )
    (failure,) = judge(warehouse).failures
    assert failure["message"].startswith("Only 30 % of the dates in sessions.xlsx")
    assert failure["message"].endswith("import the file again.")
    assert failure["unexpected_count"] == 7
    assert [row["row_number"] for row in failure["rows"]] == [2, 3, 4, 5, 6, 7, 8]
    assert {row["rule_code"] for row in failure["rows"]} == {"bad_date"}
    assert {row["value"] for row in failure["rows"]} == {"31/31/2026"}


def test_failing_rows_are_capped_and_carry_no_person(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse,
        f"insert into {RAW} (run_id, row_number, name, payload, file_sha256) "
        "select $run, i, 'Ana Ruiz', '{', 'sha-1' from range(12, 60) as t (i)",
        "update raw_pathful.loads set row_count = 58",
    )
    result = judge(warehouse)
    (row,) = [r for r in result.results if r["expectation"] == "payload_is_json"]
    assert row["unexpected_count"] == 48
    assert len(json.loads(row["failing_rows_json"])) == 20
    assert "Ana" not in json.dumps(result.failures + result.results)
