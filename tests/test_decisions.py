"""Decisions of people: what is stored, what is refused, and what two people cannot both do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from polaris import export_log, ledger
from polaris.deciding import decisions
from polaris.errors import BadInput, PolarisError
from polaris.settings import Settings
from tests.support import fake_release_quality as quality
from tests.support.deciding import Decide, Line, line, revoke, show_in_release

GOOD = {
    "match_teacher": line("match_teacher", "k-teacher", teacher_key="t-ana"),
    "match_volunteer": line("match_volunteer", "k-volunteer", person_key="p-maya"),
    "match_school": line("match_school", "k-school", school_key="s-central"),
    "match_organization": line("match_organization", "k-company", organization_key="o-acme"),
    "match_district": line("match_district", "k-district", district_key="d-hickman"),
    "ignore_ticket": line("ignore_ticket", "k-teacher"),
    "reopen_ticket": line("reopen_ticket", "k-ignored"),
    "set_session_date": line("set_session_date", "k-undated", session_date="2026-02-03"),
    "deactivate_teacher": line("deactivate_teacher", "r-t-ana", category="Retired"),
    "reactivate_teacher": line("reactivate_teacher", "r-t-dev"),
    "set_target_sessions": line("set_target_sessions", "r-t-ana", target_sessions=2),
    "report_issue": line("report_issue", "r-t-ana", category="other", notes="<b>Hi</b>\n=1+1"),
    "add_to_roster": line(
        "add_to_roster",
        "k-teacher",
        district_key="d-hickman",
        academic_year="2025-2026",
        building="Central High",
        name="Anna Ruis",
        email="anna.ruis@example.org",
    ),
    "reject_candidate": line("reject_candidate", "k-teacher", candidate_key="t-ana"),
    "resolve_flag": line("resolve_flag", "xf-staff"),
    "set_status": line("set_status", "x-draft", status="Completed"),
    "set_cancellation_reason": line("set_cancellation_reason", "x-off", code="WEATHER"),
    "promote_draft": line("promote_draft", "x-draft"),
    "dismiss_draft": line("dismiss_draft", "x-draft", preset="never_happened"),
    "tag_teacher": line("tag_teacher", "x-draft", teacher_key="t-ana"),
    "untag_teacher": line("untag_teacher", "x-shared", teacher_key="t-ana"),
    "tag_presenter": line("tag_presenter", "x-draft", person_key="p-maya"),
    "untag_presenter": line("untag_presenter", "x-shared", person_key="p-luis"),
    "override_attendance": line(
        "override_attendance", "x-draft", teacher_key="t-ana", effect="add"
    ),
    "edit_event": line("edit_event", "x-draft", title="<i>x</i>", duration_minutes=45, series="y"),
    "resolve_issue": line("resolve_issue", "xi-open"),
    "merge": line("merge", "xp-ab", survivor="left"),
    "not_duplicate": line("not_duplicate", "xp-later"),
    "defer": line("defer", "xp-ab"),
    "never_match_on": line("never_match_on", "xc-school"),
    "archive_semester": line("archive_semester", "2025-2026/spring"),
    "set_page_visible": line("set_page_visible", "c-visit", visible=True),
    "link_district": line("link_district", "c-visit", district_key="d-grandview"),
    "unlink_district": line("unlink_district", "c-visit", district_key="d-hickman"),
    "edit_person": line("edit_person", "p-maya", local_status="local", volunteer_status="on_hold"),
    "set_attendance_detail": line(
        "set_attendance_detail", "c-shown", total_students=90, num_classrooms="6", rotations=2
    ),
    "set_district_input": line(
        "set_district_input",
        "d-hickman",
        school_year="2025-2026",
        data_type="p2t_completed",
        value=12,
    ),
    "dq_fix": line("dq_fix", quality.BAD_EMAIL, email="ana@example.org", notes=""),
    "dq_suppress": line("dq_suppress", quality.CRM, expires_at="2026-06-30"),
    "dq_wont_fix": line("dq_wont_fix", quality.PATHFUL),
    "dq_reopen": line("dq_reopen", quality.SET_ASIDE),
    "acknowledge_anomaly": line("acknowledge_anomaly", "xa-flagged"),
    "exclude_load": line("exclude_load", quality.FIRST_RUN),
    "set_config": line("set_config", "retention.days", key="retention.days", value=120),
    "set_rule_mode": line(
        "set_rule_mode", "REF-401", rule_code="REF-401", source="csv", mode="warn"
    ),
}


@pytest.mark.parametrize("action", sorted(GOOD))
def test_every_action_of_the_catalogue_is_stored(
    settings: Settings, decide: Decide, action: str
) -> None:
    (stored,) = decide(GOOD[action] | {"reason": " because "})
    assert (stored.action, stored.actor, stored.role) == (action, "jordan", "admin")
    assert stored.payload == GOOD[action]["payload"]
    assert stored.reason == "because"
    assert decisions.read_all(settings) == [stored]
    assert decisions.pending(settings) == [stored]
    undo = revoke(stored.decision_id, "a mistake")
    if action == "report_issue":  # it is answered, not taken back
        with pytest.raises(BadInput, match="cannot be revoked"):
            decide(undo)
        return
    (revoked,) = decide(undo)
    assert (revoked.subject_type, revoked.subject_key) == ("decision", stored.decision_id)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (line("promote_everybody", "k-teacher"), "unknown action 'promote_everybody'"),
        ({"subject_key": "k-teacher"}, "unknown action None"),
        ({"action": "ignore_ticket"}, "subject_key is missing"),
        (GOOD["ignore_ticket"] | {"colour": "red"}, "unknown keys: colour"),
        (GOOD["ignore_ticket"] | {"subject_type": "event"}, "subject_type ticket, not event"),
        (GOOD["ignore_ticket"] | {"reason": 5}, "reason is not text"),
        (GOOD["ignore_ticket"] | {"revokes": "x"}, "only the action revoke"),
        (GOOD["ignore_ticket"] | {"payload": [1]}, "payload is no JSON object"),
        (GOOD["ignore_ticket"] | {"reason": "x" * 501}, "reason is longer than 500"),
        (GOOD["ignore_ticket"] | {"reason": "a\x00b"}, "control character U+0000 at position 2"),
        (GOOD["ignore_ticket"] | {"reason": "a\ud800"}, "control character U+D800"),
        (line("ignore_ticket", "k-\x1b[31m"), "subject_key has the control character U+001B"),
        (GOOD["resolve_flag"] | {"reason": " "}, "resolve_flag needs a reason"),
        (GOOD["resolve_issue"], "resolve_issue needs a reason"),
        (GOOD["override_attendance"], "override_attendance needs a reason"),
        (line("match_teacher", "k-teacher"), "needs teacher_key"),
        (line("match_teacher", "k-teacher", teacher_key=" "), "needs teacher_key"),
        (
            line("match_teacher", "k-teacher", teacher_key="t-ana", person_key="p"),
            "takes no person_key",
        ),
        (line("match_teacher", "k-absent", teacher_key="t-ana"), "there is no ticket k-absent"),
        (line("match_teacher", "k-teacher", teacher_key="t-nobody"), "no teacher_key t-nobody"),
        (
            line("match_teacher", "k-volunteer", teacher_key="t-ana"),
            "does not fit tickets of type volunteer",
        ),
        (
            line("match_volunteer", "k-teacher", person_key="p-maya"),
            "does not fit tickets of type teacher",
        ),
        (
            line("match_school", "k-company", school_key="s-ridge"),
            "does not fit tickets of type organization",
        ),
        (line("match_teacher", "k-resolved", teacher_key="t-ana"), "is resolved"),
        (line("match_volunteer", "k-volunteer", person_key="p-own"), "the ticket itself"),
        (line("match_volunteer", "k-pro-one", person_key="p-one"), "the ticket itself"),
        (line("match_school", "k-school", school_key="s-own"), "the ticket itself"),
        (line("ignore_ticket", "k-resolved"), "needs it to be pending"),
        (line("ignore_ticket", "k-ignored"), "needs it to be pending"),
        (line("reopen_ticket", "k-teacher"), "needs it to be ignored"),
        (
            line("set_session_date", "k-teacher", session_date="2026-02-03"),
            "does not fit tickets of type teacher",
        ),
        (line("set_session_date", "k-undated", session_date="02/03/2026"), "YYYY-MM-DD"),
        (line("set_session_date", "k-undated", session_date="2026-02-30"), "YYYY-MM-DD"),
        (line("set_session_date", "k-undated", session_date="20260203"), "YYYY-MM-DD"),
        (line("deactivate_teacher", "r-t-ana", category="Bored"), "category must be one of"),
        (
            line("deactivate_teacher", "r-t-ana", category="Other", notes="x" * 501),
            "longer than 500",
        ),
        (line("deactivate_teacher", "r-t-dev", category="Other"), "needs it to be active"),
        (line("deactivate_teacher", "t-ana", category="Other"), "no roster_teacher t-ana"),
        (line("reactivate_teacher", "r-t-ana"), "needs it to be inactive"),
        (line("revoke", "no-such-id"), "there is no decision no-such-id"),
        ({"action": "revoke"}, "must name one decision_id"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason(
    settings: Settings,
    decide: Decide,
    bad: Line,
    words: str,
) -> None:
    with pytest.raises(BadInput) as caught:
        decide(GOOD["match_organization"], bad)
    assert "1 of 2" in caught.value.message
    assert "line 2: " in caught.value.message
    assert words in caught.value.message
    assert decisions.read_all(settings) == []


def test_two_people_cannot_be_matched_to_each_other(decide: Callable[..., object]) -> None:
    there = line("match_volunteer", "k-pro-one", person_key="p-two")
    back = line("match_volunteer", "k-pro-two", person_key="p-one")
    with pytest.raises(BadInput, match=r"line 2: .* is itself matched to this ticket's record"):
        decide(there, back)
    decide(there)
    with pytest.raises(BadInput, match="is itself matched to this ticket's record"):
        decide(back)


@pytest.mark.parametrize("role", ["viewer", "district_admin", "district_viewer", "", "root"])
def test_a_role_that_may_not_is_refused(decide: Decide, role: str) -> None:
    with pytest.raises(BadInput, match="may not ignore_ticket"):
        decide(GOOD["ignore_ticket"], role=role)


def test_only_an_admin_may_name_another_actor(
    decide: Decide,
) -> None:
    named = GOOD["ignore_ticket"] | {"actor": "riley"}
    with pytest.raises(BadInput, match="another actor"):
        decide(named, role="data_steward")
    assert decide(named)[0].actor == "riley"


def test_a_subject_is_decided_once_until_the_decision_is_revoked(
    decide: Decide,
) -> None:
    (first,) = decide(GOOD["match_teacher"])
    with pytest.raises(BadInput, match=rf"match_teacher of jordan \(decision {first.decision_id}"):
        decide(line("match_teacher", "k-teacher", teacher_key="t-ben"))
    with pytest.raises(BadInput, match="needs it to be pending"):
        decide(GOOD["ignore_ticket"])
    decide({"action": "revoke", "revokes": first.decision_id})
    with pytest.raises(BadInput, match="revoked already"):
        decide({"action": "revoke", "revokes": first.decision_id})
    decide(line("match_teacher", "k-teacher", teacher_key="t-ben"))


def test_lines_of_one_batch_see_the_lines_before_them(
    decide: Decide,
) -> None:
    stored = decide(
        line("ignore_ticket", "k-teacher"),
        line("reopen_ticket", "k-teacher"),
        line("match_teacher", "k-teacher", teacher_key="t-ana"),
    )
    assert [item.decision_seq for item in stored] == [1, 2, 3]
    with pytest.raises(BadInput, match=r"line 2: .*earlier in this batch"):
        decide(line("ignore_ticket", "k-volunteer"), line("ignore_ticket", "k-volunteer"))


def test_revoking_uncovers_the_decision_before(
    decide: Decide,
) -> None:
    decide(line("ignore_ticket", "k-teacher"))
    (reopened,) = decide(line("reopen_ticket", "k-teacher"))
    decide({"action": "revoke", "revokes": reopened.decision_id})
    with pytest.raises(BadInput, match="is ignored"):
        decide(GOOD["match_teacher"])


def test_a_revoke_cannot_be_revoked(decide: Decide) -> None:
    (first,) = decide(GOOD["ignore_ticket"])
    (undo,) = decide({"action": "revoke", "revokes": first.decision_id})
    with pytest.raises(BadInput, match="cannot be revoked"):
        decide({"action": "revoke", "revokes": undo.decision_id})


def test_the_release_speaks_for_decisions_it_shows(settings: Settings, decide: Decide) -> None:
    """A ticket that was decided, published, and is pending again can be decided again."""
    (first,) = decide(GOOD["match_teacher"])
    show_in_release(settings)
    assert decisions.pending(settings) == []
    decide(line("match_teacher", "k-teacher", teacher_key="t-ben"))
    assert len(decisions.pending(settings)) == 1
    show_in_release(
        settings,
        "update queues.queue_unmatched set status = 'resolved' where ticket_key = 'k-teacher'",
    )
    with pytest.raises(BadInput, match="is resolved"):
        decide(GOOD["match_teacher"])
    with pytest.raises(BadInput, match="is resolved"):
        decide(
            {"action": "revoke", "revokes": first.decision_id},
            line("match_teacher", "k-teacher", teacher_key="t-cara"),
        )


def test_a_revoked_decision_that_is_published_makes_its_ticket_decidable_again(
    settings: Settings, decide: Decide
) -> None:
    (first,) = decide(GOOD["match_teacher"])
    show_in_release(
        settings,
        "update queues.queue_unmatched set status = 'resolved' where ticket_key = 'k-teacher'",
    )
    decide(
        {"action": "revoke", "revokes": first.decision_id},
        line("match_teacher", "k-teacher", teacher_key="t-ben"),
    )


def test_without_a_release_there_is_nothing_to_decide(settings: Settings) -> None:
    with pytest.raises(BadInput, match="nothing is published"):
        decisions.append(settings, [GOOD["ignore_ticket"]], actor="jordan", role="admin")


def test_of_two_people_who_decide_the_same_ticket_one_is_refused(
    settings: Settings, published: Path
) -> None:
    def attempt(teacher: str) -> str | None:
        lines = [line("match_teacher", "k-teacher", teacher_key=teacher)]
        try:
            decisions.append(settings, lines, actor=teacher, role="admin")
        except BadInput as error:
            return error.message
        return None

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, ["t-ana", "t-ben", "t-cara", "t-eve"]))
    assert answers.count(None) == 1
    assert len(decisions.read_all(settings)) == 1


def test_the_store_itself_refuses_changes(settings: Settings, decide: Decide) -> None:
    (stored,) = decide(GOOD["ignore_ticket"])
    with sqlite3.connect(settings.decisions_path) as connection:
        for statement in ("update decisions set actor = 'riley'", "delete from decisions"):
            with pytest.raises(sqlite3.IntegrityError, match="decisions are never"):
                connection.execute(statement)
    taken = export_log.Export(datetime.now(UTC), "riley", "admin", "students", "csv", 3, None)
    export_log.add(settings, taken)
    with sqlite3.connect(settings.decisions_path) as connection:
        for statement in ("update exports set actor = 'sam'", "delete from exports"):
            with pytest.raises(sqlite3.IntegrityError, match="exports are never"):
                connection.execute(statement)
    assert export_log.read_all(settings) == [taken]
    assert decisions.read_all(settings) == [stored]


def test_a_store_that_cannot_be_used_is_one_sentence(settings: Settings, published: Path) -> None:
    for url in ("nonsense", "sqlite:////no/such/folder/decisions.sqlite", "mystery://host/db"):
        broken = replace(settings, decisions_url=url)
        with pytest.raises(PolarisError, match=r"(?i)\A[^\n]*decision[^\n]*\Z"):
            decisions.read_all(broken)


def test_a_home_and_a_backup_may_have_any_name(settings: Settings, tmp_path: Path) -> None:
    from polaris.deciding import decision_copy

    home = tmp_path / "who? me@work@home #1"
    odd = replace(settings, home=home, decisions_url=f"sqlite:///{home / 'decisions.sqlite'}")
    run = ledger.start_run(odd, ledger.RunStart(source="build", command="b", triggered_by="kim"))
    export_log.add(odd, export_log.Export(datetime.now(UTC), "kim", "admin", "x", "csv", 1, None))
    kept = tmp_path / "kept? by@me@home.sqlite"
    assert decision_copy.backup(odd, kept)["exports"] == 1
    assert ledger.get_run(odd, run) is not None
    assert {path.name for path in home.iterdir()} >= {"decisions.sqlite", "runs.sqlite"}
    # One file that can be read from where nothing may be written.
    assert {path.name for path in tmp_path.iterdir()} == {home.name, kept.name}
    with sqlite3.connect(f"{kept.as_uri()}?immutable=1", uri=True) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("delete",)
        assert connection.execute("select name from exports").fetchall() == [("x",)]


def test_the_catalogue_is_well_formed() -> None:
    from polaris.deciding.actions import CATALOGUE_FILE, catalogue

    # What counts again has to be left out first: tests/test_decisions_loads.py.
    assert set(catalogue()) == {*GOOD, "include_load", "revoke"}
    text = CATALOGUE_FILE.read_text()
    assert text.count("\n") == len(catalogue()) + 1
    for action in catalogue().values():
        assert action.roles
        if action.target_column:
            fields = {*action.required_fields, *action.optional_fields}
            assert action.target_column in fields
        assert set(action.allowed_values) <= {*action.required_fields, *action.optional_fields}
