"""What the sample CRM is made of: records as its API gives them, and what is true about them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loaders.salesforce.objects import BY_NAME, SYSTEM_FIELDS
from polaris.demo.model import stream

if TYPE_CHECKING:
    import pyarrow as pa

Record = dict[str, str | None]

ACCOUNT, CONTACT, CLASS = "Account", "Contact", "Class__c"
AFFILIATION, SESSION = "npe5__Affiliation__c", "Session__c"
PARTICIPANT, TASK, EMAIL, CASE = "Session_Participant__c", "Task", "EmailMessage", "Case"

# The first three characters of a record id say which object it is of.
PREFIXES = {
    ACCOUNT: "001",
    CONTACT: "003",
    "Lead": "00Q",
    CASE: "500",
    TASK: "00T",
    EMAIL: "02s",
    AFFILIATION: "a0F",
    SESSION: "a0s",
    PARTICIPANT: "a1x",
    CLASS: "a2c",
}
# Numbers of records that no state of the CRM ever holds, and of students.
NOWHERE, FIRST_STUDENT = 60_000_000, 20_000_000
ZONE = ZoneInfo("America/Chicago")
# The CRM as the demo loads it, and a week later.
NOW = datetime(2026, 1, 31, 18, tzinfo=UTC)
WEEK_LATER = datetime(2026, 2, 7, 18, tzinfo=UTC)
# When the demo reads it: in the evening, so that it is not old at the end of that day.
READ_AT = NOW.replace(hour=23)
_OLDEST = datetime(2021, 9, 1, tzinfo=UTC)
_NEWEST = datetime(2026, 1, 16, tzinfo=UTC)
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def record_id(prefix: str, number: int) -> str:
    """An id in its 18 characters; neighbours may differ in the case of a letter only."""
    letters = ""
    for _ in range(5):
        number, digit = divmod(number, 62)
        letters = _ALPHABET[digit] + letters
    return with_check(f"{prefix}5f00000{letters}")


def with_check(short: str) -> str:
    """The 18 characters of a 15-character id: one letter says which of five are capitals."""
    chunks = (short[start : start + 5] for start in (0, 5, 10))
    sums = (sum(1 << place for place, c in enumerate(part) if c.isupper()) for part in chunks)
    return short + "".join(_CHECK[value] for value in sums)


def stamp(moment: datetime) -> str:
    """An instant as the REST API writes it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+0000"


def local(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant given by the clock on the wall in Kansas City."""
    return datetime.combine(day, time(hour, minute), ZONE)


@dataclass
class Crm:
    """One state of the CRM with what is true about it.

    Attributes:
        tables: records by object; students apart.
        students: the students' contacts as an Arrow table, all of them counted.
        clusters: which person a contact is: volunteers, teachers and everybody else but students.
        merged: the contact that a merged one now is.
        traps: (object, record id) by the edge they stand for.
        presenters: contact by the id of the Pathful presenter it is.
        found_by: how the presenter's contact is found: email or name.
        moved_students: students of the table that are another record by now.
    """

    scale: float
    seed: int
    tables: dict[str, list[Record]] = field(default_factory=dict)
    students: pa.Table | None = None
    clusters: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    traps: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    presenters: dict[str, str] = field(default_factory=dict)
    found_by: dict[str, str] = field(default_factory=dict)
    moved_students: dict[str, Record] = field(default_factory=dict)

    def of(self, name: str) -> list[Record]:
        """The records of an object, in the order they were made."""
        return self.tables.setdefault(name, [])


class Maker:
    """Makes records: every field of the object there, ids in order, stamps that make sense."""

    def __init__(self, crm: Crm) -> None:
        self.crm = crm
        self.chance: random.Random = stream(crm.seed, "crm")
        self._numbers: dict[str, int] = {}

    def lost_id(self, name: str) -> str:
        """The id of a record that is nowhere."""
        number = self._numbers[f"lost {name}"] = self._numbers.get(f"lost {name}", NOWHERE) + 1
        return record_id(PREFIXES[name], number)

    def next_id(self, name: str) -> str:
        """The next id of an object."""
        number = self._numbers[name] = self._numbers.get(name, 99_999) + 1
        return record_id(PREFIXES[name], number)

    def blank(self, name: str, **known: str | None) -> Record:
        """A record that is put nowhere yet."""
        fields = (*SYSTEM_FIELDS, *BY_NAME[name].fields)
        record: Record = dict.fromkeys(fields)
        created = self._between(_OLDEST, _NEWEST)
        modified = self._between(created, _NEWEST)
        record |= {
            "Id": known.get("Id") or self.next_id(name),
            "IsDeleted": "false",
            "CreatedDate": stamp(created),
            "LastModifiedDate": stamp(modified),
            "SystemModstamp": stamp(modified),
        }
        unknown = known.keys() - record.keys()
        if unknown:
            raise KeyError(f"{name} has no {', '.join(sorted(unknown))}")
        return record | known

    def add(self, name: str, trap: str = "", **known: str | None) -> Record:
        """A record in the CRM; ``trap`` names the edge it stands for."""
        record = self.blank(name, **known)
        self.crm.of(name).append(record)
        if trap:
            self.trap(trap, name, record)
        return record

    def trap(self, trap: str, name: str, record: Record) -> None:
        """Notes that a record stands for an edge."""
        self.crm.traps.setdefault(trap, []).append((name, str(record["Id"])))

    def _between(self, first: datetime, last: datetime) -> datetime:
        span = max(0, int((last - first).total_seconds()))
        return first + timedelta(seconds=self.chance.randint(0, span))


def touch(record: Record, moment: datetime, **changed: str | None) -> None:
    """Changes a record as somebody would have at that moment."""
    record |= {"LastModifiedDate": stamp(moment), "SystemModstamp": stamp(moment)} | changed


def by_id(records: Iterable[Record]) -> dict[str, Record]:
    """Records by their id."""
    return {str(record["Id"]): record for record in records}
