"""A corrected export of findings comes back as decisions (interface.md §2, platform.md §3.4).

Only cells that were changed become corrections, one per line. A file is taken whole or not at all,
and every line that speaks against it is named.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polaris import access, contract_fields, quality_rows, releases
from polaris.deciding import decision_facts, decisions
from polaris.errors import BadInput
from polaris.quality_export import ABOUT, FINGERPRINT, KEY, MASKED, column_of, uncell
from polaris.quality_rows import Fixes, Record, Rows, Violation
from polaris.settings import Settings

_REASON = "Corrected in an export of findings"
_PROBLEMS_SHOWN = 50
_MOST_BYTES = 50_000_000
_DELIMITERS = (",", ";", "\t")
# What a line says about its finding and nobody may change.
_FIXED = ("entity_type", "external_system", "external_id", "record_key", "rule_code")


@dataclass(frozen=True)
class Requeued:
    """What came of a file.

    Attributes:
        line_count: findings in the file.
        unchanged_count: of them, those whose line nobody changed.
        row_count: rows of the source that are corrected.
        cell_count: cells that are corrected.
        decision_ids: of the stored corrections; empty for a dry run.
    """

    line_count: int
    unchanged_count: int
    row_count: int
    cell_count: int
    decision_ids: tuple[str, ...]


@dataclass(frozen=True)
class _Correction:
    """What a line changes of its row.

    Attributes:
        line: its number.
        key: the finding that the correction is stored for.
        record: the row.
        cells: field -> what it says now.
    """

    line: int
    key: str
    record: Record
    cells: dict[str, str]


def requeue(settings: Settings, file: Path, *, dry_run: bool = False) -> Requeued:
    """Stores what somebody corrected in an export, all or none.

    Args:
        settings: where the release and the decisions are; the user is the actor.
        file: a CSV file that `export-violations` or the page wrote.
        dry_run: everything is checked and nothing is stored.

    Raises:
        BadInput: the message names every line that cannot be taken, or says that none changed.
        PolarisError: the release or the store cannot be read.
    """
    columns, lines = _read(file)
    _refuse_masked(file, lines)
    fixes = Fixes(decisions.read_all(settings))
    with decision_facts.open_release(settings) as release:
        if release.name is None:
            raise BadInput(
                releases.pointer_problem(settings)
                or "Nothing is published yet; run `polaris-load build` first."
            )
        rows = quality_rows.read(release, {line[KEY] for line in lines.values()})
    corrections, unchanged = _corrections(columns, lines, rows, fixes)
    if not corrections:
        raise BadInput(
            f"Nothing was stored: no cell of {file.name} was changed (lines: {len(lines)})."
        )
    stored = decisions.append(
        settings,
        [_decision(one) for one in corrections],
        actor=settings.user,
        role=access.ADMIN,
        numbers=[one.line for one in corrections],
        dry_run=dry_run,
    )
    return Requeued(
        line_count=len(lines),
        unchanged_count=unchanged,
        row_count=len({one.record for one in corrections}),
        cell_count=len({(one.record, name) for one in corrections for name in one.cells}),
        decision_ids=tuple(item.decision_id for item in stored),
    )


def _corrections(
    columns: Sequence[str], lines: Mapping[int, Mapping[str, str]], rows: Rows, fixes: Fixes
) -> tuple[list[_Correction], int]:
    """What each changed line corrects, and how many lines nobody changed.

    Every line keeps its own finding, so that each is told as fixed by what was written in it.
    """
    problems: dict[int, str] = {}
    corrections: list[_Correction] = []
    said: dict[tuple[Record, str], tuple[int, str]] = {}
    unchanged = 0
    seen: dict[str, int] = {}
    for number, line in lines.items():
        key = line[KEY]
        problem = _problem(line, rows, seen)
        seen.setdefault(key, number)
        if problem is not None:
            problems[number] = problem
            continue
        violation = rows.by_key[key]
        then = _row_of(violation, columns, line)
        now = rows.now(key, fixes)
        changed = quality_rows.changes(violation.entity, now, then)
        if not changed or quality_rows.fingerprint(violation.entity, then) == line[FINGERPRINT]:
            unchanged += 1
            continue
        made = _Correction(number, _open_finding(violation, rows), violation.record, changed)
        problem = _change_problem(violation, line, now, changed) or _contradiction(made, said)
        if problem is not None:
            problems[number] = problem
        corrections.append(made)
    if problems:
        raise BadInput(_refusal(problems, len(lines)))
    return corrections, unchanged


def _read(file: Path) -> tuple[list[str], dict[int, dict[str, str]]]:
    """The header, and every line that is not blank by its number in a spreadsheet."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise BadInput(f"{file.name} is larger than any export; give the corrected export.")
        content = file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from None
    text = _text(content)
    if "\x00" in text:
        raise BadInput(f"{file.name} is no CSV file; save the export as CSV again.")
    try:
        cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise BadInput(f"{file.name} is no CSV file: {error}.") from None
    header = [name.strip() for name in cells[0]] if cells else []
    while header and not header[-1]:
        header.pop()  # a spreadsheet leaves blank columns at the end
    _check_header(file, header)
    lines = {}
    long = []
    for number, row in enumerate(cells[1:], start=2):
        if not any(value.strip() for value in row):
            continue
        if len(row) > len(header) and any(value.strip() for value in row[len(header) :]):
            long.append(number)
        padded = [*row, *[""] * (len(header) - len(row))]
        lines[number] = dict(zip(header, (uncell(value) for value in padded), strict=False))
    if long:
        raise BadInput(_refusal(dict.fromkeys(long, "it has more cells than columns"), len(lines)))
    if not lines:
        raise BadInput(f"Nothing was stored: {file.name} has no line below its header.")
    return header, lines


def _text(content: bytes) -> str:
    """A file as a spreadsheet writes it, on whatever machine."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(_DELIMITERS, key=head.count)


def _check_header(file: Path, header: Sequence[str]) -> None:
    known = {*ABOUT, *(name for one in contract_fields.entities() for name in _names(one))}
    faults = []
    missing = [name for name in (KEY, FINGERPRINT) if name not in header]
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    unknown = [name or "a column without a name" for name in header if name not in known]
    if missing:
        faults.append(f"it lacks {' and '.join(missing)}")
    if doubled:
        faults.append(f"it has {', '.join(doubled)} more than once")
    if unknown and not missing:
        faults.append(f"it has columns that no contract knows: {', '.join(unknown)}")
    if faults:
        raise BadInput(
            f"{file.name} is no export of findings: {'; '.join(faults)}. "
            "Nothing was stored; correct the file that `polaris-load export-violations` writes."
        )


def _names(entity: str) -> dict[str, str]:
    """Column -> field of a kind of row."""
    return {column_of(field): field for field in contract_fields.fields(entity)}


def _refuse_masked(file: Path, lines: Mapping[int, Mapping[str, str]]) -> None:
    masked = [number for number, line in lines.items() if line[FINGERPRINT] == MASKED]
    if masked:
        raise BadInput(
            f"{file.name} was exported with hidden values (line {masked[0]} is the first of "
            f"{len(masked)}), so it cannot come back. Nothing was stored; correct the rows on the "
            "page Data quality, or ask an administrator for the export."
        )


def _problem(line: Mapping[str, str], rows: Rows, seen: Mapping[str, int]) -> str | None:
    """What is wrong with a line before its cells are compared."""
    key = line[KEY]
    if not key:
        return "it has no violation_key"
    if key in seen:
        return f"its finding stands in line {seen[key]} already"
    violation = rows.by_key.get(key)
    if violation is None:
        return "the release has no finding with its violation_key"
    changed = [
        name
        for name in _FIXED
        if name in line and contract_fields.plain(line[name]) != _said(violation, name)
    ]
    if changed:
        return f"{', '.join(changed)} cannot be changed"
    known = _names(violation.entity)
    foreign = [name for name in line if name not in known and name not in ABOUT and line[name]]
    if not foreign:
        return None
    kind = f"a row of the kind {violation.entity} takes no {', '.join(foreign)}"
    return violation.owner_problem or kind


def _said(violation: Violation, name: str) -> str:
    value = violation.row[name]
    return "" if value is None else contract_fields.plain(str(value))


def _row_of(
    violation: Violation, columns: Sequence[str], line: Mapping[str, str]
) -> dict[str, str]:
    """The cells of the row's contract."""
    known = _names(violation.entity)
    return {known[name]: line[name] for name in columns if name in known}


def _change_problem(
    violation: Violation,
    line: Mapping[str, str],
    now: Mapping[str, str],
    changed: Mapping[str, str],
) -> str | None:
    """What speaks against the changed cells of a line."""
    if quality_rows.fingerprint(violation.entity, now) != line[FINGERPRINT]:
        return "its row was changed since the export; export it again"
    return "; ".join(quality_rows.problems(violation.entity, changed)) or None


def _open_finding(violation: Violation, rows: Rows) -> str:
    """The finding to correct: this one, or an open one of the same row where this one is not."""
    if violation.row["status"] == "open":
        return violation.key
    siblings = rows.of_record[violation.record]
    found = [key for key in siblings if rows.by_key[key].row["status"] == "open"]
    return found[0] if found else violation.key


def _contradiction(
    made: _Correction, said: dict[tuple[Record, str], tuple[int, str]]
) -> str | None:
    """What speaks against a correction because another line of the same row says otherwise."""
    for name, text in made.cells.items():
        first, other = said.setdefault((made.record, name), (made.line, text))
        if other != text:
            return f"it gives {name} another value than line {first}, which is of the same row"
    return None


def _decision(correction: _Correction) -> dict[str, Any]:
    return {
        "action": quality_rows.FIX,
        "subject_type": "violation",
        "subject_key": correction.key,
        "payload": correction.cells,
        "reason": _REASON,
    }


def _refusal(problems: Mapping[int, str], total: int) -> str:
    shown = sorted(problems)[:_PROBLEMS_SHOWN]
    lines = "; ".join(f"line {number}: {problems[number]}" for number in shown)
    more = len(problems) - len(shown)
    rest = f"; and {more} more" if more else ""
    return f"Nothing was stored, {len(problems)} of {total} lines cannot be taken: {lines}{rest}."
