"""Invented figures of volunteers and organizations by school year and by session."""

from __future__ import annotations

from datetime import date
from typing import Any

Row = dict[str, Any]
YEAR = "2025-2026"


def engagement() -> list[Row]:
    """What each volunteer did in each school year."""
    # person, year, organization, name, sessions, in person, hours, recorded, first, listed, mail
    found = [
        ("p-omar", YEAR, "o-star", "=Star Freight", 5, 5, 9.5, 2.0, False, True, False),
        ("p-iris", "all", "o-forge", "Heartland <i>Forge</i>", 3, 2, 5.75, 4.5, None, True, True),
        ("p-iris", "2024-2025", "o-forge", "Heartland <i>Forge</i>", 1, 1, 1.5, 1.5, True, True,
         True),
        ("p-iris", YEAR, "o-forge", "Heartland <i>Forge</i>", 2, 1, 4.25, 3.0, False, True, True),
        ("p-nils", YEAR, None, "Independent", 1, 0, 1.0, 0.0, True, True, False),
        ("p-zed-2", YEAR, "o-forge", "Heartland <i>Forge</i>", 1, 1, 1.0, 1.0, True, False, False),
    ]  # fmt: skip
    return [
        {
            "person_key": person,
            "school_year": year,
            "host": host,
            "organization_key": organization,
            "organization_name": name,
            "event_count": events,
            "in_person_event_count": in_person,
            "virtual_event_count": events - in_person,
            "engagement_count": events,
            "volunteer_hours": hours,
            "in_person_hours": hours,
            "virtual_hours": 0.0,
            "strict_volunteer_hours": recorded,
            "first_event_date": date(2025, 10, 1),
            "last_event_date": date(2026, 2, 3),
            "is_first_time": first,
            "event_types": "career_fair; dia",
            "is_on_thank_you_list": listed,
            "is_mailable": mail,
            "hours_rank": number if listed else None,
        }
        for host in ("all", "prepkc")
        for number, (person, year, organization, name, events, in_person, hours, recorded, first,
                     listed, mail) in enumerate(found, start=1)
        if host == "all" or person == "p-iris"
    ]  # fmt: skip


def organizations() -> list[Row]:
    """What each organization gave in each school year."""
    # key, name, type, year, mode, sessions, volunteers, hours, to one, virtual hours, rank
    found = [
        ("o-forge", "Heartland <i>Forge</i>", "Business", YEAR, "verified", 3, 2, 5.25, 5.25, 1.0,
         2),
        ("o-star", "=Star Freight", "Nonprofit", YEAR, "verified", 5, 1, 9.5, 9.5, 0.0, 1),
        ("Unknown", "Unknown", None, YEAR, "verified", 1, 1, 1.0, 1.0, 0.0, None),
        ("o-star", "=Star Freight", "Nonprofit", YEAR, "full", 6, 2, 13.75, 9.5, 0.0, 1),
        ("o-forge", "Heartland <i>Forge</i>", "Business", "2024-2025", "verified", 1, 1, 1.5, 1.5,
         0.0, 1),
        ("o-forge", "Heartland <i>Forge</i>", "Business", "all", "verified", 4, 2, 6.75, 6.75, 1.0,
         2),
    ]  # fmt: skip
    return [
        {
            "organization_key": key,
            "organization_name": name,
            "organization_type": kind,
            "school_year": year,
            "membership_mode": mode,
            "event_count": events,
            "in_person_event_count": events,
            "virtual_event_count": 0,
            "volunteer_count": people,
            "in_person_volunteer_count": people,
            "virtual_presenter_count": 0,
            "engagement_count": events,
            "volunteer_hours": hours,
            "attributed_hours": one,
            "strict_volunteer_hours": 2.0,
            "virtual_volunteer_hours": virtual,
            "latest_event_date": date(2026, 2, 3),
            "last_activity_date": date(2026, 3, 2),
            "hours_rank": rank,
        }
        for key, name, kind, year, mode, events, people, hours, one, virtual, rank in found
    ]


def by_event() -> list[Row]:
    """Who came lately and who is coming, by session."""
    found = [
        ("e-done", "p-iris", "recent", date(2026, 1, 15), 1.5, "Attended"),
        ("e-old", "p-omar", "recent", date(2025, 2, 11), 1.0, "Attended"),
        ("e-next", "p-zed-2", "future", date(2026, 4, 2), 0.0, "Scheduled"),
    ]
    return [
        {
            "event_key": event,
            "person_key": person,
            "list_type": kind,
            "session_date": day,
            "event_type": "virtual_session",
            "volunteer_hours": hours,
            "status": status,
            "raw_status": status,
        }
        for event, person, kind, day, hours, status in found
    ]
