"""What each role reads of the CRM's people (salesforce.md 9.1, 9.2).

Highly sensitive facts about people are an administrator's; a data steward works with keys of
students, a viewer with figures. A district role reads figures of its districts and the sessions at
its schools, and no row about a volunteer's or a student's person.
"""

from __future__ import annotations

_NOTHING = "select * from published.{name} where false"
_EVERYTHING = "select * from published.{name}"

_VOLUNTEERS = """
    select * replace (
        null::date as dob, null::varchar as gender, null::varchar as race_ethnicity,
        null::varchar as education, null::varchar as age_group,
        null::boolean as is_person_of_color
    )
    from published.{name}
"""
_STUDENTS = """
    select * replace (
        null::varchar as student_id, null::varchar as first_name, null::varchar as last_name,
        null::varchar as gender, null::varchar as racial_ethnic, null::date as dob,
        null::varchar as email, null::varchar as phone_e164
    )
    from published.{name}
"""
# Who wrote to whom about what, without what was written.
_COMMUNICATIONS = """
    select * replace (null::varchar as body, null::varchar as from_address)
    from published.{name}
"""

# What an administrator said of a person's colour is no more to be read here than there, and what
# a row of a file was corrected to may be a date of birth or a student's name.
_ROW_CORRECTED = "audit_action in ('FINDING_CORRECTED', 'FINDING_CORRECTION_REVERSED')"
_AUDIT = f"""
    select * replace (
        if(
            {_ROW_CORRECTED} or contains(after_json, 'is_person_of_color'), null, after_json
        ) as after_json,
        if(
            {_ROW_CORRECTED}
                or contains(before_json, 'is_person_of_color')
                or contains(after_json, 'is_person_of_color'),
            null, before_json
        ) as before_json
    )
    from published.{{name}}
"""

# Two records side by side: who may not see a date of birth or a street does not read them here.
_RECORDS = """
    select * replace (null::date as dob, null::varchar as street) from published.{name}
"""
_MASKED_RECORDS = r"""
    select * replace (
        null::date as dob, null::varchar as street,
        regexp_replace(emails, '([^@, ])[^@, ]*@', '\1***@', 'g') as emails,
        regexp_replace(phones, '[^, ]*([0-9][0-9][0-9][0-9])\b', '***\1', 'g') as phones
    )
    from published.{name}
"""

STEWARD: dict[str, str] = {
    "marts.dim_volunteers": _VOLUNTEERS,
    "marts.dim_students": _STUDENTS,
    "queues.queue_duplicate_records": _RECORDS,
    "ops.audit_log": _AUDIT,
}
VIEWER: dict[str, str] = STEWARD | {
    "marts.dim_students": _NOTHING,
    "marts.fct_student_participation": _NOTHING,
    "marts.fct_pathway_students": _NOTHING,
    "marts.fct_communications": _COMMUNICATIONS,
    "marts.dim_contact_points": _NOTHING,
    "queues.queue_duplicate_records": _MASKED_RECORDS,
}

# For district roles; by_event, by_scope and by_school are the queries of `polaris.scope`.
FOR_STAFF = (
    "marts.dim_students",
    "marts.dim_contact_points",
    "marts.dim_crm_teachers",
    "marts.bridge_volunteer_skills",
    "marts.fct_volunteer_field_sources",
    "marts.fct_student_participation",
    "marts.fct_communications",
    "marts.fct_signups",
    "marts.fct_pathway_students",
    "marts.fct_volunteer_events",
    "marts.fct_recruitment_candidates",
    "marts.fct_partner_matches",
    "marts.agg_organization_engagement",
    "marts.agg_volunteer_engagement",
    "queues.queue_duplicate_pairs",
    "queues.queue_duplicate_records",
    "ops.merge_log",
    "ops.person_aliases",
    "ops.crm_objects",
    "ops.crm_outcomes",
    "ops.import_objects",
    "ops.place_aliases",
    "ops.reconciliation",
    "ops.student_pipeline_status",
    "ops.unmapped_fields",
    "ops.watermarks",
)
BY_EVENT = ("marts.bridge_event_skills", "marts.agg_event_staffing")
BY_SCOPE = (
    "marts.agg_monthly_impact",
    "marts.agg_impact_years",
    "marts.agg_district_impact",
    "marts.agg_district_programs",
    "marts.agg_district_growth",
    "marts.agg_event_types",
    "marts.agg_attendance_years",
)
BY_DISTRICT = ("marts.agg_school_impact", "marts.fct_district_inputs")
BY_SCHOOL = ("marts.dim_classes",)
FOR_EVERYBODY = ("marts.dim_metrics", "ops.field_ownership")


def of_district(by_event: str, by_scope: str, by_district: str, by_school: str) -> dict[str, str]:
    """The query of each table of the CRM side for a role limited to its districts."""
    return (
        dict.fromkeys(FOR_STAFF, _NOTHING)
        | dict.fromkeys(BY_EVENT, by_event)
        | dict.fromkeys(BY_SCOPE, by_scope)
        | dict.fromkeys(BY_DISTRICT, by_district)
        | dict.fromkeys(BY_SCHOOL, by_school)
        | dict.fromkeys(FOR_EVERYBODY, _EVERYTHING)
    )
