"""Each promotion expectation holds on a sound warehouse and fails when its one thing is broken."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from expectations.catalogue import (
    CORE,
    ENUMERATIONS,
    FACTS,
    KEYS,
    PERCENTAGES,
    REFERENCES,
    WITHOUT_KEY,
)
from expectations.gate import GateResult, run_gate
from tests.support import gate_warehouse

INVALID = "update ops.import_rows set bucket = 'invalid', reason = 'bad_date' where run_id = $run"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gate_warehouse.build(tmp_path_factory.mktemp("sound") / "warehouse.duckdb")


@pytest.fixture
def warehouse(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(sound, tmp_path / "warehouse.duckdb"))


def judge(warehouse: Path, previous: Path | None = None) -> GateResult:
    return run_gate(warehouse, gate_warehouse.RUN, previous, checkpoints=["promotion"])


def failed(result: GateResult) -> set[tuple[str, str]]:
    return {(f["expectation"], f["column_name"]) for f in result.failures}


def test_a_sound_warehouse_passes_and_every_suite_says_so(warehouse: Path, tmp_path: Path) -> None:
    previous = gate_warehouse.publish(warehouse, tmp_path / "release.duckdb")
    result = judge(warehouse, previous)
    assert result.passed
    assert result.failures == result.warnings == []
    assert {row["suite"] for row in result.results} == {
        "core_tables",
        "row_parity",
        "keys",
        "references",
        "enumerations",
        "ranges",
        "progress_totals",
        "impact",
        "nothing_vanished",
    }


def test_a_warehouse_without_a_core_table_says_which_and_judges_no_further(
    warehouse: Path,
) -> None:
    gate_warehouse.break_it(warehouse, "drop table marts.fct_teacher_progress")
    result = judge(warehouse)
    assert failed(result) == {("table_is_built", "marts.fct_teacher_progress")}
    assert result.refused_runs == ()
    assert {row["suite"] for row in result.results} == {"core_tables"}


@pytest.mark.parametrize(
    ("expectation", "statement"),
    [
        (
            "buckets_add_up_to_the_file",
            "insert into ops.import_rows (run_id, row_number, bucket) "
            "values ($run, 12, 'created')",
        ),
        ("every_row_has_a_bucket", "update ops.import_rows set row_number = 99 "
         "where run_id = $run and row_number = 5"),
    ],
)  # fmt: skip
def test_a_row_outside_its_bucket_fails(warehouse: Path, expectation: str, statement: str) -> None:
    gate_warehouse.break_it(warehouse, statement)
    assert {name for name, _ in failed(judge(warehouse))} == {expectation}


def test_a_row_in_two_buckets_fails_and_is_shown(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse,
        "insert into ops.import_rows (run_id, row_number, bucket) values ($run, 5, 'skipped')",
    )
    result = judge(warehouse)
    assert {name for name, _ in failed(result)} == {
        "buckets_add_up_to_the_file",
        "no_row_has_two_buckets",
    }
    (failure,) = [f for f in result.failures if f["expectation"] == "no_row_has_two_buckets"]
    assert failure["rows"] == [
        {"run_id": gate_warehouse.RUN, "row_number": 5, "buckets": "created, skipped"}
    ]


def test_more_than_a_fifth_of_invalid_rows_fails_and_shows_them(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse,
        INVALID + " and row_number in (3, 7, 9)",
        "update raw_pathful.session_report set date = '31/31/2026' where row_number in (3, 7, 9)",
    )
    result = judge(warehouse)
    assert not result.passed
    assert result.warnings == []
    (failure,) = result.failures
    assert failure["expectation"] == "reject_rate_is_acceptable"
    assert failure["message"].startswith(
        "3 of 10 rows of sessions.xlsx are invalid (30 %, at most 20 % are allowed)"
    )
    assert failure["unexpected_count"] == 3
    assert failure["rows"] == [
        {
            "run_id": gate_warehouse.RUN,
            "row_number": number,
            "rule_code": "bad_date",
            "value": "31/31/2026",
        }
        for number in (3, 7, 9)
    ]


def test_blank_rows_do_not_make_the_share_of_invalid_ones_smaller(warehouse: Path) -> None:
    """platform.md 5.4: of the rows that were evaluated."""
    gate_warehouse.break_it(
        warehouse,
        INVALID + " and row_number in (3, 7)",
        "update ops.import_rows set bucket = 'skipped', reason = 'blank_row'"
        " where run_id = $run and row_number in (4, 5, 6)",
    )
    (failure,) = judge(warehouse).failures
    assert failure["message"].startswith("2 of 7 rows of sessions.xlsx are invalid (28.6 %,")


@pytest.mark.parametrize(("row_count", "is_refused"), [(19, False), (20, True)])
def test_bad_rows_of_a_small_contract_file_wait_to_be_corrected(
    warehouse: Path, row_count: int, is_refused: bool
) -> None:
    """A refused file is taken back, so that nobody could correct its rows (platform.md 3.3)."""
    gate_warehouse.break_it(
        warehouse,
        "insert into raw_csv.loads (run_id, rows_run_id, load_seq, report_type, file_name,"
        f" row_count) values ('c', 'c', 99, 'volunteers', 'people.csv', {row_count})",
        "insert into ops.import_rows (run_id, row_number, bucket, reason) select 'c', range,"
        f" if(range < 5, 'invalid', 'created'), if(range < 5, 'bad', null) from range({row_count})",
    )
    result = judge(warehouse)
    found = ("reject_rate_is_acceptable", "bucket") in failed(result)
    assert (result.passed, found) == (not is_refused, is_refused)
    if not is_refused:
        assert [w["expectation"] for w in result.warnings] == ["reject_rate_is_usual"]


@pytest.mark.parametrize(("invalid_rows", "warns"), [("3", False), ("3, 7", True)])
def test_a_tenth_of_invalid_rows_is_usual_and_a_fifth_is_told(
    warehouse: Path, invalid_rows: str, warns: bool
) -> None:
    gate_warehouse.break_it(warehouse, INVALID + f" and row_number in ({invalid_rows})")
    result = judge(warehouse)
    assert result.passed
    assert [w["expectation"] for w in result.warnings] == ["reject_rate_is_usual"] * warns


def test_how_many_rows_may_be_invalid_is_decided_on_the_settings_page(warehouse: Path) -> None:
    gate_warehouse.break_it(warehouse, INVALID + " and row_number in (3, 7, 9)")
    limits = "update intermediate.int_decisions__config set value = {} where config_key = '{}'"
    gate_warehouse.break_it(
        warehouse, limits.format(0.3, "reject.page"), limits.format(0.25, "reject.warn")
    )
    result = judge(warehouse)
    assert result.passed
    (warning,) = result.warnings
    assert "(30 %, usually at most 25 %)" in warning["message"]
    gate_warehouse.break_it(warehouse, limits.format(0.29, "reject.page"))
    assert "at most 29 % are allowed" in judge(warehouse).failures[0]["message"]


def test_one_bad_row_never_stops_a_file_however_short(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse,
        "delete from raw_pathful.session_report where row_number > 3",
        "delete from ops.import_rows where run_id = $run and row_number > 3",
        "update raw_pathful.loads set row_count = 2",
        INVALID + " and row_number = 3",
    )
    result = judge(warehouse)
    assert result.passed
    assert [w["observed"] for w in result.warnings] == ["50"]


def test_a_refused_load_does_not_slip_out_with_the_next_run(
    warehouse: Path, tmp_path: Path
) -> None:
    previous = gate_warehouse.publish(warehouse, tmp_path / "release.duckdb")
    gate_warehouse.break_it(
        previous, "update ops.import_runs set status = 'failed' where run_id = $run"
    )
    gate_warehouse.break_it(warehouse, INVALID)
    later = run_gate(warehouse, "a-later-build", previous)
    assert later.refused_runs == (gate_warehouse.RUN,)
    assert ("reject_rate_is_acceptable", "bucket") in failed(later)
    gate_warehouse.break_it(
        warehouse,
        "insert into raw_decisions.decisions (decision_seq, decision_id, action, subject_key) "
        "values (1, 'x', 'exclude_load', $run)",
    )
    assert run_gate(warehouse, "a-later-build", previous).passed


def test_an_exclusion_that_was_revoked_does_not_hide_a_load(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse,
        INVALID,
        "insert into raw_decisions.decisions "
        "(decision_seq, decision_id, action, subject_key, revokes) values "
        "(1, 'x', 'exclude_load', $run, null), (2, 'y', 'revoke', 'x', 'x')",
    )
    assert ("reject_rate_is_acceptable", "bucket") in failed(judge(warehouse))


def test_every_repeated_and_every_missing_key_fails(warehouse: Path) -> None:
    for table, key in KEYS.items():
        names = ", ".join(key)
        gate_warehouse.break_it(
            warehouse,
            f"insert into {table} ({names}) select {', '.join(['null'] * len(key))}",
            f"insert into {table} ({names}) values {one(key)}, {one(key)}",
        )
    result = judge(warehouse)
    expected = {
        (rule, f"{table}.{', '.join(key)}")
        for table, key in KEYS.items()
        for rule in ("key_is_unique", "key_is_not_null")
    }
    assert expected <= failed(result)
    shown = [f for f in result.failures if f["suite"] == "keys"]
    assert all(f["unexpected_count"] == 1 and len(f["rows"]) == 1 for f in shown)


def one(key: tuple[str, ...]) -> str:
    values = ["date '2026-01-01'" if name.endswith("_date") else "'twin'" for name in key]
    return f"({', '.join(values)})"


def test_every_reference_to_nothing_fails(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse,
        *(
            f"insert into {table} ({column}) values ('no {table}.{column}')"
            for table, column in REFERENCES
        ),
    )
    result = judge(warehouse)
    shown = {
        f["column_name"]: f["rows"]
        for f in result.failures
        if f["expectation"] == "reference_resolves"
    }
    assert shown == {
        f"{table}.{column}": [{column: f"no {table}.{column}", "row_count": 1}]
        for table, column in REFERENCES
    }


def test_an_import_row_about_no_event_fails(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse, "update ops.import_rows set event_key = 'nowhere' where run_id = $run"
    )
    assert failed(judge(warehouse)) == {("reference_resolves", "ops.import_rows.event_key")}


def test_rows_of_a_load_that_was_taken_out_fail(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse, "insert into ops.import_rows (run_id, row_number) values ('taken-out', 2)"
    )
    assert failed(judge(warehouse)) == {("reference_resolves", "ops.import_rows.run_id")}


def test_every_word_outside_the_interface_fails(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse,
        *(f"insert into {table} ({column}) values ('completed')" for table, column in ENUMERATIONS),
    )
    result = judge(warehouse)
    shown = [f for f in result.failures if f["suite"] == "enumerations"]
    assert {f["column_name"] for f in shown} == {f"{t}.{c}" for t, c in ENUMERATIONS}
    assert all("= completed" in f["message"] for f in shown)


def test_a_teacher_merged_into_another_passes_and_into_nobody_fails(warehouse: Path) -> None:
    merged = "update marts.fct_teacher_roster set deactivation_source = 'merged_into_t1'"
    gate_warehouse.break_it(warehouse, f"{merged}, merged_into_teacher_key = 't1'")
    assert judge(warehouse).passed
    gate_warehouse.break_it(warehouse, f"{merged}, merged_into_teacher_key = 'nobody'")
    assert failed(judge(warehouse)) == {
        ("reference_resolves", "marts.fct_teacher_roster.merged_into_teacher_key")
    }


def test_a_bucket_outside_the_interface_fails(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse, "update ops.import_rows set bucket = null where row_number = 5"
    )
    result = judge(warehouse)
    assert failed(result) == {("word_is_of_the_interface", "ops.import_rows.bucket")}


@pytest.mark.parametrize(
    "column",
    ["marts.fct_teacher_progress.completed_sessions", "marts.dim_events.attended_student_count"],
)
def test_a_negative_count_fails(warehouse: Path, column: str) -> None:
    table, _, name = column.rpartition(".")
    gate_warehouse.break_it(warehouse, f"update {table} set {name} = -1")
    assert failed(judge(warehouse)) == {("is_not_negative", column)}


@pytest.mark.parametrize("table", sorted(PERCENTAGES))
@pytest.mark.parametrize(
    ("value", "expectation"), [(100.1, "is_at_most_a_hundred"), (-0.1, "is_not_negative")]
)
def test_a_percentage_outside_the_whole_fails(
    warehouse: Path, table: str, value: float, expectation: str
) -> None:
    column = PERCENTAGES[table][0]
    gate_warehouse.break_it(warehouse, f"update {table} set {column} = {value}")
    result = judge(warehouse)
    assert failed(result) == {(expectation, f"{table}.{column}")}
    assert result.failures[0]["rows"][0][column] == value


@pytest.mark.parametrize("table", ["marts.agg_school_progress", "marts.agg_district_progress"])
def test_statuses_that_do_not_make_the_total_fail(warehouse: Path, table: str) -> None:
    gate_warehouse.break_it(warehouse, f"update {table} set goals_not_started = 1")
    assert failed(judge(warehouse)) == {("three_statuses_make_the_total", table)}


@pytest.mark.parametrize("broken", ["set unique_teacher_count = 0", "set scope_type = 'district'"])
def test_attendance_that_never_reaches_the_metrics_fails(warehouse: Path, broken: str) -> None:
    gate_warehouse.break_it(warehouse, f"update marts.agg_virtual_impact {broken}")
    assert {name for name, _ in failed(judge(warehouse))} == {
        "attendance_reaches_the_impact_metrics"
    }


def test_no_attendance_needs_no_impact(warehouse: Path) -> None:
    gate_warehouse.break_it(
        warehouse,
        "update marts.agg_virtual_impact set unique_teacher_count = 0",
        "update marts.fct_teacher_participation set attendance_status = 'NoShow'",
    )
    assert judge(warehouse).passed


def test_every_core_table_and_every_fact_has_a_key() -> None:
    assert set(CORE) <= set(KEYS)
    assert {table: KEYS[table] for table in FACTS} == FACTS


def test_every_published_model_has_a_key_here() -> None:
    published = {
        f"{schema}.{path.stem}"
        for schema in ("marts", "queues", "ops")
        for path in (gate_warehouse.ROOT / "models" / schema).rglob("*.sql")
    }
    assert published - set(WITHOUT_KEY) == set(KEYS)


def test_results_have_the_columns_of_the_published_table(warehouse: Path) -> None:
    gate_warehouse.break_it(warehouse, "update marts.dim_events set status = 'completed'")
    result = judge(warehouse)
    for row in result.results:
        assert list(row) == [
            "checkpoint",
            "suite",
            "expectation",
            "column_name",
            "is_success",
            "severity",
            "observed",
            "unexpected_count",
            "failing_rows_json",
        ]
        assert row["checkpoint"] == "promotion"
    assert json.loads(json.dumps(result.failures)) == result.failures
