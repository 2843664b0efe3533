"""What a decision must look like, whatever is published: the catalogue and the payload's fields."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from polaris import access, config
from polaris.deciding import pair_facts
from polaris.deciding.actions import ANY_FIELD, REVOKE, Action, catalogue
from polaris.errors import BadInput

TEXT_AT_MOST = 500
OTHER_NOTES_AT_LEAST = 10
KEY_AT_MOST = 200
YEARS = (2000, 2100)
ROLE_MAY_NOT = "role_may_not"
OUT_OF_SCOPE = "out_of_scope"
OTHER_ACTOR = "other_actor"

_KEYS = {"action", "subject_type", "subject_key", "payload", "reason", "revokes", "actor"}
_LONG_TEXTS = {"notes", "text", "reason"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SCHOOL_YEAR = re.compile(r"(\d{4})-(\d{4})")
# They turn the text around them, so that it reads as something it is not.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Nothing to see, though Unicode counts them as letters, signs or marks.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Whole numbers: field -> the least and the most it may be.
NUMBERS = {
    "duration_minutes": (1, 1440),
    "registered_student_count": (0, 1_000_000),
    "attended_student_count": (0, 1_000_000),
    "target_sessions": (1, 50),
    "additional_volunteer_count": (0, 10_000),
    "total_students": (1, 30_000),
    "num_classrooms": (1, 1_000),
    "rotations": (1, 100),
    "value": (0, 30_000),
}
_DAYS = frozenset({"session_date", "expires_at"})
# Two consecutive years, such as 2025-2026.
_SCHOOL_YEARS = frozenset({"academic_year", "school_year"})
# Yes or no: true and false of JSON. The text "false" is refused, for some would read it as yes.
BOOLEANS = frozenset({"visible", "is_excluded_from_reports", "is_person_of_color"})


@dataclass(frozen=True)
class Problem:
    """Why a line is not stored.

    Attributes:
        message: what is wrong, without full stop.
        rule_code: of a refusal for rights, which is logged; None where the line is only wrong.
    """

    message: str
    rule_code: str | None = None


@dataclass(frozen=True)
class Draft:
    """A decision whose shape is right; see `Decision`."""

    action: Action
    actor: str
    role: str
    subject_key: str
    payload: dict[str, Any]
    reason: str | None
    revokes: str | None

    @property
    def topic(self) -> str:
        """What of its subject it settles."""
        return self.action.topic_of(self.payload)


def parse(text: str) -> dict[int, Any]:
    """Reads JSON lines: line number -> object; blank lines are left out.

    Raises:
        BadInput: the message names every line that is no JSON object.
    """
    lines: dict[int, Any] = {}
    problems = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            lines[number] = json.loads(line)
        except json.JSONDecodeError as error:
            problems.append(f"line {number}: {error.msg} at character {error.pos + 1}")
            continue
        except ValueError:  # Python refuses to read a whole number of thousands of digits
            problems.append(f"line {number}: it has a number of too many digits")
            continue
        except RecursionError:
            problems.append(f"line {number}: it is nested too deeply")
            continue
        if not isinstance(lines[number], dict):
            problems.append(f"line {number}: it is no JSON object")
    if problems:
        raise BadInput(f"No decision was stored, not every line is JSON: {'; '.join(problems)}.")
    return lines


def shape(
    lines: Mapping[int, Mapping[str, Any]], *, actor: str, role: str
) -> tuple[dict[int, Draft], dict[int, Problem]]:
    """Checks each line against the catalogue: (good lines, problem of each bad one)."""
    drafts: dict[int, Draft] = {}
    problems: dict[int, Problem] = {}
    for number, line in lines.items():
        problem = _problem(line, role)
        if problem is not None:
            problems[number] = problem
            continue
        action = catalogue()[line["action"]]
        revokes = _revoked_id(line) if action.name == REVOKE else None
        drafts[number] = Draft(
            action=action,
            actor=_given_actor(line) or actor,
            role=access.effective_role(role),
            subject_key=revokes or str(line["subject_key"]),
            payload=dict(line.get("payload") or {}),
            reason=(line.get("reason") or "").strip() or None,
            revokes=revokes,
        )
    return drafts, problems


def _given_actor(line: Mapping[str, Any]) -> str | None:
    """Whom a line names as its actor; None where it names nobody, as a blank does."""
    actor = line.get("actor")
    return None if actor is None or is_blank(actor) else str(actor).strip()


def _revoked_id(line: Mapping[str, Any]) -> str:
    return str(line.get("revokes") or line.get("subject_key") or "")


def _problem(line: Mapping[str, Any], role: str) -> Problem | None:
    unknown = sorted(str(key) for key in set(line) - _KEYS)
    if unknown:
        return Problem(f"it has unknown keys: {', '.join(unknown)}")
    name = line.get("action")
    action = catalogue().get(name) if isinstance(name, str) else None
    if action is None:
        given = name if name is None else _short(name)
        return Problem(f"unknown action {given!r}; known are: {', '.join(catalogue())}")
    if not access.may_decide(role, action.name):
        return Problem(
            f"the role {access.effective_role(role)} may not {action.name}", ROLE_MAY_NOT
        )
    if _given_actor(line) and access.effective_role(role) != access.ADMIN:
        return Problem("only an admin may name another actor", OTHER_ACTOR)
    message = _subject_problem(action, line) or _words_problem(line)
    if message is None and action.name != REVOKE:
        message = _reason_problem(action, line) or _payload_problem(action, line.get("payload"))
    return Problem(message) if message is not None else None


def _subject_problem(action: Action, line: Mapping[str, Any]) -> str | None:
    given = str(line.get("subject_type") or action.subject_type).strip().lower().replace(" ", "_")
    if given != action.subject_type:
        return f"{action.name} needs the subject_type {action.subject_type}, not {given[:50]}"
    if action.name == REVOKE:
        ids = {str(line[key]) for key in ("revokes", "subject_key") if line.get(key)}
        if len(ids) != 1:
            return "revokes must name one decision_id"
        return "revoke takes no payload" if line.get("payload") else None
    if line.get("revokes"):
        return "only the action revoke may have revokes"
    key = line.get("subject_key")
    if not isinstance(key, str) or not key.strip():
        return f"subject_key is {'missing' if is_blank(key) else 'not text'}"
    return None


def _words_problem(line: Mapping[str, Any]) -> str | None:
    """What is wrong with the texts outside the payload."""
    for name in ("reason", "actor", "subject_key", "revokes"):
        value = line.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            return f"{name} is not text"
        at_most = TEXT_AT_MOST if name == "reason" else KEY_AT_MOST
        problem = _text_problem(name, value, at_most)
        if problem is not None:
            return problem
    return None


def _reason_problem(action: Action, line: Mapping[str, Any]) -> str | None:
    if action.needs_reason and is_blank(line.get("reason")):
        return f"{action.name} needs a reason"
    return None


def _payload_problem(action: Action, payload: Any) -> str | None:
    if payload is not None and not isinstance(payload, dict):
        return "payload is no JSON object"
    fields: dict[str, Any] = payload or {}
    missing = [name for name in action.required_fields if is_blank(fields.get(name))]
    if missing:
        return f"{action.name} needs {', '.join(missing)} in its payload"
    takes_any = ANY_FIELD in action.optional_fields
    unknown = sorted(set(fields) - {*action.required_fields, *action.optional_fields})
    if unknown and not takes_any:
        return f"{action.name} takes no {', '.join(unknown)}"
    for name, value in fields.items():
        if takes_any:
            problem = _cell_problem(name, value)
        else:
            problem = None if value is None else _field_problem(action, name, value)
        if problem is not None:
            return problem
    for rule in action.rules:
        problem = SHAPE_RULES[rule](fields) if rule in SHAPE_RULES else None
        if problem is not None:
            return problem
    return None


def is_blank(value: Any) -> bool:
    """Whether a value is missing, or a text with nothing to see in it."""
    return value is None or (isinstance(value, str) and _visible(value) == 0)


def _visible(text: str) -> int:
    """How many characters can be seen: no blanks, no control and no format characters."""
    return sum(
        unicodedata.category(character)[0] not in "CZ" and character not in _INVISIBLE
        for character in _VARIATION_SELECTORS.sub("", text)
    )


def _short(value: Any) -> str:
    """A value as a message shows it."""
    try:
        return str(value)[:50]
    except ValueError:  # Python refuses to write a whole number of thousands of digits
        return "a number of too many digits"


def _quoted(value: Any) -> str:
    """A value as JSON shows it, so that a text and a number are told apart."""
    return (
        json.dumps(_short(value), ensure_ascii=False) if isinstance(value, str) else _short(value)
    )


def _field_problem(action: Action, name: str, value: Any) -> str | None:
    if name in NUMBERS and action.name != config.SET_CONFIG:
        return _number_problem(name, value)
    if name in BOOLEANS:
        if isinstance(value, bool):
            return None
        return f"{name} must be true or false without quotation marks, not {_quoted(value)}"
    if name == "winners":
        return pair_facts.winners_problem(value)
    if not isinstance(value, str):
        # What a setting may be says its key.
        is_setting = name == "value" and action.name == config.SET_CONFIG
        return None if is_setting else f"{name} is not text"
    allowed = action.allowed_values.get(name)
    problem = _text_problem(name, value, TEXT_AT_MOST)
    if problem is None and allowed is not None and value not in allowed:
        problem = f"{name} must be one of: {', '.join(allowed)}"
    elif problem is None and name in _DAYS:
        problem = _date_problem(name, value)
    elif problem is None and name in _SCHOOL_YEARS and not is_school_year(value):
        problem = f"{name} {value!r} is no school year written YYYY-YYYY"
    elif problem is None and name == "email" and not _EMAIL.fullmatch(value.strip()):
        problem = f"email {value!r} is no e-mail address"
    return problem


def _cell_problem(name: str, value: Any) -> str | None:
    """A cell of a row is text, whatever it stands for; blank clears it."""
    if len(name) > KEY_AT_MOST or not name.isidentifier():
        return "it names a field that is none"
    if not isinstance(value, str):
        return f"{name} is not text; a blank text clears it"
    return _text_problem(name, value, TEXT_AT_MOST)


def _number_problem(name: str, value: Any) -> str | None:
    least, most = NUMBERS[name]
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(value, str) and re.fullmatch(r"\s*-?[0-9]{1,9}\s*", value):
        value, is_whole = int(value), True
    if not is_whole:
        return f"{name} {_short(value)!r} is no whole number"
    if not least <= value <= most:
        return f"{name} must be from {least} to {most}, not {_short(value)}"
    return None


def _date_problem(name: str, text: str) -> str | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        return f"{name} {text[:50]!r} is no date written YYYY-MM-DD"
    if not YEARS[0] <= day.year <= YEARS[1]:
        return f"{name} {text} is outside {YEARS[0]} to {YEARS[1]}"
    return None


def _text_problem(name: str, text: str, at_most: int) -> str | None:
    """Control characters and half characters are refused; markup and formulas are only text.

    Of format characters only those that turn the text are refused: emoji need the others.
    """
    if len(text.strip()) > at_most:
        return f"{name} is longer than {at_most} characters"
    kept = "\n\r\t" if name in _LONG_TEXTS else ""
    for position, character in enumerate(text, start=1):
        is_control = unicodedata.category(character) in {"Cc", "Cs"} and character not in kept
        if is_control or character in _BIDI_CONTROLS:
            code = f"U+{ord(character):04X}"
            return f"{name} has the control character {code} at position {position}"
    return None


def is_school_year(text: str) -> bool:
    """Whether a text is two consecutive years, such as 2025-2026."""
    found = _SCHOOL_YEAR.fullmatch(text)
    if found is None:
        return False
    first, second = int(found[1]), int(found[2])
    return second == first + 1 and YEARS[0] <= first <= YEARS[1]


def _other_needs_notes(fields: Mapping[str, Any]) -> str | None:
    """pathful.md 6.3, C24."""
    if fields.get("code") == "OTHER" and _visible(fields.get("notes") or "") < OTHER_NOTES_AT_LEAST:
        return (
            f"OTHER needs notes of at least {OTHER_NOTES_AT_LEAST} characters that can be seen;"
            " blanks do not count"
        )
    return None


def _preset_or_text(fields: Mapping[str, Any]) -> str | None:
    """pathful.md 4.9: one of the presets, or custom text."""
    given = [name for name in ("preset", "text") if not is_blank(fields.get(name))]
    return None if len(given) == 1 else "dismiss_draft needs either preset or text"


def _some_field(fields: Mapping[str, Any]) -> str | None:
    if not fields:
        return "an edit needs at least one field in its payload"
    blank = sorted(name for name, value in fields.items() if value is not None and is_blank(value))
    if blank:
        return f"{', '.join(blank)} is blank; null takes a correction back"
    return None


def _some_cell(fields: Mapping[str, Any]) -> str | None:
    return None if fields else "dq_fix needs at least one field in its payload"


SHAPE_RULES: dict[str, Callable[[Mapping[str, Any]], str | None]] = {
    "other_needs_notes": _other_needs_notes,
    "preset_or_text": _preset_or_text,
    "some_field": _some_field,
    "some_cell": _some_cell,
    "config_value": config.problem,
    "rule_to_set": config.rule_problem,
}
