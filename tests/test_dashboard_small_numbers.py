"""Small numbers of students are told to no district, on no page and in no file (salesforce.md 9.2).

Every number of students in the release is one that nothing else can be, and counts as small.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard import downloads, words_crm
from dashboard.downloads import Sheet
from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import fake_release, fake_release_crm
from tests.support.dashboard_app import everything, open_page, work_as
from tests.support.kept import kept

SMALL = 7654321
SPELLED = ("7654321", "7,654,321", "7.654.321")
_COLUMNS = """
select table_schema || '.' || table_name as name, column_name
from information_schema.columns
where
    table_schema = 'marts' and (
        (column_name like '%student%count' and column_name not like '%estimate%')
        or column_name in ('unique_students', 'students_total', 'input_value')
    )
"""
PAGES: list[tuple[str, dict[str, str]]] = [
    ("district_impact", {}),
    ("district_impact", {"district": "d-hickman", "host": "prepkc"}),
    ("impact", {}),
    ("impact", {"measure": "student_count"}),
    ("impact", {"measure": "student_attendance_count"}),
    ("year_end", {}),
    ("year_end", {"measure": "attended_student_count"}),
    ("year_end", {"view": "usage"}),
    ("events", {}),
    ("events", {"q": "robotics at work"}),
    ("events", {"event": "e-done"}),
    ("events", {"event": "c-done"}),
    ("overview", {}),
    ("progress", {}),
    ("progress", {"district": "d-hickman", "teacher": "t-ana"}),
    ("recruitment", {}),
    ("flags", {}),
]


@pytest.fixture(autouse=True)
def home(page_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_small(fake_release_crm.publish(page_home))
    monkeypatch.setattr(words_crm, "LEAST_STUDENTS", SMALL + 1)
    return page_home


@kept
def make_small(path: Path) -> None:
    with duckdb.connect(str(path)) as release:
        release.execute("set TimeZone = 'UTC'")
        columns = release.execute(_COLUMNS).fetchall()
        assert len(columns) > 20
        for table, column in columns:
            release.execute(f"update {table} set {column} = {SMALL}")
        release.execute(
            f"update ops.event_lineage set imported_value = '{SMALL}', final_value = '{SMALL}'"
            " where field like '%student%'"
        )
        fake_release.insert(release, "ops.audit_log", [_counted("e-done"), _counted("c-done")])


def _counted(event: str) -> dict[str, Any]:
    return {
        "decision_id": f"import-{event}",
        "decided_at": fake_release.at("2026-03-09 14:15"),
        "audit_action": "FIELD_CHANGED",
        "source": "import",
        "event_key": event,
        "before_json": f'{{"attended_student_count": {SMALL}}}',
        "after_json": f'{{"attended_student_count": {SMALL}, "title": "x"}}',
    }


def told(monkeypatch: pytest.MonkeyPatch, page: str, query: dict[str, str]) -> str:
    """Everything the page says, and everything in the files it offers."""
    made: list[Sheet] = []

    def buttons(_who: Any, *rest: Any) -> None:
        sheets: Callable[[], Sequence[Sheet]] = rest[-1]
        made.extend(sheets())

    monkeypatch.setattr(downloads, "buttons", buttons)
    monkeypatch.setattr(downloads, "workbook", buttons)
    said = everything(open_page(page, **query))
    return said + "".join(downloads.as_csv(sheet).decode("utf-8-sig") for sheet in made)


@pytest.mark.parametrize("role", ["district_admin", "district_viewer"])
@pytest.mark.parametrize(("page", "query"), PAGES, ids=str)
def test_a_district_is_told_no_small_number_of_students(
    role: str, page: str, query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, role, "d-hickman")
    said = told(monkeypatch, page, query)
    assert not [number for number in SPELLED if number in said]


@pytest.mark.parametrize(
    ("page", "query"),
    [one for one in PAGES if one[0] in {"district_impact", "impact", "year_end", "events"}],
    ids=str,
)
def test_staff_are_told_them(
    page: str, query: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work_as(monkeypatch, "viewer")
    said = told(monkeypatch, page, query)
    assert [number for number in SPELLED if number in said]


def test_a_stored_count_of_few_is_not_told_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words_crm, "LEAST_STUDENTS", 5)
    counted = {"total_students": 3, "num_classrooms": 6, "rotations": 2}
    entered = {"school_year": "2025-2026", "data_type": "cna_students", "value": 4}
    lines = [
        {"action": "set_attendance_detail", "subject_key": "c-done", "payload": counted},
        {"action": "set_district_input", "subject_key": "d-hickman", "payload": entered},
    ]
    decisions.append(load_settings(), lines, actor="robin", role="admin")
    work_as(monkeypatch, "district_viewer", "d-hickman")
    assert "counted fewer than 5 students" in everything(open_page("events", event="c-done"))
    shown = everything(open_page("district_impact", district="d-hickman"))
    assert "CNA students 2025-2026 becomes fewer than 5" in shown
    work_as(monkeypatch, "viewer")
    assert "counted 3 students" in everything(open_page("events", event="c-done"))
