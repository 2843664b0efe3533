"""What became of a volunteer's record, and what of a run's rows was not taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard import queries_lists as lists
from dashboard.release import OpenRelease

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 50

# The newest first; of one moment what brought it before what it changed.
_TIMELINE = """
select
    happened_at, kind, run_id, decision_id, field_name, old_value, new_value, change_source,
    done_by, winner_source, metadata, system, external_id, file_name, reason
from (
    select
        changes.changed_at as happened_at, 'change' as kind, changes.run_id, changes.decision_id,
        changes.field_name, changes.old_value, changes.new_value, changes.change_source,
        changes.changed_by as done_by, changes.winner_source, changes.metadata,
        null as system, changes.winner_record_key as external_id, runs.file_name, null as reason,
        changes.change_key as item_key
    from ops.change_log as changes
    left join ops.import_runs as runs on changes.run_id = runs.run_id
    where changes.entity_type = 'volunteer' and changes.entity_id = $person
    union all
    select
        records.first_seen_at, 'record', records.run_id, null,
        null, null, null, null, runs.triggered_by, null, null,
        records.external_system, records.external_id, runs.file_name, null,
        records.external_system || records.external_id
    from ops.external_id_map as records
    left join ops.import_runs as runs on records.run_id = runs.run_id
    where records.entity_type = 'volunteer' and records.entity_id = $person
    union all
    select
        performed_at, decision_type, null, decision_id, null, left_record_key, right_record_key,
        null, performed_by, null, null, null, null, null, reason, merge_key
    from ops.merge_log
    where $person in (left_person_key, right_person_key) and performed_at is not null
) as happenings
order by happened_at desc nulls last, kind, field_name, item_key
"""
_TIMELINE_SIZE = 300
_SKIPS = """
select row_number, skip_type, skip_reason, record_key
from ops.import_skips
where run_id = $run{filters}
order by row_number, skip_reason
"""
_SKIP_TYPES = """
select skip_type, count(*) as row_count
from ops.import_skips
where run_id = $run
group by skip_type
order by row_count desc, skip_type
"""


def timeline(release: OpenRelease, person_key: str) -> list[dict[str, Any]]:
    """Records, changes and merges of a volunteer, the newest first, 300 at most.

    Values that the role may not read are null.
    """
    sql, params = lists.one_page(_TIMELINE, {"person": person_key}, 1, _TIMELINE_SIZE)
    return release.rows(sql, params)


def skip_types(release: OpenRelease, run_id: str) -> dict[str, int]:
    """How many rows of a run were not taken over, by kind, the most frequent first."""
    rows = release.rows(_SKIP_TYPES, {"run": run_id})
    return {row["skip_type"]: row["row_count"] for row in rows}


def skips(
    release: OpenRelease, run_id: str, skip_type: str | None, *, number: int | None
) -> pd.DataFrame:
    """One page of a run's rows that were not taken over (1 is the first); None gives all."""
    filters = "" if skip_type is None else " and skip_type = $type"
    params = {"run": run_id} | ({} if skip_type is None else {"type": skip_type})
    sql = _SKIPS.format(filters=filters)
    return release.frame(*lists.one_page(sql, params, number, PAGE_SIZE))
