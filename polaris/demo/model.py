"""What the sample world is made of: people, sessions and the rows that tell of them."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from polaris.demo.names import Name
from polaris.demo.places import School

Cell = str | int | float | datetime | None

EDUCATOR, PROFESSIONAL, STUDENT, PARENT = "Educator", "Professional", "Student", "Parent"
COMPLETED, DRAFT, PUBLISHED = "Completed", "Draft", "Published"
CONFIRMED, REQUESTED = "Confirmed", "Requested"
RANK = {DRAFT: 0, REQUESTED: 1, CONFIRMED: 2, PUBLISHED: 3, COMPLETED: 4}
PARTNER = "PREP-KC"
LOGICAL_DATE = date(2026, 1, 31)
HISTORY_END = date(2026, 1, 23)
ROSTER_YEARS = ("2024-2025", "2025-2026")
DEFAULT_SEED = 20260131

SESSION_HEADERS = (
    "Session ID",
    "Title",
    "Date",
    "Status",
    "Duration",
    "User Auth Id",
    "Name",
    "SignUp Role",
    "School",
    "District or Company",
    "Partner",
    "Registered Student Count",
    "Attended Student Count",
    "Registered Educator Count",
    "Attended Educator Count",
    "Career Cluster",
    "Work Based Learning",
    "Series or Event Title",
    "State",
)
COLUMN = {header: index for index, header in enumerate(SESSION_HEADERS)}


def stream(seed: int, topic: str) -> random.Random:
    """A stream of chance of its own: adding a draw to one topic leaves the others as they were."""
    return random.Random(f"polaris-demo:{seed}:{topic}")  # noqa: S311


@dataclass(frozen=True)
class Style:
    """One way in which a person appears on session rows.

    Attributes:
        spellings: names of spellings (`polaris.demo.spelling`), one is drawn.
        account: which of the person's user ids stands in the row; None = blank.
        id_form: text, number (numeric cell) or decimal (`123.0`).
        place: full (school and district), district, or none.
        is_decided: the matching rules lead from such a row to the right person.
    """

    spellings: tuple[str, ...]
    account: int | None = 0
    id_form: str = "text"
    place: str = "full"
    is_decided: bool = True


@dataclass(frozen=True)
class Kind:
    """A sort of person, with the trap it sets.

    Attributes:
        name: what truth_people.csv calls it.
        people: how many there are at scale 1; members of pairs counted singly.
        styles: the ways in which such a person appears, all of them used.
        profile: what the User Report knows: roster, own, none, null, shared, twice, cased.
        group: people that share a name or an e-mail: 1 alone, 2 a pair.
        is_settleable: the rules can decide who each of the person's rows is.
    """

    name: str
    people: int
    styles: tuple[Style, ...]
    profile: str = "roster"
    group: int = 1
    is_settleable: bool = True


@dataclass(slots=True, eq=False)
class Person:
    """Somebody who appears in the sources."""

    person_id: str
    kind: Kind
    role: str
    name: Name
    district: str = ""
    school: School | None = None
    email: str = ""
    roster_names: dict[str, str] = field(default_factory=dict)
    roster_places: list[tuple[str, str, School]] = field(default_factory=list)
    grade: str = ""
    user_ids: tuple[str, ...] = ()
    profile_emails: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    group: str = ""
    activity: float = 1.0
    styles: tuple[Style, ...] = ()
    appearances: int = 0
    years_seen: set[int] = field(default_factory=set)
    is_in_crm: bool = False

    @property
    def is_rostered(self) -> bool:
        """True for a teacher on any roster."""
        return bool(self.roster_places)


@dataclass(slots=True, eq=False)
class Session:
    """A session as one export tells it."""

    truth_id: str
    session_id: str
    title: str
    day: date | None
    status: str
    time: str = ""
    date_form: str = "text"
    duration: Cell = 60
    registered: Cell = None
    attended: Cell = None
    cluster: str | None = None
    learning: str | None = None
    series: str | None = None
    partner: str = PARTNER
    trap: str = ""
    is_ambiguous: bool = False
    id_form: str = "text"

    @property
    def start_year(self) -> int:
        """First calendar year of the school year (Aug 1 to Jul 31); undated counts as newest."""
        if self.day is None:
            return 2025
        return self.day.year if self.day.month >= 8 else self.day.year - 1


@dataclass(slots=True, eq=False)
class Row:
    """One row of a Session Report with what is true about it."""

    cells: list[Cell]
    session: Session
    person: Person | None
    role: str
    status: str
    is_decided: bool
    attended: int | None
    is_partner: bool = True
    is_repeat: bool = False
    trap: str = ""
    after_history: str = ""
    after_history_with_crm: str = ""

    @property
    def order(self) -> tuple[bool, date, str, bool]:
        """Where the row stands in an export: by day and session, undated last."""
        session = self.session
        return session.day is None, session.day or date.max, session.truth_id, self.is_repeat

    def bucket_with_crm(self) -> tuple[str, str]:
        """As `bucket`, in a warehouse that knows the sample CRM, too."""
        found = self.bucket()
        is_known = self.person is not None and self.person.is_in_crm
        return ("created", "") if is_known and found == ("unmatched", "volunteer") else found

    def bucket(self) -> tuple[str, str]:
        """Bucket and reason at the first import into an empty warehouse (interface.md §2)."""
        if not self.is_partner:
            return "skipped", "other_partner"
        if self.role == PARENT:
            return "skipped", "parent_role"
        if self.is_repeat:
            return "skipped", "duplicate_row"
        return self._match_bucket()

    def _match_bucket(self) -> tuple[str, str]:
        if self.session.day is None:
            if self.status == DRAFT:
                return "skipped", "undated_draft"
            return "unmatched", "no_date_session"
        if self.session.is_ambiguous:
            return "unmatched", "event"
        if self.role == PROFESSIONAL:
            return "unmatched", "volunteer"
        if self.role == EDUCATOR and not self.is_decided:
            return "unmatched", "teacher"
        return "created", ""


@dataclass(slots=True, eq=False)
class World:
    """Everything the sources and the truth beside them are made from."""

    scale: float
    seed: int
    people: list[Person]
    rows: list[Row]
    weekly: list[Row]
    sizes: Counter[str]


def scaled(count: int, scale: float, group: int = 1) -> int:
    """How many of ``count`` there are at a scale: exact for whole scales, at least one group."""
    groups = max(1, round(count // group * scale))
    return groups * group
