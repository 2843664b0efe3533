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

# Two records side by side: who may not see a date of birth, a street or demographics of a person
# does not read them here.
_RECORDS = """
    select * replace (
        null::date as dob, null::varchar as street, null::varchar as gender,
        null::varchar as race_ethnicity, null::varchar as education, null::varchar as age_group
    )
    from published.{name}
"""
_MASKED_RECORDS = r"""
    select * replace (
        null::date as dob, null::varchar as street, null::varchar as gender,
        null::varchar as race_ethnicity, null::varchar as education, null::varchar as age_group,
        regexp_replace(emails, '([^@, ])[^@, ]*@', '\1***@', 'g') as emails,
        regexp_replace(phones, '[^, ]*([0-9][0-9][0-9][0-9])\b', '***\1', 'g') as phones
    )
    from published.{name}
"""

# What somebody was, and became: a value that a role may not read today is not to be read in the
# history either. What staff picked about colour is no more to be read here than there.
_SENSITIVE = (
    "field_name in ('dob', 'street', 'gender', 'race_ethnicity', 'education', 'age_group',"
    " 'is_person_of_color')"
)
_CHANGES = f"""
    select * replace (
        if({_SENSITIVE}, null, old_value) as old_value,
        if({_SENSITIVE}, null, new_value) as new_value
    )
    from published.{{name}}
"""
# Earlier addresses and numbers are contact points, which a viewer does not read.
_HIDDEN = f"{_SENSITIVE} or field_name in ('email', 'phone_e164')"
_MASKED_CHANGES = f"""
    select * replace (
        if({_HIDDEN}, null, old_value) as old_value,
        if({_HIDDEN}, null, new_value) as new_value
    )
    from published.{{name}}
"""
# Of a contact of many that it is one, and of whom none.
_MASKED_CONTACTS = r"""
    select * replace (
        if(
            kind = 'phone', '***' || right(contact_value, 4),
            regexp_replace(contact_value, '^(.)[^@]*@', '\1***@')
        ) as contact_value
    )
    from published.{name}
"""

# In any text or JSON: the first letter and the domain of each address.
_ADDRESS = """'([^ ,"@])[^ ,"@]*@', '\\1***@', 'g'"""
# Suggestions of a ticket, and the row it comes from, name people by their address.
_MASKED_TICKETS = f"""
    select * replace (
        regexp_replace(candidates_json, {_ADDRESS}) as candidates_json,
        regexp_replace(attempted_email, {_ADDRESS}) as attempted_email,
        regexp_replace(raw_json, {_ADDRESS}) as raw_json
    )
    from published.{{name}}
"""
# Whoever is put on a roster is put there with an address.
_MASKED_AUDIT = f"""
    select * replace (
        regexp_replace(before_json, {_ADDRESS}) as before_json,
        regexp_replace(after_json, {_ADDRESS}) as after_json
    )
    from ({_AUDIT})
"""

# Of a student, who may stand there as a contact too, a viewer reads figures only.
_SAMPLES_WITHOUT_STUDENTS = f"{_EVERYTHING} where entity_type not in ('student', 'contact')"

STEWARD: dict[str, str] = {
    "marts.dim_volunteers": _VOLUNTEERS,
    "marts.dim_students": _STUDENTS,
    "queues.queue_duplicate_records": _RECORDS,
    "ops.audit_log": _AUDIT,
    "ops.change_log": _CHANGES,
}
VIEWER: dict[str, str] = STEWARD | {
    "marts.dim_students": _NOTHING,
    "marts.fct_student_participation": _NOTHING,
    "marts.fct_pathway_students": _NOTHING,
    "marts.fct_communications": _COMMUNICATIONS,
    "marts.dim_contact_points": _NOTHING,
    "queues.queue_duplicate_records": _MASKED_RECORDS,
    "queues.queue_unmatched": _MASKED_TICKETS,
    "ops.audit_log": _MASKED_AUDIT,
    "ops.completeness_samples": _SAMPLES_WITHOUT_STUDENTS,
    "queues.queue_shared_contacts": _MASKED_CONTACTS,
    "ops.change_log": _MASKED_CHANGES,
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
    "queues.queue_shared_contacts",
    "ops.merge_log",
    "ops.change_log",
    "ops.import_skips",
    "ops.person_aliases",
    "ops.affiliation_matches",
    "ops.completeness_samples",
    "ops.field_completeness",
    "ops.session_changes",
    "ops.alerts",
    "ops.anomalies",
    "ops.anomaly_measures",
    "ops.crm_objects",
    "ops.crm_outcomes",
    "ops.import_fields",
    "ops.import_objects",
    "ops.place_aliases",
    "ops.reconciliation",
    "ops.rule_offenders",
    "ops.student_pipeline_status",
    "ops.unmapped_fields",
    "ops.watermarks",
)
BY_EVENT = ("marts.bridge_event_skills", "marts.agg_event_staffing", "marts.dim_shifts")
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
