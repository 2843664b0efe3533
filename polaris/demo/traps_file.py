"""A small Session Report with every fault a row can have, among ordinary rows.

The ordinary rows keep the share of invalid rows below what the gate refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from polaris.demo.model import COLUMN, EDUCATOR, SESSION_HEADERS, Cell, Person, World
from polaris.demo.places import BY_SLUG

HEADERS = (*SESSION_HEADERS, "Internal Notes")
# The same columns under the names the contract allows, for the CSV edition.
ALIAS_HEADERS = tuple(
    {
        "Session ID": "SessionId",
        "Date": "Session_Start",
        "User Auth Id": "UserAuthId",
        "SignUp Role": "signup role",
        "Name": "TeacherName",
        "Partner": "  partner ",
    }.get(header, header)
    for header in HEADERS
)


@dataclass(frozen=True)
class TrapRow:
    """One row with its right bucket.

    Attributes:
        cells: the row, as wide as `HEADERS`.
        person_id: who it is, blank when nobody is meant.
        session_id: the session it tells of.
        bucket: the right bucket at the first import.
        reason: its reason.
        also_accepted: other outcomes the rules allow, as ``bucket/reason|…``; ``*`` any one.
        trap: what is wrong.
    """

    cells: tuple[Cell, ...]
    person_id: str
    session_id: str
    bucket: str
    reason: str
    also_accepted: str
    trap: str


# (trap, changed columns, bucket, reason, also accepted)
_Case = tuple[str, dict[str, Cell], str, str, str]
_ORDINARY_ROWS = 45
_STATUSES = (
    "Successfully Completed",
    "Industry Chat",
    "Teacher Requested",
    "Cancelled",
    "canceled",
    "Teacher Cancelation",
    "Pathful Professional Cancellation",
    "Inclement Weather Cancellation",
    "Teacher No-Show",
    "No Show",
    "Technical Difficulties",
    "Simulcast",
    "Count",
)


def _status_case(status: str) -> _Case:
    return f"status_{status.lower().replace(' ', '_')}", {"Status": status}, "created", "", ""


_CASES: tuple[_Case, ...] = (
    ("missing_title", {"Title": None}, "invalid", "missing_title", ""),
    ("title_of_spaces", {"Title": "   "}, "invalid", "missing_title", ""),
    ("date_month_13", {"Date": "13/45/2025"}, "invalid", "bad_date", ""),
    ("date_30_february", {"Date": "2025-02-30"}, "invalid", "bad_date", ""),
    ("date_word", {"Date": "TBD"}, "invalid", "bad_date", ""),
    ("date_sentence", {"Date": "next Tuesday"}, "invalid", "bad_date", ""),
    (
        "bad_date_other_partner",
        {"Date": "soon", "Partner": "Elsewhere"},
        "invalid",
        "bad_date",
        "skipped/other_partner",
    ),
    (
        "no_id_no_title",
        {"Session ID": None, "Title": None},
        "invalid",
        "missing_title",
        "invalid/missing_session",
    ),
    (
        "no_id_no_title_no_date",
        {"Session ID": None, "Title": None, "Date": None, "Status": "Requested"},
        "invalid",
        "missing_session",
        "invalid/missing_title|skipped/blank_row",
    ),
    ("unknown_status", {"Status": "Awaiting Review"}, "created", "", "invalid/invalid_status"),
    ("blank_status", {"Status": None}, "created", "", "invalid/invalid_status"),
    ("unknown_role", {"SignUp Role": "Observer"}, "invalid", "unknown_role", "*"),
    ("blank_name_known_id", {"Name": None}, "created", "", "invalid/missing_name"),
    (
        "blank_name_no_id",
        {"Name": None, "User Auth Id": None},
        "invalid",
        "missing_name",
        "unmatched/teacher",
    ),
    ("negative_count", {"Registered Student Count": "-5"}, "created", "", ""),
    ("count_in_words", {"Attended Student Count": "twelve"}, "created", "", ""),
    ("duration_in_words", {"Duration": "an hour"}, "created", "", ""),
    ("id_with_spaces", {"Session ID": " 2990777.0 "}, "created", "", ""),
    ("long_title", {"Title": "Careers " * 90}, "created", "", ""),
    ("other_partner", {"Partner": "Career Lift"}, "skipped", "other_partner", ""),
    ("blank_partner", {"Partner": None}, "skipped", "other_partner", ""),
    ("partner_in_other_case", {"Partner": " prep-kc "}, "created", "", ""),
    ("parent", {"SignUp Role": "Parent"}, "skipped", "parent_role", ""),
    ("undated_draft", {"Date": None, "Status": "draft "}, "skipped", "undated_draft", ""),
    (
        "undated_requested",
        {"Date": "n/a", "Status": "Requested"},
        "unmatched",
        "no_date_session",
        "",
    ),
    (
        "undated_title_only",
        {"Session ID": None, "Date": None, "Status": "Published"},
        "unmatched",
        "no_date_session",
        "",
    ),
    ("date_iso_offset", {"Date": "2025-11-05T10:00:00-06:00"}, "created", "", ""),
    ("date_us", {"Date": "11/06/2025"}, "created", "", ""),
    ("date_with_spaces", {"Date": " 2025-11-07 00:00:00 "}, "created", "", ""),
    ("date_cell", {"Date": datetime(2025, 11, 10, 9, 30)}, "created", "", ""),
    *(_status_case(status) for status in _STATUSES),
    ("twice", {}, "created", "", ""),
)


def trap_rows(world: World) -> list[TrapRow]:
    """Every case once, each in a session of its own; the last row stands twice."""
    teachers = [person for person in world.people if person.kind.name == "plain"]
    ordinary: list[_Case] = [("ordinary", {}, "created", "", "")] * _ORDINARY_ROWS
    rows = []
    for number, case in enumerate((*ordinary, *_CASES)):
        rows.append(_row(number, case, teachers[number % len(teachers)]))
    last = rows[-1]
    repeat = TrapRow(
        last.cells, last.person_id, last.session_id, "skipped", "duplicate_row", "", "exact_repeat"
    )
    return [*rows, repeat]


def _row(number: int, case: _Case, person: Person) -> TrapRow:
    trap, changed, bucket, reason, also_accepted = case
    district = BY_SLUG[person.district]
    cells: dict[str, Cell] = {
        "Session ID": str(2_990_000 + number),
        "Title": f"Trap {number + 1}: {trap.replace('_', ' ')}",
        "Date": "2025-11-04 00:00:00",
        "Status": "Completed",
        "Duration": 60,
        "User Auth Id": person.user_ids[0],
        "Name": person.name.plain(),
        "SignUp Role": EDUCATOR,
        "School": person.school.pathful_name if person.school else None,
        "District or Company": district.spellings[0],
        "Partner": "PREP-KC",
        "Registered Student Count": 20,
        "Attended Student Count": 15,
        "Registered Educator Count": 1,
        "Attended Educator Count": 1,
        "Career Cluster": "Finance",
        "State": district.state,
        "Internal Notes": f"case {number + 1}",
    }
    cells.update(changed)
    assert changed.keys() <= COLUMN.keys()  # noqa: S101
    return TrapRow(
        tuple(cells.get(header) for header in HEADERS),
        person.person_id,
        f"X{number + 1:06d}",
        bucket,
        reason,
        also_accepted,
        trap,
    )
