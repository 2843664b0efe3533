"""Invented people for measuring at scale: no row of it was ever a person.

Of `count` records 92 % are persons and 8 % are second records of one of them. Every choice is a
hash of the record's number and of a seed, so the same count and seed give the same people.

Persons: first names from the product's list of given names, some far more frequent than others;
last names of two or three syllables, as uneven; a date of birth for 52 %, an e-mail for 80 % (the
name in four patterns), a phone for 68 %, a street for 60 %, a postal code for 71 % of 3,000. Every
fourth person lives with the one before: last name, street and postal code are the same, and one in
five of these shares the mailbox, one in ten the phone.

Second records: the first name stays in 80 %, becomes its initial in 5 %, loses a letter in 8 % or
is another's in 3 %, and is missing in 4 %; the last name stays in 86 %, loses a letter in 9 %,
another one follows marriage in 5 %; of the dates of birth that are there 86 % stay, 8 % have
another day, 6 % are gone; e-mails stay in 62 %, are gone in 20 %, are other ones in 18 %; phones
60, 25 and 15 %; streets 62, 20 and 18 %, and the postal code goes with them. What is another's is
each time that of somebody else, and who moves gets a house of their own.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

_NICKNAMES = Path(__file__).parents[1] / "seeds" / "ref_nicknames.csv"
_SYLLABLES = (
    "an bar bel ber bor cal car col dal dan del dor dun el far fen fer gar gil gran hal ham har "
    "hol ing jan kel ken lan lar leth lin mac mar mel mon mor nel nor os par pel per quin ral ran "
    "rod ros sal san sel shel stan ster tal tan thor tor val ver vil wal war wel wil win yar zan"
)


def make(connection: duckdb.DuckDBPyConnection, count: int, seed: int = 0) -> None:
    """Fills the table `made_people`: the columns of a labelled set, and entity_id.

    Args:
        connection: where it is made.
        count: of records, second ones included.
        seed: another one gives other people.
    """
    persons = count - count * 8 // 100
    connection.execute(
        "create or replace temp macro pick(n, salt) as "
        f"cast(hash(n, salt + {1000 * seed}) % 1000000 as bigint)"
    )
    connection.execute(
        "create or replace temp macro uneven(n, salt, size) as "
        "cast(size * pow(pick(n, salt) / 1000000.0, 2.2) as integer) % size + 1"
    )
    connection.execute(
        f"create or replace temp table given as select row_number() over () as n, given_name "
        f"from (select distinct given_name from read_csv('{_NICKNAMES}') order by hash(given_name))"
    )
    syllables, syllable_count = f"string_split('{_SYLLABLES}', ' ')", _SYLLABLES.count(" ") + 1
    connection.execute(
        f"""
        create or replace temp table persons as
        with numbered as (
            select i, case when pick(i, 1) < 250000 then i - 1 else i end as home
            from range(1, {persons} + 1) as numbers(i)
        )
        select i, home, given_name as first_name,
            ({syllables})[uneven(home, 3, {syllable_count})]
            || ({syllables})[pick(home, 4) % {syllable_count} + 1]
            || case when pick(home, 5) < 500000
                then ({syllables})[pick(home, 6) % {syllable_count} + 1] else '' end as last_name,
            case when pick(i, 7) < 520000
                then date '1935-01-01' + cast(pick(i, 8) % 26000 as integer) end as dob
        from numbered
        cross join (select cast(count(*) as integer) as size from given) as names
        inner join given on given.n = case
            when home = i then uneven(i, 2, size)
            else (uneven(home, 2, size) + pick(i, 2) % (size - 1)) % size + 1
        end
        """
    )
    connection.execute(
        """
        create or replace temp table full_people as
        select i, 'p' || i as entity_id, first_name, last_name, dob,
            case
                when pick(i, 10) >= 800000 then null
                when home <> i and pick(i, 11) < 200000
                    then 'the' || last_name || home % 1000 || '@example.org'
                when pick(i, 12) < 400000
                    then first_name || '.' || last_name || i % 97 || '@example.org'
                when pick(i, 12) < 600000
                    then left(first_name, 1) || last_name || i % 997 || '@example.net'
                when pick(i, 12) < 800000
                    then first_name || i % 9973 || '@example.com'
                else 'the' || last_name || home % 1000 || '@example.org'
            end as email,
            case
                when pick(i, 13) >= 680000 then null
                when pick(i, 14) < 100000 then '816' || 2000000 + pick(home, 15)
                else (['913', '816', '785', '660', '417'])[pick(i, 16) % 5 + 1]
                    || 2000000 + pick(i, 17) * 7 + i % 7
            end as phone,
            case when pick(home, 18) < 600000
                then pick(home, 19) % 9800 + 1 || ' '
                    || (['oak', 'elm', 'birch', 'main', 'cedar', 'hill', 'lake', 'river', 'park',
                        'maple', 'walnut', 'pine'])[pick(home, 20) % 12 + 1]
                    || pick(home, 21) % 40 || (['', 'wood', 'view', 'side'])[pick(home, 22) % 4 + 1]
                    || (['st', 'ave', 'road', 'drive', 'ln', 'ct'])[pick(home, 23) % 6 + 1]
            end as street,
            case when pick(home, 24) < 710000
                then cast(60000 + uneven(home, 25, 3000) as varchar) end as postal_code
        from persons
        """
    )
    lost = "left({0}, 2) || substr({0}, 4)"
    # Who marries and moves does not take the name and the house of one and the same stranger.
    others = ("first", "last", "contact", "home")
    salts = {"i": 40, **{f"other_{one}": 41 + salt for salt, one in enumerate(others)}}
    chosen = ", ".join(
        f"cast(hash(d, {salt + 1000 * seed}) % {persons} as bigint) + 1 as {name}"
        for name, salt in salts.items()
    )
    joins = " ".join(
        f"inner join full_people as other_{one} on chosen.other_{one} = other_{one}.i"
        for one in others
    )
    connection.execute(
        f"""
        create or replace table made_people as
        select 'r' || i as record_id, entity_id, first_name, last_name,
            cast(dob as varchar) as dob, email, phone, street, postal_code
        from full_people
        union all
        select 's' || d, person.entity_id,
            case
                when pick(d, 30) < 800000 then person.first_name
                when pick(d, 30) < 850000 then left(person.first_name, 1)
                when pick(d, 30) < 930000 then {lost.format("person.first_name")}
                when pick(d, 30) < 960000 then other_first.first_name
            end,
            case
                when pick(d, 31) < 860000 then person.last_name
                when pick(d, 31) < 950000 then {lost.format("person.last_name")}
                else other_last.last_name
            end,
            case
                when pick(d, 32) < 860000 then cast(person.dob as varchar)
                when pick(d, 32) < 940000
                    then cast(person.dob + cast(pick(d, 33) % 9 + 1 as integer) as varchar)
            end,
            case
                when pick(d, 34) < 620000 then person.email
                when pick(d, 34) >= 820000 then other_contact.email
            end,
            case
                when pick(d, 35) < 600000 then person.phone
                when pick(d, 35) >= 850000 then '620' || 2000000 + pick(d, 36) * 7 + d % 7
            end,
            case
                when pick(d, 37) < 620000 then person.street
                when pick(d, 37) >= 820000
                    then 10000 + d || ' ' || split_part(other_home.street, ' ', 2)
            end,
            case
                when pick(d, 37) < 720000 then person.postal_code
                when pick(d, 37) >= 820000 then other_home.postal_code
            end
        from (
            select d, {chosen}
            from range(1, {count - persons} + 1) as numbers(d)
        ) as chosen
        inner join full_people as person on chosen.i = person.i
        {joins}
        """
    )
    # An e-mail of somebody else's pattern is nobody's else: it must not point to that person.
    connection.execute(
        "update made_people set email = 'new' || email where record_id like 's%' "
        "and email in (select email from full_people) "
        "and email not in (select email from full_people where full_people.entity_id "
        "= made_people.entity_id and email is not null)"
    )


def add_short_names(connection: duckdb.DuckDBPyConnection, seed: int = 0) -> None:
    """Makes `made_people` harder where first names begin alike, as those of sisters may.

    Of the second records 3 % come to bear a nickname of the product's list and 3 % the first three
    or four letters; of those who live with the one before 2 % are called like that one with "anne"
    behind it, and have that one's mailbox.

    Args:
        connection: on which `make` was called.
        seed: another one chooses others.
    """
    connection.execute(
        f"""
        update made_people set first_name = chosen.nickname
        from (
            select given_name, min_by(nickname, hash(nickname, {seed})) as nickname
            from read_csv('{_NICKNAMES}') group by given_name
        ) as chosen
        where record_id like 's%' and first_name = given_name
            and pick(cast(substr(record_id, 2) as bigint), 50) < 30000
        """
    )
    connection.execute(
        """
        update made_people set first_name = left(first_name, 3 + length(first_name) % 2)
        where record_id like 's%' and length(first_name) > 5
            and pick(cast(substr(record_id, 2) as bigint), 51) < 30000
        """
    )
    connection.execute(
        """
        update made_people set first_name = home.first_name || 'anne', email = home.email
        from persons
        inner join full_people as home on persons.home = home.i
        where made_people.entity_id = 'p' || persons.i and persons.home <> persons.i
            and home.email is not null and pick(persons.i, 52) < 20000
        """
    )
