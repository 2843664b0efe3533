"""How well, how fast and with how many questions records of one person are found.

    python -m benchmarks.linkage FOLDER                    # labelled sets: NAME.parquet with
                                                           # NAME.truth.csv.gz beside it
    python -m benchmarks.linkage --people 1000000          # invented people: seconds and memory
    python -m benchmarks.linkage FOLDER --splink PYTHON    # and splink, of that interpreter;
                                                           # with --people its costs as well

A labelled set has `record_id` and any of first_name, middle_name, last_name, dob, email, phone,
street, city, state, postal_code, employer, as text; its truth has record_id and entity_id. Nothing
of it is kept. Pairs count: `auto` are those that merge by themselves, `review` adds those that a
person is asked, `steward` adds of those the true ones, `persons` is what the clusters say.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from benchmarks import linkage_models, linkage_people, measure

_SPLINK = Path(__file__).with_name("linkage_splink.py")
_PAIRS = """
    select left_records.external_id as one, right_records.external_id as other, outcomes.score,
        outcomes.band
    from intermediate.int_identity__outcomes as outcomes
    inner join intermediate.int_identity__records as left_records
        on outcomes.left_no = left_records.record_no
    inner join intermediate.int_identity__records as right_records
        on outcomes.right_no = right_records.record_no
    where outcomes.band in ('auto', 'review')"""
# What a person is asked: one pair of two persons, and no household.
_ASKED = """
    select left_records.external_id as one, right_records.external_id as other
    from intermediate.int_identity__pairs as pairs
    inner join intermediate.int_identity__records as left_records
        on pairs.left_record_key = left_records.record_key
    inner join intermediate.int_identity__records as right_records
        on pairs.right_record_key = right_records.record_key
    where pairs.is_asked"""
_PERSONS = """
    select records.external_id as record_id, people.person_key
    from intermediate.int_identity__people as people
    inner join intermediate.int_identity__records as records
        on people.record_no = records.record_no"""


@dataclass(frozen=True)
class Quality:
    """Pairs found, against the truth."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Result:
    """What one set gave.

    `reviews` and `questions` are per 1,000 records: pairs of the review band, and those of them
    that a person is asked, one of two persons. `review_true` is a share of the first.
    """

    name: str
    records: int
    auto: Quality
    review: Quality
    steward: Quality
    persons: Quality
    reviews: float
    review_true: float
    questions: float


def judge(
    connection: duckdb.DuckDBPyConnection, name: str, pairs: str, persons: str, asked: str
) -> Result:
    """Compares pairs and persons with the table `truth` (record_id, entity_id).

    Args:
        connection: where `truth` and the results are.
        name: of the set.
        pairs: SQL of one, other, band (auto or review), each pair once.
        persons: SQL of record_id, person_key; who is missing is a person of his own.
        asked: SQL of one, other: the pairs that a person is asked.
    """
    true_count = _number(
        connection,
        "select sum(n * (n - 1) / 2) from (select count(*) as n from truth group by entity_id)",
    )
    found = connection.execute(
        f"""
        select count(*) filter (where band = 'auto'),
            count(*) filter (where band = 'auto' and l.entity_id = r.entity_id),
            count(*), count(*) filter (where l.entity_id = r.entity_id)
        from ({pairs}) as pairs
        inner join truth as l on pairs.one = l.record_id
        inner join truth as r on pairs.other = r.record_id
        """
    ).fetchone()
    assert found is not None
    auto, auto_true, both, both_true = found
    persons_found = connection.execute(
        f"""
        with members as (select * from ({persons}) inner join truth using (record_id))
        select
            (select sum(n * (n - 1) / 2) from
                (select count(*) as n from members group by person_key)),
            (select sum(n * (n - 1) / 2) from
                (select count(*) as n from members group by person_key, entity_id))
        """
    ).fetchone()
    assert persons_found is not None
    records = int(_number(connection, "select count(*) from truth"))
    reviewed, reviewed_true = both - auto, both_true - auto_true
    return Result(
        name,
        records,
        _quality(auto_true, auto, true_count),
        _quality(both_true, both, true_count),
        _quality(both_true, auto + reviewed_true, true_count),
        _quality(persons_found[1] or 0, persons_found[0] or 0, true_count),
        1000 * reviewed / records,
        reviewed_true / reviewed if reviewed else 1.0,
        1000 * _number(connection, f"select count(*) from ({asked})") / records,
    )


def labelled(folder: Path, splink: str | None) -> list[Result]:
    """Every labelled set of a folder, ours and, when an interpreter is given, splink's."""
    results = []
    for file in sorted(folder.glob("*.parquet")):
        truth = file.with_suffix("").with_suffix(".truth.csv.gz")
        with linkage_models.connect(":memory:") as connection:
            linkage_models.fill(connection, f"from '{file}'")
            connection.execute(f"create table truth as from read_csv('{truth}', all_varchar=true)")
            linkage_models.run(connection, "memory")
            results.append(judge(connection, file.stem, _PAIRS, _PERSONS, _ASKED))
            if splink:
                results.append(_splink(connection, file, splink)[1])
    return results


@dataclass(frozen=True)
class Scale:
    """What many invented people cost, and how good it was: ours, and splink's after ours.

    `seconds` are of each model of ours.
    """

    costs: dict[str, measure.Cost]
    seconds: dict[str, float]
    results: list[Result]


def at_scale(
    count: int, seed: int, folder: Path, *, short_names: bool = False, splink: str | None = None
) -> Scale:
    """Invented people in a file, and with an interpreter the same people by splink."""
    database = folder / "linkage.duckdb"
    with linkage_models.connect(database) as connection:
        linkage_people.make(connection, count, seed)
        if short_names:
            linkage_people.add_short_names(connection, seed)
        linkage_models.fill(connection, "from made_people")
    models = [asdict(model) for model in linkage_models.compiled().models]
    database.with_suffix(".json").write_text(json.dumps(models), encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.linkage", "--only-run", str(database)]
    cost, said = measure.run(command, {"PATH": ""}, linkage_models.ROOT)
    with linkage_models.connect(database) as connection:
        connection.execute("create view truth as select record_id, entity_id from made_people")
        scale = Scale(
            {"ours": cost},
            json.loads(said.splitlines()[-1]),
            [judge(connection, f"people_{count}", _PAIRS, _PERSONS, _ASKED)],
        )
        if splink:
            file = folder / f"people_{count}.parquet"
            connection.execute(f"copy (select * exclude (entity_id) from made_people) to '{file}'")
            scale.costs["splink"], found = _splink(connection, file, splink)
            scale.results.append(found)
    return scale


def _only_run(database: Path) -> None:
    told = json.loads(database.with_suffix(".json").read_text(encoding="utf-8"))
    models = [linkage_models.Model(**model) for model in told]
    with linkage_models.connect(database) as connection:
        connection.execute("set memory_limit = '1GB'")
        print(json.dumps(linkage_models.run(connection, database.stem, models)))


def _splink(
    connection: duckdb.DuckDBPyConnection, file: Path, python: str
) -> tuple[measure.Cost, Result]:
    with tempfile.TemporaryDirectory() as folder:
        pairs, persons = Path(folder) / "pairs.parquet", Path(folder) / "persons.parquet"
        command = [python, str(_SPLINK), str(file), str(pairs), str(persons)]
        cost, _ = measure.run(command, {"PATH": ""}, linkage_models.ROOT)
        return cost, judge(
            connection,
            f"{file.stem} (splink)",
            f"select one, other, case when score >= 0.95 then 'auto' else 'review' end as band "
            f"from '{pairs}' where score >= 0.8",
            f"from '{persons}'",
            f"select one, other from '{pairs}' where score >= 0.8 and score < 0.95",
        )


def _quality(true: float, found: float, all_true: float) -> Quality:
    precision = true / found if found else 1.0
    recall = true / all_true if all_true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Quality(precision, recall, f1)


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    row = connection.execute(sql).fetchone()
    return float(row[0] or 0) if row else 0.0


def _table(results: list[Result]) -> str:
    lines = ["set                   records  auto P / R / F1      review P / R / F1    steward F1"]
    lines[0] += "  persons P / R / F1   reviews/1000  true of them  questions"
    for result in results:
        cells = [f"{result.name:20} {result.records:8}"]
        for quality in (result.auto, result.review):
            cells.append(f"{quality.precision:.4f} {quality.recall:.4f} {quality.f1:.4f}")
        cells.append(f"{result.steward.f1:10.4f}")
        persons = result.persons
        cells.append(f"{persons.precision:.4f} {persons.recall:.4f} {persons.f1:.4f}")
        cells.append(f"{result.reviews:12.1f}  {result.review_true:12.2f}")
        cells.append(f"{result.questions:9.1f}")
        lines.append("  ".join(cells))
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """The command line of the module's docstring."""
    parser = argparse.ArgumentParser(description="quality and cost of resolving identities")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--people", type=int, help="number of invented records")
    parser.add_argument("--seed", type=int, default=0, help="of the invented records")
    parser.add_argument("--short-names", action="store_true", help="and harder first names")
    parser.add_argument("--splink", metavar="PYTHON", help="interpreter that has splink")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only-run", metavar="DATABASE", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.only_run:
        _only_run(Path(given.only_run))
        return
    results = labelled(given.folder, given.splink) if given.folder else []
    if given.people:
        with tempfile.TemporaryDirectory() as folder:
            scale = at_scale(
                given.people,
                given.seed,
                Path(folder),
                short_names=given.short_names,
                splink=given.splink,
            )
        results += scale.results
        for name, taken in scale.seconds.items():
            print(f"{name:32} {taken:8.2f} s")
        for name, cost in scale.costs.items():
            print(
                f"{name}: {cost.cpu_seconds:.1f} CPU s, {cost.wall_seconds:.1f} s, "
                f"{cost.peak_mb:.0f} MB at the peak"
            )
    print(json.dumps([asdict(one) for one in results]) if given.json else _table(results))


if __name__ == "__main__":
    main(sys.argv[1:])
