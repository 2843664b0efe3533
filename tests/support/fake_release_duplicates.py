"""Volunteers of the invented release who may be one person, in every state a pair can be in.

A record is called by two digits: salesforce:01 belongs to the person d-01 and its hash is h01.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from tests.support import fake_release
from tests.support.kept import kept

Row = dict[str, Any]
OPEN, BESIDE, HOUSEHOLD = "h01-h02", "h02-h05", "h03-h04"
BY_CONTACT, BY_SCORE, AFTER_RULE = "h05-h06", "h07-h08", "h06-h19"
DEFERRED, REJECTED, MERGED = "h09-h10", "h11-h12", "h13-h14"
ALIKE = ("h15-h16", "h17-h18")
SCHOOL, HOTLINE, SET_ASIDE = "xc-school", "xc-hotline", "xc-club"
# pair -> (decision, match type, score, score of appendix B, guard, rules, levels)
_PAIRS: dict[str, tuple[str, str | None, float, float, str | None, str | None, Row]] = {
    OPEN: ("pending", "fuzzy_review", 0.94, 0.9, "different_first_name", None, {"first": 5}),
    BESIDE: ("pending", "fuzzy_review", 0.81, 0.2, None, None, {"email": 4}),
    HOUSEHOLD: ("pending", "household", 0.79, 0.842, "household", "V3", {"first": 5, "street": 1}),
    BY_CONTACT: ("auto_merged", "email", 1.0, 0.9, None, None, {}),
    BY_SCORE: ("auto_merged", "fuzzy_high", 0.97, 0.9, None, None, {"phone": 1}),
    AFTER_RULE: ("pending", "ambiguous", 0.9, 0.9, None, None, {"phone": 1}),
    DEFERRED: ("deferred", "fuzzy_review", 0.85, 0.85, None, "F1", {}),
    REJECTED: ("rejected", None, 0.9, 0.9, None, "V5", {}),
    MERGED: ("accepted", "fuzzy_review", 0.9, 0.9, None, None, {}),
    ALIKE[0]: ("pending", "fuzzy_review", 0.92, 0.9, None, None, {"last": 2}),
    ALIKE[1]: ("pending", "fuzzy_review", 0.91, 0.9, None, None, {"last": 2}),
}
_NAMES = {
    "01": ("Maya", "Chen"), "02": ("Mia", "Chen"), "03": ("Rosa", "Lopez"),
    "04": ("Diego", "Lopez"), "05": ("Mia", "Chen"), "06": ("Mia", "Chen"), "07": ("Owen", "Park"),
    "08": ("Owen", "Park"), "09": ("Lena", "<b>Fox</b>"), "10": ("Lena", "Fox"),
    "11": ("Max", "Bell"), "12": ("Max", "Bell"),
    "13": ("Tess", "Moore"), "14": ("Tess", "Moor"), "15": ("Ida", "Whitfeld"),
    "16": ("Ida", "Whitfield"), "17": ("Jamal", "Reed"), "18": ("Jamal", "Reid"),
    "19": ("Mia", "Chan"),
}  # fmt: skip
# A rule, or a person, made these one: record -> the record that names the person.
_ONE_PERSON = {"06": "05", "08": "07", "14": "13"}
_STEPS = {"ambiguous": "ambiguous", "None": "decision"}
_LEVELS = {"first": 1, "last": 1, "email": 1, "phone": 3, "dob": None, "street": None}
_BITS = {1: 11.5, 2: 3.25, 3: -1.5, 4: -1.25, 5: -4.5, None: 0.0}


def person(number: str) -> str:
    """The key of the person a record belongs to."""
    return f"d-{_ONE_PERSON.get(number, number)}"


def rows() -> dict[str, list[Row]]:
    """Rows of the queue, its records, the people and the log."""
    return {
        "queues.queue_duplicate_pairs": [_pair(key) for key in _PAIRS],
        "queues.queue_duplicate_records": [_record(number) for number in _NAMES],
        "queues.queue_shared_contacts": [
            _contact(SCHOOL, "email", "info@school.example.org", 9, "matched"),
            _contact(HOTLINE, "phone", "+18165550142", 4, "matched"),
            _contact(SET_ASIDE, "email", "team@club.example.org", 0, "never_matched"),
        ],
        "marts.dim_volunteers": [
            {
                "person_key": person(number),
                "first_name": first,
                "last_name": last,
                "household_key": "home" if last == "Lopez" else None,
                "salesforce_contact_count": 1,
                "credited_count": 2,
            }
            for number, (first, last) in _NAMES.items()
            if number not in _ONE_PERSON
        ],
        # The later of the two runs was the first to have both.
        "ops.external_id_map": [
            {
                "entity_type": "volunteer",
                "external_system": system,
                "external_id": number,
                "run_id": run,
            }
            for system, number, run in (
                ("salesforce", "17", fake_release.FIRST_RUN),
                ("csv", "18", fake_release.LAST_RUN),
            )
        ],
        "ops.merge_log": [
            {
                "merge_key": "m-old",
                "decision_id": "m-old",
                "pair_key": MERGED,
                "decision_type": "manual",
                "performed_by": "riley",
                "performed_at": fake_release.at("2026-03-01 15:00"),
                "reason": "The same badge",
            }
        ],
    }


@kept
def add(path: Path) -> None:
    """Puts the rows into a release that is not open anywhere."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for table, some in rows().items():
            fake_release.insert(connection, table, some)


def _contact(key: str, kind: str, value: str, people: int, status: str) -> Row:
    is_set_aside = status == "never_matched"
    return {
        "contact_key": key,
        "kind": kind,
        "contact_value": value,
        "record_count": people + 1,
        "person_count": people,
        "is_compared": people < 9,
        "status": status,
        "decision_id": f"d-{key}" if is_set_aside else None,
        "decided_by": "riley" if is_set_aside else None,
        "decided_at": fake_release.at("2026-03-01 15:00") if is_set_aside else None,
    }


def _pair(key: str) -> Row:
    decision, match_type, score, appendix_b, guard, rules, levels = _PAIRS[key]
    left, right = key.replace("h", "").split("-")
    is_decided = decision in {"accepted", "rejected", "deferred"}
    every = {**_LEVELS, **levels}
    features = {
        "score": score,
        "auto_threshold": 0.95,
        "review_threshold": 0.8,
        "email": 1,
        "phone": int(every["phone"] == 1),
        "name": 0.98,
        "dob": 0,
        "address": 0.5,
        "employer": 0,
        "prior_bits": -12.5,
    }
    for name, level in every.items():
        features |= {f"{name}_level": level, f"{name}_bits": _BITS[level]}
    return {
        "pair_key": key,
        "left_record_key": f"salesforce:{left}",
        "right_record_key": f"salesforce:{right}",
        "left_person_key": person(left),
        "right_person_key": person(right),
        "score": score,
        "match_type": match_type,
        "decision": decision,
        "features_json": json.dumps(features),
        "rules_applied": rules,
        "score_appendix_b": appendix_b,
        "score_calibrated": score,
        "guard": guard,
        "step": "deterministic" if score == 1 else _STEPS.get(str(match_type), "scored"),
        "band": "auto" if decision == "auto_merged" else "review",
        "is_auto_merge_blocked": False,
        "decision_id": "m-old" if key == MERGED else f"old-{key}" if is_decided else None,
        "decided_by": "riley" if is_decided else None,
        "decided_at": fake_release.at("2026-03-01 15:00") if is_decided else None,
        "left_first_name": _NAMES[left][0],
        "left_last_name": _NAMES[left][1],
        "right_first_name": _NAMES[right][0],
        "right_last_name": _NAMES[right][1],
    }


def _record(number: str) -> Row:
    first, last = _NAMES[number]
    plain = last.lower().replace("<b>", "").replace("</b>", "")
    return {
        "record_key": f"salesforce:{number}",
        "person_key": person(number),
        "anchor_record_key": f"salesforce:{_ONE_PERSON.get(number, number)}",
        "source": "csv" if number == "18" else "salesforce",
        "external_id": number,
        "first_name": first,
        "last_name": last,
        "emails": f"{first.lower()}.{plain}@example.org",
        "phones": f"+181655501{number}",
        "dob": f"1980-04-{int(number):02d}",
        "is_minor": False,
        "street": f"{int(number)} Birch Rd",
        "city": "Kansas City",
        "state_code": "MO",
        "postal_code": "64111" if int(number) % 2 else "64112",
        "gender": "female" if int(number) % 2 else "non_binary",
        "race_ethnicity": "white" if int(number) % 2 else None,
        "education": "DOCTORATE",
        "age_group": f"AGE_{18 + int(number)}",
        "first_seen_at": fake_release.at("2024-05-01 12:00"),
        "updated_at": fake_release.at("2026-02-01 12:00"),
    }
