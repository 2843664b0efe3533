"""Learning from stewards' answers how much each degree of agreement says (identity.md 2, 3).

The answers are labels: of the pairs that are one person, the share at each level of a feature is
its m. People answer what they are asked, which is the hard cases, so an answer about a pair of the
review band stands for all pairs of it; and pairs that a rule merges, and that nobody took apart,
stand for themselves. How often two records of different people are at a level is its u, counted on
pairs drawn from the data. All are compared by the very view that a build uses.

A site has few answers, so what is learned is mixed with what the seed says: with n merged pairs
that have both values, bits = (50 * seed + n * learned) / (50 + n), m and u each by that weight.
Frequencies and chances stay what the records say; of such a level only m is learned. The result is
a proposal for people to read; a build takes nothing of it by itself.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from polaris.errors import BadInput, Locked
from polaris.locks import warehouse_lock
from polaris.settings import PROJECT_ROOT, Settings

if TYPE_CHECKING:
    import duckdb

LEVELS_FILE = PROJECT_ROOT / "seeds" / "rule_match_levels.csv"
PRIOR_PAIRS = 50
# Where more of the confirmed pairs have another first name, families were merged, not people.
DIFFERENT_FIRST_NAMES_AT_MOST = 0.15
SAMPLED_AT_MOST = 200_000
_FIRST_NAME = "first"
_FEATURES = ("first", "last", "dob", "email", "phone", "street", "place", "employer", "middle")
_CANDIDATES = re.compile(r'("?\w+"?\.)?"?intermediate"?\."?int_identity__candidates"?')
# An answer about a pair to be asked weighs as many pairs as there are for each answer. Nobody is
# asked about a household, or what the scores do not reach: what a person joins there weighs itself.
_CONFIRMED = """
    with params as (
        select max(value) filter (where name = 'auto_threshold') as auto_threshold,
            max(value) filter (where name = 'review_threshold') as review_threshold
        from seeds.rule_match_params
    ),
    judged as (
        select scores.left_no, scores.right_no, decisions.action,
            case
                when scores.guard = 'household' then 'household'
                when scores.is_deterministic or scores.score_calibrated >= auto_threshold
                    then 'auto'
                when scores.score_calibrated >= review_threshold then 'review'
                else 'rest'
            end as kind
        from intermediate.int_identity__scores as scores
        cross join params
        left join intermediate.int_identity__pair_decisions as decisions
            using (left_no, right_no)
    ),
    kinds as (
        select kind, count(*) / count(*) filter (where action in ('merge', 'not_duplicate'))
            as pairs_per_answer
        from judged where kind = 'review' group by kind
    ),
    labels as (
        select decisions.left_no, decisions.right_no, true as is_answer,
            coalesce(judged.kind = 'household', false) as is_household,
            coalesce(kinds.pairs_per_answer, 1) as weight
        from intermediate.int_identity__pair_decisions as decisions
        left join judged using (left_no, right_no)
        left join kinds using (kind)
        where decisions.action = 'merge'
        union all
        select left_no, right_no, false, false, 1
        from judged
        where kind = 'auto' and coalesce(action not in ('merge', 'not_duplicate'), true)
    )
    select labels.*
    from labels
    inner join intermediate.int_identity__people as one on labels.left_no = one.record_no
    inner join intermediate.int_identity__people as other on labels.right_no = other.record_no
    where one.person_key = other.person_key
"""
# The records are numbered from 1 on without a gap. Of a small site every pair is taken.
_DRAWN = f"""
    with size as (select count(*) as n from intermediate.int_identity__records),
    drawn as (
        select distinct
            least(1 + hash(i, 1) % n, 1 + hash(i, 2) % n)::integer as left_no,
            greatest(1 + hash(i, 1) % n, 1 + hash(i, 2) % n)::integer as right_no
        from size, range({SAMPLED_AT_MOST}) as draws(i)
        where n * (n - 1) / 2 > {SAMPLED_AT_MOST}
        union all
        select older.record_no, newer.record_no
        from size, intermediate.int_identity__records as older
        inner join intermediate.int_identity__records as newer
            on older.record_no < newer.record_no
        where n * (n - 1) / 2 <= {SAMPLED_AT_MOST}
    )
    select drawn.left_no, drawn.right_no, false as is_answer, false as is_household,
        1 as weight
    from drawn
    inner join intermediate.int_identity__people as one on drawn.left_no = one.record_no
    inner join intermediate.int_identity__people as other on drawn.right_no = other.record_no
    where one.person_key <> other.person_key
"""
_SHARED = """
    select distinct pairs.left_no, pairs.right_no, one.kind
    from pairs
    inner join intermediate.int_identity__records as older on pairs.left_no = older.record_no
    inner join intermediate.int_identity__records as newer on pairs.right_no = newer.record_no
    inner join intermediate.int_identity__contact_values as one
        on older.record_key = one.record_key
    inner join intermediate.int_identity__contact_values as other
        on newer.record_key = other.record_key
        and one.kind = other.kind
        and one.match_value = other.match_value
"""

Counts = Mapping[tuple[str, int], float]
SeedRow = Mapping[str, str]


@dataclass(frozen=True)
class Learned:
    """What a level of a feature comes to.

    Attributes:
        feature: as in rule_match_levels.
        level: likewise.
        label: the level in words.
        confirmed: pairs at this level that people merged.
        compared: pairs that people merged and that have both values.
        seen: the share of pairs of one person at this level, before the seed has its say.
        m: the new share of true pairs; `m_before` is that of the seed.
        u: the new share of other pairs; `u_before` is that of the seed.
        m_before: see m.
        u_before: see u.
    """

    feature: str
    level: int
    label: str
    confirmed: int
    compared: int
    seen: float
    m: float
    u: float
    m_before: float
    u_before: float

    @property
    def has_changed(self) -> bool:
        """Whether a line of the seed changes."""
        return (self.m, self.u) != (self.m_before, self.u_before)

    @property
    def bits_more(self) -> float:
        """How much more the level speaks for one person than before, before its cap."""
        from_u = math.log2(self.u_before / self.u) if self.u_before != self.u else 0.0
        return math.log2(self.m / self.m_before) + from_u


@dataclass(frozen=True)
class Training:
    """What was learned: from `confirmed` pairs that people merged, `drawn` ones of two people."""

    confirmed: int
    drawn: int
    levels: tuple[Learned, ...]


def train(settings: Settings) -> Training:
    """The `linkage train` command: reads the warehouse, changes nothing.

    Raises:
        BadInput: nothing is built, nobody merged a pair yet, or the household test failed.
        Locked: a run, or another program, holds the warehouse.
    """
    import duckdb

    if not settings.warehouse.exists():
        raise BadInput("There is no warehouse yet; run `polaris-load build` first.")
    with warehouse_lock(settings):
        try:
            with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
                return learn_from(connection)
        except duckdb.CatalogException:
            message = "The warehouse has no identities yet; run `polaris-load build` first."
            raise BadInput(message) from None
        except duckdb.IOException as error:
            if "Could not set lock on file" not in str(error):
                raise
            raise Locked(f"{settings.warehouse.name} is open in another program.") from None


def learn_from(connection: duckdb.DuckDBPyConnection) -> Training:
    """Counts the levels in a warehouse and learns from them.

    Args:
        connection: to a built warehouse; only temporary tables are made.

    Raises:
        BadInput: as `train`.
    """
    same = _counted(connection, _CONFIRMED)
    if not same.answers:
        raise BadInput(
            "There is nothing to learn from: nobody has merged two volunteers yet. Decide some"
            " pairs on the page Duplicate volunteers, then build."
        )
    other = _counted(connection, _DRAWN)
    levels = learned(read_seed(LEVELS_FILE), same.levels, same.answered, other.levels)
    _refuse_households(levels, same)
    return Training(same.answers, other.pairs, levels)


def learned(
    seed: Iterable[SeedRow], same: Counts, answered: Counts, other: Counts
) -> tuple[Learned, ...]:
    """Every level, from the seed and the pairs counted at each (feature, level).

    One pair as the seed has it is added to the counts, so that a level no pair was at is rare and
    not impossible.

    Args:
        seed: the lines of rule_match_levels.
        same: pairs of one person, by their weight.
        answered: those that people merged.
        other: pairs of different people.
    """
    totals, compared, drawn = _totals(same), _totals(answered), _totals(other)
    found = []
    for row in seed:
        feature, level = row["feature"], int(row["level"])
        m, u = float(row["m"]), float(row["u"])
        pairs = int(compared.get(feature, 0))
        weight = pairs / (PRIOR_PAIRS + pairs)
        seen = (same.get((feature, level), 0) + m) / (totals.get(feature, 0) + 1)
        new_m = _mixed(m, seen, weight) if pairs else m
        new_u = u
        if pairs and drawn.get(feature) and row["u_source"] == "fixed":
            met = (other.get((feature, level), 0) + u) / (drawn[feature] + 1)
            new_u = _mixed(u, met, weight)
        found.append(
            Learned(
                feature=feature,
                level=level,
                label=row["label"],
                confirmed=int(answered.get((feature, level), 0)),
                compared=pairs,
                seen=seen,
                m=new_m,
                u=new_u,
                m_before=m,
                u_before=u,
            )
        )
    return tuple(found)


def read_seed(path: Path) -> list[dict[str, str]]:
    """The lines of a seed, every value as it is written."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def proposal(levels: Iterable[Learned], path: Path) -> str:
    """The seed with the new figures; a line that does not change keeps its bytes."""
    changed = {(str(one.feature), str(one.level)): one for one in levels if one.has_changed}
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    names = next(csv.reader(lines[:1]))
    made = lines[:1]
    for line in lines[1:]:
        row = dict(zip(names, next(csv.reader([line])), strict=True))
        new = changed.get((row["feature"], row["level"]))
        if new is None:
            made.append(line)
            continue
        if new.m != new.m_before:
            row["m"] = f"{new.m:.4g}"
        if new.u != new.u_before:
            row["u"] = f"{new.u:.4g}"
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(row.values())
        made.append(text.getvalue())
    return "".join(made)


def diff(made: str, path: Path) -> str:
    """What `proposal` changes, as `git apply` takes it; "" for nothing."""
    name = f"seeds/{path.name}"
    before = path.read_text(encoding="utf-8").splitlines(keepends=True)
    after = made.splitlines(keepends=True)
    return "".join(difflib.unified_diff(before, after, f"a/{name}", f"b/{name}"))


def _mixed(before: float, seen: float, weight: float) -> float:
    """Between two shares, as far in bits as the weight says; four digits, as seeds have them."""
    return float(f"{2 ** ((1 - weight) * math.log2(before) + weight * math.log2(seen)):.4g}")


def _totals(counts: Counts) -> dict[str, float]:
    found: dict[str, float] = {}
    for (feature, _), count in counts.items():
        found[feature] = found.get(feature, 0) + count
    return found


@dataclass(frozen=True)
class _Counted:
    """Pairs, how many people merged, and how many of these are households by the scores.

    The first two also at each level, `levels` by weight.
    """

    pairs: int
    answers: int
    households: int
    levels: dict[tuple[str, int], float]
    answered: dict[tuple[str, int], float]


def _refuse_households(levels: Iterable[Learned], same: _Counted) -> None:
    last = max((one for one in levels if one.feature == _FIRST_NAME), key=lambda one: one.level)
    family = same.households / same.answers
    if max(last.seen, family) <= DIFFERENT_FIRST_NAMES_AT_MOST:
        return
    raise BadInput(
        f"Nothing is proposed: of {same.answers:,} merged pairs {same.households:,} share a contact"
        f" under different first names, and {last.seen:.0%} of the pairs of one person would have"
        f" different first names; more than {DIFFERENT_FIRST_NAMES_AT_MOST:.0%} of either is what"
        " merged families look like. Look through the merges of the page Duplicate volunteers and"
        " take apart what is two people."
    )


def _counted(connection: duckdb.DuckDBPyConnection, pairs: str) -> _Counted:
    connection.execute(f"create or replace temp table pairs as {pairs}")
    connection.execute(f"create or replace temp table shared as {_SHARED}")
    connection.execute(
        """
        create or replace temp table asked_pairs as
        select
            cast(pairs.left_no as bigint) * 4294967296 + pairs.right_no as pair_no,
            cast(pairs.left_no as integer) as left_no,
            cast(pairs.right_no as integer) as right_no,
            false as is_appendix_b,
            max(case when shared.kind = 'email' then 2 end) as email_count,
            max(case when shared.kind = 'phone' then 2 end) as phone_count
        from pairs
        left join shared using (left_no, right_no)
        group by pairs.left_no, pairs.right_no
        """
    )
    connection.execute(
        "create or replace temp table levels as select compared.*, pairs.weight, pairs.is_answer "
        f"from ({_comparisons(connection)}) as compared inner join pairs using (left_no, right_no)"
    )
    found = _Counted(*_sizes(connection), levels={}, answered={})
    for feature in _FEATURES:
        for level, weight, answers in connection.execute(
            f"select {feature}_level, sum(weight), count(*) filter (where is_answer) from levels "
            f"where {feature}_level is not null group by 1"
        ).fetchall():
            found.levels[feature, int(level)] = float(weight)
            found.answered[feature, int(level)] = int(answers)
    return found


def _sizes(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    row = connection.execute(
        "select count(*), count(*) filter (is_answer), count(*) filter (is_household) from pairs"
    ).fetchone()
    return (int(row[0]), int(row[1]), int(row[2])) if row else (0, 0, 0)


def _comparisons(connection: duckdb.DuckDBPyConnection) -> str:
    """The statement that compares pairs, on the pairs asked about instead of the candidates."""
    import duckdb

    found = connection.execute(
        "select sql from duckdb_views() "
        "where schema_name = 'intermediate' and view_name = 'int_identity__comparisons'"
    ).fetchone()
    if found is None:
        raise duckdb.CatalogException("int_identity__comparisons is not built")
    _, _, statement = str(found[0]).partition(" AS ")
    return _CANDIDATES.sub("temp.asked_pairs", statement.rstrip().rstrip(";"))
