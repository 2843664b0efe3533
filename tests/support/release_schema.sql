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
    last_seen_run_id varchar, staff_notes varchar, imported_status varchar,
    is_corrected boolean, status_decision_id varchar, cancellation_set_by varchar,
    cancellation_set_at timestamptz
);
create table marts.bridge_event_districts (
    event_key varchar, district_key varchar, attribution_source varchar
);
create table marts.bridge_event_schools (event_key varchar, school_key varchar);
create table marts.fct_teacher_roster (
    teacher_key varchar, district_key varchar, academic_year varchar, virtual_year varchar,
    building varchar, grade varchar, email varchar, target_sessions bigint, is_active boolean,
    deactivation_source varchar, deactivated_at timestamptz, roster_key varchar,
    school_key varchar, teacher_name varchar, deactivation_reason varchar,
    deactivation_notes varchar, deactivated_by varchar, activity_decision_id varchar,
    first_seen_at timestamptz, source varchar, merged_into_teacher_key varchar
);
create table marts.fct_teacher_participation (
    event_key varchar, teacher_key varchar, attendance_status varchar,
    imported_attendance_status varchar, attendance_basis varchar, has_override boolean,
    match_rule varchar, import_source varchar, is_credited boolean, is_no_show boolean,
    is_tagged boolean, override_decision_id varchar, override_effect varchar,
    override_reason varchar, overridden_by varchar, overridden_at timestamptz
);
create table marts.fct_volunteer_participation (
    participation_key varchar, event_key varchar, person_key varchar, participant_type varchar,
    status varchar, attendance_status varchar, is_credited boolean, delivery_hours double,
    import_source varchar, is_tagged boolean
);
create table marts.fct_teacher_progress (
    teacher_key varchar, district_key varchar, academic_year varchar, virtual_year varchar,
    period varchar, building varchar, school_key varchar, email varchar, teacher_name varchar,
    grade varchar, target_sessions bigint, completed_sessions bigint, planned_sessions bigint,
    needs_review_sessions bigint, no_show_sessions bigint, progress_status varchar,
    progress_pct double, needed_sessions bigint, needs_planning boolean, needs_review boolean,
    roster_key varchar, window_start_date date, window_end_date date
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
    event_key varchar, own_key varchar, decision_id varchar, district_key varchar
);
create table queues.queue_event_flags (
    flag_key varchar, event_key varchar, flag_type varchar, assigned_to varchar,
    created_at timestamptz, is_resolved boolean, auto_resolved boolean, resolved_by varchar,
    resolved_at timestamptz, resolution_notes varchar, flag_label varchar, decision_id varchar
);
create table queues.queue_draft_review (
    event_key varchar, pathful_session_id varchar, title varchar, session_date date,
    days_past bigint, teacher_count bigint, presenter_count bigint,
    registered_student_count bigint, attended_student_count bigint, confidence varchar,
    confidence_label varchar
);
create table queues.queue_presenter_recruitment (
    event_key varchar, title varchar, status varchar, session_date date, start_at timestamptz,
    is_time_known boolean, virtual_year varchar, days_until bigint, urgency varchar,
    school_key varchar, school_names varchar, district_names varchar, teacher_names varchar
);
create table queues.queue_ticket_events (
    ticket_key varchar, event_key varchar, row_count bigint, imported_attendance_status varchar
);
create table queues.queue_teacher_duplicates (
    pair_key varchar, left_teacher_key varchar, right_teacher_key varchar,
    left_event_count bigint, right_event_count bigint, shared_event_count bigint,
    overlap_pct double, status varchar, survivor_teacher_key varchar, decision_id varchar,
    decided_by varchar, decided_at timestamptz
);
create table queues.queue_issue_reports (
    issue_key varchar, reported_at timestamptz, reported_by varchar, role varchar,
    roster_key varchar, teacher_key varchar, district_key varchar, category varchar,
    notes varchar, status varchar, resolved_by varchar, resolved_at timestamptz,
    resolution_notes varchar, resolution_decision_id varchar
);
create table marts.fct_progress_archive (
    teacher_key varchar, district_key varchar, virtual_year varchar, academic_year varchar,
    period varchar, semester_name varchar, date_from date, date_to date, teacher_name varchar,
    building varchar, email varchar, grade varchar, target_sessions bigint,
    completed_sessions bigint, planned_sessions bigint, no_show_sessions bigint,
    progress_status varchar, status_text varchar, progress_pct double, archived_at timestamptz,
    decision_id varchar
);
create table marts.agg_district_year_end (
    virtual_year varchar, scope_type varchar, scope_key varchar, host varchar,
    total_events bigint, virtual_event_count bigint, cancelled_event_count bigint,
    unique_students bigint, registered_student_count bigint, attended_student_count bigint,
    volunteer_engagements bigint, volunteer_hours double, volunteer_count bigint,
    organization_count bigint, schools_reached bigint, classrooms_reached bigint,
    unique_teachers bigint, confirmed_teachers bigint, registered_teachers bigint,
    teacher_engagements bigint, estimated_students bigint, session_count bigint,
    local_session_count bigint, poc_session_count bigint
);
create table marts.agg_district_year_end_months (
    virtual_year varchar, scope_type varchar, scope_key varchar, host varchar, month_date date,
    event_count bigint, teacher_engagements bigint, unique_teachers bigint,
    attended_student_count bigint, volunteer_hours double
);
create table marts.agg_virtual_impact (
    period_type varchar, period_label varchar, scope_type varchar, scope_key varchar,
    event_count bigint, virtual_event_count bigint, cancelled_event_count bigint,
    unique_teacher_count bigint, classrooms_reached_count bigint, confirmed_teacher_count bigint,
    estimated_student_count bigint, teacher_experience_count bigint, local_session_count bigint,
    poc_session_count bigint, local_session_pct double, poc_session_pct double,
    schools_reached_count bigint, presenter_count bigint, presenter_hours double,
    registered_student_count bigint, attended_student_count bigint
);
create table ops.event_lineage (
    event_key varchar, field varchar, imported_value varchar, imported_run_id varchar,
    imported_at timestamptz, final_value varchar, is_corrected boolean, decision_id varchar,
    decided_by varchar, decided_at timestamptz
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
    reason varchar, source varchar, audit_action varchar, event_key varchar, teacher_key varchar,
    person_key varchar, roster_key varchar, ticket_key varchar, run_id varchar, revokes varchar,
    is_standing boolean
);
