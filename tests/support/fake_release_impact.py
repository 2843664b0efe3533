"""Invented figures of impact: months, years, districts, programs, types and schools."""

from __future__ import annotations

from datetime import date
from typing import Any

Row = dict[str, Any]
YEAR = "2025-2026"


def rows() -> dict[str, list[Row]]:
    """The tables of figures."""
    return {
        "marts.dim_metrics": _metrics(),
        "marts.agg_monthly_impact": _months(),
        "marts.agg_impact_years": _years(),
        "marts.agg_district_impact": _district_impact(),
        "marts.agg_district_programs": _programs(),
        "marts.agg_event_types": _types(),
        "marts.agg_school_impact": _schools(),
        "marts.agg_attendance_years": [
            {"scope_type": kind, "scope_key": key, "attendance_year": YEAR, "event_count": 3}
            for kind, key, _ in _SCOPES
        ],
        "marts.fct_district_inputs": [
            {"district_key": key, "school_year": YEAR, "host": "all", "input_value": 3}
            | {"data_type": "math_relays_hs", "input_name": "Math Relays, high schools"}
            for kind, key, _ in _SCOPES
            if kind == "district"
        ],
    }


def _metrics() -> list[Row]:
    named = {
        "M10": ("Unique students", "Different students who attended an event."),
        "M20": ("Unique volunteers", "Different people who volunteered."),
        "M30": ("Volunteer hours", "Hours that volunteers gave."),
        "M60": ("Events", "Events that were not cancelled."),
        "M73": ("Estimated virtual students", "Students that virtual sessions may have reached."),
        "M92": ("First-time volunteers", "Volunteers who had never volunteered before."),
        "YE-STUDENTS": ("Year-end students in person", "Attendances at in-person events."),
    }
    return [
        {
            "metric_code": code,
            "metric_name": name,
            "definition": definition,
            "formula": "Distinct, events that are not cancelled",
            "caveat": "Never added up over districts",
            "unit": "people",
            "shown_in": "agg_monthly_impact",
            "version": "Metrics Bible v1.0",
            "sort_order": number,
        }
        for number, (code, (name, definition)) in enumerate(named.items(), start=1)
    ]


# scope type, key, how big against the whole
_SCOPES = [("all", "all", 1.0), ("district", "d-hickman", 0.5), ("district", "d-grandview", 0.25)]
_MEASURES = {
    "event_count": 40,
    "virtual_event_count": 16,
    "in_person_event_count": 24,
    "cancelled_event_count": 4,
    "completed_event_count": 32,
    "volunteer_count": 120,
    "engagement_count": 200,
    "student_count": 480,
    "student_attendance_count": 640,
    "organization_count": 24,
    "school_count": 12,
    "first_time_volunteer_count": 60,
    "local_volunteer_count": 88,
    "poc_volunteer_count": 40,
    "unconfirmed_volunteer_count": 4,
    "engagement_without_hours_count": 8,
}
_HOURS = {
    "volunteer_hours": 400.0,
    "strict_volunteer_hours": 240.0,
    "delivery_source_hours": 240.0,
    "presenter_duration_hours": 60.0,
    "event_duration_hours": 100.0,
}
FORMATS = ("all", "in_person", "virtual")


def _impact(share: float) -> Row:
    counts = {name: int(value * share) for name, value in _MEASURES.items()}
    return counts | {name: value * share for name, value in _HOURS.items()}


def _months() -> list[Row]:
    return [
        {"month_date": date.fromisoformat(month), "scope_type": kind, "scope_key": key}
        | {"format": form}
        | _impact(share * part)
        for kind, key, share in _SCOPES
        for form in FORMATS
        for month, part in (("2025-10-01", 0.25), ("2026-02-01", 0.5), ("2026-07-01", 0.25))
    ]


_WINDOWS = {
    "school_year": (date(2025, 8, 1), date(2026, 7, 31)),
    "attendance_year": (date(2025, 6, 1), date(2026, 5, 31)),
    "virtual_year": (date(2025, 7, 1), date(2026, 6, 30)),
}


def _years() -> list[Row]:
    return [
        {"year_type": kind, "year_label": YEAR, "starts_on": first, "ends_on": last}
        | {"scope_type": scope, "scope_key": key, "format": form}
        | _impact(share)
        for kind, (first, last) in _WINDOWS.items()
        for scope, key, share in _SCOPES
        for form in FORMATS
    ]


def _district_impact() -> list[Row]:
    counts = {
        "event_count": 32,
        "in_person_event_count": 20,
        "virtual_event_count": 12,
        "student_attendance_count": 600,
        "student_count": 440,
        "student_count_by_event_district": 480,
        "student_count_by_home_district": 440,
        "students_total": 1400,
        "virtual_student_estimate": 800,
        "virtual_student_upper_estimate": 1200,
        "unique_virtual_student_count": 0,
        "attendance_without_school_count": 20,
        "attendance_elsewhere_count": 12,
        "needs_attendance_count": 4,
        "volunteer_engagement_count": 160,
        "in_person_engagement_count": 120,
        "virtual_engagement_count": 40,
        "volunteer_count": 100,
        "in_person_volunteer_count": 80,
        "virtual_volunteer_count": 24,
        "first_time_volunteer_count": 28,
        "unconfirmed_volunteer_count": 4,
        "organization_count": 20,
        "in_person_organization_count": 16,
        "virtual_organization_count": 8,
        "virtual_session_count": 12,
        "classroom_count": 32,
        "unique_teacher_count": 32,
        "confirmed_teacher_count": 36,
        "registered_teacher_count": 48,
        "school_count": 12,
    }
    hours = {
        "volunteer_hours": 325.0,
        "strict_volunteer_hours": 210.0,
        "year_end_hours": 320.0,
        "in_person_year_end_hours": 240.0,
        "virtual_year_end_hours": 80.0,
        "organization_hours": 300.0,
        "in_person_organization_hours": 225.0,
        "virtual_organization_hours": 75.0,
    }
    shares = {
        "in_person_event_pct": 62.5,
        "virtual_event_pct": 37.5,
        "in_person_hours_pct": 75.0,
        "virtual_hours_pct": 25.0,
    }
    return [
        {"scope_type": kind, "scope_key": key, "school_year": YEAR, "host": host}
        | {name: int(value * share) for name, value in counts.items()}
        | {name: value * share for name, value in hours.items()}
        | shares
        for kind, key, share in _SCOPES
        for host in ("all", "prepkc")
    ]


def _programs() -> list[Row]:
    programs = [
        ("career_jumping_students", "Career Jumping", "students", 4, 100, 80),
        ("math_relays_count", "Math Relays", "events", 2, None, None),
        ("connector_sessions", "Virtual and connector sessions", "teachers", 12, None, None),
    ]
    return [
        {
            "scope_type": kind,
            "scope_key": scope,
            "school_year": YEAR,
            "host": "all",
            "program_key": key,
            "program_name": name,
            "counting_rule": rule,
            "event_count": events,
            "student_attendance_count": attended,
            "student_count": students,
            "teacher_engagement_count": 40 if rule == "teachers" else None,
            "teacher_count": 32 if rule == "teachers" else None,
            "virtual_student_estimate": 800 if rule == "teachers" else None,
        }
        for kind, scope, _ in _SCOPES
        for key, name, rule, events, attended, students in programs
    ]


def _types() -> list[Row]:
    return [
        {
            "scope_type": kind,
            "scope_key": key,
            "school_year": YEAR,
            "host": "all",
            "event_type": name,
            "event_count": count,
            "in_person_event_count": 0 if name == "virtual_session" else count,
            "virtual_event_count": count if name == "virtual_session" else 0,
            "completed_event_count": count - 1,
            "volunteer_count": 9,
            "volunteer_hours": 12.5,
            "student_count": 3,
            "student_attendance_count": 3,
        }
        for kind, key, _ in _SCOPES
        for name, count in (("virtual_session", 12), ("dia", 5), ("career_jumping", 4))
    ]


def _schools() -> list[Row]:
    schools = [
        ("s-central", "Central High", "d-hickman", "High", 12),
        ("s-ridge", "Ridge Elementary", "d-hickman", "Elementary", 0),
        ("s-grand", "Grand Middle", "d-grandview", "Middle", 3),
        ("Unknown", "Unknown", None, None, 2),
    ]
    return [
        {
            "school_key": key,
            "school_name": name,
            "district_key": district,
            "level": level,
            "school_year": YEAR,
            "event_count": count,
            "completed_event_count": count,
            "student_attendance_count": count,
            "student_count": min(count, 3),
            "own_student_count": 0,
            "volunteer_count": count,
            "engagement_count": count,
            "volunteer_hours": 1.5 * count,
        }
        for key, name, district, level, count in schools
    ]
