"""A small warehouse of invented measures, judged by the compiled models under any settings.

What the page Settings says of a draft is asked of the release; what is true is what the models say
once the draft holds. Here the models are run as dbt compiled them, on the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from dashboard.release import OpenRelease
from polaris import config
from polaris.settings import PROJECT_ROOT
from tests.support import compiled
from tests.support.fake_release import insert

Row = dict[str, Any]
TODAY = datetime(2026, 3, 10, 12, tzinfo=UTC)
_SEEDS = ("rule_set_checks", "rule_source_freshness", "rule_survivorship")
# What obeys the settings, each model after those it reads.
_MODELS = (
    "intermediate.int_quality__run_measures",
    "ops.anomaly_measures",
    "ops.anomalies",
    "ops.import_runs",
    "intermediate.int_quality__field_counts",
    "ops.field_completeness",
    "intermediate.int_people__source_order",
    "intermediate.int_people__survivors",
    "marts.fct_volunteer_field_sources",
)
_PUBLISHED = (
    "marts.dim_volunteers",
    "marts.fct_volunteer_field_sources",
    "ops.anomalies",
    "ops.anomaly_measures",
    "ops.external_id_map",
    "ops.field_completeness",
    "ops.import_objects",
    "ops.import_rows",
    "ops.import_runs",
    "ops.merge_log",
    "ops.unmapped_fields",
    "queues.queue_duplicate_pairs",
)


class World:
    """The warehouse; every row of it is invented below."""

    def __init__(self, project: compiled.Project, connection: duckdb.DuckDBPyConnection) -> None:
        self._project = project
        self._connection = connection
        for name in _SEEDS:
            path = PROJECT_ROOT / "seeds" / f"{name}.csv"
            connection.execute(f"insert into seeds.{name} by name from read_csv('{path}')")
        for table, rows in _everything().items():
            insert(connection, table, rows)

    def build(self, changed: Mapping[str, float]) -> None:
        """Runs the models with these settings, the others at their defaults."""
        settings = [
            {
                "config_key": key,
                "value": changed.get(key, one.default),
                "default_value": one.default,
            }
            for key, one in config.listed().items()
        ]
        self._connection.execute("delete from intermediate.int_decisions__config")
        insert(self._connection, "intermediate.int_decisions__config", settings)
        for table in _MODELS:
            sql = self._project.sql(table.partition(".")[2], TODAY.date().isoformat())
            self._connection.execute(f"delete from {table}")
            self._connection.execute(f"insert into {table} by name select * from ({sql})")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query of the warehouse returns."""
        return self._connection.execute(sql).fetchall()

    def publish(self, path: Path) -> OpenRelease:
        """What is built now, as a release."""
        return _publish(self._connection, "warehouse", path)


def publish_file(warehouse: Path, path: Path) -> OpenRelease:
    """What is built in a warehouse that nobody has open, as a release."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as built (read_only)")
        return _publish(connection, "built", path)


def _publish(connection: duckdb.DuckDBPyConnection, catalog: str, path: Path) -> OpenRelease:
    path.unlink(missing_ok=True)
    connection.execute(f"attach '{path}' as release")
    for schema in ("marts", "ops", "queues"):
        connection.execute(f"create schema release.{schema}")
    for table in _PUBLISHED:
        connection.execute(f"create table release.{table} as from {catalog}.{table}")
    connection.execute("detach release")
    return OpenRelease("previewed", str(path), TODAY)


def _everything() -> dict[str, list[Row]]:
    shares = [
        _share(rule, place) for rule in ("SET-501", "SET-502") for place in range(len(_FILES))
    ]
    return {
        "staging.stg_decisions__runs": [{"run_id": "load-11", "label": "backfill"}],
        "intermediate.int_quality__set_measures": shares,
        "intermediate.int_quality__runs": _runs(),
        "ops.external_id_map": _people_of_runs(),
        "ops.import_objects": [
            {"run_id": run["run_id"], "rows_extracted": 100, "rows_quarantined": 5}
            for run in _runs()
            if run["source"] == "salesforce"
        ],
        "ops.merge_log": [{"decision_type": "undo", "performed_at": TODAY - timedelta(days=1)}],
        "queues.queue_duplicate_pairs": _pairs(),
        "intermediate.int_quality__completeness": _records(),
        "intermediate.int_people__source_values": list(_said()),
        "intermediate.int_crm__person_edits": [{"person_key": "edited", "organization_key": "o"}],
        "marts.dim_volunteers": [
            {"person_key": key, "is_deleted": key == "gone"}
            for key in ("two", "three", "alone", "edited", "gone", "picked")
        ],
    }


# How many days ago each file came.
_FILES = (62, 61, 60, 59, 58, 31, 27, 23, 19, 15, 10, 9)


def _share(rule: str, place: int) -> Row:
    """Five files long ago, five lately, one that stands out, and a backfill after them."""
    return {
        "rule_code": rule,
        "field": "email" if rule == "SET-501" else None,
        "run_id": f"load-{place}",
        "load_seq": place + 1,
        "landed_at": TODAY - timedelta(days=_FILES[place]),
        "source": "csv",
        "entity_type": "volunteer",
        "row_count": 100,
        "measured": 0.5 if place < 5 else 0.1 if place < 10 else 0.25 if place == 10 else 0.9,
    }


# The new people of each day with a run, the newest last. The CRM is read every other day.
_PEOPLE = {
    "csv": [1, 60, 2, 60, 1, *[9, 12, 15] * 5, 30],
    "roster": [4] * 9 + [10],
    "pathful": [3, 5, 4, 90],
    "salesforce": [6] * 8 + [9],
}
_DAYS_APART = {"salesforce": 2}
# The rows of a hundred that each of the last runs over a kind of file held back.
_HELD_BACK = {"csv": [0, 0, 0, 30, 30, 30, 5, 5], "roster": [5] * 6 + [25, 25, 25]}


def _runs() -> list[Row]:
    made = []
    for source, people in _PEOPLE.items():
        held = _HELD_BACK.get(source, [])
        for place in range(len(people)):
            before = len(people) - 1 - place
            made.append(
                {
                    "run_id": f"{source}-{place}",
                    "load_seq": 100 * (1 + list(_PEOPLE).index(source)) + place,
                    "source": source,
                    "report_type": "volunteers" if source == "csv" else source,
                    "started_at": TODAY - timedelta(days=before * _DAYS_APART.get(source, 1)),
                    "dry_run": False,
                    "rows_processed": 100,
                    "rows_invalid": held[-1 - before] if before < len(held) else 0,
                    "metrics_json": "{}",
                }
            )
    return made


def _people_of_runs() -> list[Row]:
    return [
        {
            "entity_type": "volunteer",
            "run_id": f"{source}-{place}",
            "entity_id": f"{source}-{place}-{n}",
        }
        for source, people in _PEOPLE.items()
        for place, count in enumerate(people)
        for n in range(count)
    ]


_AGES = (5, 14, 16, 20, 40, 59, 61)  # minutes since both records of a pair were here


def _pairs() -> list[Row]:
    found = [*((minutes, "pending") for minutes in _AGES), *[(40, "auto_merged")] * 24]
    return [
        {
            "pair_key": f"pair-{place}",
            "decision": decision,
            "found_at": TODAY - timedelta(minutes=minutes),
        }
        for place, (minutes, decision) in enumerate(found)
    ]


def _records() -> list[Row]:
    """Five organizations and two users, one of whom counts as a volunteer elsewhere."""
    organizations = ["11111", "11110", "11010", "10000", "11111"]
    users = ["111111111", "110000000"]
    return [
        {
            "entity_type": kind,
            "record_key": f"{kind}-{place}",
            "is_counted": kind == "organization" or place == 0,
            "filled_marks": marks,
        }
        for kind, many in (("organization", organizations), ("user", users))
        for place, marks in enumerate(many)
    ]


def _said() -> Iterable[Row]:
    """What sources say of people; `gone` is deleted, the employer of `edited` is staff's word."""
    of_person = {
        "two": ("csv", "salesforce"),
        "three": ("csv", "salesforce", "pathful"),
        "alone": ("pathful",),
        "edited": ("csv", "salesforce"),
        "gone": ("csv", "salesforce"),
        "picked": ("manual", "csv", "salesforce"),
    }
    for person, sources in of_person.items():
        for source in sources:
            knows_more = source in {"csv", "salesforce"} and person not in {"picked", "edited"}
            yield {
                "person_key": person,
                "source": source,
                "record_key": f"{source}-{person}",
                "has_name": person != "edited",
                "first_name": source,
                "has_address": knows_more,
                "city": source if knows_more else None,
                "email": f"{source}@example.org" if knows_more else None,
                "dob": "1990-01-01" if knows_more and person != "three" else None,
                "gender": "Other" if knows_more and person == "three" else None,
                "employer": source if person in {"edited", "two"} else None,
                "photo_release": True if knows_more and source == "csv" else None,
            }
