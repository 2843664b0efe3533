"""E-mail addresses and phone numbers of a cell (platform.md §7.1, 7.2), every example there."""

from __future__ import annotations

import time

import duckdb
import pytest

from polaris import contact_values
from polaris.contact_values import email_addresses, phone_numbers

ONE = "+14155550101"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("  ALICE@Example.ORG ", ["alice@example.org"]),
        ("bob+news@x.org", ["bob+news@x.org"]),
        ("+tag@x.org", ["+tag@x.org"]),
        ("a.b@gmail.com", ["a.b@gmail.com"]),
        ("Ana Diaz <ana@x.org>", ["ana@x.org"]),
        ("Diaz, Ana <ana@x.org>", ["ana@x.org"]),
        ("mailto:ana@x.org", ["ana@x.org"]),
        ("mailto:ana@x.org?subject=Hello", ["ana@x.org"]),
        ("ana@x.org; ana2@x.org", ["ana@x.org", "ana2@x.org"]),
        ("ana@x.org, ANA@x.org;", ["ana@x.org"]),
        ("ana\u200b@x.org\u00a0", ["ana@x.org"]),
        ("\uff41na@x.org", ["ana@x.org"]),  # a full-width letter
        ("ana@b\u00fccher.example.org", ["ana@xn--bcher-kva.example.org"]),
        ("o'hara@x.org", ["o'hara@x.org"]),
    ],
)
def test_an_address_is_read_as_people_write_it(written: str, found: list[str]) -> None:
    read = email_addresses(written)
    assert (list(read.found), read.invalid_count) == (found, 0)


@pytest.mark.parametrize(
    "written",
    [
        "lucy-at-example.com",
        "jane@example",
        "a@b@c.org",
        "a b@c.org",
        "a@b..org",
        ".a@b.org",
        "a.@b.org",
        "a..b@c.org",
        "a@b.org.",
        "a,b@c.org",
        "a@-b.org",
        "a@b-.org",
        "a@b.c",
        "a@b.org1",
        "@x.org",
        "a" * 65 + "@x.org",
        "a@" + "b" * 64 + ".org",
        "a@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 60 + "." + "f" * 20,
        "=cmd()",
    ],
)
def test_what_is_no_address_is_none(written: str) -> None:
    assert email_addresses(written).invalid_count == 1


@pytest.mark.parametrize("written", ["", "  ", "n/a", "N/A", "none", "-", None])
def test_nothing_is_no_bad_address_and_no_bad_number(written: str | None) -> None:
    assert email_addresses(written) == contact_values.ContactValues()
    assert phone_numbers(written) == contact_values.ContactValues()


@pytest.mark.parametrize(
    ("written", "numbers", "extension"),
    [
        *[
            (written, [ONE], None)
            for written in (
                "(415) 555-0101",
                "415.555.0101",
                "4155550101",
                "1-415-555-0101",
                "+1 415 555 0101",
                "415\u2013555\u20130101",
                "415\u00a0555\u00a00101",
                "4155550101.0",
                "4.155550101E9",
                "tel:4155550101",
                "Cell: 415-555-0101",
                "\uff14155550101",
            )
        ],
        ("415-555-0101 x22", [ONE], "22"),
        ("415-555-0101x22", [ONE], "22"),
        ("415-555-0101 ext 22", [ONE], "22"),
        ("415-555-0101 ext. 22", [ONE], "22"),
        ("415-555-0101 extension 22", [ONE], "22"),
        ("415-555-0101;ext=22", [ONE], "22"),
        ("415-555-0101 #9", [ONE], "9"),
        ("00442079460958", ["+442079460958"], None),
        ("+44 20 7946 0958", ["+442079460958"], None),
        ("415-555-0101 or 415-555-0102", [ONE, "+14155550102"], None),
        ("415-555-0101 / 415-555-0101", [ONE], None),
    ],
)
def test_a_number_is_read_as_people_write_it(
    written: str, numbers: list[str], extension: str | None
) -> None:
    read = phone_numbers(written)
    assert (list(read.found), read.invalid_count, read.extension) == (numbers, 0, extension)


@pytest.mark.parametrize(
    "written",
    [
        "020 7946 0958",
        "555-0101",
        "+1555",
        "0000000000",
        "1-800-FLOWERS",
        "12345",
        "1234567890",
        "11111111111",
        "+0441234567",
        "4155550101.5",
        "call me",
    ],
)
def test_what_is_no_number_is_none(written: str) -> None:
    read = phone_numbers(written)
    assert (read.found, read.invalid_count) == ((), 1)


def test_a_zero_is_no_number_and_no_fault() -> None:
    assert phone_numbers("0") == contact_values.ContactValues()


def test_a_good_and_a_bad_part_are_told_apart() -> None:
    read = email_addresses("ana@x.org; nonsense")
    assert (read.found, read.invalid_count) == (("ana@x.org",), 1)
    numbers = phone_numbers("415-555-0101 or 12")
    assert (numbers.found, numbers.invalid_count) == ((ONE,), 1)


def test_a_column_of_a_hundred_thousand_cells_takes_seconds() -> None:
    with duckdb.connect() as connection:
        contact_values.register(connection)
        started = time.process_time()
        answer = connection.execute(
            """
            select
                count(distinct contact_emails('Person.' || i || '@Example.org').found[1]),
                count(distinct contact_phones('(816) 555-' || lpad(i % 10000, 4, '0')).found[1]),
                count(contact_emails(null).found[1])
            from (select cast(i as varchar) as i from range(100000) as r (i))
            """.replace("lpad(i % 10000", "lpad(cast(cast(i as int) % 10000 as varchar)")
        ).fetchone()
    assert answer == (100_000, 10_000, 0)
    assert time.process_time() - started < 10
