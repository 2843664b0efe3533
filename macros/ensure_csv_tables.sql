{#- The landing tables of files that follow a contract of ours, as `ensure_raw_tables` makes the
    others (platform.md 2.6). -#}
{% macro ensure_csv_tables() %}
    {% if execute and flags.WHICH in ('build', 'run', 'test', 'compile', 'seed', 'show', 'docs') %}
        {% set tables = {
            'raw_csv.loads': 'load_seq bigint, run_id varchar, rows_run_id varchar,
                report_type varchar, external_system varchar, file_name varchar,
                file_sha256 varchar, row_count bigint, landed_at timestamptz,
                present_columns varchar, unmapped_columns varchar, warnings varchar',
            'raw_csv.signups': 'run_id varchar, row_number bigint, external_system varchar,
                external_id varchar, event_ref varchar, volunteer_ref varchar, email varchar,
                first_name varchar, last_name varchar, shift_ref varchar, rsvp_status varchar,
                attended_flag varchar, hours varchar, role varchar, signed_up_at varchar,
                source_updated_at varchar, payload varchar, file_sha256 varchar,
                landed_at timestamptz'
        } %}
        create schema if not exists raw_csv;
        {% for table, columns in tables.items() %}
            create table if not exists {{ table }} ({{ columns }});
        {% endfor %}
    {% endif %}
{% endmacro %}
