"""What the settings are called for people."""

from __future__ import annotations

from polaris.config import Setting

# Parts of a key that are short for something.
_PARTS = {
    "auto_enabled": "automatic merges",
    "auto_threshold": "threshold for merging by itself",
    "delta": "new people",
    "dob": "date of birth",
    "duplicate": "duplicates",
    "email": "e-mail",
    "floor": "least share",
    "max_mb": "largest size",
    "max_rows": "most rows",
    "min_days": "fewest days",
    "null_drift": "empty fields",
    "page": "alarm",
    "page_hours": "alarm hours",
    "queue": "waiting pairs",
    "reject": "rows held back",
    "review_threshold": "threshold for asking",
    "undo": "merges undone",
    "use_calibrated": "calibrated score",
    "warn_pp": "warn",
    "weights": "weight",
}
PRIORITIES = "Source priorities"
# What the parts of their keys are called.
PRIORITY_PARTS = {
    "address": "Address",
    "birth": "Date of birth",
    "consent": "Consent and photos",
    "contact": "E-mail and phone",
    "csv": "files",
    "demographics": "Gender, background, education, age",
    "employer": "Employer",
    "identity": "Name",
    "pathful": "Pathful",
    "salesforce": "Salesforce",
    "website": "sign-ups on the website",
}
# Topics with several groups of settings, so that a group's name has to be said.
_SAYS_ITS_GROUP = frozenset({"Source health", "Limits", "Retention"})


def name(setting: Setting) -> str:
    """A setting for people: `dedupe.weights.dob` is "Weights, date of birth"."""
    if setting.topic == PRIORITIES:
        return ": ".join(PRIORITY_PARTS[part] for part in setting.key.split(".")[1:])
    parts = [_PARTS.get(part, part.replace("_", " ")) for part in setting.key.split(".")]
    said = ", ".join(parts if setting.topic in _SAYS_ITS_GROUP else parts[1:])
    return said[:1].upper() + said[1:]
