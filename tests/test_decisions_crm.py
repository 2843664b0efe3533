"""Decisions about sessions of the CRM and about people: what is ours to say, and what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from polaris.deciding import decisions
from polaris.settings import Settings
from tests.conftest import Command
from tests.support.deciding import Decide, Line, line, refused, revoke, show_in_release

NOT_OURS = "Salesforce owns this session; change it there"


@pytest.mark.parametrize(
    "foreign",
    [
        line("set_status", "c-visit", status="Completed"),
        line("set_status", "c-visit", status="Confirmed"),
        line("edit_event", "c-visit", title="Mine"),
        line("edit_event", "c-visit", notes="Mine"),
        line("tag_teacher", "c-visit", teacher_key="t-ana"),
        line("untag_teacher", "c-visit", teacher_key="t-ana"),
        line("tag_presenter", "c-visit", person_key="p-maya"),
        line("untag_presenter", "c-visit", person_key="p-maya"),
        line("override_attendance", "c-visit", "x", teacher_key="t-ana", effect="add"),
        line("promote_draft", "c-shown"),
        line("dismiss_draft", "c-shown", preset="never_happened"),
    ],
    ids=lambda one: f"{one['action']}-{'-'.join(one['payload'])}",
)
@pytest.mark.parametrize("role", ["admin", "data_steward"])
def test_what_the_crm_owns_is_changed_there(
    settings: Settings, decide: Decide, foreign: Line, role: str
) -> None:
    assert NOT_OURS in refused(decide, foreign, role=role)
    assert decisions.read_all(settings) == []


@pytest.mark.parametrize(
    "foreign",
    [
        line("set_status", "f-fair", status="Completed"),
        line("edit_event", "f-fair", notes="Mine"),
        line("tag_presenter", "f-fair", person_key="p-maya"),
        line("set_cancellation_reason", "f-fair", code="WEATHER"),
        line("set_page_visible", "f-fair", visible=True),
        line("link_district", "f-fair", district_key="d-hickman"),
    ],
    ids=lambda one: one["action"],
)
def test_what_a_file_brought_is_changed_in_the_file(
    settings: Settings, decide: Decide, foreign: Line
) -> None:
    assert "a file brought this event" in refused(decide, foreign)
    assert decisions.read_all(settings) == []


def test_the_command_line_says_it_too(
    settings: Settings, published: Path, command: Command, tmp_path: Path
) -> None:
    import json

    file = tmp_path / "d.jsonl"
    file.write_text(json.dumps(line("edit_event", "c-visit", title="Mine")) + "\n")
    answer = command("decide", file, "--json")
    assert answer.exit_code == 2
    assert f"line 1: {NOT_OURS}" in answer.json["error"]


def test_a_reason_is_given_while_the_crm_says_cancelled(decide: Decide) -> None:
    decide(line("set_cancellation_reason", "c-off", code="WEATHER"), role="data_steward")
    message = refused(decide, line("set_cancellation_reason", "c-visit", code="WEATHER"))
    assert "is Confirmed" in message
    assert "needs it to be Cancelled" in message


@pytest.mark.parametrize(
    "own",
    [
        line("set_page_visible", "x-draft", visible=True),
        line("link_district", "x-draft", district_key="d-grandview"),
        line("unlink_district", "x-draft", district_key="d-hickman"),
    ],
    ids=lambda one: one["action"],
)
def test_a_virtual_session_has_no_page_and_no_linked_districts(decide: Decide, own: Line) -> None:
    assert "event x-draft is no session of Salesforce" in refused(decide, own)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (line("set_page_visible", "c-visit"), "needs visible"),
        (line("set_page_visible", "c-visit", visible="perhaps"), "visible must be true or false"),
        (
            line("set_page_visible", "c-visit", visible=1),
            "true or false without quotation marks, not 1",
        ),
        (line("set_page_visible", "c-visit", visible="false"), 'quotation marks, not "false"'),
        (line("set_page_visible", " ", visible=True), "subject_key is missing"),
        (line("set_page_visible", 7, visible=True), "subject_key is not text"),
        (line("set_page_visible", "c-visit", visible=False), "is false already"),
        (line("set_page_visible", "c-shown", visible=True), "is true already"),
        (line("set_page_visible", "c-nowhere", visible=True), "there is no event c-nowhere"),
        (
            line("link_district", "c-visit", district_key="d-hickman"),
            "is linked, and link_district",
        ),
        (line("link_district", "c-visit", district_key="d-no"), "there is no district_key d-no"),
        (
            line("unlink_district", "c-visit", district_key="d-grandview"),
            "district d-grandview of event c-visit is unlinked",
        ),
        (line("edit_person", "p-maya"), "an edit needs at least one field"),
        (line("edit_person", "p-nobody", notes="x"), "there is no person p-nobody"),
        (line("edit_person", "p-maya", email="x@example.org"), "takes no email"),
        (line("edit_person", "p-maya", local_status="near"), "local_status must be one of: local,"),
        (line("edit_person", "p-maya", volunteer_status="Active"), "must be one of: active,"),
        (line("edit_person", "p-maya", additional_volunteer_count=10001), "from 0 to 10000"),
        (line("edit_person", "p-maya", additional_volunteer_count=-1), "from 0 to 10000"),
        (line("edit_person", "p-maya", additional_volunteer_count=1.5), "is no whole number"),
        (line("edit_person", "p-maya", is_person_of_color="yes"), "must be true or false"),
        (line("edit_person", "p-maya", is_excluded_from_reports=0), "must be true or false"),
        (line("edit_person", "p-maya", organization_key="o-no"), "no organization_key o-no"),
        (line("edit_person", "p-maya", notes=" "), "notes is blank"),
        (line("edit_person", "p-maya", notes=None), "there is no correction to take back"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_word_that_cannot_be_is_refused(decide: Decide, bad: Line, words: str) -> None:
    assert words in refused(decide, bad)


@pytest.mark.parametrize("role", ["viewer", "district_admin", "district_viewer"])
def test_only_admins_and_stewards_publish_and_edit_people(decide: Decide, role: str) -> None:
    for one in (
        line("set_page_visible", "c-visit", visible=True),
        line("link_district", "c-visit", district_key="d-grandview"),
        line("edit_person", "p-maya", notes="x"),
    ):
        assert f"the role {role} may not {one['action']}" in refused(decide, one, role=role)


def test_the_page_is_shown_hidden_and_shown_again(settings: Settings, decide: Decide) -> None:
    decide(line("set_page_visible", "c-visit", visible=True), role="data_steward")
    assert "is true already by set_page_visible" in refused(
        decide, line("set_page_visible", "c-visit", visible=True)
    )
    (hidden,) = decide(line("set_page_visible", "c-visit", visible=False))
    decide(revoke(hidden.decision_id))
    show_in_release(
        settings,
        "update marts.dim_events set inperson_page_visible = true where event_key = 'c-visit'",
    )
    assert "is true already" in refused(decide, line("set_page_visible", "c-visit", visible=True))
    decide(line("set_page_visible", "c-visit", visible=False))


def test_a_district_is_linked_and_taken_off_in_one_batch(decide: Decide) -> None:
    link = line("link_district", "c-visit", district_key="d-grandview")
    stored = decide(link, line("unlink_district", "c-visit", district_key="d-grandview"), link)
    assert len(stored) == 3
    assert "is linked by link_district" in refused(decide, link)


def test_an_edit_of_a_person_changes_something_and_null_takes_it_back(decide: Decide) -> None:
    everything: dict[str, Any] = {
        "local_status": "partial",
        "is_excluded_from_reports": True,
        "volunteer_status": "inactive",
        "additional_volunteer_count": "3",
        "is_person_of_color": False,
        "organization_key": "o-acme",
        "notes": "Met at the fair",
    }
    (first,) = decide(line("edit_person", "p-maya", **everything), role="data_steward")
    assert first.subject_type == "person"
    assert first.payload == everything
    same = line("edit_person", "p-maya", additional_volunteer_count=3, is_person_of_color=False)
    assert "nothing changes: additional_volunteer_count, is_person_of_color" in refused(
        decide, same
    )
    decide(line("edit_person", "p-maya", organization_key=None, notes="Met again"))
    message = refused(decide, line("edit_person", "p-maya", organization_key=None))
    assert "organization_key: there is no correction to take back" in message
    decide(revoke(first.decision_id))
    assert "there is no correction" in refused(
        decide, line("edit_person", "p-maya", local_status=None)
    )
    decide(line("edit_person", "p-luis", notes="Met again"))


NOT_MAYA = [line("reject_candidate", key, candidate_key="p-maya") for key in ("k-known", "k-later")]


@pytest.mark.parametrize("no", NOT_MAYA, ids=lambda one: one["subject_key"])
def test_a_steward_denies_a_match_that_the_data_made_and_may_take_it_back(
    settings: Settings, decide: Decide, no: Line
) -> None:
    (denied,) = decide(no, role="data_steward")
    assert "is rejected by reject_candidate" in refused(decide, no)
    decide(revoke(denied.decision_id), role="data_steward")
    (again,) = decide(no)
    # The next release shows the presenter as a ticket of the queue, with nobody suggested.
    show_in_release(
        settings,
        f"delete from queues.queue_presenter_matches where ticket_key = '{no['subject_key']}';"
        f"delete from queues.queue_unmatched where ticket_key = '{no['subject_key']}';"
        "insert into queues.queue_unmatched (ticket_key, unmatched_type, status, candidates_json)"
        f" values ('{no['subject_key']}', 'volunteer', 'pending', '[]')",
    )
    assert "is not suggested by reject_candidate" in refused(decide, no)
    decide(revoke(again.decision_id))


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (line("reject_candidate", "k-known", candidate_key="p-luis"), "is not suggested"),
        (line("ignore_ticket", "k-known"), "ticket k-known is matched"),
        (line("match_teacher", "k-known", teacher_key="t-ana"), "does not fit tickets of type"),
        (line("reject_candidate", "k-nowhere", candidate_key="p-maya"), "there is no ticket"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_only_the_match_itself_is_denied(decide: Decide, bad: Line, words: str) -> None:
    assert words in refused(decide, bad)


def test_a_steward_says_who_a_wrongly_matched_presenter_is(decide: Decide) -> None:
    decide(line("match_volunteer", "k-known", person_key="p-luis"), role="data_steward")
    assert "is resolved by match_volunteer" in refused(
        decide, line("match_volunteer", "k-known", person_key="p-two")
    )


@pytest.mark.parametrize("role", ["viewer", "district_admin", "district_viewer"])
def test_nobody_else_denies_a_match(decide: Decide, role: str) -> None:
    assert f"the role {role} may not" in refused(decide, NOT_MAYA[0], role=role)
