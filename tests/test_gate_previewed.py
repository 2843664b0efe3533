"""What the page Settings says that the gate would do is what the gate does."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.administration import queries_settings_effects as previews
from dashboard.release import OpenRelease
from expectations.gate import run_gate
from tests.support import gate_warehouse

LIMITS = (0.1, 0.2)  # of gate_warehouse


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gate_warehouse.build(tmp_path_factory.mktemp("sound") / "warehouse.duckdb")


def previewed(warehouse: Path) -> tuple[int, int]:
    """The same of the preview, which reads runs and rows where a release has them."""
    release = OpenRelease("previewed", str(warehouse), datetime.now(UTC))
    found = previews.gate(release, *LIMITS)
    assert found["load_count"] == 1
    return found["refused_count"], found["warned_count"]


def told(warehouse: Path) -> tuple[int, int]:
    """How many loads the gate refuses and warns of for their invalid rows: one at most."""
    verdict = run_gate(warehouse, gate_warehouse.RUN, None, checkpoints=["promotion"])
    refused = [one["expectation"] for one in verdict.failures]
    warned = [one["expectation"] for one in verdict.warnings]
    return (
        refused.count("reject_rate_is_acceptable"),
        warned.count("reject_rate_is_usual"),
    )


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((20, 0, 2), (0, 0)),
        ((20, 0, 3), (0, 1)),
        ((20, 0, 4), (0, 1)),
        ((20, 0, 5), (1, 0)),
        ((20, 1, 4), (0, 1)),
        ((22, 2, 5), (1, 0)),
        ((19, 0, 9), (0, 1)),
        ((2, 0, 1), (0, 1)),
    ],
)
def test_a_contract_file_is_previewed_as_it_is_judged(
    sound: Path, tmp_path: Path, counts: tuple[int, int, int], expected: tuple[int, int]
) -> None:
    rows, blank, invalid = counts
    warehouse = Path(shutil.copyfile(sound, tmp_path / "warehouse.duckdb"))
    gate_warehouse.break_it(
        warehouse,
        "insert into raw_csv.loads (run_id, rows_run_id, load_seq, report_type, file_name,"
        f" row_count) values ('c', 'c', 99, 'volunteers', 'people.csv', {rows})",
        "insert into ops.import_rows (run_id, row_number, bucket, reason) select 'c', range,"
        f" case when range < {invalid} then 'invalid'"
        f" when range < {invalid + blank} then 'skipped' else 'created' end,"
        f" case when range < {invalid} then 'bad'"
        f" when range < {invalid + blank} then 'blank_row' end from range({rows})",
        "insert into ops.import_runs (run_id, source, load_seq, dry_run)"
        " values ('c', 'csv', 99, false)",
    )
    assert told(warehouse) == previewed(warehouse) == expected


@pytest.mark.parametrize(("invalid", "expected"), [(1, (0, 0)), (2, (0, 1)), (3, (1, 0))])
def test_a_report_is_previewed_as_it_is_judged(
    sound: Path, tmp_path: Path, invalid: int, expected: tuple[int, int]
) -> None:
    warehouse = Path(shutil.copyfile(sound, tmp_path / "warehouse.duckdb"))
    gate_warehouse.break_it(
        warehouse,
        "update ops.import_rows set bucket = 'invalid', reason = 'bad_date'"
        f" where run_id = $run and row_number < {invalid + 2}",
        "update ops.import_runs set source = 'pathful', load_seq = 99, dry_run = false"
        " where run_id = $run",
    )
    assert told(warehouse) == previewed(warehouse) == expected
