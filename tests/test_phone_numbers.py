"""Phone numbers in E.164 (salesforce.md 2.4), as a function and as a column of DuckDB."""

from __future__ import annotations

import time

import duckdb
import pytest

from polaris import phone_numbers


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("8165550123", "+18165550123"),
        ("(816) 555-0123", "+18165550123"),
        ("1-816-555-0123", "+18165550123"),
        ("+1 816.555.0123", "+18165550123"),
        ("816 555 0123 x12", "+18165550123"),
        ("816-555-0123 ext. 4", "+18165550123"),
        ("+44 20 7946 0958", "+442079460958"),
        ("011 44 20 7946 0958", "+442079460958"),
        ("555-0123", None),
        ("1234567890", None),
        ("2225550123", None),
        ("81655501234", None),
        ("None", None),
        ("call me", None),
    ],
)
def test_a_number_is_read_as_people_write_it(written: str, number: str | None) -> None:
    assert phone_numbers.e164(written) == number


def test_the_short_way_of_plain_numbers_agrees_with_the_library() -> None:
    """Every area code with every first digit after it."""
    import phonenumbers

    for prefix in range(2000, 10000):
        plain = f"{prefix}550123"
        if prefix % 10 < 2:
            continue
        number = phonenumbers.parse(plain, "US")
        expected = f"+1{plain}" if phonenumbers.is_valid_number(number) else None
        assert phone_numbers.e164(plain) == expected, plain


def test_a_column_of_the_size_of_the_crm_takes_seconds() -> None:
    with duckdb.connect() as connection:
        phone_numbers.register(connection)
        connection.execute(
            "create table numbers as "
            "select '(816) 555-' || lpad(cast(i % 10000 as varchar), 4, '0') as number "
            "from range(145000) as r (i) union all select null"
        )
        started = time.process_time()
        answer = connection.execute(
            "select count(*), count(phone_e164(number)), count(distinct phone_e164(number)) "
            "from numbers"
        ).fetchone()
        assert time.process_time() - started < 10
    assert answer == (145_001, 145_000, 10_000)
