"""Words for volunteers who may be one person: states, what was compared, guards and rules."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from dashboard import words
from polaris.settings import PROJECT_ROOT

STATES = {
    "pending": "Open",
    "beside": "Asked with another",
    "household": "Household",
    "deferred": "Deferred",
    "auto_merged": "Merged by rule",
    "merged": "Merged",
    "rejected": "Two people",
}
STATE_KINDS = {
    "pending": "open",
    "beside": "neutral",
    "household": "neutral",
    "deferred": "open",
    "auto_merged": "good",
    "merged": "good",
    "rejected": "neutral",
}
MATCH_TYPES = {
    "combined": "E-mail and phone shared",
    "email": "E-mail shared",
    "phone": "Phone shared",
    "ambiguous": "Contacts lead to two people",
    "fuzzy_high": "Alike, high score",
    "fuzzy_review": "Alike",
    "household": "Household",
}
# Code -> words, least and most score; the upper end belongs to the next band.
BANDS: dict[str, tuple[str, float, float]] = {
    "high": ("95 % and more", 0.95, 1.01),
    "upper": ("90 to 95 %", 0.90, 0.95),
    "lower": ("80 to 90 %", 0.80, 0.90),
    "low": ("Less than 80 %", 0.0, 0.80),
}
GUARDS = {
    "household": "Shared contact, another first name: one household, and never merged by a rule",
    "different_first_name": "The first names differ, so a person is asked",
    "dob_conflict": "The dates of birth have nothing to do with each other, so a person is asked",
    "minors": "A child with another first name may be a twin, so a person is asked",
    "other_contacts": "All agrees but the contacts, which are others, so a person is asked",
    "name_only": "Nothing but names and places agree, so a person is asked",
}
RULES = {
    "F1": "Same name and date of birth: worth asking",
    "F2": "Same name and address, date of birth nearly the same: worth asking",
    "V1": "Dates of birth conflict: never merged by a rule",
    "V2": "Only a phone number is shared: never merged by a rule",
    "V3": "Shared contact, another first name: household",
    "V3d": "Shared contact and date of birth, another first name: perhaps twins",
    "V4": "Shared contact, the first names are not the same: never merged by a rule",
    "V5": "A person told the two apart, or took a merge back: never merged by a rule",
    "V6": "Merging would join two who must stay apart",
    "V7": "A child with another first name: never merged by a rule",
    "NAME_SWAPPED": "First and last name are swapped",
    "SHARED_CONTACT": "They share a contact",
}
APART = {
    "decision": "kept apart from others by a decision",
    "date_of_birth": "kept apart from others by unrelated dates of birth",
    "contradiction": "merged and told apart at once: decisions contradict each other",
}
FEATURES = {
    "prior": "Before looking",
    "first": "First name",
    "last": "Last name",
    "middle": "Middle name",
    "name": "Name",
    "dob": "Date of birth",
    "email": "E-mail",
    "phone": "Phone",
    "street": "Street",
    "place": "City and postal code",
    "address": "Address",
    "employer": "Employer",
}
# Those that have a level of likeness, in the order of the chart.
COMPARED = ("first", "last", "middle", "dob", "email", "phone", "street", "place", "employer")
# A choice of a merge -> words, and the columns of a record it covers.
UNITS: dict[str, tuple[str, tuple[str, ...]]] = {
    "identity": ("Name", ("first_name", "last_name", "middle_name")),
    "email": ("E-mail", ("emails",)),
    "phone": ("Phone", ("phones",)),
    "dob": ("Date of birth", ("dob",)),
    "address": ("Address", ("street", "city", "state_code", "postal_code")),
    "gender": ("Gender", ("gender",)),
    "race_ethnicity": ("Race and ethnicity", ("race_ethnicity",)),
    "education": ("Education", ("education",)),
    "age_group": ("Age group", ("age_group",)),
}
# Fields that only an administrator reads, so whoever may not is shown nothing of them.
DEMOGRAPHICS = ("gender", "race_ethnicity", "education", "age_group")
# Column of a record -> words, and the feature that says how alike two are where it is hidden.
RECORD: dict[str, tuple[str, str]] = {
    "first_name": ("First name", "first"),
    "last_name": ("Last name", "last"),
    "middle_name": ("Middle name", "middle"),
    "emails": ("E-mail", "email"),
    "phones": ("Phone", "phone"),
    "dob": ("Date of birth", "dob"),
    "street": ("Street", "street"),
    "city": ("City", "place"),
    "state_code": ("State", "place"),
    "postal_code": ("Postal code", "place"),
    "employer": ("Employer", "employer"),
    "gender": ("Gender", ""),
    "race_ethnicity": ("Race and ethnicity", ""),
    "education": ("Education", ""),
    "age_group": ("Age group", ""),
    "source": ("Source", ""),
    "external_id": ("Id there", ""),
    "first_seen_at": ("Known since", ""),
    "updated_at": ("Last changed", ""),
}
LOG = {
    "manual": "Merged",
    "undo": "Taken apart",
    "deterministic_auto": "Merged by rule",
    "fuzzy_auto": "Merged by rule",
}


@lru_cache(maxsize=1)
def _levels() -> dict[tuple[str, str], str]:
    path = PROJECT_ROOT / "seeds" / "rule_match_levels.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["feature"], row["level"]): row["label"] for row in csv.DictReader(file)}


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """What each feature counts in the score of appendix B (platform.md 4.4)."""
    path = PROJECT_ROOT / "seeds" / "rule_match_weights.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["feature"]: float(row["weight"]) for row in csv.DictReader(file)}


def level(feature: str, value: Any) -> str:
    """How alike two records are in a feature; a dash where one of them says nothing."""
    if words.is_missing(value):
        return words.DASH
    return _levels().get((feature, str(value)), str(value))


def levels(features: Mapping[str, Any]) -> dict[str, Any]:
    """How alike two records are per feature, of what was compared; None where one says nothing."""
    return {name: features.get(f"{name}_level") for name in COMPARED}


def pattern(features: Mapping[str, Any]) -> str:
    """What was found alike and different, as one line."""
    found = [level(name, value) for name, value in levels(features).items() if value is not None]
    return ", ".join(found) or "nothing was compared"


def reasons(row: Mapping[str, Any]) -> list[str]:
    """The guard and the rules that moved the outcome, in words."""
    found = [GUARDS.get(row["guard"], str(row["guard"]))] if row["guard"] else []
    codes = [code for code in str(row["rules_applied"] or "").split(",") if code]
    found += [f"{RULES[code]} ({code})" for code in codes if code in RULES]
    if row["is_auto_merge_blocked"]:
        found.append("A merge of these two was taken back, so none happens by itself again")
    return found


def score(value: Any) -> str:
    """A score in percent with one decimal; a dash for none."""
    return words.DASH if value is None else f"{float(value) * 100:.1f} %"
