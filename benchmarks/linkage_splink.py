"""splink on one labelled set, for `linkage.py`: run by an interpreter that has it.

    python linkage_splink.py PEOPLE.parquet PAIRS.parquet PERSONS.parquet

Its default model: comparisons of its library for names, date of birth, e-mail, postal code; u from
random pairs, m by expectation maximisation. Pairs from 0.8 up are written as one, other, score, and
the clusters of those from 0.95 up as record_id, person_key. From 200,000 records on it compares by
a shorter list of keys, as the product does.
"""

from __future__ import annotations

import sys

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

_MANY = 200_000
_KEYS = [("first_name", "last_name"), ("email",), ("phone",), ("last_name", "postal_code")]
_KEYS_OF_FEW = [("dob",), ("first_name", "postal_code"), ("street",)]
_KEYS_OF_FEW += [("first_name", "birth_year"), ("last_name", "birth_year")]
_KEYS_OF_MANY = [("dob", "first_name"), ("dob", "last_name"), ("street", "postal_code")]


def main(people: str, pairs: str, persons: str) -> None:
    """Trains, scores, clusters, and writes what was found."""
    frame = duckdb.sql(f"select *, left(dob, 4) as birth_year from '{people}'").df()
    have = set(frame.columns)
    comparisons = {
        "first_name": lambda: cl.NameComparison("first_name"),
        "last_name": lambda: cl.NameComparison("last_name"),
        "dob": lambda: cl.DateOfBirthComparison("dob", input_is_string=True),
        "email": lambda: cl.EmailComparison("email"),
        "phone": lambda: cl.ExactMatch("phone"),
        "street": lambda: cl.JaroWinklerAtThresholds("street", [0.92, 0.85]),
        "postal_code": lambda: cl.ExactMatch("postal_code"),
        "city": lambda: cl.ExactMatch("city").configure(term_frequency_adjustments=True),
    }
    rules = _KEYS + (_KEYS_OF_FEW if len(frame) < _MANY else _KEYS_OF_MANY)
    blocking = [block_on(*rule) for rule in rules if set(rule) <= have]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        comparisons=[make() for name, make in comparisons.items() if name in have],
        blocking_rules_to_generate_predictions=blocking,
    )
    linker = Linker(DuckDBAPI().register(frame), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("first_name", "last_name", "dob")], recall=0.5
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (("first_name", "last_name"), ("dob",)):
        training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    predicted = linker.inference.predict(threshold_match_probability=0.8)
    found = predicted.as_duckdbpyrelation()
    columns = "record_id_l as one, record_id_r as other, match_probability as score"
    found.project(columns).write_parquet(pairs)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
    columns = "record_id, cluster_id as person_key"
    clusters.as_duckdbpyrelation().project(columns).write_parquet(persons)


if __name__ == "__main__":
    main(*sys.argv[1:4])
