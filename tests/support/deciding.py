"""The invented release with something to decide of every kind, and how decisions are stored in it.

Districts: d-hickman (Ana, Ben, Cara, Eve) and d-grandview (Dev). The logical date is 2026-03-10.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest

from polaris.deciding import decisions
from polaris.errors import BadInput
from polaris.settings import Settings
from tests.support import fake_release, fake_release_duplicates, fake_release_quality

Line = dict[str, Any]
Decide = Callable[..., list[decisions.Decision]]
HICKMAN = ("d-hickman",)

_ROWS = """
update marts.fct_teacher_roster set roster_key = 'r-' || teacher_key;
update marts.fct_teacher_roster set is_active = false, deactivation_source = 'import_diff',
    email = 'dev.patel@example.org' where teacher_key = 't-dev';
insert into marts.dim_volunteers (person_key, first_name, last_name, is_provisional)
values ('p-own', 'Maja', 'Chen', true), ('p-one', 'Pro', 'One', true),
    ('p-two', 'Pro', 'Two', true);
insert into queues.queue_unmatched (ticket_key, unmatched_type, status, attempted_name, own_key)
values ('k-pro-one', 'volunteer', 'pending', 'Pro One', 'p-one'),
    ('k-pro-two', 'volunteer', 'pending', 'Pro Two', 'p-two');
update queues.queue_unmatched set own_key = 'p-own' where ticket_key = 'k-volunteer';
insert into queues.queue_presenter_matches (ticket_key, own_key, person_key, match_rule)
values ('k-known', 'p-known', 'p-maya', 'email'), ('k-later', 'p-later', 'p-maya', 'name');
insert into queues.queue_unmatched (ticket_key, unmatched_type, status, attempted_name, own_key,
    resolved_by)
values ('k-later', 'volunteer', 'resolved', 'Maya Later', 'p-later', 'system');
insert into marts.dim_schools (school_key, school_name, is_provisional)
values ('s-own', 'Central HS', true);
insert into queues.queue_dq_violations (violation_key, entity_type, record_key, status)
values ('v-district', 'district', 'k-district', 'open');

insert into marts.dim_events (event_key, title, event_type, status, imported_status, session_date)
values ('x-draft', 'Past draft', 'virtual_session', 'Draft', 'Draft', '2026-02-10'),
    ('x-today', 'Draft of today', 'virtual_session', 'Draft', 'Draft', '2026-03-10'),
    ('x-future', 'Draft to come', 'virtual_session', 'Draft', 'Draft', '2026-05-01'),
    ('x-undated', 'Draft without day', 'virtual_session', 'Draft', 'Draft', null),
    ('x-off', 'Called off', 'virtual_session', 'Cancelled', 'Cancelled', '2026-02-05'),
    ('x-missed', 'Missed', 'virtual_session', 'No Show', 'No Show', '2026-02-06'),
    ('x-shared', 'Of two districts', 'virtual_session', 'Confirmed', 'Confirmed', '2026-04-20'),
    ('x-grand', 'Of Grandview', 'virtual_session', 'Completed', 'Completed', '2026-02-01'),
    ('x-nowhere', 'Of no district', 'virtual_session', 'Draft', 'Draft', '2026-02-01'),
    ('x-visit', 'Field trip', 'field_trip', 'Completed', 'Completed', '2026-02-02');
insert into marts.bridge_event_districts (event_key, district_key)
select event_key, 'd-hickman' from marts.dim_events
where event_key like 'x-%' and event_key not in ('x-grand', 'x-nowhere');
insert into marts.bridge_event_districts (event_key, district_key)
values ('x-shared', 'd-grandview'), ('x-grand', 'd-grandview');
insert into marts.dim_events (event_key, source, title, event_type, format, status,
    imported_status, session_date, inperson_page_visible)
values ('c-visit', 'salesforce', 'Plant visit', 'workplace_visit', 'in_person', 'Confirmed',
        'Confirmed', '2026-04-02', false),
    ('c-shown', 'salesforce', 'Mock interviews', 'career_fair', 'in_person', 'Draft', 'Draft',
        '2026-03-02', true),
    ('c-off', 'salesforce', 'Called off', 'dia', 'in_person', 'Cancelled', 'Cancelled',
        '2026-02-02', false),
    ('f-fair', 'csv', 'Fair of a file', 'career_fair', 'in_person', 'Cancelled', 'Cancelled',
        '2026-02-03', false);
insert into marts.bridge_event_districts (event_key, district_key, attribution_source)
values ('c-visit', 'd-hickman', 'sf_school'), ('c-shown', 'd-hickman', 'sf_school');
insert into marts.fct_teacher_participation
    (event_key, teacher_key, attendance_status, imported_attendance_status)
values ('x-shared', 't-ana', 'SignedUp', 'SignedUp'), ('x-shared', 't-dev', 'SignedUp', 'SignedUp');
insert into marts.fct_volunteer_participation (participation_key, event_key, person_key)
values ('x-shared-p-luis', 'x-shared', 'p-luis');
insert into queues.queue_event_flags (flag_key, event_key, flag_type, assigned_to, is_resolved)
values ('xf-own', 'x-draft', 'MISSING_TEACHER', 'district_admin', false),
    ('xf-staff', 'x-draft', 'NEEDS_ATTENTION', 'staff', false),
    ('xf-foreign', 'x-grand', 'MISSING_TEACHER', 'district_admin', false),
    ('xf-done', 'x-off', 'NEEDS_REASON', 'staff', true);
insert into queues.queue_teacher_duplicates
    (pair_key, left_teacher_key, right_teacher_key, status)
values ('xp-ab', 't-ana', 't-ben', 'pending'), ('xp-bc', 't-ben', 't-cara', 'pending'),
    ('xp-ca', 't-cara', 't-ana', 'pending'), ('xp-later', 't-eve', 't-cara', 'deferred'),
    ('xp-done', 't-eve', 't-ben', 'merged');
insert into queues.queue_issue_reports (issue_key, roster_key, district_key, category, status)
values ('xi-open', 'r-t-ana', 'd-hickman', 'other', 'open'),
    ('xi-foreign', 'r-t-dev', 'd-grandview', 'other', 'open'),
    ('xi-done', 'r-t-ana', 'd-hickman', 'other', 'resolved');
"""


def line(action: str, key: str, /, reason: str | None = None, **payload: Any) -> Line:
    """A decision as a page or a file sends it."""
    made: Line = {"action": action, "subject_key": key, "payload": payload}
    return made | ({"reason": reason} if reason is not None else {})


def revoke(decision_id: str, reason: str | None = None) -> Line:
    """The decision that takes another one back."""
    made: Line = {"action": "revoke", "revokes": decision_id}
    return made | ({"reason": reason} if reason is not None else {})


def refused(decide: Decide, *lines: Line, **who: Any) -> str:
    """What is said about lines that are not stored."""
    with pytest.raises(BadInput) as caught:
        decide(*lines, **who)
    return caught.value.message


@cache
def _release() -> bytes:
    """The release as a file; made once, because that is slow."""
    with TemporaryDirectory() as folder:
        path = fake_release.publish(Path(folder))
        with duckdb.connect(str(path)) as connection:
            connection.execute(_ROWS)
        fake_release_quality.add(path)
        fake_release_duplicates.add(path)
        return path.read_bytes()


def publish(settings: Settings, name: str = fake_release.NAME) -> Path:
    """Publishes the release."""
    settings.releases_dir.mkdir(parents=True, exist_ok=True)
    path = settings.releases_dir / f"{name}.duckdb"
    path.write_bytes(_release())
    settings.current.write_text(f"{name}\n", encoding="utf-8")
    return path


def show_in_release(settings: Settings, changes: str = "") -> None:
    """As a build would: the release shows every decision stored so far."""
    number = len(list(settings.releases_dir.glob("*.duckdb")))
    path = publish(settings, f"20260311T000000{number:03d}Z-000000")
    with duckdb.connect(str(path)) as connection:
        for item in decisions.read_all(settings):
            connection.execute(
                "insert into ops.audit_log (decision_id, action) values (?, ?)",
                [item.decision_id, item.action],
            )
        if changes:
            connection.execute(changes)
