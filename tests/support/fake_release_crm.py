"""Invented rows of the CRM side: how Salesforce stands, students, impact; its sessions on demand.

`rows` has tables that nothing else fills, so it is part of every invented release. `publish` adds
sessions of the CRM beside those of Pathful, for pages that show both.
"""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.support import fake_release_crm_sessions
from tests.support.fake_release_crm_sessions import OLD_RUN, RUN, attendance

Row = dict[str, Any]
OWNERS = Path(__file__).parents[2] / "seeds" / "rule_field_ownership.csv"
# The account nobody has imported, which most students without a school name.
MISSING_ACCOUNT = "001000000000MISAAA"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rows() -> dict[str, list[Row]]:
    """Tables of the CRM side that no other invented row is in."""
    return {
        "ops.crm_objects": _objects(),
        "ops.import_objects": _loads(),
        "ops.reconciliation": _checks(),
        "ops.crm_outcomes": _outcomes(),
        "ops.affiliation_matches": [
            {
                "source": "csv",
                "run_id": RUN,
                "attempted_count": 8,
                "matched_count": 6,
                "unmatched_contact_count": 2,
                "unmatched_organization_count": 1,
                "match_rate_pct": 75.0,
            }
        ],
        "ops.unmapped_fields": _unmapped(),
        "ops.watermarks": [
            {"source": "salesforce", "entity": "Contact", "watermark": _at("2026-03-10 07:00")}
        ],
        "ops.field_ownership": _owners(),
        "ops.student_pipeline_status": [_pipeline()],
        "marts.dim_students": _students(),
        "marts.dim_classes": [
            {"class_key": "k-bio", "class_name": "Biology 1", "school_key": "s-central"},
            {"class_key": "k-math", "class_name": "Algebra", "school_key": "s-grand"},
        ],
        "marts.fct_student_participation": attendance("e-done", 3) + attendance("e-off", 1),
        "marts.agg_event_staffing": [
            {"event_key": "e-next", "is_upcoming": True, "volunteer_count": 1},
            {"event_key": "e-off", "is_upcoming": False, "volunteer_count": 0},
        ],
        "marts.bridge_event_skills": [
            {"event_key": "e-next", "skill_name": "Nursing"},
            {"event_key": "e-off", "skill_name": "Banking"},
        ],
        "marts.fct_signups": [
            {"signup_key": "g-1", "external_system": "csv", "event_key": "e-next"}
        ],
        "marts.fct_pathway_students": [
            {"student_key": "st-1", "attendance_year": "2025-2026", "event_count": 1}
        ],
        "marts.dim_crm_teachers": [{"teacher_key": "t-crm", "district_key": "d-hickman"}],
    }


# object, words, status, hours since the watermark, new, changed, unchanged, deleted, missing fields
_OBJECTS = [
    ("Account", "Organizations, districts and schools", "fresh", 7.0, 2, 5, 0, 0, []),
    ("Contact", "Volunteers, teachers and students", "fresh", 7.0, 40, 12, 3, 1, ["Old__c"]),
    ("Session__c", "Events", "stale", 103.0, 0, 1, 0, 0, []),
    ("Class__c", "Classes", "never", None, None, None, None, None, []),
]


def _objects() -> list[Row]:
    found = []
    for name, label, status, age, new, changed, same, deleted, missing in _OBJECTS:
        is_read = status != "never"
        found.append(
            {
                "object_name": name,
                "label": label,
                "cadence": "weekly" if name == "Class__c" else "daily",
                "last_run_id": RUN if is_read else None,
                "last_success_at": _at("2026-03-10 07:20") if status == "fresh" else None,
                "watermark": (
                    _at("2026-03-10 14:00") - timedelta(hours=age) if age is not None else None
                ),
                "watermark_age_hours": age,
                "status": status,
                "warn_hours": 12,
                "page_hours": 24,
                "record_count": 1200 if is_read else 0,
                "deleted_count": 9 if is_read else 0,
                "source_count": 1191 if is_read else None,
                "last_mode": "delta" if is_read else None,
                "last_transport": "bulk" if is_read else None,
                "rows_inserted": new,
                "rows_updated": changed,
                "rows_unchanged": same,
                "rows_deleted": deleted,
                "missing_fields_json": json.dumps(missing),
                "unmapped_count": 2 if name == "Contact" else 0,
                "depends_on": "Account" if name == "Contact" else None,
                "dependency_warnings": (
                    "Account was read 30.0 hours before" if name == "Session__c" else None
                ),
            }
        )
    return found


def _loads() -> list[Row]:
    found = []
    for number, (name, *_) in enumerate(_OBJECTS[:3]):
        for days in (0, 2, 6, 9):
            landed = _at("2026-03-10 07:20") - timedelta(days=days)
            found.append(
                {
                    "run_id": RUN if days == 0 else f"{OLD_RUN}-{days}",
                    "object_name": name,
                    "load_seq": 100 * number + 20 - days,
                    "mode": "delta",
                    "transport": "bulk",
                    "rows_extracted": 60 - days,
                    "rows_inserted": 40 - days,
                    "rows_updated": 12,
                    "rows_unchanged": 8,
                    "rows_deleted": 1,
                    "rows_quarantined": 2 if name == "Contact" and days == 0 else 0,
                    "call_count": 4,
                    "warnings": '["1 field is gone: Old__c"]' if name == "Contact" else "[]",
                    "landed_at": landed,
                    "duration_seconds": 31.0,
                }
            )
    return found


def _checks() -> list[Row]:
    checks = [
        ("source_count", "Contact", 1191, 1191, True),
        ("source_count", "Session__c", 300, 200, False),
        ("rows_add_up", "Contact", 56, 56, True),
        ("outcomes_add_up", "Session_Participant__c", 90, 90, True),
    ]
    return [
        {
            "source": "salesforce",
            "check_name": check,
            "object_name": name,
            "run_id": RUN,
            "source_count": theirs,
            "warehouse_count": ours,
            "difference_count": ours - theirs,
            "difference_pct": round(100 * abs(ours - theirs) / theirs, 2),
            "is_within_tolerance": fits,
            "checked_at": _at("2026-03-10 07:20"),
        }
        for check, name, theirs, ours, fits in checks
    ]


def _outcomes() -> list[Row]:
    counts = {
        ("Session_Participant__c", "kept"): 80,
        ("Session_Participant__c", "duplicate"): 6,
        ("Session_Participant__c", "unknown_person"): 4,
        ("Session__c", "in_scope"): 190,
        ("Session__c", "draft"): 10,
    }
    return [
        {"object_name": name, "outcome": outcome, "row_count": count}
        for (name, outcome), count in counts.items()
    ]


def _unmapped() -> list[Row]:
    return [
        {
            "source": "salesforce",
            "object_name": "Contact",
            "field_name": field,
            "field_type": "string",
            "label": label,
            "is_custom": True,
            "first_seen_run_id": OLD_RUN,
            "last_seen_run_id": RUN,
        }
        for field, label in (("Shirt__c", "=Shirt size"), ("Pet__c", "<b>Pet</b>"))
    ]


def _owners() -> list[Row]:
    """The real list: it holds no data of anybody."""
    with OWNERS.open(encoding="utf-8", newline="") as file:
        return [
            {
                name: value == "true" if name == "is_override_allowed" else value or None
                for name, value in row.items()
            }
            for row in csv.DictReader(file)
        ]


def _pipeline() -> Row:
    missing = [{"account_id": MISSING_ACCOUNT, "student_count": 7}]
    return {
        "total_students": 145_137,
        "students_with_schools": 28_138,
        "students_without_schools": 116_999,
        "students_missing_school": 4_000,
        "students_not_a_school": 12,
        "students_no_affiliation": 112_980,
        "students_excluded": 7,
        "students_needing_schools": 116_999,
        "total_schools": 160,
        "phase1_pct": 100.0,
        "phase2_pct": 19.4,
        "overall_pct": 19.4,
        "assignable_pct": 87.5,
        "is_phase1_complete": True,
        "is_phase2_complete": False,
        "is_pipeline_complete": False,
        "missing_accounts_json": json.dumps(missing),
        "top_schools_json": json.dumps([{"school_key": "s-central", "student_count": 900}]),
        "sample_student_ids_json": json.dumps(["003000000000STUAAA"]),
        "recommendations_json": json.dumps(
            [
                {
                    "code": "import_schools",
                    "student_count": 4000,
                    "advice": "Students name accounts that never landed: import those schools.",
                },
                {
                    "code": "name_a_school",
                    "student_count": 112_980,
                    "advice": "Students have no primary affiliation: only Salesforce can say.",
                },
            ]
        ),
        "lost_participation_count": 321,
        "as_of": _at("2026-03-10 07:20"),
    }


# key, first name, last name, school, district, grade, status, account
_PUPILS = [
    ("st-1", "Nia", "Brook", "s-central", "d-hickman", 10, "assigned", "001000000000CENAAA"),
    ("st-2", "=Omar", "<b>Vale</b>", "s-grand", "d-grandview", 7, "assigned", "001000000000GRAAAA"),
    ("st-3", "Pia", "Lark", None, None, None, "missing_school", MISSING_ACCOUNT),
    ("st-4", "Quinn", "Moor", None, None, 11, "no_affiliation", None),
]


def _students() -> list[Row]:
    return [
        {
            "student_key": key,
            "salesforce_id": f"0030000000000{key[-1]}STAA",
            "student_id": f"9-{key[-1]}",
            "first_name": first,
            "last_name": last,
            "school_key": school,
            "district_key": district,
            "current_grade": grade,
            "gender": "Female",
            "racial_ethnic": "Hispanic",
            "dob": date(2010, 5, 1),
            "email": f"{key}@example.org",
            "phone_e164": "+18165550123",
            "school_assignment_status": status,
            "primary_affiliation_id": account,
            "is_active": True,
            "is_deleted": False,
        }
        for key, first, last, school, district, grade, status, account in _PUPILS
    ]


def publish(home: Path) -> Path:
    """A release with sessions of Pathful and of the CRM; returns its file."""
    from tests.support import fake_release

    path = fake_release.publish(home)
    path.write_bytes(_made())
    return path


@lru_cache(maxsize=1)
def _made() -> bytes:
    from tests.support import fake_release

    content = dict(fake_release.everything())
    for table, rows in fake_release_crm_sessions.sessions().items():
        content[table] = [*content.get(table, []), *rows]
    return fake_release.made(fake_release.SCHEMA.read_text(encoding="utf-8"), content)
