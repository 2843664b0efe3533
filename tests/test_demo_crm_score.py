"""The score of the CRM: nothing to say about a release that tells the truth, every lie is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from polaris.demo.crm_score import crm_score_lines, has_crm, score_crm
from polaris.demo.sources import Sources, write_sources

FAULTS = (
    "split_persons",
    "merged_persons",
    "missing_persons",
    "wrong_presenters",
    "wrong_outcomes",
    "wrong_outcome_counts",
    "wrong_credits",
    "wrong_hours",
    "wrong_students",
    "missing_events",
    "wrong_event_dates",
    "wrong_event_districts",
)
# A release that says of every record of the CRM what is true.
TRUTHFUL = """
create schema release.marts;
create schema release.ops;
create table release.ops.external_id_map as
select
    'salesforce' as external_system, 'volunteer' as entity_type, contact_id as external_id,
    'person-' || cluster as entity_id, true as is_active
from contacts where is_volunteer = 'True';
create table release.marts.fct_volunteer_participation as
select
    participant_id as salesforce_id, is_credited = 'True' as is_credited,
    cast(hours as double) as hours
from participations where outcome = 'kept' and participant_type = 'Volunteer';
create table release.marts.fct_student_participation as
select participant_id as salesforce_id, is_credited = 'True' as is_attended
from participations where outcome = 'kept' and participant_type = 'Student';
create table release.ops.crm_outcomes as
select object as object_name, what as outcome, cast(count as bigint) as row_count
from counts where object in ('Session_Participant__c', 'npe5__Affiliation__c', 'Session__c');
create table release.marts.dim_students as
select
    contact_id as salesforce_id, status as school_assignment_status,
    nullif(school_account_id, '') as school_key, false as is_deleted
from students;
create table release.marts.dim_schools as
select distinct school_account_id as salesforce_id, school_account_id as school_key
from students where school_account_id <> '';
create table release.marts.dim_events as
select
    'salesforce' as source, session_id as salesforce_id, 'event-' || session_id as event_key,
    cast(session_date as date) as session_date
from events where scope = 'in_scope';
create table release.marts.bridge_event_districts as
select 'event-' || session_id as event_key, unnest(string_split(districts, ';')) as district_key
from events where districts <> '';
create table release.marts.dim_districts as
select distinct district_key, district_key as district_name
from release.marts.bridge_event_districts;
create temp table judged as
select
    presenters.person_id, 'created/' as expected_with_crm,
    'person-' || contacts.cluster as person_key
from presenters inner join contacts on presenters.contact_id = contacts.contact_id;
"""
LIES = {
    "split_persons": "update release.ops.external_id_map set entity_id = 'x' where external_id = ("
    "select min(contact_id) from contacts where trap = 'one_person_twice')",
    "merged_persons": "update release.ops.external_id_map set entity_id = 'x' "
    "where external_id in (select contact_id from contacts where trap = 'household_email')",
    "missing_persons": "delete from release.ops.external_id_map where external_id = ("
    "select min(contact_id) from contacts where trap = 'only_phone')",
    "wrong_presenters": "update judged set person_key = 'x' where person_id = ("
    "select min(person_id) from judged)",
    "wrong_outcomes": "insert into release.marts.fct_volunteer_participation "
    "select participant_id, true, 1 from participations "
    "where outcome = 'duplicate' and participant_type = 'Volunteer' limit 1",
    "wrong_outcome_counts": "update release.ops.crm_outcomes set row_count = row_count + 1 "
    "where outcome = 'connector'",
    "wrong_credits": "update release.marts.fct_volunteer_participation set is_credited = true "
    "where salesforce_id in ("
    "select participant_id from participations where trap = 'confirmed_is_no_credit')",
    "wrong_hours": "update release.marts.fct_volunteer_participation set hours = hours + 1 "
    "where salesforce_id in ("
    "select participant_id from participations where trap = 'hours_negative')",
    "wrong_students": "update release.marts.dim_students set school_key = null "
    "where salesforce_id = ("
    "select min(contact_id) from students where status = 'assigned')",
    "missing_events": "delete from release.marts.dim_events where salesforce_id in ("
    "select session_id from events where trap = 'status_null')",
    "wrong_event_dates": "update release.marts.dim_events set session_date = session_date + 1 "
    "where salesforce_id in ("
    "select session_id from events where trap = 'evening_last_of_july')",
    "wrong_event_districts": "insert into release.marts.bridge_event_districts "
    "select 'event-' || session_id, 'Center School District' from events "
    "where trap = 'district_substring'",
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return write_sources(tmp_path_factory.mktemp("sample"), 0.01)


@pytest.fixture
def release(sources: Sources) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as release")
        for name in ("contacts", "participations", "students", "events", "counts", "presenters"):
            is_staged = name != "presenters"
            connection.execute(
                f"create temp table {name} as select * from read_csv("
                f"'{sources.folder}/truth_crm_{name}.csv', all_varchar = true, header = true, "
                "nullstr = '\\N')" + (" where stage = 'history'" if is_staged else "")
            )
        connection.execute(TRUTHFUL)
        yield connection


@pytest.fixture
def judge(release: duckdb.DuckDBPyConnection, sources: Sources) -> Callable[[str], dict[str, Any]]:
    def spoil(statement: str) -> dict[str, Any]:
        changed = release.execute(statement).fetchone()
        assert changed is None or changed[0] > 0, statement
        return score_crm(release, sources.folder)

    return spoil


def test_nothing_is_wrong_with_the_truth(
    release: duckdb.DuckDBPyConnection, sources: Sources
) -> None:
    assert has_crm(release)
    score = score_crm(release, sources.folder)
    assert score["examples"] == {}
    assert {name: score[name] for name in FAULTS} == dict.fromkeys(FAULTS, 0)
    assert score["stage"] == "history"
    assert score["hours_expected"] == score["hours_found"] > 100
    for name in ("people", "participations", "credits", "students", "events", "presenters"):
        assert score[f"{name}_judged"] > 5, name
    assert all(style == "plain" for style, _ in crm_score_lines(score))


@pytest.mark.parametrize("fault", FAULTS)
def test_each_lie_is_found(judge: Callable[[str], dict[str, Any]], fault: str) -> None:
    score = judge(LIES[fault])
    assert score[fault] > 0
    assert score["examples"][fault]
    assert "warning" in {style for style, _ in crm_score_lines(score)}


def test_a_duplicate_may_survive_by_either_row(judge: Callable[[str], dict[str, Any]]) -> None:
    """Which of two rows of one person stays is no matter, if hours and credit are right."""
    score = judge(
        "update release.marts.fct_volunteer_participation as found "
        "set salesforce_id = other.participant_id "
        "from participations as kept, participations as other "
        "where found.salesforce_id = kept.participant_id and kept.trap = 'duplicate_status' "
        'and other."group" = kept."group" and other.outcome = \'duplicate\''
    )
    assert {name: score[name] for name in FAULTS} == dict.fromkeys(FAULTS, 0)


def test_a_contact_of_the_week_later_asks_for_the_truth_of_the_week_later(
    judge: Callable[[str], dict[str, Any]], sources: Sources
) -> None:
    file = sources.folder / "truth_crm_contacts.csv"
    score = judge(
        "insert into release.ops.external_id_map "
        "select 'salesforce', 'volunteer', contact_id, 'person-' || cluster, true "
        f"from read_csv('{Path(file)}', all_varchar = true) where stage = 'weekly' "
        "and contact_id not in (select contact_id from contacts)"
    )
    assert score["stage"] == "weekly"
    assert score["merged_persons"] == 0
    assert score["split_persons"] == 1


def test_a_release_without_a_crm_is_not_judged() -> None:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as release")
        assert not has_crm(connection)
