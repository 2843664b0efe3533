"""The invented release with both districts and both teachers in every table with such keys."""

from __future__ import annotations

from pathlib import Path

import duckdb

from polaris.settings import Settings
from tests.support import deciding, fake_release

_ROWS = """
update marts.dim_volunteers set email = 'a@example.org', phone_e164 = '+18165550100',
    dob = '1980-01-01', city = 'c', state_code = 'MO', postal_code = '64101', gender = 'g',
    race_ethnicity = 'r', education = 'e', age_group = '40', household_key = 'h',
    is_person_of_color = true, salesforce_id = '003', department = 'd', industry = 'i',
    email_bounced_at = '2026-01-01', recruitment_notes = 'n', interests = 'x', skills = 'y',
    last_email_date = '2026-01-01', staff_notes = 'z', is_deceased = false;
insert into marts.fct_communications (communication_key, person_key, subject, body, from_address)
values ('m-1', 'p-maya', 'Thank you', 'Dear Maya', 'maya@example.org');
insert into marts.dim_contact_points (contact_point_key, person_key, kind, value)
values ('cp-1', 'p-maya', 'email', 'maya@example.org');
update ops.import_runs set label = 'l', error_summary = 'e', ingest_params_json = '{}',
    gate_json = '{}', metrics_json = '{}', file_sha256 = 'f', notes = 'n', hashes = '{}',
    adapter_health_json = '{}', anomaly_flags = '[]', max_source_updated_at = started_at;
insert into queues.queue_unmatched (ticket_key, unmatched_type, status, district_key,
    candidates_json, raw_json)
values ('s-own', 'teacher', 'pending', 'd-hickman', '[{"label": "Dev Patel"}]', '{"Name": "Dev"}'),
    ('s-foreign', 'teacher', 'pending', 'd-grandview', '[]', '{}');
insert into queues.queue_ticket_events (ticket_key, event_key)
values ('s-own', 'x-shared'), ('s-foreign', 'x-shared'), ('s-own', 'x-grand');
insert into queues.queue_draft_review (event_key) values ('x-draft'), ('x-nowhere'), ('x-grand');
insert into queues.queue_presenter_recruitment
    (event_key, school_key, school_names, district_names, teacher_names)
values ('x-shared', 's-grand', 'Central High, Grand Middle', 'Grandview, Hickman Mills',
    'Ana Ruiz, Dev Patel'), ('x-grand', 's-grand', 'Grand Middle', 'Grandview', 'Dev Patel');
insert into marts.bridge_event_schools (event_key, school_key)
values ('x-shared', 's-central'), ('x-shared', 's-grand');
update marts.dim_events set school_key = 's-grand' where event_key = 'x-shared';
insert into marts.fct_teacher_participation (event_key, teacher_key) values ('x-grand', 't-ana');
insert into marts.fct_volunteer_participation (participation_key, event_key, person_key)
values ('grand-jose', 'x-grand', 'p-jose');
insert into marts.dim_shifts (shift_key, event_key, role)
values ('h-own', 'x-shared', 'host'), ('h-foreign', 'x-grand', 'host');
insert into marts.fct_progress_archive (teacher_key, district_key)
values ('t-ana', 'd-hickman'), ('t-dev', 'd-grandview');
insert into marts.agg_district_year_end (scope_type, scope_key)
values ('all', 'all'), ('district', 'd-hickman'), ('district', 'd-grandview'),
    ('district', 'Unknown');
insert into marts.agg_district_year_end_months (scope_type, scope_key)
values ('all', 'all'), ('district', 'd-hickman'), ('district', 'd-grandview');
insert into ops.event_lineage (event_key, field)
values ('x-shared', 'title'), ('x-grand', 'title'), ('x-nowhere', 'title');
insert into ops.audit_log (decision_id, event_key, teacher_key, roster_key)
values ('a-event', 'x-draft', null, null), ('a-own', 'x-shared', 't-ana', null),
    ('a-foreign', 'x-shared', 't-dev', null), ('a-grand', 'x-grand', null, null),
    ('a-roster', null, 't-ana', 'r-t-ana'), ('a-other', null, 't-dev', 'r-t-dev'),
    ('a-mixed', 'x-shared', null, 'r-t-dev'), ('a-config', null, null, null);
insert into marts.dim_teachers (teacher_key, teacher_name, email, school_key, district_key)
values ('t-moved', 'Mo Ved', 'mo@grandview.example.org', 's-grand', 'd-grandview');
insert into marts.fct_teacher_roster (roster_key, teacher_key, district_key)
values ('r-moved-old', 't-moved', 'd-hickman'), ('r-moved-new', 't-moved', 'd-grandview');
"""


def publish(home: Path) -> Path:
    """Publishes it below a home and returns its file."""
    settings = Settings(
        home=home, logical_date=fake_release.TODAY, user="jordan", decisions_url="sqlite://"
    )
    path = deciding.publish(settings)
    with duckdb.connect(str(path)) as connection:
        connection.execute(_ROWS)
    return path
