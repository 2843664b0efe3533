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
    struct = ", ".join(f"{name} := {name}" for name in kept)
    columns = ", ".join(f"version.{name}" for name in kept)
    some = f"where record_id in ({wanted})" if wanted else ""
    return f"""
        create or replace temp table known as
        with
        landed as (
            select {id18("id")} as record_id, load_seq, {", ".join(kept)}
            from warehouse.{SCHEMA}.{table}
            where load_seq in (select load_seq from warehouse.{SCHEMA}.loads)
        ),
        versions as (
            select
                record_id,
                max(load_seq) as load_seq,
                arg_max(struct_pack({struct}), load_seq) as version
            from landed {some} group by record_id
        ),
        marks as (
            select record_id, max(load_seq) as load_seq
            from absences
            where load_seq in (select load_seq from warehouse.{SCHEMA}.loads)
            group by all
        )
        select
            versions.record_id, {columns},
            coalesce(marks.load_seq > versions.load_seq, false) as is_marked,
            is_marked or lower(version.isdeleted) = 'true' as is_gone
        from versions left join marks using (record_id)
    """


def chosen(row_hash: str, lost: Sequence[str]) -> str:
    """SQL that makes `chosen`: what each newest row is, and the values that it keeps.

    Args:
        row_hash: SQL for the hash of a row.
        lost: columns that could not be asked for; what landed before is kept.
    """
    kept = "".join(f", known.{name}" for name in lost)
    return f"""
        create or replace temp table chosen as
        select
            n,
            record_id,
            {row_hash} as came_hash,
            lower(coalesce(incoming.isdeleted, 'false')) = 'true' as is_deleted,
            case
                when known.record_id is null then 'inserted'
                when known.is_marked or known.row_hash is distinct from came_hash then 'updated'
                else 'unchanged'
            end as state,
            known.record_id is not null and not known.is_gone as was_there,
            came_hash as row_hash{kept}
        from incoming
        inner join newest using (n)
        left join known using (record_id)
    """


NEWEST_ROWS = """
    create or replace temp table newest as
    select n, record_id
    from (
        select n, systemmodstamp, {id} as record_id
        from incoming
        where regexp_matches(id, '{valid}')
    )
    qualify row_number() over (
        partition by record_id order by systemmodstamp desc nulls last, n desc
    ) = 1
"""
COUNTS = """
    with came as (
        select
            count(*) as row_count,
            count(*) filter (where regexp_matches(id, '{valid}')) as with_id,
            max(systemmodstamp) as newest
        from incoming
    )
    select
        any_value(with_id),
        count(n) filter (where state = 'inserted'),
        count(n) filter (where state = 'updated'),
        count(n) filter (where state = 'unchanged'),
        any_value(with_id) - count(n),
        any_value(row_count - with_id),
        count(n) filter (where is_deleted and state <> 'unchanged' and was_there),
        count(n) filter (where not is_deleted),
        any_value(newest)
    from came left join chosen on true
"""
ABSENT = """
    select record_id from known
    where not is_gone and record_id not in (select {id} from {table} where id is not null)
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
