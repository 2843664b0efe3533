"""Decisions that would change nothing are refused, in words."""

from __future__ import annotations

from polaris.settings import Settings
from tests.support.deciding import Decide, line, refused, revoke, show_in_release

KNOWN = """
    update marts.dim_events set title = 'Corrected', session_date = '2026-02-11',
        duration_minutes = 45, staff_notes = null where event_key = 'x-draft';
    insert into ops.event_lineage (event_key, field, imported_value, final_value, decision_id)
    values ('x-draft', 'title', 'Past draft', 'Corrected', '{}'),
        ('x-draft', 'session_date', null, '2026-02-11', 'given-day'),
        ('x-draft', 'duration_minutes', '45', '45', null)
"""


def test_an_edit_that_changes_nothing_is_refused(decide: Decide) -> None:
    same = line("edit_event", "x-draft", title=" Past draft", session_date="2026-02-10")
    message = refused(decide, same)
    assert "nothing changes: title is already Past draft" in message
    assert "session_date is already 2026-02-10" in message
    decide(line("edit_event", "x-draft", title="Past draft", session_date="2026-02-12"))
    decide(line("edit_event", "x-draft", duration_minutes=45, notes="Called"))
    for again in (
        line("edit_event", "x-draft", duration_minutes="045"),
        line("edit_event", "x-draft", duration_minutes=45, notes="Called "),
        line("edit_event", "x-draft", session_date="2026-02-12"),
    ):
        assert "nothing changes: " in refused(decide, again)
    assert "line 2: nothing changes: series is already One" in refused(
        decide, *[line("edit_event", "x-draft", series="One")] * 2
    )
    decide(line("edit_event", "x-draft", title="Past"), line("edit_event", "x-draft", series="A"))
    assert "title is already Past" in refused(decide, line("edit_event", "x-draft", title="Past"))


def test_a_null_takes_a_standing_correction_back(decide: Decide) -> None:
    assert "title: there is no correction to take back" in refused(
        decide, line("edit_event", "x-draft", title=None, notes="New")
    )
    (made,) = decide(line("edit_event", "x-draft", title="New", notes="New"))
    decide(line("edit_event", "x-draft", title=None))
    assert "no correction" in refused(decide, line("edit_event", "x-draft", title=None))
    decide(revoke(made.decision_id))
    assert "notes: there is no correction" in refused(
        decide, line("edit_event", "x-draft", notes=None)
    )
    decide(line("edit_event", "x-draft", title="New"), line("edit_event", "x-draft", title=None))


def test_an_edit_is_compared_with_the_release_and_what_waits(
    settings: Settings, decide: Decide
) -> None:
    (made,) = decide(line("edit_event", "x-draft", title="Corrected"))
    show_in_release(settings, KNOWN.format(made.decision_id))
    assert "already Corrected" in refused(
        decide, line("edit_event", "x-draft", title="Corrected", duration_minutes=45)
    )
    decide(revoke(made.decision_id))
    assert "already Past draft" in refused(
        decide, line("edit_event", "x-draft", title="Past draft")
    )
    assert "no correction" in refused(decide, line("edit_event", "x-draft", title=None))
    decide(line("edit_event", "x-draft", title="Corrected"))


def test_a_correction_only_the_release_knows_can_be_taken_back(
    settings: Settings, decide: Decide
) -> None:
    show_in_release(settings, KNOWN.format("unknown"))
    decide(line("edit_event", "x-draft", title=None))
    assert "no correction" in refused(decide, line("edit_event", "x-draft", title=None))
    assert "already Past draft" in refused(
        decide, line("edit_event", "x-draft", title="Past draft")
    )
    assert "no correction" in refused(decide, line("edit_event", "x-draft", duration_minutes=None))


def test_a_goal_that_is_set_already_is_refused(settings: Settings, decide: Decide) -> None:
    show_in_release(
        settings,
        "update marts.fct_teacher_roster set target_sessions = 2 where roster_key = 'r-t-ana'",
    )
    same = line("set_target_sessions", "r-t-ana", target_sessions="02")
    assert "nothing changes: target_sessions is already" in refused(decide, same)
    (other,) = decide(line("set_target_sessions", "r-t-ana", target_sessions=3))
    assert "nothing changes" in refused(
        decide, line("set_target_sessions", "r-t-ana", target_sessions="3")
    )
    (newest,) = decide(same)
    decide(revoke(newest.decision_id), same)
    decide(revoke(other.decision_id))
    assert "nothing changes" in refused(decide, same, same)


def test_one_goal_for_many_is_stored_when_it_changes_one(
    settings: Settings, decide: Decide
) -> None:
    """The roster page sends every ticked teacher, whatever goal each of them has."""
    show_in_release(
        settings,
        "update marts.fct_teacher_roster set target_sessions = if(roster_key = 'r-t-ana', 2, 1)",
    )
    many = [line("set_target_sessions", f"r-t-{who}", target_sessions=2) for who in ("ana", "ben")]
    assert len(decide(*many)) == 2
    assert "2 of 2 lines" in refused(decide, *many)


def test_a_semester_is_archived_once(settings: Settings, decide: Decide) -> None:
    spring = line("archive_semester", "2025-2026/spring")
    assert "archived already by archive_semester earlier" in refused(decide, spring, spring)
    (made,) = decide(spring)
    assert "archived already by archive_semester of jordan" in refused(decide, spring)
    decide(revoke(made.decision_id))
    decide(spring)


def test_a_semester_that_every_district_archived_is_refused(
    settings: Settings, decide: Decide
) -> None:
    fall = line("archive_semester", "2025-2026/fall")
    rows = """
        delete from marts.fct_progress_archive; delete from marts.fct_teacher_progress;
        insert into marts.fct_teacher_progress (district_key, virtual_year, period)
        values ('d-hickman', '2025-2026', 'fall'), ('d-grandview', '2025-2026', 'fall');
        insert into marts.fct_progress_archive (district_key, virtual_year, period, decision_id)
        values ('d-hickman', '2025-2026', 'fall', null)
    """
    show_in_release(settings, rows)
    (made,) = decide(fall)
    both = rows + f", ('d-grandview', '2025-2026', 'fall', '{made.decision_id}')"
    decide(revoke(made.decision_id))
    show_in_release(settings, both)
    (again,) = decide(fall)  # what was archived for Grandview was taken back
    decide(revoke(again.decision_id))
    show_in_release(settings, both.replace(f"'{made.decision_id}'", "null"))
    assert "is archived already, for every district" in refused(decide, fall)


def test_a_release_without_what_is_compared_refuses_nothing(
    settings: Settings, decide: Decide
) -> None:
    show_in_release(
        settings,
        "drop table ops.event_lineage; drop table marts.fct_progress_archive;"
        " alter table marts.dim_events drop column series;"
        " alter table marts.fct_teacher_roster drop column target_sessions",
    )
    decide(
        line("edit_event", "x-draft", title="Past draft", series="One"),
        line("set_target_sessions", "r-t-ana", target_sessions=1),
        line("archive_semester", "2025-2026/fall"),
    )
    assert "already One" in refused(decide, line("edit_event", "x-draft", series="One"))
