"""The fields of a row that came in a file of ours: what may be corrected, and who may read it.

The seed `ref_contract_fields` lists them per entity; the header seed says under which headers a
file may bring them (platform.md §2, §6.1).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from loaders.headers import canonical_form, load_contracts
from polaris import access, contact_values
from polaris.settings import PROJECT_ROOT

FIELDS_FILE = PROJECT_ROOT / "seeds" / "ref_contract_fields.csv"
HEADERS_FILE = PROJECT_ROOT / "seeds" / "map_contract_headers.csv"
HIDDEN = "hidden"

# Who reads a field: its sensitivity -> the activity of the access policy that it needs.
_READERS = {
    "email": "view_contact_details",
    "phone": "view_contact_details",
    "contact": "view_contact_details",
    "birth_date": "view_birth_date_and_street",
    "street": "view_birth_date_and_street",
    "person": "view_birth_date_and_street",
}
# What a file says beyond its contract could be anything.
_UNKNOWN_READERS = "view_birth_date_and_street"
# What the models make of a column stands beside it under its name and one of these.
_MADE_OF = ("_normalized", "_e164", "_raw", "_norm", "_key")
_TRUE = ("1", "true", "t", "yes", "y", "on", "x", "✓")
_FALSE = ("0", "false", "f", "no", "n", "off")
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%m/%d/%Y", "%m-%d-%Y", "%d %b %Y", "%d %B %Y")
_YEARS = (1850, 2200)
_DUMB = re.compile(r"[\W_]+")
_FIGURES_OF_A_NUMBER = 10
_SEVERAL = re.compile(r"\s*[,;]\s*")
_DOMAIN = re.compile(r"[\w.-]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Field:
    """A field that people may correct.

    Attributes:
        name: canonical, as a decision names it.
        label: on the screen.
        kind: text, email, emails, phone, phones, date, timestamp, boolean or whole.
        sensitivity: a key of the readers; "" for everybody on the staff.
    """

    name: str
    label: str
    kind: str
    sensitivity: str


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, dict[str, Field]]:
    found: dict[str, dict[str, Field]] = {}
    with FIELDS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["entity_type"], {})[row["field"]] = Field(
                row["field"], row["label"], row["kind"], row["sensitivity"]
            )
    return found


def fields(entity_type: str | None) -> Mapping[str, Field]:
    """The fields of an entity by name, in the contract's order; none where it has no contract."""
    return _catalogue().get(entity_type or "", {})


def entities() -> tuple[str, ...]:
    """The entities whose rows people may correct."""
    return tuple(_catalogue())


def values(entity_type: str, payload: str | None) -> dict[str, str]:
    """What a landed row says in each field, as it was written; blank cells are left out.

    Args:
        entity_type: of the row.
        payload: the row as JSON, under the file's own headers or the canonical ones.
    """
    known = fields(entity_type)
    found: dict[str, str] = {}
    for header, value in _members(payload).items():
        name = canonical(entity_type, header)
        if name in known and value is not None and str(value).strip():
            found.setdefault(name, str(value))
    return found


def named(entity_type: str, payload: str | None) -> frozenset[str]:
    """The fields that a row has a member for, blank ones included."""
    return frozenset(canonical(entity_type, header) for header in _members(payload))


def shown(role: str | None, entity_type: str, payload: str | None) -> list[tuple[str, str]]:
    """Every member of a row as this role may see it: (header, text), null left out.

    What a row without a contract says is keys and codes, which all of the staff may read.
    """
    known = fields(entity_type)
    lines = []
    for header, value in _members(payload).items():
        if value is None:
            continue
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        name = canonical(entity_type, header) if known else header
        if known and name in known:
            text = masked(role, known[name], text)
        elif (
            known and not _is_identity(entity_type, name) and not access.may(role, _UNKNOWN_READERS)
        ):
            text = HIDDEN
        lines.append((header, text))
    return lines


def canonical(entity_type: str, header: str) -> str:
    """The field that a header of a row stands for; the header itself where it is none."""
    forms = _forms(entity_type)
    found = forms.get(canonical_form(header))
    if found is None:
        for ending in _MADE_OF:
            if header.endswith(ending):
                found = forms.get(canonical_form(header.removesuffix(ending)))
    return found or header


def by_field(role: str | None, entity_type: str, payload: str | None) -> list[tuple[str, str]]:
    """Every member of a row as this role may see it: (field, text), null left out."""
    return [
        (canonical(entity_type, header), text) for header, text in shown(role, entity_type, payload)
    ]


def sees(role: str | None, field: Field) -> bool:
    """Whether a role reads the field in full."""
    return not field.sensitivity or access.may(role, _READERS[field.sensitivity])


def masked(role: str | None, field: Field, text: str) -> str:
    """A value as the role may see it (platform.md §6.1)."""
    if not text or sees(role, field):
        return text
    if field.sensitivity == "birth_date":
        return "****-**-**"
    if field.sensitivity == "email":
        return "; ".join(_masked_email(one) for one in _SEVERAL.split(text.strip()) if one)
    if field.sensitivity == "phone":
        figures = "".join(one for one in text if one.isdigit())
        return f"***{figures[-4:]}" if len(figures) > 6 else "***"
    return HIDDEN


def _masked_email(text: str) -> str:
    """First letter and domain of one address, and nothing of what else a cell may say."""
    local, at, domain = text.rpartition("@")
    start = (local if at else domain)[:1]
    return f"{start}***@{_DOMAIN.match(domain)[0]}" if at else f"{start}***"  # type: ignore[index]


def problem(field: Field, text: str) -> str | None:
    """Why a text is no value of the field, without full stop; None where it is, or is blank."""
    if not text.strip():
        return None
    check, needed = _CHECKS.get(field.kind, (None, ""))
    return None if check is None or check(text) else f"{field.name} {needed}"


def is_same(field: Field, left: str, right: str) -> bool:
    """Whether two texts say the same; what a spreadsheet does to dates and zeros is no change."""
    first, second = plain(left), plain(right)
    if first == second:
        return True
    if field.kind == "date":
        day = _day(first)
        return day is not None and day == _day(second)
    zeros = second.isdigit() and second.startswith("0") and field.kind == "text"
    return zeros and first == second.lstrip("0")


def reads_as(text: str, value: str) -> bool:
    """Whether a value may be what the models make of a text: same letters and figures, or day."""
    one, two = _DUMB.sub("", text.casefold()), _DUMB.sub("", value.casefold())
    if one == two:
        return True
    is_number = min(len(one), len(two)) >= _FIGURES_OF_A_NUMBER and (one + two).isdigit()
    if is_number and (one.endswith(two) or two.endswith(one)):
        return True
    day = _day(text)
    return day is not None and day == _day(value[:10])


def plain(text: str) -> str:
    """A text without what no reader sees: outer blanks, control characters, kinds of line end."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _members(payload: str | None) -> dict[str, Any]:
    try:
        found = json.loads(payload or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@lru_cache(maxsize=16)
def _forms(entity_type: str) -> dict[str, str]:
    """Canonical form of a header -> the field it brings."""
    contract = load_contracts(HEADERS_FILE).get(f"{entity_type}s")
    own = {canonical_form(name): name for name in fields(entity_type)}
    return own | (contract.canonical_by_form if contract is not None else {})


def _is_identity(entity_type: str, name: str) -> bool:
    """Whether a member is a column of the contract that names the row, not what it says."""
    contract = load_contracts(HEADERS_FILE).get(f"{entity_type}s")
    return contract is not None and name in contract.headers


def _day(text: str) -> date | None:
    for pattern in _DATES:
        try:
            day = datetime.strptime(text.strip(), pattern).date()
        except ValueError:
            continue
        return day if _YEARS[0] <= day.year <= _YEARS[1] else None
    return None


def _is_moment(text: str) -> bool:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return _day(text) is not None
    return _YEARS[0] <= found.year <= _YEARS[1]


def _is_email(text: str) -> bool:
    found = contact_values.email_addresses(text)
    return len(found.found) == 1 and not found.invalid_count


def _are_emails(text: str) -> bool:
    found = contact_values.email_addresses(text)
    return bool(found.found) and not found.invalid_count


def _is_phone(text: str) -> bool:
    found = contact_values.phone_numbers(text)
    return len(found.found) == 1 and not found.invalid_count


def _are_phones(text: str) -> bool:
    found = contact_values.phone_numbers(text)
    return bool(found.found) and not found.invalid_count


_CHECKS: dict[str, tuple[Callable[[str], bool], str]] = {
    "email": (_is_email, "is no e-mail address"),
    "emails": (_are_emails, "has something that is no e-mail address"),
    "phone": (_is_phone, "is no phone number; give all of it, abroad with +"),
    "phones": (_are_phones, "has something that is no phone number"),
    "date": (lambda text: _day(text) is not None, "is no date written YYYY-MM-DD"),
    "timestamp": (_is_moment, "is no time written YYYY-MM-DD HH:MM"),
    "boolean": (lambda text: text.strip().lower() in _TRUE + _FALSE, "must be yes or no"),
    "whole": (
        lambda text: re.fullmatch(r"[0-9]{1,9}", text.strip()) is not None,
        "is no whole number",
    ),
}
