"""Thousands of answers about random pairs: all obeyed, each one undone and done again exactly."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from tests.support.identity import Identity

GRAPHS, SIZE, ROUNDS, RULE_EDGES = 500, 12, 6, 10
MERGE, APART = "merge", "not_duplicate"
BIRTHS = ("1950-01-05", "1970-06-15", "1990-11-25")
# From the log of decisions to the person of every record, as a build has them.
STATEMENTS = (
    "int_decisions__active",
    "int_identity__pair_decisions",
    "int_identity__edges",
    "int_identity__components",
    "int_identity__people",
)
UNSAID = ("actor", "role", "payload", "reason")

Pair = tuple[int, int]
Anchors = npt.NDArray[np.int64]


@dataclass
class Store:
    """The decisions so far, none ever changed: (action, subject key, what it revokes)."""

    rows: list[tuple[str, str, str | None]] = field(default_factory=list)

    def add(self, action: str, key: str, revokes: str | None = None) -> str:
        """Stores one; returns its id."""
        self.rows.append((action, key, revokes))
        return f"d{len(self.rows)}"

    def table(self) -> pa.Table:
        """As the source has it."""
        numbers = range(1, len(self.rows) + 1)
        text, nothing = pa.string(), pa.nulls(len(self.rows), pa.string())
        columns = {
            "decision_seq": pa.array(numbers, pa.int64()),
            "decision_id": pa.array([f"d{number}" for number in numbers], text),
            "decided_at": pa.nulls(len(self.rows), pa.timestamp("us", "UTC")),
            "action": pa.array([action for action, _, _ in self.rows], text),
            "subject_type": pa.array(
                ["decision" if revokes else "pair" for _, _, revokes in self.rows], text
            ),
            "subject_key": pa.array([revokes or key for _, key, revokes in self.rows], text),
            "revokes": pa.array([revokes for _, _, revokes in self.rows], text),
        }
        return pa.table(columns | dict.fromkeys(UNSAID, nothing))


class Site:
    """Many small sets of records that never meet, so that one build answers for all of them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, identity: Identity) -> None:
        self.store = Store()
        self._connection = connection
        self._sql = {name: identity.statement(name) for name in STATEMENTS}
        for schema in ("staging", "intermediate"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            "create table intermediate.int_decisions__config "
            "(config_key varchar, value double, is_decided boolean)"
        )

    def fill(self, rng: random.Random) -> dict[int, set[Pair]]:
        """Makes records, and pairs that a rule merges; returns the pairs of each set."""
        births = ", ".join(
            f"({n}, {rng.choice([*BIRTHS, *[None] * 9])!r})".replace("None", "null")
            for n in range(1, GRAPHS * SIZE + 1)
        )
        self._connection.execute(
            "create table intermediate.int_identity__records as select "
            "cast(n as integer) as record_no, 'r' || n as record_key, 'h' || n as record_hash, "
            "'p' || n as own_person_key, cast(dob as date) as dob, "
            "'csv' as external_system, 'x' || n as external_id "
            f"from (values {births}) as t(n, dob)"
        )
        self._connection.execute(
            "create table intermediate.int_crm__contact_roots as "
            "select 'c' as contact_id, 'c' as survivor_id"
        )
        pairs = {
            graph: set(rng.sample(list(combinations(members(graph), 2)), RULE_EDGES))
            for graph in range(GRAPHS)
        }
        edges = [
            (one, other, "auto", rng.choice([0.95, 0.96, 0.98, 0.995, 1.0]))
            for found in pairs.values()
            for one, other in sorted(found)
        ]
        values = ", ".join(map(repr, edges))
        self._connection.execute(
            "create table intermediate.int_identity__outcomes as select cast(l as integer) as "
            "left_no, cast(r as integer) as right_no, band, cast(score as decimal(5, 4)) as score "
            f"from (values {values}) as t(l, r, band, score)"
        )
        return pairs

    def build(self) -> Anchors:
        """The oldest record of the person of each record, in the order of the records."""
        self._connection.register("stored", self.store.table())
        self._connection.execute(
            "create or replace table staging.stg_decisions__decisions as from stored"
        )
        for name, sql in self._sql.items():
            self._connection.execute(f"create or replace table intermediate.{name} as {sql}")
        found = self._connection.execute(
            "select anchor_record_no from intermediate.int_identity__people order by record_no"
        ).fetchnumpy()
        return np.asarray(found["anchor_record_no"], dtype=np.int64)


def members(graph: int) -> range:
    """The records of one set."""
    return range(graph * SIZE + 1, (graph + 1) * SIZE + 1)


def subject(rng: random.Random, pair: Pair) -> str:
    """The key of a pair, from either side."""
    one, other = rng.sample(pair, 2)
    return f"h{one}-h{other}"


def groups(words: dict[Pair, str]) -> Iterator[set[int]]:
    """The records that merges hold together."""
    found: dict[int, set[int]] = {}
    for (one, other), word in words.items():
        if word == MERGE:
            joined = found.get(one, {one}) | found.get(other, {other})
            found |= dict.fromkeys(joined, joined)
    yield from {id(group): group for group in found.values()}.values()


def disobeyed(words: dict[Pair, str], anchors: Anchors) -> Counter[str]:
    """How many words of one set do not hold; merges against a word apart say nothing."""
    apart = [pair for pair, word in words.items() if word == APART]
    found = Counter({"apart": sum(anchors[a - 1] == anchors[b - 1] for a, b in apart)})
    for group in groups(words):
        if any(set(pair) <= group for pair in apart):
            found["contradictions"] += 1
        elif len({int(anchors[record - 1]) for record in group}) > 1:
            found["merge"] += 1
    return found


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return Identity(tmp_path_factory.getbasetemp())


def test_every_word_is_obeyed_and_undone_and_done_again_exactly(identity: Identity) -> None:
    rng = random.Random(20)
    words: dict[int, dict[Pair, str]] = {graph: {} for graph in range(GRAPHS)}
    given: list[tuple[str, str]] = []
    seen: Counter[str] = Counter()
    with identity.connect() as connection:
        site = Site(connection, identity)
        merged_by_rule = site.fill(rng)
        beginning = before = site.build()
        for _ in range(ROUNDS):
            new = []
            for graph, standing in words.items():
                one, other = sorted(rng.sample(members(graph), 2))
                pair = (one, other)
                word = APART if pair in merged_by_rule[graph] else rng.choice([MERGE, APART])
                key = subject(rng, pair)
                new.append((site.store.add(word, key), key))
                standing.pop(pair, None)
                standing[pair] = word
            decided = site.build()
            undos = []
            for one, key in rng.sample(new, GRAPHS):
                undos.append((site.store.add("revoke", key, one), key))
            assert np.array_equal(site.build(), before)
            for one, key in rng.sample(undos, GRAPHS):
                site.store.add("revoke", key, one)
            assert np.array_equal(site.build(), decided)
            seen["changed"] += int(np.count_nonzero(decided != before))
            for standing in words.values():
                seen += disobeyed(standing, decided)
            given += new
            before = decided
        for one, key in rng.sample(given, len(given)):
            site.store.add("revoke", key, one)
        assert np.array_equal(site.build(), beginning)
    assert len(given) == 3000
    assert (seen["apart"], seen["merge"]) == (0, 0)
    # Else nothing was put to the test.
    assert seen["changed"] > 3000
    assert seen["contradictions"] > 30
