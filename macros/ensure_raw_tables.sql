{#- The landing tables as dlt declares them, made empty where nothing has landed yet, so that
    `dbt build` works on a fresh checkout. -#}
{% macro ensure_raw_tables() %}
    {% if execute and flags.WHICH in ('build', 'run', 'test', 'compile', 'seed', 'show', 'docs') %}
        {% set tables = {
            'raw_pathful.loads': 'load_seq bigint, run_id varchar, rows_run_id varchar,
                report_type varchar, file_name varchar, file_sha256 varchar, row_count bigint,
                import_mode varchar, cutoff_date date, exported_at timestamptz,
                landed_at timestamptz, present_columns varchar, unmapped_columns varchar,
                warnings varchar, field_counts varchar',
            'raw_pathful.session_report': 'run_id varchar, row_number bigint, session_id varchar,
                title varchar, date varchar, status varchar, duration varchar,
                user_auth_id varchar, name varchar, signup_role varchar, school varchar,
                district_or_company varchar, partner varchar, registered_student_count varchar,
                attended_student_count varchar, registered_educator_count varchar,
                attended_educator_count varchar, career_cluster varchar,
                work_based_learning varchar, series_or_event_title varchar, state varchar,
                event_id varchar, teacher_email varchar, presenter_email varchar,
                attendance_status varchar, payload varchar, file_sha256 varchar,
                landed_at timestamptz',
            'raw_pathful.user_report': 'run_id varchar, row_number bigint, user_auth_id varchar,
                signup_role varchar, name varchar, login_email varchar,
                notification_email varchar, school varchar, district_or_company varchar,
                job_title varchar, grade_cluster varchar, skills varchar, city varchar,
                state varchar, postal_code varchar, join_date varchar, last_login_date varchar,
                login_count varchar, days_logged_in_last_30 varchar, last_session_date varchar,
                subscription_type varchar, subscription_name varchar, affiliations varchar,
                payload varchar, file_sha256 varchar, landed_at timestamptz',
            'raw_roster.loads': 'load_seq bigint, run_id varchar, rows_run_id varchar,
                file_name varchar, file_sha256 varchar, row_count bigint, district_name varchar,
                academic_year varchar, virtual_year varchar, target_sessions bigint,
                landed_at timestamptz, unmapped_columns varchar, warnings varchar,
                field_counts varchar',
            'raw_roster.roster_rows': 'run_id varchar, row_number bigint, building varchar,
                name varchar, email varchar, grade varchar, district varchar,
                target_sessions varchar, payload varchar, file_sha256 varchar,
                landed_at timestamptz',
            'raw_decisions.decisions': 'decision_seq bigint, decision_id varchar,
                decided_at timestamptz, actor varchar, role varchar, action varchar,
                subject_type varchar, subject_key varchar, payload varchar, reason varchar,
                revokes varchar',
            'raw_decisions.runs': 'run_id varchar, run_seq bigint, source varchar,
                adapter varchar, command varchar, status varchar, dry_run boolean, label varchar,
                started_at timestamptz, finished_at timestamptz, triggered_by varchar,
                file_name varchar, file_sha256 varchar, report_type varchar,
                error_summary varchar, warnings_json varchar, ingest_params_json varchar,
                counts_json varchar, gate_json varchar, release varchar',
            'raw_archive.progress': 'teacher_key varchar, district_key varchar,
                virtual_year varchar, academic_year varchar, period varchar,
                semester_name varchar, date_from date, date_to date, teacher_name varchar,
                building varchar, email varchar, grade varchar, target_sessions bigint,
                completed_sessions bigint, planned_sessions bigint, no_show_sessions bigint,
                progress_status varchar, status_text varchar, progress_pct double,
                archived_at timestamptz, decision_id varchar'
        } %}
        {% for table, columns in tables.items() %}
            create schema if not exists {{ table.split('.')[0] }};
            create table if not exists {{ table }} ({{ columns }});
        {% endfor %}
        -- A warehouse of an earlier version has its tables, without what it did not count.
        {% for source in ['raw_pathful', 'raw_roster'] %}
            alter table {{ source }}.loads add column if not exists field_counts varchar;
        {% endfor %}
    {% endif %}
{% endmacro %}
