"""Invented sessions of the CRM with their places, volunteers and students."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

Row = dict[str, Any]
RUN = "20260310T071500000Z-cccccc"
OLD_RUN = "20260306T071500000Z-dddddd"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def attendance(event: str, attended: int) -> list[Row]:
    """Four students of an event, of whom the first `attended` came."""
    return [
        {
            "participation_key": f"{event}-st-{number}",
            "event_key": event,
            "student_key": f"st-{number}",
            "status": "Attended" if number <= attended else "Registered",
            "is_attended": number <= attended,
        }
        for number in range(1, 5)
    ]


# key, title, type, format, status, day, hour UTC, school, district, on the website
_SESSIONS = [
    ("c-done", "Career Jumping Day", "career_jumping", "in_person", "Completed", "2025-11-12", 15,
     "s-central", "d-hickman", False),
    ("c-next", "Visit to <b>Acme</b> & Co", "workplace_visit", "in_person", "Confirmed",
     "2026-03-24", 15, "s-central", "d-hickman", True),
    ("c-fair", "=College Fair", "career_fair", "in_person", "Published", "2026-04-08", 14,
     "s-grand", "d-grandview", False),
    ("c-lone", "Pathway Visit", "pathway_campus_visits", "in_person", "Requested", "2026-05-05",
     None, None, None, False),
    ("c-off", "Snowed In", "dia", "in_person", "Cancelled", "2026-01-20", 15, "s-central",
     "d-hickman", False),
    ("c-live", "Live from the Lab", "connector_session", "virtual", "Completed", "2026-02-11", 16,
     None, "d-hickman", False),
]  # fmt: skip


def _session(row: tuple[Any, ...]) -> Row:
    key, title, kind, form, status, day, hour, school, district, is_shown = row
    return {
        "event_key": key,
        "source": "salesforce",
        "import_source": "salesforce_sync",
        "salesforce_id": f"a0B00000000{key[2:].upper():0<4}AAA",
        "title": title,
        "event_type": kind,
        "raw_event_type": kind.replace("_", " ").title(),
        "format": form,
        "status": status,
        "raw_status": f"{status} in the CRM",
        "imported_status": status,
        "is_status_manual": False,
        "is_corrected": False,
        "session_date": date.fromisoformat(day),
        "start_at": _at(f"{day} {hour or 6:02d}:00"),
        "end_at": _at(f"{day} {(hour or 6) + 2:02d}:00"),
        "is_time_known": hour is not None,
        "duration_minutes": 120,
        "session_host": "PREPKC",
        "school_key": school,
        "location": "12 Main Street",
        "registration_url": "https://example.org/sign-up",
        "requested_volunteer_count": 10,
        "available_slot_count": 6,
        "filled_volunteer_count": 4,
        "inperson_page_visible": is_shown,
        "is_unaffiliated": district is None,
        "cancellation_reason": "WEATHER" if status == "Cancelled" else None,
        "raw_cancellation_reason": (
            "Inclement Weather Cancellation" if status == "Cancelled" else None
        ),
        "first_seen_run_id": OLD_RUN,
        "last_seen_run_id": RUN,
    }


def sessions() -> dict[str, list[Row]]:
    """Sessions of the CRM with their places, volunteers and students."""
    content: dict[str, list[Row]] = {
        "marts.dim_events": [],
        "marts.bridge_event_districts": [],
        "marts.bridge_event_schools": [],
    }
    for row in _SESSIONS:
        key, *_, school, district, _is_shown = row
        content["marts.dim_events"].append(_session(row))
        if district:
            content["marts.bridge_event_districts"].append(
                {"event_key": key, "district_key": district, "attribution_source": "sf_school"}
            )
        if school:
            content["marts.bridge_event_schools"].append({"event_key": key, "school_key": school})
    content["marts.dim_volunteers"] = [
        {"person_key": "p-crm", "first_name": "Rosa", "last_name": "Alder", "is_deleted": False},
        {"person_key": "p-away", "first_name": "Tom", "last_name": "Reed", "is_deleted": False},
        {"person_key": "p-gone", "first_name": "Ute", "last_name": "Stone", "is_deleted": True},
    ]
    content["marts.fct_volunteer_participation"] = [
        _volunteered("c-done", "p-crm", "Attended", 2.0, "delivery"),
        _volunteered("c-done", "p-away", "Cancelled", 0.0, "none"),
        _volunteered("c-live", "p-crm", "Attended", 1.0, "event_duration"),
        _volunteered("c-next", "p-crm", "Scheduled", 0.0, "none"),
    ]
    content["marts.fct_student_participation"] = attendance("c-done", 3)
    content["marts.agg_event_staffing"] = [
        {
            "event_key": "c-done",
            "volunteer_count": 1,
            "credited_volunteer_count": 1,
            "attended_student_count": 3,
            "needs_attendance": False,
        },
        {"event_key": "c-next", "is_upcoming": True, "attended_student_count": 0},
    ]
    return content


_CODES = {"Attended": "Attended", "Cancelled": "Canceled", "Scheduled": "SignedUp"}


def _volunteered(event: str, person: str, status: str, hours: float, source: str) -> Row:
    return {
        "participation_key": f"{event}-{person}",
        "event_key": event,
        "person_key": person,
        "participant_type": "Volunteer",
        "status": status,
        "raw_status": f"{status} by staff",
        "attendance_status": _CODES[status],
        "is_credited": status == "Attended",
        "delivery_hours": hours if source == "delivery" else None,
        "hours": hours,
        "hours_source": source,
        "import_source": "salesforce_sync",
        "is_tagged": False,
    }
