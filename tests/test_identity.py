"""Whole pairs of people through every model of identities."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from benchmarks import linkage_models
from tests.support.identity import Identity

Person = dict[str, str | None]

ONE, TWO = "one@example.org", "two@example.org"
PHONE, OTHER_PHONE = "415-555-0101", "415-555-0102"
APPENDIX_B = {"use_calibrated": 0.0}
PEOPLE = "int_identity__people"


def person(name: str, **fields: str) -> Person:
    first, last = name.split(" ")
    return {"first_name": first, "last_name": last, **fields}


BIRCH = {"street": "42 Birch Rd", "postal_code": "64111"}
FIR = {"street": "9 Fir St", "postal_code": "64111"}
# Of platform.md 4.8: one of every step, band, floor and veto.
EXAMPLES = {
    2: ("Priya Raman", {"email": "Priya.Raman+events@Example.org"},
        "Priya Raman", {"email": "priya.raman@example.org"}, ".9000", None, "auto", "email"),
    3: ("Owen Park", {"phone": PHONE}, "Owen Park", {"phone": PHONE},
        ".8000", None, "review", "fuzzy_review"),
    4: ("Dana Whitfeld", {"phone": PHONE}, "Dana Whitfield", {"phone": PHONE},
        ".7971", "SHARED_CONTACT", "new", None),
    6: ("Owen Park", {"phone": PHONE, "street": "12 Oak St", "postal_code": "64111"},
        "Owen Park", {"phone": PHONE, "street": "12 Oak Street", "postal_code": "64111"},
        ".9500", None, "auto", "phone"),
    8: ("Maria Lopez", {"email": ONE}, "Diego Lopez", {"email": ONE},
        ".8420", "V3", "household", "household"),
    9: ("Maria Lopez", {"email": ONE, "dob": "1980-04-02"},
        "Diego Lopez", {"email": ONE, "dob": "1980-04-02"},
        "1.0420", "V3d", "review", "fuzzy_review"),
    11: ("Maria Lopez", {"email": ONE, "phone": PHONE}, "Mario Lopez",
         {"email": ONE, "phone": PHONE}, "1.4887", "V4", "review", "fuzzy_review"),
    12: ("Owen Park", {"email": ONE, "phone": PHONE, "dob": "1975-03-10"},
         "Owen Park", {"email": ONE, "phone": PHONE, "dob": "2004-03-11"},
         "1.5000", "V1", "review", "fuzzy_review"),
    15: ("John Smith", {"email": ONE, "dob": "1980-04-02", "postal_code": "64111"},
         "John Smith", {"email": TWO, "dob": "1980-04-02", "postal_code": "64111"},
         ".4300", None, "new", None),
    16: ("Lena Fox", {"email": ONE, "dob": "1980-04-02", "postal_code": "64111"},
         "Lena Fox", {"email": TWO, "dob": "1980-04-02", "postal_code": "64111"},
         ".4300", "F1", "review", "fuzzy_review"),
    18: ("Priya Raman", {"email": ONE, **BIRCH}, "Priya Desai", {"email": ONE, **BIRCH},
         "1.0209", None, "auto", "fuzzy_high"),
    20: ("Bob Chen", {"email": ONE}, "Robert Chen", {"email": ONE},
         ".8900", None, "auto", "email"),
    22: ("Tomas Rivera", {"email": ONE}, "Rivera Tomas", {"email": ONE},
         ".9000", "NAME_SWAPPED", "review", "fuzzy_review"),
    26: ("Izabella Martínez", {"email": "bella+x@example.org", "phone": PHONE,
                               "dob": "1992-05-11", "employer": "Tutors", **FIR},
         "Isabella Martinez", {"email": "bella@example.org", "phone": PHONE,
                               "dob": "1992-05-11", "employer": "Tutors", **FIR},
         "1.8929", None, "auto", "fuzzy_high"),
    30: ("Max Shadows", {"phone": PHONE}, "Maxwell Edison", {"phone": PHONE},
         ".7594", "SHARED_CONTACT", "new", None),
    32: ("Anna Lee", {"email": ONE, "dob": "2072-10-10", **FIR},
         "Hanna Lee", {"email": ONE, "dob": "2072-10-10", **FIR},
         "1.2426", "V7", "review", "fuzzy_review"),
    33: ("Tess Moore", {"email": ONE, "dob": "1980-04-02", **FIR},
         "Tess Moore", {"email": TWO, "dob": "1981-04-02", **FIR},
         ".4500", "F2", "review", "fuzzy_review"),
    # Of no number there: the one veto that none of them reaches (platform.md 4.5, 4.9).
    36: ("Owen Park", {"phone": PHONE, "dob": "1975-03-10", "employer": "Acme", **BIRCH},
         "Owen Park", {"phone": PHONE, "dob": "1975-10-03", "employer": "Acme",
                       "street": "40 Birch Rd", "postal_code": "64111"},
         "1.0400", "V2", "review", "fuzzy_review"),
}  # fmt: skip


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return Identity(tmp_path_factory.getbasetemp())


def one_row(connection: duckdb.DuckDBPyConnection, columns: str, table: str) -> Any:
    (row,) = connection.execute(f"select {columns} from intermediate.{table}").fetchall()
    return row


@pytest.mark.parametrize("number", EXAMPLES)
def test_a_worked_example_ends_as_written_from_either_side(identity: Identity, number: int) -> None:
    left, left_fields, right, right_fields, raw, rules, band, match_type = EXAMPLES[number]
    pair = [person(left, **left_fields), person(right, **right_fields)]
    for one, other in (pair, pair[::-1]):
        people = [{"record_id": "a", **one}, {"record_id": "b", **other}]
        with identity.resolve(people, APPENDIX_B) as connection:
            assert one_row(connection, "raw_score", "int_identity__scores") == (Decimal(raw),)
            outcome = one_row(
                connection, "band, match_type, rules_applied", "int_identity__outcomes"
            )
            assert outcome == (band, match_type, rules)


@pytest.mark.parametrize("use_calibrated", [0.0, 1.0])
def test_more_agreement_never_lowers_a_score(identity: Identity, use_calibrated: float) -> None:
    steps = [{"email": ONE}, {"phone": PHONE}, {"dob": "1980-04-02"}, BIRCH, {"employer": "Acme"}]
    scores = []
    fields: dict[str, str] = {}
    for step in steps:
        fields = fields | step
        people = [{"record_id": key, **person("Lena Fox", **fields)} for key in "ab"]
        with identity.resolve(people, {"use_calibrated": use_calibrated}) as connection:
            column = "score_calibrated" if use_calibrated else "raw_score"
            scores.append(one_row(connection, column, "int_identity__scores")[0])
    assert scores == sorted(scores)
    assert use_calibrated or scores[-1] == Decimal("1.9000")


def test_a_name_alone_is_never_one_person_at_a_small_site(identity: Identity) -> None:
    people = [
        {"record_id": "a", **person("Zelda Quimby", email=ONE)},
        {"record_id": "b", **person("Zelda Quimby", email=TWO)},
    ]
    with identity.resolve(people) as connection:
        outcome = one_row(connection, "band, rules_applied", "int_identity__outcomes")
        persons = connection.execute(
            "select count(distinct person_key) from intermediate.int_identity__people"
        ).fetchone()
    assert outcome == ("review", "name_only")
    assert persons == (2,)


@pytest.mark.parametrize("names", ["Tess Bess", "Cristian Cristina", "Anna Hanna", "Fay1 Fay11"])
def test_twins_with_contacts_of_their_own_are_asked(identity: Identity, names: str) -> None:
    """platform.md R-04: one birthday, one last name and one address, whatever they score."""
    contacts = ({"email": ONE, "phone": PHONE}, {"email": TWO, "phone": OTHER_PHONE})
    people = [
        {"record_id": name, **person(f"{name} Moore", dob="1980-04-02", **BIRCH, **own)}
        for name, own in zip(names.split(), contacts, strict=True)
    ]
    with identity.resolve(people) as connection:
        assert one_row(connection, "band", "int_identity__outcomes") == ("review",)
        assert one_row(connection, "count(distinct person_key)", PEOPLE) == (2,)


# As at a site of many records.
WIDE = {"guard_name_only_below": 1.0}
MOORE = {"dob": "1980-04-02", **BIRCH}
OWN, OTHERS = {"email": ONE, "phone": PHONE}, {"email": TWO, "phone": OTHER_PHONE}
ASKED, MERGED = ("review", "other_contacts"), ("auto", None)


@pytest.mark.parametrize(
    ("one", "other", "params", "expected"),
    [
        (MOORE | OWN, MOORE | OTHERS, WIDE, ASKED),
        (MOORE | {"email": ONE}, MOORE | {"email": TWO}, WIDE, ASKED),
        (MOORE | {"phone": PHONE}, MOORE | OTHERS, WIDE, ASKED),
        (MOORE | OWN, MOORE | OTHERS, WIDE | {"guard_other_contacts": 0.0}, MERGED),
        # Elsewhere it is asked at a small site only.
        (MOORE | OWN, {"dob": "1980-04-02"} | OTHERS, None, ASKED),
        (MOORE | OWN, {"dob": "1980-04-02"} | OTHERS, WIDE, MERGED),
        # Without contacts on both sides, or with a slip of the pen, what else there is counts.
        (MOORE, MOORE | OWN, None, MERGED),
        (MOORE | {"email": ONE}, MOORE | {"phone": PHONE}, None, MERGED),
        (MOORE | {"email": "annabel.moore@example.org"},
         MOORE | {"email": "anabel.moore@example.org"}, None, MERGED),
    ],
)  # fmt: skip
def test_who_differs_by_all_contacts_alone_is_asked(
    identity: Identity,
    one: Person,
    other: Person,
    params: dict[str, float] | None,
    expected: tuple[str, str | None],
) -> None:
    """platform.md R-04."""
    people = [
        {"record_id": "a", **person("Annabel Moore"), **one},
        {"record_id": "b", **person("Annabel Moore"), **other},
    ]
    with identity.resolve(people, params) as connection:
        assert one_row(connection, "band, rules_applied", "int_identity__outcomes") == expected


def test_a_last_name_and_a_town_are_no_person_and_39th_street_is_not_38th(
    identity: Identity,
) -> None:
    def at(key: str, house: str, email: str) -> Person:
        return {"record_id": key, **person("Lena Fox", street=house, email=email)}

    people: list[Person] = [
        {"record_id": "a", "first_name": "Zelda", "last_name": "Quimby", "postal_code": "64111"},
        {"record_id": "b", "last_name": "Quimby", "postal_code": "64111"},
        *(at("c", "7018 E 38th St", ONE), at("d", "954 E 38th Street", ONE)),
        *(at("e", "7018 E 38th St", TWO), at("f", "7019 E 39th St", TWO)),
        *(at("g", "7018 E 38th St", "g@example.org"), at("h", "7018 E 39th St", "g@example.org")),
    ]
    with identity.resolve(people, WIDE | {"matches_per_record": 1000000.0}) as connection:
        rows = connection.execute(
            "select one.external_id, guard, street_level "
            "from intermediate.int_identity__scores as scores "
            "inner join intermediate.int_identity__records as one on left_no = one.record_no "
            "where right_no = left_no + 1 and one.external_id in ('a', 'c', 'e', 'g') order by 1"
        ).fetchall()
    assert rows == [("a", "name_only", None), ("c", None, 3), ("e", None, 4), ("g", None, 1)]


def test_an_email_and_a_phone_of_two_persons_are_asked(identity: Identity) -> None:
    people = [
        {"record_id": "a", **person("Sam Lee", email=ONE, dob="1960-01-05")},
        {"record_id": "b", **person("Sam Lee", phone=PHONE, dob="1990-06-15")},
        {"record_id": "c", **person("Sam Lee", email=ONE, phone=PHONE)},
    ]
    for params in (APPENDIX_B, None):
        with identity.resolve(people, params) as connection:
            rows = connection.execute(
                "select match_type, count(*) from intermediate.int_identity__outcomes "
                "where band = 'review' and match_type = 'ambiguous' group by match_type"
            ).fetchall()
        assert rows == [("ambiguous", 2)]


def test_a_mailbox_that_was_set_aside_brings_nobody_together(identity: Identity) -> None:
    """identity.md 5. Taken back, the same people are one again."""
    people = [{"record_id": key, **person("Sam Lee", email="Info+sam@example.org")} for key in "ab"]
    counts = []
    with identity.resolve(people) as connection:
        for said in (None, "never_match_on", None):
            connection.execute("delete from intermediate.int_decisions__active")
            connection.execute(
                "insert into intermediate.int_decisions__active "
                "select 'd1', ?, md5('contact|email|info@example.org') where ? is not null",
                [said, said],
            )
            linkage_models.run(connection, "memory", identity.models)
            counts.append(one_row(connection, "count(distinct person_key)", PEOPLE)[0])
    assert counts == [1, 2, 1]
