-- The published tables of a release that readers rely on (docs: the public interface, section 3).
create schema marts;
create schema queues;
create schema ops;

create table marts.dim_districts (
    district_key varchar, district_name varchar, district_code varchar, is_provisional boolean
);
create table marts.dim_schools (
    school_key varchar, school_name varchar, district_key varchar, level varchar,
    salesforce_id varchar, is_provisional boolean
);
create table marts.dim_organizations (
    organization_key varchar, organization_name varchar, organization_type varchar,
    salesforce_id varchar, is_provisional boolean
);
create table marts.dim_teachers (
    teacher_key varchar, teacher_name varchar, first_name varchar, last_name varchar,
    email varchar, pathful_user_id varchar, salesforce_id varchar, school_key varchar,
    district_key varchar
);
create table marts.dim_volunteers (
    person_key varchar, first_name varchar, last_name varchar, email varchar, phone_e164 varchar,
    dob date, organization_key varchar, employer varchar, city varchar, state_code varchar,
    postal_code varchar, gender varchar, race_ethnicity varchar, education varchar,
    age_group varchar, do_not_call boolean, do_not_email boolean, do_not_contact boolean,
    is_contactable boolean, local_status varchar, is_provisional boolean,
    possible_duplicate boolean, household_key varchar, first_volunteer_date date,
    last_volunteer_date date, consent_signed_at timestamptz, photo_release boolean,
    pathful_user_id varchar, is_person_of_color boolean
);
create table marts.dim_events (
    event_key varchar, source varchar, pathful_session_id varchar, salesforce_id varchar,
    title varchar, event_type varchar, format varchar, status varchar, raw_status varchar,
    is_status_manual boolean, session_date date, start_at timestamptz, end_at timestamptz,
    is_time_known boolean, duration_minutes bigint, registered_student_count bigint,
    attended_student_count bigint, participant_count bigint, attended_educator_count bigint,
    career_cluster varchar, work_based_learning varchar, series varchar, session_host varchar,
    school_key varchar, cancellation_reason varchar, cancellation_notes varchar,
    import_source varchar, inperson_page_visible boolean, first_seen_run_id varchar,
    last_seen_run_id varchar
);
create table marts.bridge_event_districts (
    event_key varchar, district_key varchar, attribution_source varchar
);
create table marts.bridge_event_schools (event_key varchar, school_key varchar);
create table marts.fct_teacher_roster (
    teacher_key varchar, district_key varchar, academic_year varchar, virtual_year varchar,
    building varchar, grade varchar, email varchar, target_sessions bigint, is_active boolean,
    deactivation_source varchar, deactivated_at timestamptz
);
create table marts.fct_teacher_participation (
    event_key varchar, teacher_key varchar, attendance_status varchar,
    imported_attendance_status varchar, attendance_basis varchar, has_override boolean,
    match_rule varchar, import_source varchar
);
create table marts.fct_volunteer_participation (
    participation_key varchar, event_key varchar, person_key varchar, participant_type varchar,
    status varchar, attendance_status varchar, is_credited boolean, delivery_hours double,
    import_source varchar
);
create table marts.fct_teacher_progress (
    teacher_key varchar, district_key varchar, academic_year varchar, virtual_year varchar,
    period varchar, building varchar, school_key varchar, email varchar, teacher_name varchar,
    grade varchar, target_sessions bigint, completed_sessions bigint, planned_sessions bigint,
    needs_review_sessions bigint, no_show_sessions bigint, progress_status varchar,
    progress_pct double, needed_sessions bigint, needs_planning boolean, needs_review boolean
);
create table marts.agg_school_progress (
    district_key varchar, virtual_year varchar, period varchar, building varchar,
    school_key varchar, total_teachers bigint, goals_achieved bigint, goals_in_progress bigint,
    goals_not_started bigint, goals_achieved_pct double, goals_in_progress_pct double,
    goals_not_started_pct double, needs_review bigint, no_shows bigint
);
create table marts.agg_district_progress (
    district_key varchar, virtual_year varchar, period varchar, total_schools bigint,
    total_teachers bigint, goals_achieved bigint, goals_in_progress bigint,
    goals_not_started bigint, goals_achieved_pct double, goals_in_progress_pct double,
    goals_not_started_pct double, needs_review bigint, no_shows bigint
);
create table queues.queue_unmatched (
    ticket_key varchar, unmatched_type varchar, status varchar, attempted_name varchar,
    attempted_email varchar, pathful_user_id varchar, attempted_school varchar,
    attempted_organization varchar, attempted_district varchar, candidates_json varchar,
    raw_json varchar, occurrence_count bigint, first_seen_run_id varchar,
    last_seen_run_id varchar, resolved_by varchar, resolved_at timestamptz,
    resolution_notes varchar, reason_code varchar, reason varchar, affected_row_count bigint,
    affected_session_count bigint, first_seen_at timestamptz, last_seen_at timestamptz,
    event_key varchar, own_key varchar, decision_id varchar
);
create table queues.queue_event_flags (
    flag_key varchar, event_key varchar, flag_type varchar, assigned_to varchar,
    created_at timestamptz, is_resolved boolean, auto_resolved boolean, resolved_by varchar,
    resolved_at timestamptz, resolution_notes varchar
);
create table queues.queue_dq_violations (
    violation_key varchar, entity_type varchar, external_system varchar, external_id varchar,
    record_key varchar, rule_code varchar, catalog_code varchar, sub_code varchar,
    severity varchar, status varchar, is_quarantining boolean, message varchar,
    remediation_hint varchar, field varchar, payload_json varchar, normalized_json varchar,
    first_seen_run_id varchar, last_seen_run_id varchar, occurrence_count bigint
);
create table ops.import_runs (
    run_id varchar, load_seq bigint, source varchar, adapter varchar, status varchar,
    dry_run boolean, label varchar, report_type varchar, file_name varchar, file_sha256 varchar,
    started_at timestamptz, finished_at timestamptz, duration_seconds double,
    triggered_by varchar, import_mode varchar, cutoff_date date, counts_json varchar,
    rows_processed bigint, rows_created bigint, rows_updated bigint, rows_skipped bigint,
    rows_unmatched bigint, rows_invalid bigint, events_created bigint, events_updated bigint,
    teachers_matched bigint, volunteers_matched bigint, tickets_new bigint, tickets_open bigint,
    teachers_deactivated bigint, teachers_flagged bigint,
    error_summary varchar, warnings_json varchar, ingest_params_json varchar, gate_json varchar,
    release varchar
);
create table ops.import_rows (
    run_id varchar, row_number bigint, bucket varchar, reason varchar, event_key varchar,
    person_key varchar, load_seq bigint
);
create table ops.gate_results (
    run_id varchar, checkpoint varchar, suite varchar, expectation varchar, column_name varchar,
    is_success boolean, severity varchar, observed varchar, unexpected_count bigint,
    failing_rows_json varchar, evaluated_at timestamptz
);
create table ops.releases (
    release varchar, run_id varchar, published_at timestamptz, logical_date date,
    table_count bigint, row_count bigint, is_current boolean
);
create table ops.source_freshness (
    source varchar, last_run_id varchar, last_success_at timestamptz, age_hours double,
    status varchar, row_count bigint
);
create table ops.audit_log (
    decision_id varchar, decided_at timestamptz, actor varchar, role varchar, action varchar,
    subject_type varchar, subject_key varchar, before_json varchar, after_json varchar,
    reason varchar
);
