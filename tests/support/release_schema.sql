-- The published tables of a release that readers rely on (docs: the public interface, section 3).
create schema marts;
create schema queues;
create schema ops;

create table marts.dim_districts (
    district_key varchar, district_name varchar, district_code varchar, is_provisional boolean,
    salesforce_id varchar, is_in_reports boolean, is_deleted boolean
);
create table marts.dim_schools (
    school_key varchar, school_name varchar, district_key varchar, level varchar,
    salesforce_id varchar, is_provisional boolean, school_code varchar, is_deleted boolean
);
create table marts.dim_organizations (
    organization_key varchar, organization_name varchar, organization_type varchar,
    salesforce_id varchar, is_provisional boolean, city varchar, state_code varchar,
    last_activity_date date, is_deleted boolean, slug varchar, website varchar,
    description varchar, is_active boolean
);
create table marts.dim_teachers (
    teacher_key varchar, teacher_name varchar, first_name varchar, last_name varchar,
    email varchar, pathful_user_id varchar, salesforce_id varchar, school_key varchar,
    district_key varchar
);
create table marts.dim_volunteers (
    person_key varchar, first_name varchar, last_name varchar, email varchar,
    phone_e164 varchar, dob date, organization_key varchar, employer varchar, city varchar,
    state_code varchar, postal_code varchar, gender varchar, race_ethnicity varchar,
    education varchar, age_group varchar, do_not_call boolean, do_not_email boolean,
    do_not_contact boolean, is_contactable boolean, local_status varchar,
    is_provisional boolean, possible_duplicate boolean, household_key varchar,
    first_volunteer_date date, last_volunteer_date date, consent_signed_at timestamptz,
    photo_release boolean, pathful_user_id varchar, is_person_of_color boolean,
    salesforce_id varchar, job_title varchar, department varchar, industry varchar,
    email_opt_out boolean, email_bounced_at timestamptz, has_valid_email boolean,
    has_valid_phone boolean, is_deceased boolean, is_excluded_from_reports boolean,
    volunteer_status varchar, local_status_source varchar, additional_volunteer_count bigint,
    credited_count bigint, times_volunteered bigint, sf_attended_session_count bigint,
    sf_first_volunteer_date date, sf_last_volunteer_date date, last_email_date date,
    last_non_internal_email_date date, last_activity_date date, recruitment_notes varchar,
    interests varchar, skills varchar, salesforce_contact_count bigint, is_deleted boolean,
    staff_notes varchar, is_recruitable boolean default true
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
    cancellation_set_at timestamptz, location varchar, registration_url varchar,
    requested_volunteer_count bigint, available_slot_count bigint, raw_event_type varchar,
    is_unaffiliated boolean, filled_volunteer_count bigint, description varchar,
    raw_cancellation_reason varchar, external_system varchar, external_id varchar,
    host_organization_key varchar, virtual_link varchar
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
    import_source varchar, is_tagged boolean, salesforce_id varchar, hours_source varchar,
    hours double, strict_hours double, age_group varchar, raw_status varchar,
    contact_salesforce_id varchar
);
create table marts.fct_teacher_progress (
    teacher_key varchar, district_key varchar, academic_year varchar, virtual_year varchar,
    period varchar, building varchar, school_key varchar, email varchar, teacher_name varchar,
    grade varchar, target_sessions bigint, completed_sessions bigint, planned_sessions bigint,
    needs_review_sessions bigint, no_show_sessions bigint, progress_status varchar,
    progress_pct double, needed_sessions bigint, needs_planning boolean, needs_review boolean,
    roster_key varchar, window_start_date date, window_end_date date, has_override boolean
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
create table queues.queue_presenter_matches (
    ticket_key varchar, own_key varchar, person_key varchar, match_rule varchar,
    presenter_name varchar, pathful_user_id varchar, matched_since timestamptz
);
create table queues.queue_teacher_duplicates (
    pair_key varchar, left_teacher_key varchar, right_teacher_key varchar,
    left_event_count bigint, right_event_count bigint, shared_event_count bigint,
    overlap_pct double, status varchar, survivor_teacher_key varchar, decision_id varchar,
    decided_by varchar, decided_at timestamptz
);
create table queues.queue_duplicate_pairs (
    pair_key varchar, left_record_key varchar, right_record_key varchar,
    left_person_key varchar, right_person_key varchar, score decimal(5, 4), match_type varchar,
    decision varchar, features_json varchar, rules_applied varchar,
    score_appendix_b decimal(5, 4), score_calibrated decimal(5, 4), guard varchar, step varchar,
    band varchar, is_auto_merge_blocked boolean, is_asked boolean, found_at timestamptz,
    decision_id varchar,
    decided_by varchar, decided_at timestamptz, left_first_name varchar, left_last_name varchar,
    right_first_name varchar, right_last_name varchar
);
create table queues.queue_duplicate_records (
    record_key varchar, person_key varchar, anchor_record_key varchar, held_apart_reason varchar,
    source varchar, external_id varchar, first_name varchar, last_name varchar,
    middle_name varchar, emails varchar, phones varchar, dob date, is_minor boolean,
    street varchar, city varchar, state_code varchar, postal_code varchar, employer varchar,
    gender varchar, race_ethnicity varchar, education varchar, age_group varchar,
    first_seen_at timestamptz, updated_at timestamptz
);
create table queues.queue_shared_contacts (
    contact_key varchar, kind varchar, contact_value varchar, record_count bigint,
    person_count bigint, is_compared boolean, status varchar, decision_id varchar,
    decided_by varchar, decided_at timestamptz
);
create table ops.merge_log (
    merge_key varchar, decision_id varchar, pair_key varchar, left_record_key varchar,
    right_record_key varchar, left_person_key varchar, right_person_key varchar,
    decision_type varchar, performed_by varchar, performed_at timestamptz, reason varchar,
    undone_decision_id varchar, pair_decision varchar, score decimal(5, 4), match_type varchar,
    features_json varchar
);
create table ops.change_log (
    change_key varchar, run_id varchar, entity_type varchar, entity_id varchar,
    field_name varchar, old_value varchar, new_value varchar, change_source varchar,
    changed_by varchar, changed_at timestamptz, decision_id varchar, winner_source varchar,
    winner_record_key varchar, metadata varchar
);
create table ops.alerts (
    alert_key varchar, alert_type varchar, source varchar, severity varchar, run_id varchar,
    metric varchar, measured double, threshold double, message varchar, link varchar,
    first_seen_at timestamptz
);
create table ops.rule_offenders (
    offender_key varchar, source varchar, rule_code varchar, severity varchar, message varchar,
    open_count bigint, open_last_days_count bigint, last_days_count bigint,
    previous_days_count bigint, delta_count bigint, offender_rank bigint
);
create table ops.anomalies (
    anomaly_key varchar, run_id varchar, source varchar, entity_type varchar, rule_code varchar,
    field varchar, severity varchar, row_count bigint, measured double, baseline double,
    threshold double, compared_runs bigint, status varchar, message varchar,
    remediation_hint varchar, landed_at timestamptz, kind varchar, alert_severity varchar,
    suppressed_reason varchar, is_acknowledged boolean, acknowledged_by varchar,
    acknowledged_at timestamptz, acknowledged_reason varchar, acknowledge_decision_id varchar
);
create table ops.anomaly_measures (
    measure_key varchar, rule_code varchar, source varchar, entity_type varchar, field varchar,
    run_id varchar, load_seq bigint, landed_at timestamptz, row_count bigint, measured double,
    usual double, is_backfill boolean, is_judged boolean
);
create table ops.import_skips (
    run_id varchar, row_number bigint, entity_type varchar, skip_type varchar,
    skip_reason varchar, record_key varchar, details_json varchar
);
create table ops.person_aliases (
    alias_key varchar, person_key varchar, record_key varchar, anchor_record_key varchar
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
    unique_teacher_count bigint, classrooms_reached_count bigint,
    confirmed_teacher_count bigint, estimated_student_count bigint,
    teacher_experience_count bigint, local_session_count bigint, poc_session_count bigint,
    local_session_pct double, poc_session_pct double, schools_reached_count bigint,
    presenter_count bigint, presenter_hours double, registered_student_count bigint,
    attended_student_count bigint, in_person_event_count bigint
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
    first_seen_run_id varchar, last_seen_run_id varchar, occurrence_count bigint,
    category varchar, rule_owner varchar, is_auto_fixable boolean
);
create table ops.import_runs (
    run_id varchar, load_seq bigint, source varchar, adapter varchar, status varchar,
    dry_run boolean, label varchar, report_type varchar, file_name varchar, file_sha256 varchar,
    started_at timestamptz, finished_at timestamptz, duration_seconds double,
    triggered_by varchar, import_mode varchar, cutoff_date date, counts_json varchar,
    metrics_json varchar, is_left_out boolean,
    rows_processed bigint, rows_created bigint, rows_updated bigint,
    rows_reactivated bigint, rows_skipped bigint,
    rows_unmatched bigint, rows_invalid bigint, events_created bigint, events_updated bigint,
    teachers_matched bigint, volunteers_matched bigint, tickets_new bigint, tickets_open bigint,
    teachers_deactivated bigint, teachers_flagged bigint,
    error_summary varchar, warnings_json varchar, notes varchar, ingest_params_json varchar,
    mapping_version bigint, mapping_checksum varchar, adapter_health_json varchar,
    max_source_updated_at timestamptz, anomaly_flags varchar, hashes varchar,
    gate_json varchar, release varchar
);
create table ops.import_rows (
    run_id varchar, row_number bigint, bucket varchar, reason varchar, event_key varchar,
    person_key varchar, load_seq bigint, session_ref varchar, person_ticket_key varchar
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
    status varchar, row_count bigint, cadence varchar, max_source_updated_at timestamptz,
    lag_hours double, warn_hours double, page_hours double, severity varchar,
    is_clock_ahead boolean, measured_at timestamptz, run_source varchar
);
create table ops.audit_log (
    decision_id varchar, decided_at timestamptz, actor varchar, role varchar, action varchar,
    subject_type varchar, subject_key varchar, before_json varchar, after_json varchar,
    reason varchar, source varchar, audit_action varchar, event_key varchar, teacher_key varchar,
    person_key varchar, roster_key varchar, ticket_key varchar, run_id varchar, revokes varchar,
    is_standing boolean
);
create table marts.bridge_event_skills (
    event_key varchar, skill_name varchar, source_field varchar
);
create table marts.fct_communications (
    communication_key varchar, person_key varchar, event_key varchar, activity_type varchar,
    subject varchar, occurred_at timestamptz, direction varchar, source_object varchar,
    source_id varchar, match_method varchar, status varchar, body varchar, is_incoming boolean,
    from_address varchar, person_kind varchar, is_time_of_entry boolean
);
create table marts.fct_student_participation (
    participation_key varchar, event_key varchar, student_key varchar, status varchar,
    is_attended boolean, delivery_hours double, age_group varchar, salesforce_id varchar,
    raw_status varchar, contact_salesforce_id varchar, is_student_unknown boolean,
    canonical_student_key varchar
);
create table marts.agg_attendance_years (
    scope_type varchar, scope_key varchar, attendance_year varchar, event_count bigint,
    volunteer_count bigint, engagement_count bigint, volunteer_hours double,
    student_count bigint, student_attendance_count bigint, students_per_volunteer_avg double,
    events_with_detail_count bigint
);
create table marts.agg_district_impact (
    scope_type varchar, scope_key varchar, school_year varchar, host varchar,
    event_count bigint, in_person_event_count bigint, virtual_event_count bigint,
    in_person_event_pct double, virtual_event_pct double, student_attendance_count bigint,
    student_count bigint, student_count_by_event_district bigint,
    student_count_by_home_district bigint, students_total bigint,
    virtual_student_estimate bigint, virtual_student_upper_estimate bigint,
    unique_virtual_student_count bigint, attendance_without_school_count bigint,
    attendance_elsewhere_count bigint, needs_attendance_count bigint,
    volunteer_engagement_count bigint, in_person_engagement_count bigint,
    virtual_engagement_count bigint, volunteer_count bigint, in_person_volunteer_count bigint,
    virtual_volunteer_count bigint, first_time_volunteer_count bigint, volunteer_hours double,
    strict_volunteer_hours double, year_end_hours double, in_person_year_end_hours double,
    virtual_year_end_hours double, in_person_hours_pct double, virtual_hours_pct double,
    organization_count bigint, in_person_organization_count bigint,
    virtual_organization_count bigint, organization_hours double,
    in_person_organization_hours double, virtual_organization_hours double,
    virtual_session_count bigint, classroom_count bigint, unique_teacher_count bigint,
    confirmed_teacher_count bigint, registered_teacher_count bigint, school_count bigint,
    students_per_volunteer_avg double, unconfirmed_volunteer_count bigint
);
create table marts.agg_district_programs (
    scope_type varchar, scope_key varchar, school_year varchar, host varchar,
    program_key varchar, program_name varchar, counting_rule varchar, event_count bigint,
    student_attendance_count bigint, student_count bigint, teacher_engagement_count bigint,
    teacher_count bigint, virtual_student_estimate bigint
);
create table marts.agg_event_staffing (
    event_key varchar, session_date date, event_type varchar, status varchar,
    is_upcoming boolean, is_dia boolean, requested_volunteer_count bigint,
    volunteer_count bigint, scheduled_volunteer_count bigint, confirmed_volunteer_count bigint,
    other_volunteer_count bigint, credited_volunteer_count bigint, is_filled boolean,
    is_needing_volunteers boolean, attended_student_count bigint, total_student_count bigint,
    classroom_count bigint, rotation_count bigint, students_per_volunteer bigint,
    needs_attendance boolean, is_in_contact_report boolean
);
create table marts.agg_event_types (
    scope_type varchar, scope_key varchar, school_year varchar, host varchar,
    event_type varchar, event_count bigint, in_person_event_count bigint,
    virtual_event_count bigint, completed_event_count bigint, volunteer_count bigint,
    volunteer_hours double, student_count bigint, student_attendance_count bigint
);
create table marts.agg_impact_years (
    year_type varchar, year_label varchar, starts_on date, ends_on date, scope_type varchar,
    scope_key varchar, format varchar, event_count bigint, virtual_event_count bigint,
    in_person_event_count bigint, cancelled_event_count bigint, completed_event_count bigint,
    volunteer_count bigint, engagement_count bigint, volunteer_hours double,
    strict_volunteer_hours double, delivery_source_hours double,
    presenter_duration_hours double, event_duration_hours double,
    engagement_without_hours_count bigint, student_count bigint,
    student_attendance_count bigint, organization_count bigint, school_count bigint,
    first_time_volunteer_count bigint, local_volunteer_count bigint, poc_volunteer_count bigint,
    unconfirmed_volunteer_count bigint
);
create table marts.agg_monthly_impact (
    month_date date, scope_type varchar, scope_key varchar, format varchar, event_count bigint,
    virtual_event_count bigint, in_person_event_count bigint, cancelled_event_count bigint,
    completed_event_count bigint, volunteer_count bigint, engagement_count bigint,
    volunteer_hours double, strict_volunteer_hours double, delivery_source_hours double,
    presenter_duration_hours double, event_duration_hours double,
    engagement_without_hours_count bigint, student_count bigint,
    student_attendance_count bigint, organization_count bigint, school_count bigint,
    first_time_volunteer_count bigint, local_volunteer_count bigint, poc_volunteer_count bigint,
    unconfirmed_volunteer_count bigint
);
create table marts.agg_organization_engagement (
    organization_key varchar, organization_name varchar, organization_type varchar,
    school_year varchar, membership_mode varchar, event_count bigint,
    in_person_event_count bigint, virtual_event_count bigint, volunteer_count bigint,
    in_person_volunteer_count bigint, virtual_presenter_count bigint, engagement_count bigint,
    volunteer_hours double, attributed_hours double, strict_volunteer_hours double,
    virtual_volunteer_hours double, latest_event_date date, last_activity_date date,
    hours_rank bigint
);
create table marts.agg_school_impact (
    school_key varchar, school_name varchar, district_key varchar, level varchar,
    school_year varchar, event_count bigint, completed_event_count bigint,
    student_attendance_count bigint, student_count bigint, own_student_count bigint,
    volunteer_count bigint, engagement_count bigint, volunteer_hours double
);
create table marts.agg_volunteer_engagement (
    person_key varchar, school_year varchar, host varchar, organization_key varchar,
    organization_name varchar, event_count bigint, in_person_event_count bigint,
    virtual_event_count bigint, engagement_count bigint, volunteer_hours double,
    in_person_hours double, virtual_hours double, strict_volunteer_hours double,
    first_event_date date, last_event_date date, is_first_time boolean,
    sf_first_volunteer_date date, event_types varchar, is_on_thank_you_list boolean,
    is_mailable boolean, hours_rank bigint
);
create table marts.dim_metrics (
    metric_code varchar, metric_name varchar, definition varchar, formula varchar,
    caveat varchar, unit varchar, shown_in varchar, version varchar, sort_order bigint
);
create table marts.fct_district_inputs (
    district_key varchar, school_year varchar, host varchar, data_type varchar,
    input_name varchar, input_value bigint, decision_id varchar, decided_at timestamptz,
    actor varchar
);
create table marts.fct_pathway_students (
    student_key varchar, attendance_year varchar, event_count bigint,
    attended_event_types varchar, delivery_hours double, first_event_date date,
    last_event_date date, graduation_year bigint
);
create table marts.fct_recruitment_candidates (
    event_key varchar, person_key varchar, candidate_rank bigint, score double,
    same_type_score double, skill_score double, keyword_score double, connector_score double,
    recency_score double, frequency_score double, local_score double, same_type_count bigint,
    credited_count bigint, last_volunteer_date date, matched_skills varchar,
    matched_words varchar, reasons varchar
);
create table marts.fct_volunteer_events (
    event_key varchar, person_key varchar, list_type varchar, session_date date,
    event_type varchar, volunteer_hours double, status varchar, raw_status varchar
);
create table marts.fct_volunteer_field_sources (
    person_key varchar, field varchar, source varchar, field_group varchar, known_by varchar,
    is_edited boolean
);
create table marts.bridge_volunteer_skills (
    person_key varchar, skill_name varchar
);
create table marts.dim_contact_points (
    contact_point_key varchar, person_key varchar, kind varchar, value varchar,
    value_type varchar, is_primary boolean, is_valid boolean, source_field varchar
);
create table marts.dim_crm_teachers (
    teacher_key varchar, salesforce_id varchar, first_name varchar, last_name varchar,
    email varchar, school_key varchar, district_key varchar, is_on_roster boolean
);
create table marts.dim_students (
    student_key varchar, salesforce_id varchar, student_id varchar, first_name varchar,
    last_name varchar, school_key varchar, school_assignment varchar, current_grade bigint,
    gender varchar, racial_ethnic varchar, dob date, is_active boolean,
    school_assignment_status varchar, primary_affiliation_id varchar, class_key varchar,
    district_key varchar, email varchar, phone_e164 varchar, is_deleted boolean,
    canonical_student_key varchar, is_duplicate boolean, enrollment_date date,
    graduation_date date
);
create table marts.dim_classes (
    class_key varchar, salesforce_id varchar, class_name varchar, school_key varchar,
    class_year bigint, is_deleted boolean
);
create table marts.fct_signups (
    signup_key varchar, external_system varchar, external_id varchar, person_key varchar,
    event_key varchar, shift_key varchar, first_name varchar, last_name varchar,
    email varchar, rsvp_status varchar, is_attended boolean, hours double,
    derived_hours double, role varchar, signed_up_at timestamptz, match_method varchar,
    import_source varchar, event_ref varchar, volunteer_ref varchar, shift_ref varchar,
    source_updated_at timestamptz, unreadable_fields varchar, first_seen_run_id varchar,
    last_seen_run_id varchar
);
create table marts.dim_shifts (
    shift_key varchar, event_key varchar, external_system varchar, external_id varchar,
    event_ref varchar, start_at timestamptz, end_at timestamptz, capacity bigint, role varchar,
    first_seen_run_id varchar, last_seen_run_id varchar
);
create table marts.bridge_volunteer_organizations (
    person_key varchar, organization_key varchar, role varchar, status varchar,
    is_primary boolean, start_date date, end_date date, affiliation_key varchar, source varchar,
    salesforce_id varchar, is_newest_of_pair boolean, is_current boolean
);
create table ops.crm_objects (
    object_name varchar, label varchar, cadence varchar, last_run_id varchar,
    last_success_at timestamptz, watermark timestamptz, watermark_age_hours double,
    status varchar, warn_hours bigint, page_hours bigint, measured_at timestamptz,
    record_count bigint, deleted_count bigint, source_count bigint, last_mode varchar,
    last_transport varchar, rows_inserted bigint, rows_updated bigint, rows_unchanged bigint,
    rows_deleted bigint, missing_fields_json varchar, unmapped_count bigint, depends_on varchar,
    dependency_warnings varchar
);
create table ops.affiliation_matches (
    source varchar, run_id varchar, attempted_count bigint, matched_count bigint,
    unmatched_contact_count bigint, unmatched_organization_count bigint, match_rate_pct double
);
create table ops.crm_outcomes (
    object_name varchar, outcome varchar, row_count bigint
);
create table ops.external_id_map (
    entity_type varchar, external_system varchar, external_id varchar, entity_id varchar,
    match_rule varchar, run_id varchar, first_seen_at timestamptz, last_seen_at timestamptz,
    is_active boolean, deactivated_at timestamptz, upstream_deleted_reason varchar,
    metadata_json varchar
);
create table ops.field_completeness (
    completeness_key varchar, entity_type varchar, organization_key varchar, field varchar,
    field_position integer, is_enabled boolean, with_value_count bigint, total_count bigint,
    rate_pct double, status varchar, counted_count bigint, entity_score_pct double,
    entity_status varchar, overall_score_pct double, overall_status varchar
);
create table ops.completeness_samples (
    entity_type varchar, record_key varchar, organization_key varchar, completeness_pct double,
    stratum varchar, stratum_place bigint, missing_fields varchar, edge_cases varchar,
    edge_place bigint, record_count bigint, edge_count bigint
);
create table ops.session_changes (
    change_key varchar, run_id varchar, load_seq bigint, session_key varchar, event_key varchar,
    is_new boolean, title_before varchar, title varchar, status_before varchar, status varchar,
    session_date_before date, session_date date, start_at_before timestamptz,
    start_at timestamptz, registered_before bigint, registered bigint, attended_before bigint,
    attended bigint, new_teacher_count bigint, changed_teacher_count bigint
);
create table ops.field_ownership (
    entity varchar, field varchar, owner varchar, is_override_allowed boolean,
    decision_action varchar, note varchar
);
create table ops.place_aliases (
    entity_type varchar, former_key varchar, key varchar, reason varchar
);
create table ops.import_fields (
    field_key varchar, run_id varchar, load_seq bigint, source varchar, object_name varchar,
    field_name varchar, target_name varchar, with_value_count bigint, total_count bigint, rate_pct double,
    status varchar
);
create table ops.import_objects (
    run_id varchar, object_name varchar, load_seq bigint, mode varchar, transport varchar,
    label varchar, window_from timestamptz, window_to timestamptz, watermark timestamptz,
    rows_extracted bigint, rows_duplicate bigint, rows_inserted bigint, rows_updated bigint,
    rows_reactivated bigint, rows_unchanged bigint, rows_deleted bigint, rows_landed bigint,
    rows_quarantined bigint,
    source_count bigint, call_count bigint, byte_count bigint, retry_count bigint,
    is_full_list boolean, describe_sha256 varchar, missing_fields varchar,
    unmapped_fields varchar, changed_types varchar, warnings varchar,
    max_modified_at timestamptz, started_at timestamptz, landed_at timestamptz,
    duration_seconds double
);
create table ops.reconciliation (
    source varchar, check_name varchar, object_name varchar, run_id varchar,
    source_count bigint, warehouse_count bigint, difference_count bigint, difference_pct double,
    is_within_tolerance boolean, checked_at timestamptz, anomaly_flag varchar
);
create table ops.student_pipeline_status (
    total_students bigint, students_with_schools bigint, students_without_schools bigint,
    students_missing_school bigint, students_not_a_school bigint,
    students_no_affiliation bigint, students_excluded bigint, students_needing_schools bigint,
    total_schools bigint, phase1_pct double, phase2_pct double, overall_pct double,
    assignable_pct double, is_phase1_complete boolean, is_phase2_complete boolean,
    is_pipeline_complete boolean, missing_accounts_json varchar, top_schools_json varchar,
    sample_student_ids_json varchar, recommendations_json varchar,
    lost_participation_count bigint, as_of timestamptz
);
create table ops.unmapped_fields (
    source varchar, object_name varchar, field_name varchar, field_type varchar, label varchar,
    is_custom boolean, first_seen_run_id varchar, last_seen_run_id varchar, value_count bigint,
    samples varchar, suggested_target varchar
);
create table ops.watermarks (
    source varchar, entity varchar, watermark timestamptz, run_id varchar,
    updated_at timestamptz
);
