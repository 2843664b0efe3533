"""Findings of the data-quality rules for the invented release: rows of CSV files and of others.

`add` puts them into a published file; the release itself has two findings without them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from tests.support.kept import kept

Row = dict[str, Any]

FIRST_RUN = "20260201T150000000Z-aaaaaa"
LAST_RUN = "20260310T141500000Z-bbbbbb"
# Keys as the models make them: 32 hexadecimal digits.
NO_CONTACT, BAD_EMAIL, BAD_PHONE, MINOR, STUDENT, CRM, PATHFUL, SET_ASIDE, LEFT, DONE, EVENT = (
    f"{number:032x}" for number in range(0xD0, 0xDB)
)

_ANA = {
    "External ID": "A-1",
    "First": "Ana",
    "Last": "Ruiz",
    "E-mail": "ana@gmial.con",
    "Mobile": "+1 (816) 555-01",
    "Birthdate": "2/3/2015",
    "Address": "12 Elm Street",
    "Zip": "02139",
    "T-shirt": "L",
    "Notes": "=HYPERLINK(1)",
}
_BO = {"External ID": "A-2", "First": "Bo", "Last": "Li"}


def _finding(key: str, rule: str, record: str, payload: Row, **other: Any) -> Row:
    made = {
        "violation_key": key,
        "entity_type": "volunteer",
        "external_system": "csv",
        "external_id": record,
        "record_key": f"csv:{record}",
        "rule_code": rule,
        "catalog_code": "X-1",
        "severity": "error",
        "status": "open",
        "is_quarantining": True,
        "message": "Something is wrong.",
        "remediation_hint": "Correct it.",
        "field": None,
        "payload_json": json.dumps(payload),
        "normalized_json": None,
        "first_seen_run_id": LAST_RUN,
        "last_seen_run_id": LAST_RUN,
        "occurrence_count": 1,
        "category": "format",
        "rule_owner": "data-steward",
        "is_auto_fixable": True,
    }
    return made | other


def rows() -> list[Row]:
    """Eleven findings: Ana's row has three, the others one each."""
    ana = json.dumps(
        {"first_name": "Ana", "last_name": "Ruiz", "email": None, "phone_e164": None}
        | {"dob": "2015-02-03", "postal_code": "02139"}
    )
    student = {"First Name": "Sol", "Last Name": "Vega", "Graduation Year": "1850"}
    return [
        _finding(
            NO_CONTACT,
            "VOL_CONTACT_REQUIRED",
            "A-2",
            _BO,
            message="The row has neither an e-mail address nor a phone number.",
            remediation_hint="Add one of them, or suppress the finding with a reason.",
            first_seen_run_id=FIRST_RUN,
            occurrence_count=2,
        ),
        _finding(
            BAD_EMAIL,
            "VOL_EMAIL_FORMAT",
            "A-1",
            _ANA,
            field="email",
            message="The e-mail address cannot be one.",
            normalized_json=ana,
        ),
        _finding(
            BAD_PHONE,
            "VOL_PHONE_E164",
            "A-1",
            _ANA,
            field="phone",
            message="The phone number cannot be one.",
            normalized_json=ana,
        ),
        _finding(
            MINOR,
            "XFLD-304",
            "A-1",
            _ANA,
            severity="info",
            is_quarantining=False,
            field="dob",
            message="A minor who is not marked as a student.",
            normalized_json=ana,
        ),
        _finding(
            STUDENT,
            "DOM-202",
            "S-1",
            student,
            entity_type="student",
            severity="warn",
            field="graduation_year",
            message="The graduation year is implausible.",
        ),
        _finding(
            CRM,
            "invalid_phone",
            "0035",
            {"contact_id": "0035", "fields": "Phone"},
            entity_type="contact",
            external_system="salesforce",
            severity="warn",
            message="A phone number is not valid and is not used.",
        ),
        _finding(
            PATHFUL,
            "bad_date",
            "1009",
            {"row_number": 12, "session_id": "1009"},
            entity_type="session_row",
            external_system="pathful",
            message="The date of the row cannot be read.",
        ),
        _finding(SET_ASIDE, "VOL_STATE_CODE", "A-3", _BO, severity="warn", status="suppressed"),
        _finding(LEFT, "VOL_NAME_REQUIRED", "A-4", {"E-mail": "x@example.org"}, status="wont_fix"),
        _finding(DONE, "VOL_DATE_FORMAT", "A-5", _BO, severity="warn", status="fixed"),
        _finding(
            EVENT,
            "EVENT_TITLE_REQUIRED",
            "E-1",
            {"event_id": "E-1", "Start": "2026-05-04 10:00"},
            entity_type="event",
            field="title",
            message="The event has no title.",
        ),
    ]


def mistyped(count: int, start: int = 0) -> list[Row]:
    """As many volunteers whose address ends in gmial.con."""
    return [
        _finding(
            f"{0xE000 + number:032x}",
            "VOL_EMAIL_FORMAT",
            f"M-{number:04}",
            {"First": "Mo", "Last": f"Lane{number}", "E-mail": f"mo{number}@gmial.con"},
            field="email",
        )
        for number in range(start, start + count)
    ]


@kept
def add(path: Path, more: list[Row] | None = None) -> None:
    """Puts the findings, or these, into a published release."""
    from tests.support.fake_release import insert

    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        insert(connection, "queues.queue_dq_violations", rows() if more is None else more)
