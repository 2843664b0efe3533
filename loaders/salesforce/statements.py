"""The SQL by which the rows of a load are compared with what has landed; see `stage`."""

from __future__ import annotations

from collections.abc import Sequence

SCHEMA = "raw_salesforce"
VALID_ID = "^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$"
CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def id18(name: str) -> str:
    """SQL for an id in its 18 characters; the 15-character form lacks the checksum."""
    chunks = []
    for chunk in range(3):
        bits = " + ".join(
            f"if(substr({name}, {chunk * 5 + place + 1}, 1) between 'A' and 'Z', {2**place}, 0)"
            for place in range(5)
        )
        chunks.append(f"substr('{CHECKSUM}', 1 + {bits}, 1)")
    return f"if(length({name}) = 15, {name} || {' || '.join(chunks)}, {name})"


def to_18(record_id: str) -> str:
    """An id in its 18 characters."""
    if len(record_id) != 15:
        return record_id
    suffix = ""
    for start in (0, 5, 10):
        letters = record_id[start : start + 5]
        bits = sum(1 << place for place, letter in enumerate(letters) if "A" <= letter <= "Z")
        suffix += CHECKSUM[bits]
    return record_id + suffix


def known(table: str | None, lost: Sequence[str], wanted: str | None) -> str:
    """SQL that makes `known`: the newest landed version of each record, and whether it is gone."""
    kept = ["row_hash", "isdeleted", "systemmodstamp", *lost]
    if table is None:
        nothing = ", ".join(f"null::varchar as {name}" for name in kept)
        return (
            f"create or replace temp table known as select null::varchar as record_id, {nothing}, "
            "false as is_marked, false as is_gone where false"
        )
    columns = ", ".join(f"landed.{name}" for name in kept)
    some = f"where record_id in ({wanted})" if wanted else ""
    # The newest version by a join, not by an aggregate of whole rows: that would not fit.
    return f"""
        create or replace temp table known as
        with
        loads as (select load_seq from warehouse.{SCHEMA}.loads),
        landed as not materialized (
            select {id18("id")} as record_id, load_seq, {", ".join(kept)}
            from warehouse.{SCHEMA}.{table}
            where load_seq in (select load_seq from loads)
        ),
        newest as (
            select record_id, max(load_seq) as load_seq from landed {some} group by record_id
        ),
        marks as (
            select record_id, max(load_seq) as load_seq
            from absences
            where load_seq in (select load_seq from loads)
            group by all
        )
        select
            record_id, {columns},
            coalesce(marks.load_seq > newest.load_seq, false) as is_marked,
            is_marked or lower(landed.isdeleted) = 'true' as is_gone
        from landed
        inner join newest using (record_id, load_seq)
        left join marks using (record_id)
    """


RECORD_ID = f"if(regexp_matches(id, '{VALID_ID}'), {id18('id')}, null)"
CAME = """
    create or replace table came (
        n bigint, record_id varchar, systemmodstamp varchar, isdeleted varchar, row_hash varchar
    )
"""
# What each row that came is; a list that names a record twice is refused, so both may be here.
CHOSEN = """
    create or replace temp table chosen as
    select
        n,
        record_id,
        lower(coalesce(came.isdeleted, 'false')) = 'true' as is_deleted,
        case
            when known.record_id is null then 'inserted'
            when known.is_marked or known.row_hash is distinct from came.row_hash then 'updated'
            else 'unchanged'
        end as state,
        known.record_id is not null and not known.is_gone as was_there,
        known.record_id is not null and known.is_gone as was_gone
    from came left join known using (record_id)
    where record_id is not null
"""
COUNTS = """
    with came_all as (
        select
            count(*) as row_count,
            count(record_id) as with_id,
            count(distinct record_id) as records,
            max(systemmodstamp) as newest
        from came
    )
    select
        any_value(with_id),
        count(n) filter (where state = 'inserted'),
        count(n) filter (where state = 'updated'),
        count(n) filter (where state = 'unchanged'),
        any_value(with_id - records),
        any_value(row_count - with_id),
        count(n) filter (where state = 'updated' and was_gone and not is_deleted),
        count(n) filter (where is_deleted and state <> 'unchanged' and was_there),
        count(n) filter (where not is_deleted),
        any_value(newest)
    from came_all left join chosen on true
"""
ABSENT = """
    select record_id from known
    where not is_gone
        and record_id not in (select record_id from {table} where record_id is not null)
    order by record_id
"""
# A version that is younger than the deletion was seen alive after it.
GONE = """
    select record_id, told.deleted_at
    from told inner join known using (record_id)
    where not known.is_gone
        and record_id not in (select record_id from chosen)
        and told.deleted_at >= coalesce(
            date_trunc('minute', try_cast(known.systemmodstamp as timestamptz)), told.deleted_at
        )
    order by record_id
"""
