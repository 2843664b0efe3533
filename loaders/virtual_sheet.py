"""The old sheet of virtual sessions: one row per session, people in its cells (pathful.md §1.7).

It becomes rows of a Session Report, one per person, so that one pipeline reads both (DEC-001). What
a row said stays whole in `payload`, with the person that its row here is about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from loaders.errors import InputError
from loaders.field_counts import FieldCount
from loaders.headers import HeaderMatch, load_contracts, match
from loaders.prepared import NULL_TOKENS, payloads
from loaders.workbook import Table, unique_labels

if TYPE_CHECKING:
    import pyarrow as pa

REPORT_TYPE = "virtual_sheet"
# Rows above the header.
SKIPPED_ROWS = 3
# The second person of row 17 lands as row 1000017: rows of one file are told apart by their number.
NEXT_PERSON = 1_000_000
PERSON_KEY = "(person)"
WARNINGS = (
    "The file is the old sheet of virtual sessions: each person of a row is a row here; "
    f"the second one of row 5 is row {NEXT_PERSON + 5}.",
    "What a Session Report says of the same sessions counts as newer than the sheet, unless "
    "--exported-at says when the sheet was written.",
)
# Whose sheet it is; its rows name no partner.
_PARTNER = "PREP-KC"
_USUAL_TIME = "09:00:00"
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")
_YEAR = re.compile(r"(\d{4})-(\d{4})")
_TIMES = ("%I:%M %p", "%I:%M%p", "%I:%M:%S %p", "%I %p", "%I%p", "%H:%M", "%H:%M:%S")
# What a workbook shows of a cell that holds a time, or a number of days where none was formatted:
# a day beside the time, or days since the end of 1899.
_WITH_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}[ T](\d{2}:\d{2}:\d{2})(?:\.\d+)?")
_SERIAL = re.compile(r"[3-6]\d{4}(?:\.\d+)?|0?\.\d+")
_SERIAL_START = datetime(1899, 12, 30)
_MIDNIGHT = "00:00:00"
_RANGE = re.compile(r"(?i)(.*\d.*?)\s*(?:[-\u2013\u2014]|\bto\b)\s*(.*\d.*)")
_HALF_A_DAY = 12
# A cell without anybody, as one part of several.
_NOT_SAID = re.compile(r"(?i)(?<![^\s/])n/a(?![^\s/])")
# Ours -> the sheet's, where a cell is taken over as it is.
_AS_READ = {"title": "title", "status": "status", "series_or_event_title": "topic"}
_PEOPLE = ("teacher_name", "presenter")
_MADE = (
    "title",
    "date",
    "status",
    "name",
    "signup_role",
    "school",
    "district_or_company",
    "partner",
    "series_or_event_title",
)
_USED = {"title", "status", "topic", "date", "time", "school", "district", "organization", *_PEOPLE}


@dataclass(frozen=True)
class Person:
    """Somebody whom a row names; nobody where it names none."""

    role: str
    name: str | None
    school: str | None
    place: str | None


def fits(table: Table) -> HeaderMatch | None:
    """How the headers fit the old sheet; None where they are none of it."""
    found = match(table.headers, REPORT_TYPE)
    is_it = not found.missing_required and bool({*_PEOPLE, "session_link"} & {*found.position})
    return found if is_it and "title" in found.position else None


def session_rows(table: Table, found: HeaderMatch, virtual_year: str | None) -> dict[str, Any]:
    """What differs from a Session Report in the fields of its PreparedFile.

    Args:
        table: the sheet below its header.
        found: how its headers fit.
        virtual_year: as 2023-2024, for days that have no year; None where none was said.

    Raises:
        InputError: days have no year and none was said, or no day can be read.
    """
    import pyarrow as pa

    years = _years(virtual_year)
    cells = {
        name: table.cells.column(position).to_pylist() for name, position in found.position.items()
    }
    days = [_day(text, years) for text in cells["date"]]
    _refuse_days(table, cells["date"], days, years)
    originals = payloads(table.cells).to_pylist()
    lines: list[dict[str, Any]] = []
    for index, number in enumerate(table.row_numbers.to_pylist()):
        row = {name: _text(values[index]) for name, values in cells.items()}
        if not any(row.values()):
            lines.append({"row_number": number, "payload": originals[index]})
            continue
        made = {ours: row.get(theirs) for ours, theirs in _AS_READ.items()}
        made["date"] = _moment(row, days[index])
        for place, person in enumerate(_people(row)):
            lines.append(
                made
                | {
                    "row_number": number + place * NEXT_PERSON,
                    "name": person.name,
                    "signup_role": person.role,
                    "school": person.school,
                    "district_or_company": person.place,
                    "partner": _PARTNER,
                    "payload": _payload(originals[index], person),
                }
            )
    return _differences(table, found, pa.Table.from_pylist(lines, schema=_schema()))


def _differences(table: Table, found: HeaderMatch, arrow: pa.Table) -> dict[str, Any]:
    """The fields of a PreparedFile that these rows make other than a Session Report's."""
    return {
        "report_type": "session_report",
        "row_count": arrow.num_rows,
        "arrow": arrow,
        # Which layout it was, for what is asked of its columns and where its facts came from.
        "present_columns": (REPORT_TYPE, *_MADE),
        "missing_columns": tuple(c for c in _contract_columns() if c not in _MADE),
        "unmapped_columns": tuple(
            table.labels[index]
            for index in range(len(table.headers))
            if index not in {found.position[name] for name in _USED & {*found.position}}
        ),
        "header_by_column": {"title": table.headers[found.position["title"]]},
        "first_rows": tuple(arrow.slice(0, 10).select(["row_number", *_MADE]).to_pylist()),
    }


def used_fields(counts: Iterable[FieldCount], unmapped: Collection[str]) -> tuple[FieldCount, ...]:
    """What is known of the sheet's fields, but that nothing takes those that are read by nobody."""
    return tuple(
        replace(one, target=None) if one.field in unmapped else one
        for one in counts
        if one.field is not None or one.target in _USED
    )


def below_its_header(table: Table) -> Table:
    """The table with the first of its first rows that holds the old sheet's headers as header."""
    for index in range(min(SKIPPED_ROWS, table.cells.num_rows)):
        header = [value or "" for value in table.cells.slice(index, 1).to_pylist()[0].values()]
        header = [text if text.strip() else "" for text in header]
        labels = unique_labels(tuple(header), table.letters)
        moved = replace(
            table,
            headers=tuple(header),
            labels=labels,
            cells=table.cells.slice(index + 1).rename_columns(list(labels)),
            row_numbers=table.row_numbers.slice(index + 1),
            header_row=table.row_numbers[index].as_py(),
            warnings=(),
        )
        if fits(moved):
            return moved
    return table


def _people(row: Mapping[str, str | None]) -> Iterator[Person]:
    """Who is named: teachers parted by a slash, then the presenter."""
    names = _NOT_SAID.sub("", row.get("teacher_name") or "").split("/")
    teachers = [name for name in map(_text, names) if name]
    for name in teachers:
        yield Person("Educator", name, row.get("school"), row.get("district"))
    presenter = row.get("presenter")
    if presenter:
        yield Person("Professional", presenter, None, row.get("organization"))
    if not teachers and not presenter:
        # The session took place all the same; its row says that it names nobody.
        yield Person("Educator", None, row.get("school"), row.get("district"))


def _payload(original: str, person: Person) -> str:
    said = json.loads(original)
    said[PERSON_KEY] = f"{person.role}: {person.name or 'nobody'}"
    return json.dumps(said, ensure_ascii=False)


def _moment(row: Mapping[str, str | None], day: date | None) -> str | None:
    """Day and time as a Session Report has them; what is no day stays as it was read."""
    if day is None:
        return row.get("date")
    text = row.get("time")
    if text is None:
        beside = _beside_a_day(row.get("date") or "")
        return f"{day.isoformat()} {beside if beside not in (None, _MIDNIGHT) else _USUAL_TIME}"
    return f"{day.isoformat()} {_time(text)}"


def _beside_a_day(text: str) -> str | None:
    """The time of a cell that a workbook shows as day and time, or as a number of days."""
    if found := _WITH_A_DAY.fullmatch(text):
        return found[1]
    moment = _serial(text)
    return None if moment is None else f"{moment:%H:%M:%S}"


def _serial(text: str) -> datetime | None:
    """What a spreadsheet means by a number of days; None where it is none of a day or time."""
    if not _SERIAL.fullmatch(text):
        return None
    return _SERIAL_START + timedelta(seconds=round(float(text) * 86_400))


def _time(text: str) -> str:
    """HH:MM:SS; midnight, which says that the time is not known, for what is none."""
    found = _clock(text) or _start(text)
    return f"{found:%H:%M:%S}" if found else _beside_a_day(text) or _MIDNIGHT


def _clock(text: str) -> time | None:
    for form in _TIMES:
        try:
            return datetime.strptime(text.upper().replace(".", ""), form).time()
        except ValueError:
            continue
    return None


def _start(text: str) -> time | None:
    """Of `9:00 - 10:00 AM` the nine: the start has its end's half of the day where it says none.

    Of `11:00 - 12:30 PM` it is the other half, for nothing ends before it begins.
    """
    found = _RANGE.fullmatch(text)
    end = _clock(found[2]) if found else None
    if found is None or end is None:
        return None
    half = f"{end:%p}" if found[2].upper().replace(".", "").endswith("M") else ""
    start = _clock(f"{found[1]} {half}") if half else None
    if start is None:
        return _clock(found[1])
    is_too_late = start >= end and start.hour >= _HALF_A_DAY
    return start.replace(hour=start.hour - _HALF_A_DAY) if is_too_late else start


def _day(value: str | None, years: tuple[int, int] | None) -> date | None:
    """A day of the sheet; None where it cannot be read, or lacks a year and none was said."""
    text = _text(value)
    if text is None:
        return None
    found = _DAY.fullmatch(text)
    try:
        if found is None:
            moment = _serial(text)
            # A time alone is of no day.
            is_a_day = moment is not None and moment.year > _SERIAL_START.year
            return moment.date() if moment and is_a_day else date.fromisoformat(text[:10])
        month, day = int(found[1]), int(found[2])
        if found[3]:
            year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        elif years is not None:
            year = years[0] if month >= 8 else years[1]
        else:
            return None
        return date(year, month, day)
    except ValueError:
        return None


def _refuse_days(
    table: Table,
    texts: list[str | None],
    days: list[date | None],
    years: tuple[int, int] | None,
) -> None:
    numbers = table.row_numbers.to_pylist()
    filled = [(n, t, d) for n, t, d in zip(numbers, texts, days, strict=True) if _text(t)]
    yearless = [
        number
        for number, text, _ in filled
        if (found := _DAY.fullmatch(_text(text) or "")) and not found[3]
    ]
    if yearless and years is None:
        rows = "row of column Date has" if len(yearless) == 1 else "rows of column Date have"
        raise InputError(
            f"{table.place}: {len(yearless):,} {rows} no year (first: row "
            f"{yearless[0]}); say which virtual year it is with --virtual-year, as 2023-2024.",
            "days of its column Date have no year",
        )
    if filled and not any(day for _, _, day in filled):
        raise InputError(
            f"{table.place}: not one of the {len(filled):,} values in column Date is a date (row "
            f"{filled[0][0]}); use MM/DD/YYYY, or MM/DD with --virtual-year, and import it again.",
            "no value of its column Date is a date",
        )


def _years(virtual_year: str | None) -> tuple[int, int] | None:
    found = _YEAR.fullmatch(virtual_year or "")
    return (int(found[1]), int(found[2])) if found else None


def _text(value: str | None) -> str | None:
    text = " ".join((value or "").split())
    return None if text.lower() in NULL_TOKENS else text


def _contract_columns() -> tuple[str, ...]:
    return tuple(load_contracts()["session_report"].headers)


def _schema() -> pa.Schema:
    import pyarrow as pa

    texts = [(name, pa.string()) for name in (*_contract_columns(), "payload")]
    return pa.schema([("row_number", pa.int64()), *texts])
