"""Invented volunteers of the CRM: people, memberships, messages, candidates and their numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.support import fake_release_people_years

Row = dict[str, Any]
RUN = "20260310T071500000Z-cccccc"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rows() -> dict[str, list[Row]]:
    """Everything about volunteers that no other invented row is about."""
    return {
        "marts.dim_volunteers": _people(),
        "marts.dim_organizations": [
            {
                "organization_key": "o-forge",
                "organization_name": "Heartland <i>Forge</i>",
                "organization_type": "Business",
                "city": "Quarry Hill",
                "state_code": "MO",
                "salesforce_id": "001000000000FRGAAA",
                "last_activity_date": date(2026, 3, 2),
            },
            {"organization_key": "o-star", "organization_name": "=Star Freight"},
        ],
        "ops.place_aliases": [
            {
                "entity_type": "organization",
                "former_key": "o-former",
                "key": "o-forge",
                "reason": "merged",
            }
        ],
        "marts.bridge_volunteer_organizations": _memberships(),
        "marts.bridge_volunteer_skills": [
            {"person_key": "p-iris", "skill_name": "Welding"},
            {"person_key": "p-iris", "skill_name": "Public speaking"},
            {"person_key": "p-vera", "skill_name": "Nursing"},
        ],
        "marts.dim_contact_points": _contact_points(),
        "marts.fct_volunteer_participation": _participations(),
        "marts.fct_communications": _messages(),
        "marts.agg_volunteer_engagement": fake_release_people_years.engagement(),
        "marts.agg_organization_engagement": fake_release_people_years.organizations(),
        "marts.fct_volunteer_events": fake_release_people_years.by_event(),
        "marts.fct_recruitment_candidates": _candidates(),
        "ops.external_id_map": _ids(),
        "queues.queue_presenter_matches": [
            {
                "ticket_key": f"k-iris-{number}",
                "own_key": "p-iris-own",
                "person_key": "p-iris",
                "match_rule": "email",
                "presenter_name": "Iris <b>Q.</b>",
            }
            for number in (1, 2)
        ],
    }


# key, first, last, e-mail, organization, job title, industry, local, times, further
_PEOPLE: list[tuple[Any, ...]] = [
    ("p-iris", "Iris", "Quade", "iris.quade@example.org", "o-forge", "Welding engineer",
     "Manufacturing", "local", 3, {
         "salesforce_id": "003000000000IRSAAA", "pathful_user_id": "88001",
         "phone_e164": "+18165550142", "department": "Plant 2", "city": "Quarry Hill",
         "state_code": "MO", "postal_code": "64100", "dob": date(1984, 5, 17),
         "gender": "Female", "race_ethnicity": "Hispanic", "education": "Bachelors",
         "age_group": "40s", "is_contactable": True, "household_key": "h-1",
         "first_volunteer_date": date(2025, 2, 11), "last_volunteer_date": date(2025, 2, 11),
         "credited_count": 1, "additional_volunteer_count": 2,
         "sf_attended_session_count": 4, "sf_first_volunteer_date": date(2024, 9, 3),
         "last_email_date": date(2026, 2, 20), "last_non_internal_email_date": date(2026, 2, 18),
         "skills": "Public speaking, Welding", "interests": "Robotics; mentoring",
         "recruitment_notes": "Ask in <b>spring</b>, prefers mornings.",
         "salesforce_contact_count": 2, "staff_notes": "Speaks at fairs.",
         "local_status_source": "derived", "is_deceased": False,
     }),
    ("p-vera", "Vera", "Quade", "iris.quade@example.org", None, "Nurse", "Health care",
     "partial", 0, {
         "salesforce_id": "003000000000VRAAAA", "household_key": "h-1", "email_opt_out": True,
         "is_contactable": False, "skills": "Nursing", "salesforce_contact_count": 1,
         "is_recruitable": False,
     }),
    ("p-omar", "=Omar", "<b>Keller</b>", "omar.keller@example.org", "o-star", "Driver",
     "Logistics", "non_local", 12, {
         "salesforce_id": "003000000000MRKAAA", "do_not_contact": True, "is_contactable": False,
         "is_recruitable": False,
         "local_status_source": "manual", "last_volunteer_date": date(2026, 2, 3),
         "salesforce_contact_count": 1,
     }),
    ("p-zed", "Zed", "Nolan", None, None, None, None, "unknown", 0, {
         "salesforce_id": "003000000000ZEDAAA", "is_provisional": True,
         "salesforce_contact_count": 1,
     }),
    ("p-zed-2", "Zed", "Nolan", "zed.nolan@example.org", "o-forge", "Analyst", "Finance",
     "local", 6, {
         "salesforce_id": "003000000000ZE2AAA", "is_contactable": True,
         "last_volunteer_date": date(2026, 1, 20), "salesforce_contact_count": 1,
     }),
    ("p-nils", "Nils", "Brandt", "nils.brandt@example.org", None, "Teacher", None, "local", 4, {
         "salesforce_id": "003000000000NLSAAA", "is_deceased": True, "is_contactable": False,
         "is_recruitable": False,
         "salesforce_contact_count": 1,
     }),
    ("p-ursa", "Ursa", "Vale", None, None, None, None, "unknown", 1, {
         "salesforce_id": "003000000000RSAAAA", "is_deleted": True, "is_recruitable": False,
         "salesforce_contact_count": 1,
     }),
]  # fmt: skip


def _people() -> list[Row]:
    return [
        {
            "person_key": key,
            "first_name": first,
            "last_name": last,
            "email": email,
            "organization_key": organization,
            "job_title": job,
            "industry": industry,
            "local_status": local,
            "times_volunteered": times,
            "volunteer_status": "active",
            "is_deleted": False,
            "possible_duplicate": last == "Nolan",
        }
        | more
        for key, first, last, email, organization, job, industry, local, times, more in _PEOPLE
    ]


def _memberships() -> list[Row]:
    found = [
        ("p-iris", "o-forge", "Engineer", "Current", True, date(2023, 6, 1), None, True),
        ("p-iris", "o-star", "Driver", "Past", False, date(2019, 1, 1), date(2020, 5, 31), True),
        ("p-omar", "o-star", "Driver", "Current", True, None, None, True),
        ("p-zed-2", "o-forge", "Analyst", "Current", True, date(2025, 1, 1), None, True),
    ]
    return [
        {
            "person_key": person,
            "organization_key": organization,
            "role": role,
            "status": status,
            "is_primary": primary,
            "start_date": start,
            "end_date": end,
            "affiliation_key": f"a-{number}",
            "source": "salesforce",
            "salesforce_id": f"a0A00000000000{number}AAA",
            "is_newest_of_pair": newest,
        }
        for number, (person, organization, role, status, primary, start, end, newest) in enumerate(
            found
        )
    ]


def _contact_points() -> list[Row]:
    found = [
        ("email", "iris.quade@example.org", "personal", True, True, "Email"),
        ("email", "iris@forge.example.org", "professional", False, True, "npe01__WorkEmail__c"),
        ("email", "iris at home", "personal", False, False, "npe01__HomeEmail__c"),
        ("phone", "+18165550142", "personal", True, True, "MobilePhone"),
        ("address", "7 Elm Street, Quarry Hill, MO 64100", "personal", True, True,
         "MailingAddress"),
    ]  # fmt: skip
    return [
        {
            "contact_point_key": f"cp-{number}",
            "person_key": "p-iris",
            "kind": kind,
            "value": value,
            "value_type": value_type,
            "is_primary": primary,
            "is_valid": valid,
            "source_field": field,
        }
        for number, (kind, value, value_type, primary, valid, field) in enumerate(found)
    ]


# event, person, status, raw status, credited, hours, strict hours, where the hours are from
_DONE = [
    ("e-old", "p-iris", "Attended", "Successfully Completed", True, 1.5, 1.5, "delivery"),
    ("e-off", "p-iris", "Scheduled", "Confirmed", False, 0.0, 0.0, "none"),
    ("e-old", "p-omar", "Attended", "Attended", True, 1.0, 0.0, "event_duration"),
    ("e-old", "p-zed-2", "No-Show", "No Show", False, 0.0, 0.0, "none"),
]


def _participations() -> list[Row]:
    return [
        {
            "participation_key": f"{event}-{person}",
            "event_key": event,
            "person_key": person,
            "participant_type": "Volunteer",
            "status": status,
            "raw_status": raw,
            "attendance_status": {"Attended": "Attended", "No-Show": "NoShow"}.get(
                status, "SignedUp"
            ),
            "is_credited": credited,
            "hours": hours,
            "strict_hours": strict,
            "hours_source": source,
            "import_source": "salesforce_sync",
            "is_tagged": False,
        }
        for event, person, status, raw, credited, hours, strict, source in _DONE
    ]


def _messages() -> list[Row]:
    found = [
        ("m-1", "p-iris", "Email", "Spring <b>fair</b>", "2026-02-18 16:05", "incoming",
         "EmailMessage", "from", "I can come.\n<script>alert(1)</script>", "e-next"),
        ("m-2", "p-iris", "Email", "=Invitation", "2026-02-20 09:00", "outgoing",
         "EmailMessage", "to", "Please join us.", None),
        ("m-3", "p-iris", "Call", "Called about the fair", "2026-02-21 06:00", None, "Task",
         "who_id", None, None),
    ]  # fmt: skip
    return [
        {
            "communication_key": key,
            "person_key": person,
            "activity_type": kind,
            "subject": subject,
            "occurred_at": _at(when),
            "direction": direction,
            "source_object": source,
            "source_id": f"00T00000000{key[-1]}AAA",
            "match_method": method,
            "status": "Received" if direction == "incoming" else "Sent",
            "body": text,
            "event_key": event,
            "is_incoming": direction == "incoming",
            "from_address": "iris.quade@example.org" if direction == "incoming" else None,
            "person_kind": "volunteer",
            "is_time_of_entry": False,
        }
        for key, person, kind, subject, when, direction, source, method, text, event in found
    ]


def _candidates() -> list[Row]:
    found = [
        ("p-iris", 1.0, 0.8, 0.6, 0.15, 0.1, 0.2, "Welding",
         "has done this kind of event (2); has a skill the event asks for (Welding); is local"),
        ("p-zed-2", 0.0, 0.0, 0.6, 0.35, 0.2, 0.2, None,
         "title, department or industry fits (analyst); volunteered in the last 90 days"),
    ]  # fmt: skip
    return [
        {
            "event_key": "e-next",
            "person_key": person,
            "candidate_rank": rank,
            "score": same + skill + keyword + recent + often + near,
            "same_type_score": same,
            "skill_score": skill,
            "keyword_score": keyword,
            "connector_score": 0.0,
            "recency_score": recent,
            "frequency_score": often,
            "local_score": near,
            "same_type_count": int(same * 2),
            "credited_count": 2,
            "last_volunteer_date": date(2026, 1, 20),
            "matched_skills": matched,
            "reasons": reasons,
        }
        for rank, (
            person,
            same,
            skill,
            keyword,
            recent,
            often,
            near,
            matched,
            reasons,
        ) in enumerate(found, start=1)
    ]


def _ids() -> list[Row]:
    found = [
        ("salesforce", "003000000000IRSAAA", "own", True, None),
        ("salesforce", "003000000000OLDAAA", "sf_merged", False, "sf_merged"),
        ("salesforce", "003000000000TWNAAA", "same_person", True, None),
        ("pathful", "88001", "crm_email", True, None),
    ]
    return [
        {
            "entity_type": "volunteer",
            "external_system": system,
            "external_id": record,
            "entity_id": "p-iris",
            "match_rule": rule,
            "run_id": RUN,
            "first_seen_at": _at("2026-02-01 15:00"),
            "last_seen_at": _at("2026-03-10 07:15"),
            "is_active": active,
            "deactivated_at": None if active else _at("2026-03-01 12:00"),
            "upstream_deleted_reason": reason,
        }
        for system, record, rule, active, reason in found
    ]
