"""Refuses a roster that would deactivate a large part of a district (pathful.md, lesson 74)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from polaris.district_names import district
from polaris.errors import BadInput

if TYPE_CHECKING:
    from loaders.roster import RosterFile

LARGEST_SHARE = 0.30


def check(warehouse: Path, prepared: RosterFile, *, district_name: str, academic_year: str) -> None:
    """Compares a roster with the newest whole one of the same district and academic year.

    Raises:
        BadInput: more than 30 % of the teachers on that one are missing from this one.
    """
    before = _emails_before(warehouse, district_name, academic_year)
    now = {_email(text) for text in prepared.arrow.column("email").to_pylist()}
    missing = before - now
    if len(missing) <= LARGEST_SHARE * len(before):
        return
    raise BadInput(
        f"{prepared.file_name} would deactivate {len(missing)} of the {len(before)} teachers of "
        f"{district_name} in {academic_year} ({len(missing) / len(before):.0%}, the limit is "
        f"{LARGEST_SHARE:.0%}); check that it is the whole roster of that district and year, and "
        "if it is, repeat with --allow-large-deactivation.",
        hint=f"it would deactivate {len(missing):,} of {len(before):,} teachers",
    )


def _emails_before(warehouse: Path, district_name: str, academic_year: str) -> set[str]:
    import duckdb

    if not warehouse.exists():
        return set()
    with duckdb.connect(str(warehouse)) as connection:
        try:
            loads = connection.execute(
                """
                select loads.district_name, loads.rows_run_id
                from raw_roster.loads as loads
                where loads.academic_year = ? and loads.row_count = (
                    select count(*) from raw_roster.roster_rows as landed
                    where landed.run_id = loads.rows_run_id
                )
                order by loads.load_seq desc
                """,
                [academic_year],
            ).fetchall()
        except duckdb.CatalogException:  # nothing has landed yet
            return set()
        wanted = district(district_name)
        newest = next((run_id for name, run_id in loads if district(name) == wanted), None)
        rows = connection.execute(
            "select distinct email from raw_roster.roster_rows where run_id = ?", [newest]
        ).fetchall()
    return {_email(text) for (text,) in rows}


def _email(text: str | None) -> str:
    return (text or "").strip().lower()
