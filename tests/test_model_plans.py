"""No model compares every row of one table with every row of another, but where its rule asks so.

DuckDB joins by hashing what is equal on both sides. It cannot where nothing is equal, and does not
where an outer join's condition also judges its left side alone (`a.kind = 'x' and a.id = b.id`):
then it compares all with all, which nobody notices on small tables. Such a condition belongs into
the key: `case when a.kind = 'x' then a.id end = b.id`. Joins by `<>` alone are not seen here: where
DuckDB puts them depends on how large the tables are.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support import compiled

_ALL_WITH_ALL = "BLOCKWISE_NL_JOIN"
# One reason per join. Each has a side that stays small, however much lands.
_MEANT = {
    "agg_district_programs": (
        "the programs are a seed of a few lines, and a program may be of every type of event",
        "the same for the students of the programs' events",
    ),
    "fct_partner_matches": ("names alike have nothing equal; partners' lists are short",),
    "int_audit__changes": ("right before and right after a decision: two rows",),
    "int_crm__event_skills": ("words that are no skills: a seed of beginnings of words",),
    "int_crm__participations": ("titles that say a status: a seed of patterns",),
    "int_crm__picklist_values": ("parts of words in a seed, for words that no list has whole",),
    "int_identity__match_keys": ("the rules of comparing are a seed, their limits are one row",),
    "int_identity__records": ("the believable ages of volunteers are one row",),
    "int_metrics__recruitment_matches": ("different skills, in the titles of events that need us",),
    "int_metrics__recruitment_pool": ("the rules of recruiting are a seed of a few lines",),
    "int_quality__run_measures": ("the day of measuring is one row",),
    "student_pipeline_status": ("one row of counts, and a seed of the steps",),
    "unmapped_fields": ("names alike have nothing equal; columns nobody reads are few",),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> compiled.Project:
    return compiled.project(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def relations(project: compiled.Project) -> Iterator[duckdb.DuckDBPyConnection]:
    """Everything that models read as empty tables, so that a plan shows the model's own joins."""
    with project.emptied() as connection:
        yield connection


def test_a_model_joins_all_with_all_only_where_its_rule_asks_so(
    project: compiled.Project, relations: duckdb.DuckDBPyConnection
) -> None:
    found: Counter[str] = Counter()
    for model in project.models:
        joins = [
            sum(1 for step in _steps(relations, sql) if step == _ALL_WITH_ALL)
            for sql in (model.sql, model.new_sql)
            if sql
        ]
        found[model.name] = max(joins)

    assert +found == {name: len(reasons) for name, reasons in _MEANT.items()}


def test_cleaning_cells_joins_nothing(
    project: compiled.Project, relations: duckdb.DuckDBPyConnection
) -> None:
    """DuckDB makes of `in` with five words or more a join, here of every cell of a file."""
    reading = {"stg_pathful__session_rows", "stg_pathful__users"}
    joins = {
        model.name: [step for step in _steps(relations, model.sql) if "JOIN" in step]
        for model in project.models
        if model.name in reading
    }

    assert joins == {name: [] for name in reading}


@pytest.mark.parametrize(
    ("condition", "is_slow"),
    [
        ("events.kind = 'x' and events.id = people.id", True),
        ("case when events.kind = 'x' then events.id end = people.id", False),
        ("events.id = people.id and people.kind = 'x'", False),
    ],
)
def test_the_plan_tells_a_condition_on_one_side_from_one_in_the_key(
    tmp_path: Path, condition: str, is_slow: bool
) -> None:
    with duckdb.connect(str(tmp_path / "plans.duckdb")) as connection:
        connection.execute("create table events (id bigint, kind varchar)")
        connection.execute("create table people (id bigint, kind varchar)")

        steps = list(_steps(connection, f"select * from events left join people on {condition}"))

    assert (_ALL_WITH_ALL in steps) is is_slow


def _steps(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[str]:
    """The operators of a query's plan."""
    row = connection.execute(f"explain (format json) {sql}").fetchone()
    assert row is not None
    open_ends: list[dict[str, Any]] = list(json.loads(row[1]))
    while open_ends:
        step = open_ends.pop()
        yield step["name"]
        open_ends += step.get("children", [])
