"""The students of the sample CRM, made by the column: 145,266 of them take seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loaders.salesforce.objects import BY_NAME, SYSTEM_FIELDS
from polaris.demo.crm_model import CONTACT, FIRST_STUDENT, NOWHERE, PREFIXES, record_id
from polaris.demo.model import DEFAULT_SEED
from polaris.demo.names import GIVEN_NAMES, SURNAMES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

# Salesforce dossier §3.1: with a school, with one that nobody knows, with none.
REAL_ASSIGNED, REAL_ORPHANED, REAL_NONE = 27_771, 496, 116_999
REAL_COUNT = REAL_ASSIGNED + REAL_ORPHANED + REAL_NONE
# The account that the old system knew to be no school; it is in no state of the CRM.
EXCLUDED_ACCOUNT = "0015f00000JUL8CAAX"
_FEWEST_ORPHANS = 4
_BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_GENDERS = ("Female", "Male", "Non-binary", "NA")
_ORIGINS = (
    "Hispanic or Latino",
    "Black/African American",
    "White",
    "Asian",
    "Bi-racial/Multi-racial/Multicultural",
    "Prefer not to answer",
)
_EDGE_GRADES = ("K", "12.0", "13", "n/a", "5th", "-1", "Kindergarten")


@dataclass(frozen=True)
class Sizes:
    """How many students there are of each part; the parts make up the whole."""

    assigned: int
    orphaned: int
    none: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.assigned + self.orphaned + self.none


def sizes_of(count: int) -> Sizes:
    """The parts of ``count`` students, in the proportions of the real CRM; exact at its size."""
    assigned = round(count * REAL_ASSIGNED / REAL_COUNT)
    orphaned = max(_FEWEST_ORPHANS, round(count * REAL_ORPHANED / REAL_COUNT))
    return Sizes(assigned, orphaned, count - assigned - orphaned)


def students(
    count: int = REAL_COUNT,
    *,
    schools: Sequence[str] = (),
    others: Sequence[str] = (),
    classes: Sequence[tuple[str, str]] = (),
    email: str | None = None,
    seed: int = DEFAULT_SEED,
) -> pa.Table:
    """Contacts of the type Student, all fields as text: first those with a school, then orphans.

    Args:
        count: how many; at least 60, so that every edge finds its place.
        schools: account ids of schools; those of the sample world when empty.
        others: account ids that are no school: one student points to each of the first two.
        classes: (class id, school id).
        email: an address that a student shares with an adult.
        seed: another seed makes other students.
    """
    import numpy as np
    import pyarrow as pa

    from polaris.demo.crm_places import SCHOOL_IDS

    chance = np.random.default_rng([seed, count])
    sizes = sizes_of(count)
    affiliation, class_of = _affiliations(
        chance, sizes, list(schools or SCHOOL_IDS), list(others), classes
    )
    columns: dict[str, Any] = _names(chance, count)
    columns |= _school_life(chance, count)
    columns |= _stamps(chance, count)
    numbers = np.arange(FIRST_STUDENT, FIRST_STUDENT + count)
    columns["Id"] = pa.array(record_ids(PREFIXES[CONTACT], numbers))
    columns["npsp__Primary_Affiliation__c"] = pa.array(affiliation, pa.string())
    columns["Class__c"] = pa.array(class_of, pa.string())
    columns["Email"] = _emails(chance, count, email)
    columns["Contact_Type__c"] = _always("Student", count)
    columns["IsDeleted"] = _always("false", count)
    names = (*SYSTEM_FIELDS, *BY_NAME[CONTACT].fields)
    return pa.table({n: columns.get(n, pa.nulls(count, pa.string())) for n in names})


def record_ids(prefix: str, numbers: npt.NDArray[np.int64]) -> list[str]:
    """`record_id` of many numbers at once."""
    import numpy as np

    count = len(numbers)
    short = np.empty((count, 15), dtype=np.uint8)
    short[:, :10] = np.frombuffer(f"{prefix}5f00000".encode(), dtype=np.uint8)
    digits = np.frombuffer(_BASE62, dtype=np.uint8)
    rest = numbers.copy()
    for place in range(14, 9, -1):
        short[:, place] = digits[rest % 62]
        rest //= 62
    is_capital = (short >= ord("A")) & (short <= ord("Z"))
    weights = np.array([1, 2, 4, 8, 16])
    sums = is_capital.reshape(count, 3, 5) @ weights
    check = np.frombuffer(_CHECK, dtype=np.uint8)[sums]
    whole = np.ascontiguousarray(np.hstack([short, check]))
    return [str(text) for text in whole.view("S18").ravel().astype("U18")]


def _affiliations(
    chance: np.random.Generator,
    sizes: Sizes,
    schools: list[str],
    others: list[str],
    classes: Sequence[tuple[str, str]],
) -> tuple[list[str | None], list[str | None]]:
    """What the primary affiliation of each student names, and their class."""
    picks = chance.integers(0, len(schools), sizes.assigned)
    known: list[str | None] = [schools[pick] for pick in picks]
    if known and known[0]:
        known[0] = known[0][:15]
    lost: list[str | None] = [
        record_id("001", NOWHERE + 500 + n % 25) for n in range(sizes.orphaned)
    ]
    odd: list[str | None] = [EXCLUDED_ACCOUNT, *others[:2], *lost][: sizes.orphaned]
    of_school: dict[str, list[str]] = {}
    for class_id, school in classes:
        of_school.setdefault(school, []).append(class_id)
    in_class = chance.random(sizes.assigned) < 0.3
    class_of: list[str | None] = [
        next(iter(of_school.get(school or "", ())), None) if is_in else None
        for school, is_in in zip(known, in_class, strict=True)
    ]
    rest: list[str | None] = [None] * (sizes.total - sizes.assigned)
    nobody: list[str | None] = [None] * sizes.none
    return known + odd + nobody, class_of + rest


def _names(chance: np.random.Generator, count: int) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    given = pa.array([entry[0] for entry in GIVEN_NAMES])
    surnames = pa.array(list(SURNAMES))
    first = given.take(pa.array(chance.integers(0, len(given), count)))
    last = surnames.take(pa.array(chance.integers(0, len(surnames), count)))
    is_loud = pa.array(chance.random(count) < 0.11)
    middle = pc.utf8_slice_codeunits(
        given.take(pa.array(chance.integers(0, len(given), count))), 0, 1
    )
    return {
        "FirstName": pc.if_else(is_loud, pc.utf8_upper(first), first),
        "LastName": pc.if_else(is_loud, pc.utf8_upper(last), last),
        "MiddleName": _sometimes(chance, middle, 0.3),
    }


def _school_life(chance: np.random.Generator, count: int) -> dict[str, Any]:
    import numpy as np
    import pyarrow as pa

    grades = chance.integers(0, 13, count)
    shown = [f"{grade}.0" for grade in grades]
    shown[: len(_EDGE_GRADES)] = _EDGE_GRADES
    local_ids = [f"{number:07d}" for number in chance.integers(1, 9_999_999, count)]
    local_ids[7] = "None"
    local_ids[8] = local_ids[9] = "0004711"
    days = np.datetime64("2020-09-01") - (grades * 365 + chance.integers(0, 365, count))
    return {
        "Current_Grade__c": _sometimes(chance, pa.array(shown), 0.85, kept=len(_EDGE_GRADES)),
        "Legacy_Grade__c": _sometimes(chance, pa.array([f"{grade}th" for grade in grades]), 0.4),
        "Local_Student_ID__c": _sometimes(chance, pa.array(local_ids), 0.7, kept=10),
        "Birthdate": _sometimes(chance, pa.array(np.datetime_as_string(days).tolist()), 0.6),
        "Gender__c": _sometimes(chance, _one_of(chance, _GENDERS, count), 0.8),
        "Racial_Ethnic_Background__c": _sometimes(chance, _one_of(chance, _ORIGINS, count), 0.7),
    }


def _stamps(chance: np.random.Generator, count: int) -> dict[str, Any]:
    import numpy as np
    import pyarrow as pa

    oldest, newest = np.datetime64("2021-09-01T00:00:00"), np.datetime64("2026-01-15T00:00:00")
    span = int((newest - oldest).astype(int))
    first = chance.integers(0, span, count)
    last = first + ((span - first) * chance.random(count)).astype(int)
    texts = [
        pa.array([f"{text}.000+0000" for text in np.datetime_as_string(oldest + seconds)])
        for seconds in (first, last)
    ]
    return {"CreatedDate": texts[0], "LastModifiedDate": texts[1], "SystemModstamp": texts[1]}


def _emails(chance: np.random.Generator, count: int, shared: str | None) -> Any:
    import pyarrow as pa

    has_one = chance.random(count) < 0.3
    found: list[str | None] = [
        f"student{n}@students.example.org" if has else None for n, has in enumerate(has_one)
    ]
    found[10] = shared or found[10]
    found[11] = "None"
    return pa.array(found, pa.string())


def _one_of(chance: np.random.Generator, words: Sequence[str], count: int) -> Any:
    import pyarrow as pa

    return pa.array(list(words)).take(pa.array(chance.integers(0, len(words), count)))


def _sometimes(chance: np.random.Generator, values: Any, share: float, kept: int = 0) -> Any:
    """The values, null for the rest of the share; the first ``kept`` always stay."""
    import pyarrow as pa
    import pyarrow.compute as pc

    is_there = chance.random(len(values)) < share
    is_there[:kept] = True
    return pc.if_else(pa.array(is_there), values, pa.scalar(None, pa.string()))


def _always(text: str, count: int) -> Any:
    import pyarrow as pa

    return pa.repeat(pa.scalar(text), count)
