"""What a run brought in each field: of the source, of ours, and what nothing takes (§6.2).

The counts are those of `ops.import_fields`. Fields of the CRM that are not asked for have none;
samples are those of `ops.unmapped_fields`, of the newest file that had the column.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Sides = dict[str, list[Row]]

SQL = """
with brought as (
    select object_name, field_name, target_name, with_value_count, total_count, rate_pct, status
    from ops.import_fields
    where run_id = $run
),
unasked as (
    select
        object_name,
        unnest(from_json(try_cast(unmapped_fields as json), '["varchar"]')) as field_name
    from ops.import_objects
    where run_id = $run and object_name in (select object_name from brought)
),
listed as (
    select * from brought
    union all
    select object_name, field_name, null, null, null, null, null from unasked
)
select
    listed.object_name, listed.field_name, listed.target_name, listed.with_value_count,
    listed.total_count, listed.rate_pct, listed.status, unmapped.samples
from listed
left join ops.unmapped_fields as unmapped
    on case when listed.target_name is null then listed.field_name end = unmapped.field_name
    and listed.object_name = unmapped.object_name
order by listed.object_name, lower(coalesce(listed.field_name, listed.target_name)),
    listed.field_name, listed.target_name
"""
_SIDES = ("source", "target", "unmapped")


def sides(rows: Sequence[Row]) -> Sides:
    """The rows of `SQL` by side: every field that came, every field of ours, what nothing takes."""
    return {
        "source": [row for row in rows if row["field_name"] and row["total_count"] is not None],
        "target": [row for row in rows if row["target_name"]],
        "unmapped": [row for row in rows if not row["target_name"]],
    }


def of_release(release: Path | None, run_id: str) -> Sides:
    """What a run brought, by a published release; nothing where that has no counts of it."""
    import duckdb

    if release is None:
        return {side: [] for side in _SIDES}
    with duckdb.connect(str(release), read_only=True) as connection:
        try:
            answer = connection.execute(SQL, {"run": run_id})
        except duckdb.CatalogException:  # a release of an earlier version
            return {side: [] for side in _SIDES}
        names = [column[0] for column in answer.description or []]
        return sides([dict(zip(names, row, strict=True)) for row in answer.fetchall()])


def lines(found: Sides) -> list[tuple[str, str]]:
    """The fields for a person: (style, text) per line; what nobody fills comes as a warning."""
    if not any(found.values()):
        return [
            (
                "plain",
                "No field of this run was counted: it landed no row, before a version that counts, "
                "or after the last build (`polaris-load build`).",
            )
        ]
    out = []
    for side, heading in (
        ("source", "fields of the source"),
        ("target", "fields of ours"),
        ("unmapped", "fields that nothing takes"),
    ):
        out.append(("plain", f"{heading}: {len(found[side]):,}"))
        out += [_line(row, side) for row in found[side]]
    return out


def _line(row: Row, side: str) -> tuple[str, str]:
    own, other = row["field_name"] or "nothing in the source", row["target_name"]
    own = " ".join(own.split())  # a heading of a sheet may have lines
    name = {"source": f"{own} > {other}" if other else own, "target": f"{other} < {own}"}
    text = f"  {row['object_name']}: {name.get(side, own)}"
    if row["rate_pct"] is not None:
        counts = f"{row['with_value_count']:,} of {row['total_count']:,}"
        text += f"  {counts} ({row['rate_pct']:.2f} %, {row['status']})"
    if row["samples"] and side == "unmapped":
        text += f"  such as {row['samples']}"
    return ("plain" if row["status"] in (None, "good") else "warning"), text
