"""The sample sources: exact sizes, every trap, the same bytes again, a truth that adds up."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from polaris.demo import kinds
from polaris.demo.model import DEFAULT_SEED, LOGICAL_DATE, SESSION_HEADERS, World
from polaris.demo.names import name_key
from polaris.demo.rosters import roster_sheets
from polaris.demo.sources import (
    FULL_FILE,
    TRAP_FILES,
    WEEKLY_FILE,
    YEARLY_FILES,
    Sources,
    write_sources,
)
from polaris.demo.user_report import HEADERS as USER_HEADERS
from polaris.demo.user_report import user_rows
from polaris.demo.workbook import write_workbook
from polaris.demo.world import make_world

SMALL = 0.02
SESSION_TRAPS = {
    "ambiguous_session",
    "back_to_back",
    "differing_counts",
    "evening_utc",
    "first_of_august",
    "future_completed",
    "last_of_july",
    "many_districts",
    "never_updated",
    "mixed_status",
    "no_session_id",
    "nobody_came",
    "odd_title",
    "on_logical_date",
    "only_professional",
    "only_students",
    "parents",
    "row_without_id",
    "text_id",
    "undated_completed",
    "undated_confirmed",
    "undated_draft",
    "undated_no_id",
    "undated_published",
    "undated_requested",
    "unknown_counts",
}
ROW_TRAPS = {"exact_repeat", "repeat_other_count", "other_case", "other_partner"}
WEEKLY_TRAPS = {
    "attendance_fixed",
    "completed_since",
    "fewer_students",
    "new_participant",
    "new_session",
    "now_dated",
    "participant_gone",
    "rescheduled",
    "retitled",
    "status_back",
}
BUCKETS = {
    ("created", ""),
    ("skipped", "duplicate_row"),
    ("skipped", "other_partner"),
    ("skipped", "parent_role"),
    ("skipped", "undated_draft"),
    ("unmatched", "event"),
    ("unmatched", "no_date_session"),
    ("unmatched", "teacher"),
    ("unmatched", "volunteer"),
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return write_sources(tmp_path_factory.mktemp("sample"), SMALL)


@pytest.fixture(scope="module")
def small() -> World:
    return make_world(SMALL)


def read_truth(sources: Sources, name: str) -> list[dict[str, str]]:
    with (sources.folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_sheet(path: Path) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(path, read_only=True)
    return list(book.worksheets[0].iter_rows(values_only=True))


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_whole_scales_have_the_exact_size_of_the_real_history() -> None:
    world = make_world(1)
    ours = [row for row in world.rows if row.is_partner]
    assert Counter(row.role for row in ours) == {
        "Educator": 20_523,
        "Student": 4_533,
        "Professional": 2_929,
        "Parent": 10,
    }
    assert Counter(row.status for row in ours) == {
        "Completed": 24_068,
        "Draft": 2_748,
        "Published": 622,
        "Confirmed": 361,
        "Requested": 196,
    }
    assert len(world.rows) - len(ours) == 2_000
    assert len({row.session.truth_id for row in ours}) == 9_122
    assert len(world.weekly) == 2_800
    assert sum(person.is_rostered for person in world.people) == 3_000
    users = user_rows(world.people, 1, world.seed)
    assert len(users) == 54_367
    assert {len(row) for row in users} == {21} == {len(USER_HEADERS)}


def test_the_written_cells_hold_the_same_totals_as_the_truth() -> None:
    world = make_world(1)
    counts = Counter(
        (str(row.cells[7]).strip().lower(), str(row.cells[3]).strip().lower())
        for row in world.rows
        if str(row.cells[10]).strip().upper() == "PREP-KC"
    )
    assert counts.total() == 27_995
    assert sum(count for (role, _), count in counts.items() if role == "educator") == 20_523
    assert sum(count for (_, status), count in counts.items() if status == "completed") == 24_068


def test_a_larger_scale_multiplies_people_and_rows() -> None:
    world = make_world(2)
    ours = [row for row in world.rows if row.is_partner]
    assert (len(ours), len(world.rows)) == (55_990, 59_990)
    assert sum(person.is_rostered for person in world.people) == 6_000


def test_the_same_seed_writes_the_same_bytes(sources: Sources, tmp_path: Path) -> None:
    again = write_sources(tmp_path / "again", SMALL)
    assert digests(again.folder) == digests(sources.folder)


def test_another_seed_makes_another_world(sources: Sources, tmp_path: Path) -> None:
    other = write_sources(tmp_path / "other", SMALL, seed=7)
    same = digests(other.folder).items() & digests(sources.folder).items()
    assert {Path(name).name for name, _ in same} == {"types.json"}


TINY = [(SMALL, DEFAULT_SEED), (0.01, 1), (0.01, 2), (0.03, 3)]


@pytest.mark.parametrize(("scale", "seed"), TINY)
def test_every_kind_of_person_appears_in_every_style(scale: float, seed: int) -> None:
    small = make_world(scale, seed)
    styles: dict[str, set[bool]] = defaultdict(set)
    accounts: dict[str, set[bool]] = defaultdict(set)
    for row in small.rows:
        if row.person and row.is_partner:
            styles[row.person.kind.name].add(row.is_decided)
            has_id = str(row.cells[5] or "").strip().lower() not in {"", "nan", "none", "n/a"}
            accounts[row.person.kind.name].add(has_id)
    for kind in (
        *kinds.TEACHER_KINDS,
        *kinds.UNKNOWN_EDUCATOR_KINDS,
        *kinds.PROFESSIONAL_KINDS,
    ):
        assert styles.get(kind.name, set()) >= {style.is_decided for style in kind.styles}, (
            kind.name
        )
        wanted = {style.account is not None for style in kind.styles}
        assert accounts.get(kind.name, set()) >= wanted, kind.name


@pytest.mark.parametrize(("scale", "seed"), TINY)
def test_every_trap_of_sessions_and_rows_is_laid(scale: float, seed: int) -> None:
    small = make_world(scale, seed)
    traps = {row.session.trap for row in small.rows} | {row.trap for row in small.rows}
    assert traps >= SESSION_TRAPS | ROW_TRAPS
    assert {row.trap for row in small.weekly} >= WEEKLY_TRAPS
    assert {row.bucket() for row in small.rows} == BUCKETS
    assert {row.cells[9] for row in small.rows} >= {"Prep-KC", "Prep-KC, Inc.", "PREP KC"}


def test_cells_are_as_messy_as_real_exports(small: World) -> None:
    cells = [row.cells for row in make_world(0.2).rows]
    ids = [row[5] for row in cells]
    assert {str, int} <= {type(value) for value in ids}
    assert any(str(value).endswith(".0") for value in ids)
    assert any(str(value).startswith("0") for value in ids)
    assert {"nan", "None", "n/a"} <= {value for value in ids if isinstance(value, str)}
    names = " | ".join(str(row[6]) for row in cells)
    assert all(sign in names for sign in ("é", "-", ", ", "Dr.", "PhD", "  ", "\u2019", "\u0301"))
    dates = [row[2] for row in cells]
    assert any(isinstance(value, datetime) for value in dates)
    assert any("T" in str(value) for value in dates)
    assert any("/" in str(value) for value in dates)
    assert {"prep-kc ", " PREP-KC"} & {row[10] for row in cells}
    assert {"n/a", 0, 1, None} <= {row[14] for row in cells}


def test_history_ends_in_january_and_only_plans_lie_ahead(small: World) -> None:
    days = [(row.session.day, row.status) for row in small.rows if row.session.day]
    assert min(day for day, _ in days) >= date(2022, 8, 1)
    ahead = {status for day, status in days if day > LOGICAL_DATE}
    assert {"Published"} <= ahead
    assert sum(day > LOGICAL_DATE and status == "Completed" for day, status in days) <= 4


def test_yearly_files_are_the_full_file_in_parts(sources: Sources) -> None:
    full = read_sheet(sources.full)
    parts = [read_sheet(path) for path in sources.history]
    assert {part[0] for part in parts} == {SESSION_HEADERS} == {full[0]}
    joined = Counter(map(str, (row for part in parts for row in part[1:])))
    assert joined == Counter(map(str, full[1:]))


def test_truth_names_every_row_of_every_session_file(sources: Sources) -> None:
    truth = read_truth(sources, "truth_rows.csv")
    numbers: dict[str, list[int]] = defaultdict(list)
    for row in truth:
        numbers[row["file"]].append(int(row["row_number"]))
    files = {*YEARLY_FILES.values(), FULL_FILE, WEEKLY_FILE, *TRAP_FILES}
    assert numbers.keys() == files
    for name in files - {TRAP_FILES[1]}:
        count = len(read_sheet(sources.folder / name)) - 1
        assert numbers[name] == list(range(2, count + 2)), name


def test_truth_refers_only_to_people_and_sessions_it_knows(sources: Sources) -> None:
    people = {row["person_id"] for row in read_truth(sources, "truth_people.csv")}
    sessions = {row["session_id"] for row in read_truth(sources, "truth_sessions.csv")}
    rows = [r for r in read_truth(sources, "truth_rows.csv") if r["file"] not in TRAP_FILES]
    assert {row["person_id"] for row in rows} - {""} <= people
    ours = {r["session_id"] for r in rows if r["expected_reason"] != "other_partner"}
    assert ours == sessions


def test_truth_progress_names_every_roster_teacher_once(sources: Sources, small: World) -> None:
    progress = [r for r in read_truth(sources, "truth_progress.csv") if r["stage"] == "history"]
    keys = [(row["email"], row["district_name"], row["virtual_year"]) for row in progress]
    assert len(keys) == len(set(keys))
    listed = set()
    for sheet in roster_sheets(small):
        for cells in sheet.rows:
            if cells[2]:
                email = str(cells[2]).strip().lower()
                listed.add((email, sheet.district_name, sheet.academic_year))
    assert set(keys) == listed
    assert {row["progress_status"] for row in progress} == {
        "Achieved",
        "In Progress",
        "Not Started",
    }


def test_completed_counts_follow_from_the_rows(sources: Sources) -> None:
    """Sessions with a row that counts, by the plainest reading; the year is 2025-2026."""
    sessions = {
        row["session_id"]: row
        for row in read_truth(sources, "truth_sessions.csv")
        if row["stage"] == "history"
    }
    rows = [r for r in read_truth(sources, "truth_rows.csv") if r["file"] == FULL_FILE]
    attended: dict[str, set[str]] = defaultdict(set)
    for truth, cells in zip(rows, read_sheet(sources.full)[1:], strict=True):
        session = sessions.get(truth["session_id"])
        is_credit = truth["expected_bucket"] == "created" and truth["role"] == "Educator"
        if not session or not is_credit or str(cells[14]) not in {"1", "1.0"}:
            continue
        in_year = "2025-08-01" <= session["session_date"] <= LOGICAL_DATE.isoformat()
        if in_year and session["status"] == "Completed":
            attended[truth["person_id"]].add(truth["session_id"])
    progress = [
        row
        for row in read_truth(sources, "truth_progress.csv")
        if (row["stage"], row["virtual_year"]) == ("history", "2025-2026")
    ]
    assert sum(int(row["completed_sessions"]) for row in progress) > 20
    for row in progress:
        assert int(row["completed_sessions"]) == len(attended[row["person_id"]]), row


def test_only_what_the_rules_cannot_decide_is_not_settleable(sources: Sources) -> None:
    people = {row["person_id"]: row for row in read_truth(sources, "truth_people.csv")}
    rows = [r for r in read_truth(sources, "truth_rows.csv") if r["file"] == FULL_FILE]
    outcomes: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["person_id"] and row["role"] == "Educator":
            outcomes[row["person_id"]].add(row["expected_reason"])
    for person_id, reasons in outcomes.items():
        person = people[person_id]
        if person["roster_emails"]:
            assert ("teacher" in reasons) == (person["is_settleable"] == "False"), person
        else:
            assert reasons <= {"teacher", "no_date_session", "duplicate_row"}, person


def test_weekly_truth_moves_sessions_on(sources: Sources) -> None:
    stages: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for row in read_truth(sources, "truth_sessions.csv"):
        stages[row["stage"]][row["session_id"]] = row
    seen = set()
    for session_id, after in stages["weekly"].items():
        before = stages["history"].get(session_id)
        trap = after["trap"]
        if trap not in WEEKLY_TRAPS:
            continue
        seen.add(trap)
        if trap == "new_session":
            assert before is None
            continue
        assert before is not None
        if trap == "rescheduled":
            assert after["session_date"] < before["session_date"]
        if trap == "status_back":
            assert after["status"] == before["status"] == "Completed"
        if trap == "completed_since":
            assert (before["status"] != "Completed", after["status"]) == (True, "Completed")
        if trap == "now_dated":
            assert (before["session_date"], before["is_event"]) == ("", "False")
            assert after["is_event"] == "True"
        if trap == "fewer_students":
            assert int(after["registered_student_count"]) == 7
    assert seen == WEEKLY_TRAPS


def test_names_of_different_people_never_meet_unless_that_is_the_trap(small: World) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for person in small.people:
        if person.role == "Educator" and "one_word" not in person.kind.name:
            owners[name_key(person.name.plain())].add(person.kind.name)
    shared = {key: kinds for key, kinds in owners.items() if len(kinds) > 1}
    assert all("unknown_teacher_namesake" in kinds for kinds in shared.values()), shared


def test_user_report_knows_each_id_once_except_rewritten_profiles(small: World) -> None:
    rows = user_rows(small.people, SMALL, small.seed)
    ids = Counter(str(row[0]) for row in rows if row[0])
    rewritten = {p.user_ids[0] for p in small.people if p.kind.profile == "twice"}
    assert {user_id for user_id, count in ids.items() if count > 1} == rewritten
    assert any(not row[0] for row in rows)
    assert any(str(row[12]).startswith("0") for row in rows)


def test_rosters_list_enough_teachers_twice_and_blank_rows(small: World) -> None:
    sheets = roster_sheets(small)
    assert len(sheets) == 12
    for sheet in sheets:
        emails = [str(row[2]).strip().lower() for row in sheet.rows]
        assert "" in emails
        assert len([email for email in emails if email]) == len(set(emails) - {""}) + 1


def test_workbook_keeps_types_and_odd_text(tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    rows = [
        ["=1+1", 'a <b> & "c"\nd', 7, 1.5, datetime(2025, 3, 4, 9, 30), None],
        ["00123", " é̂ ", 0, "nan", datetime(2025, 3, 4), ""],
    ]
    write_workbook(path, "Sheet & one", ["A", "B", "C", "D", "E", "F"], rows)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert sheet.title == "Sheet & one"
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert found == [rows[0], [*rows[1][:5], None]]
    assert sheet["A2"].data_type == "s"
