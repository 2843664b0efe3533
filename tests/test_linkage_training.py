"""Learning how much each agreement says, on labelled pairs worked by hand (identity.md 2, 3)."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from polaris import linkage_training as training
from polaris.errors import BadInput
from tests.conftest import Command
from tests.support.identity import Identity

SEED = """feature,level,label,m,u_source,u,cap_bits
first,1,same first name,0.8,frequency,0.003,14
first,5,"different, clearly",.04,fixed,.992,6
email,1,shared e-mail,0.62,frequency,0,24
dob,1,same date of birth,0.86,exact,0.00005,18
"""
# 50 confirmed pairs, 45 with one first name; 999 pairs of two people, 990 with two first names.
_NAMES = (
    ("Zelda", "Quimby"), ("Priya", "Raman"), ("Owen", "Park"), ("Ida", "Whitfield"),
    ("Tess", "Moore"), ("Jamal", "Reed"), ("Maya", "Chen"),
)  # fmt: skip
SAME = {("first", 1): 45, ("first", 5): 5}
OTHER = {("first", 1): 9, ("first", 5): 990}


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "rule_match_levels.csv"
    path.write_text(SEED, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return Identity(tmp_path_factory.getbasetemp())


@pytest.fixture
def people(identity: Identity) -> Iterator[duckdb.DuckDBPyConnection]:
    """Four records, the first two of one person, whom an administrator merged."""
    lena = {"first_name": "Lena", "last_name": "Fox", "dob": "1980-04-02"}
    records = [
        {"record_id": "a", **lena, "email": "lena@example.org"},
        {"record_id": "b", **lena, "email": "fox@example.org"},
        {"record_id": "c", "first_name": "Omar", "last_name": "Fox", "dob": "1955-12-24"},
        {"record_id": "d", "first_name": "Priya", "last_name": "Raman"},
    ]
    with identity.resolve(records) as connection:
        connection.execute(
            "create or replace table intermediate.int_identity__people as "
            "select record_no, 'p' || greatest(record_no, 2) as person_key "
            "from intermediate.int_identity__records"
        )
        _answer(connection, (1, 2, "merge"))
        yield connection


def _answer(connection: duckdb.DuckDBPyConnection, *pairs: tuple[int, int, str]) -> None:
    connection.execute(
        "create or replace table intermediate.int_identity__pair_decisions "
        "(left_no integer, right_no integer, action varchar)"
    )
    connection.executemany(
        "insert into intermediate.int_identity__pair_decisions values (?, ?, ?)", pairs
    )


def learned(seed: Path) -> dict[tuple[str, int], training.Learned]:
    found = training.learned(training.read_seed(seed), SAME, SAME, OTHER)
    return {(one.feature, one.level): one for one in found}


def test_fifty_pairs_weigh_as_much_as_the_seed(seed: Path) -> None:
    found = learned(seed)
    # (45 + .8) / 51 = .8980, half way in bits to .8: the root of .8980 * .8.
    assert found["first", 1].m == 0.8476
    assert found["first", 1].u == 0.003
    # (5 + .04) / 51 = .0988 and (990 + .992) / 1000 = .9910.
    assert (found["first", 5].m, found["first", 5].u) == (0.06287, 0.9915)
    half = math.log2(0.09882 / 0.990992) / 2 - math.log2(0.04 / 0.992) / 2
    assert found["first", 5].bits_more == pytest.approx(half, abs=0.001)


def test_answers_give_the_weight_and_all_that_are_one_person_the_shares(seed: Path) -> None:
    """Ten hard cases are asked, and a rule merges ninety plain ones."""
    shares = {("first", 1): 93, ("first", 5): 7}
    answers = {("first", 1): 3, ("first", 5): 7}
    found = training.learned(training.read_seed(seed), shares, answers, {})[1]
    assert (found.confirmed, found.compared) == (7, 10)
    assert found.seen == pytest.approx(7.04 / 101)
    # Ten answers against fifty of the seed: a sixth of the way in bits.
    assert found.m == pytest.approx(0.04 ** (5 / 6) * found.seen ** (1 / 6), abs=1e-5)


def test_what_no_confirmed_pair_has_stays_as_it_was(seed: Path) -> None:
    made = training.proposal(learned(seed).values(), seed)
    before, after = SEED.splitlines(), made.splitlines()
    assert after[0] == before[0]
    assert after[1] == "first,1,same first name,0.8476,frequency,0.003,14"
    assert after[2] == 'first,5,"different, clearly",0.06287,fixed,0.9915,6'
    assert after[3:] == before[3:]
    changes = [line[0] for line in training.diff(made, seed).splitlines()[2:] if line[0] in "+-"]
    assert changes == ["-", "-", "+", "+"]
    assert training.diff(SEED, seed) == ""


def test_more_answers_move_the_weights_further(seed: Path) -> None:
    rows = training.read_seed(seed)
    moved = [
        training.learned(rows, merged, merged, {})[2].m
        for merged in (
            {("email", 1): count * 9 // 10, ("email", 4): count // 10}
            for count in (10, 50, 500, 5000)
        )
    ]
    assert moved == sorted(moved)
    assert 0.62 < moved[0] < 0.66
    assert moved[-1] == pytest.approx(0.9, abs=0.01)


def test_levels_are_counted_as_a_build_compares_them(people: duckdb.DuckDBPyConnection) -> None:
    done = training.learn_from(people)
    # Of six pairs the one of a person with himself tells nothing of others.
    assert (done.confirmed, done.drawn) == (1, 5)
    found = {(one.feature, one.level): one for one in done.levels}
    assert [found[key, 1].confirmed for key in ("first", "last", "dob", "email")] == [1, 1, 1, 0]
    assert found["email", 4].confirmed == 1
    assert found["phone", 1].compared == 0
    # Every one of the five has another first name: (5 + .992) / 6 = .99867, a 51st of the way.
    assert found["first", 5].u == pytest.approx(0.992 * (0.99867 / 0.992) ** (1 / 51), abs=1e-4)
    assert found["phone", 2].has_changed is False


def test_without_an_answer_there_is_nothing_to_learn(people: duckdb.DuckDBPyConnection) -> None:
    _answer(people, (1, 3, "not_duplicate"))
    with pytest.raises(BadInput, match="nobody has merged two volunteers yet"):
        training.learn_from(people)


def test_a_merge_that_another_answer_undoes_is_no_label(people: duckdb.DuckDBPyConnection) -> None:
    _answer(people, (1, 2, "merge"), (1, 4, "merge"))
    assert training.learn_from(people).confirmed == 1


def test_merged_families_are_refused(identity: Identity) -> None:
    """Six merges: the one couple among them is too many once there are fewer of the others."""
    records = [
        {
            "record_id": f"{n}{side}",
            "first_name": first,
            "last_name": last,
            "email": f"{n}@example.org",
        }
        for n, (first, last) in enumerate(_NAMES)
        for side in "ab"
    ]
    records += [
        {"record_id": key, "first_name": first, "last_name": "Fox", "email": "thefoxes@example.org"}
        for key, first in (("y", "Omar"), ("z", "Lena"))
    ]
    with identity.resolve(records) as connection:
        connection.execute(
            "create or replace table intermediate.int_identity__people as "
            "select record_no, (record_no + 1) // 2 as person_key "
            "from intermediate.int_identity__records"
        )
        merges = [(n, n + 1, "merge") for n in range(1, len(records), 2)]
        _answer(connection, *merges)
        assert training.learn_from(connection).confirmed == 8
        _answer(connection, *merges[3:])
        with pytest.raises(BadInput, match="of 5 merged pairs 1 share a contact under different"):
            training.learn_from(connection)


def test_an_answer_stands_for_all_that_would_be_asked(identity: Identity) -> None:
    """Of four alike pairs two were answered, one with no: the other one weighs two."""
    records = [
        {
            "record_id": f"{n}{side}",
            "first_name": first,
            "last_name": last,
            "email": f"{n}{side}@example.org",
        }
        for n, (first, last) in enumerate(_NAMES[:4])
        for side in "ab"
    ]
    with identity.resolve(records) as connection:
        bands = connection.execute(
            "select band, count(*) from intermediate.int_identity__outcomes where left_no % 2 = 1 "
            "and right_no = left_no + 1 group by band"
        ).fetchall()
        assert bands == [("review", 4)]
        connection.execute(
            "create or replace table intermediate.int_identity__people as "
            "select record_no, (record_no + 1) // 2 as person_key "
            "from intermediate.int_identity__records"
        )
        _answer(connection, (1, 2, "merge"), (3, 4, "not_duplicate"))
        first = training.learn_from(connection).levels[0]
    assert (first.feature, first.level, first.confirmed) == ("first", 1, 1)
    # (2 + .8) / (2 + 1); the other two were not answered.
    assert first.seen == pytest.approx(2.8 / 3)


def test_the_command_writes_a_diff_and_the_seed_only_when_told(
    command: Command, seed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = training.Training(50, 999, tuple(learned(seed).values()))
    monkeypatch.setattr(training, "train", lambda _settings: done)
    monkeypatch.setattr(training, "LEVELS_FILE", seed)
    out = tmp_path / "weights.diff"
    answer = command("linkage", "train", "--out", str(out))
    assert "50 pairs that people merged" in answer.out
    assert "+0.65" in answer.out
    assert out.read_text(encoding="utf-8").startswith("--- a/seeds/rule_match_levels.csv\n")
    assert seed.read_text(encoding="utf-8") == SEED
    result = json.loads(command("linkage", "train", "--out", str(out), "--write", "--json").out)
    assert result["written"] is True
    assert [one["confirmed"] for one in result["changes"]] == [45, 5]
    rows = list(csv.DictReader(seed.read_text(encoding="utf-8").splitlines()))
    assert rows[0]["m"] == "0.8476"


def test_the_command_says_what_to_do_first(command: Command) -> None:
    answer = command("linkage", "train")
    assert answer.exit_code == 2
    assert "run `polaris-load build` first" in answer.err
