"""What a page about mappings asks the release."""

from __future__ import annotations

from typing import Any

from dashboard.release import OpenRelease

_UNMAPPED = """
select
    fields.source, fields.object_name, fields.field_name, fields.label, fields.value_count,
    fields.samples, fields.suggested_target, fields.first_seen_run_id, fields.last_seen_run_id,
    runs.started_at as first_seen_at
from ops.unmapped_fields as fields
left join ops.import_runs as runs on fields.first_seen_run_id = runs.run_id
order by fields.source, fields.object_name, fields.field_name
"""


def unmapped(release: OpenRelease) -> list[dict[str, Any]]:
    """Every column and field that nothing reads."""
    return release.rows(_UNMAPPED)
