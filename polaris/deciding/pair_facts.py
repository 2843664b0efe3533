"""Pairs of records that may be one: what a merge may choose, what a release says about them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

PAIRS = "queues.queue_duplicate_pairs"
TEACHERS = "queues.queue_teacher_duplicates"
TEACHER_COLUMNS = "pair_key left_teacher_key right_teacher_key status"
VOLUNTEER = "volunteer"
# What a merge of two volunteers may choose (platform.md 4.11); a name and an address come whole.
WINNER_FIELDS = (
    "identity",
    "email",
    "phone",
    "address",
    "dob",
    "gender",
    "race_ethnicity",
    "education",
    "age_group",
)
SIDES = ("left", "right")


class Release(Protocol):
    """As much of an open release as is asked here."""

    def has(self, table: str, columns: str) -> bool:
        """Whether it has that table with those columns, named apart by blanks."""

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """The answer to a query."""


def winners_problem(value: Any) -> str | None:
    """What is wrong with the chosen fields of a merge; None for nothing."""
    if not isinstance(value, dict):
        return "winners is no JSON object of field and side"
    unknown = sorted(str(name)[:50] for name in set(value) - set(WINNER_FIELDS))
    if unknown:
        return f"winners may choose {', '.join(WINNER_FIELDS)}, not {', '.join(unknown)}"
    if any(side not in SIDES for side in value.values()):
        return f"winners takes one of {', '.join(SIDES)} for each field"
    return None


def teacher_pairs(release: Release) -> dict[str, tuple[str, str]]:
    """Both sides of every pair of teachers, left first."""
    if not release.has(TEACHERS, TEACHER_COLUMNS):
        return {}
    rows = release.rows(f"select pair_key, left_teacher_key, right_teacher_key from {TEACHERS}")
    return {pair: (left, right) for pair, left, right in rows}


def merged_by_rule(release: Release, keys: Collection[str]) -> frozenset[str]:
    """Keys of every pair of volunteers that a rule merged; none where no pair is asked about."""
    if not keys or not release.has(PAIRS, "pair_key decision"):
        return frozenset()
    rows = release.rows(f"select pair_key from {PAIRS} where decision = 'auto_merged'")
    return frozenset(key for (key,) in rows)


def would_merge(release: Release, keys: Collection[str]) -> frozenset[str]:
    """Of these pairs of volunteers, those that a rule merges where nobody tells them apart.

    A pair that people told apart has no band of a rule any more; its score still says enough.
    """
    columns = "pair_key band score features_json is_auto_merge_blocked"
    if not keys or not release.has(PAIRS, columns):
        return frozenset()
    rows = release.rows(
        f"""
        select pair_key from {PAIRS}
        where pair_key in (select unnest($keys)) and not is_auto_merge_blocked
            and (
                band = 'auto'
                or score >= json_extract(features_json, '$.auto_threshold')::double
            )
        """,
        keys=sorted(keys),
    )
    return frozenset(key for (key,) in rows)
