"""Who may decide about what: districts, viewers and teachers (pathful.md 6.6)."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pytest

from polaris import access
from polaris.deciding import decisions
from polaris.deciding.actions import catalogue
from polaris.deciding.decision_rights import DISTRICT_RULES
from polaris.deciding.decision_rules import STATE_RULES
from polaris.deciding.decision_shape import SHAPE_RULES
from polaris.settings import Settings
from tests.support.deciding import HICKMAN, Decide, Line, line, publish, refused, revoke

GRANDVIEW = ("d-grandview",)


@pytest.fixture
def published(settings: Settings) -> Path:
    return publish(settings)


@pytest.fixture
def decide(settings: Settings, published: Path) -> Decide:
    """Stores lines as the district admin of Hickman Mills called sam."""

    def store(*lines: Line, **who: Any) -> list[decisions.Decision]:
        usual = {"actor": "sam", "role": "district_admin", "districts": HICKMAN}
        return decisions.append(settings, lines, **(usual | who))

    return store


def credit(event: str, teacher: str) -> Line:
    return line("override_attendance", event, "No-show", teacher_key=teacher, effect="add")


@pytest.mark.parametrize(
    "own",
    [
        line("set_status", "x-draft", status="Cancelled"),
        line("set_cancellation_reason", "x-off", code="WEATHER"),
        line("edit_event", "x-draft", notes="Asked the school"),
        line("edit_event", "x-shared", notes="Both districts may"),
        line("tag_teacher", "x-draft", teacher_key="t-ana"),
        line("untag_teacher", "x-shared", teacher_key="t-ana"),
        line("tag_presenter", "x-draft", person_key="p-maya"),
        line("untag_presenter", "x-shared", person_key="p-luis"),
        line("resolve_flag", "xf-own", "Found her"),
        line("resolve_issue", "xi-open", "Credit was given"),
        line("report_issue", "r-t-ana", category="other"),
        credit("x-draft", "t-ben"),
    ],
    ids=lambda one: f"{one['action']}-{one['subject_key']}",
)
def test_a_district_admin_decides_within_the_own_district_and_nobody_elses(
    settings: Settings, decide: Decide, own: Line
) -> None:
    message = refused(decide, own, districts=("d-elsewhere",))
    known = catalogue()[own["action"]].subject_type
    assert f"there is no {known} {own['subject_key']} in your district" in message
    assert decisions.read_all(settings) == []
    refused(decide, own, districts=())
    (stored,) = decide(own)
    assert (stored.actor, stored.role) == ("sam", "district_admin")
    if catalogue()[own["action"]].is_revocable:
        undo = revoke(stored.decision_id, "A mistake")
        assert "there is no such decision in your district" in refused(
            decide, undo, districts=("d-elsewhere",)
        )
        assert "in your district" in refused(decide, revoke("no-such-id", "x"))
        decide(undo)
    scopes = [(item.rule_code, item.action) for item in decisions.refusals(settings)]
    assert scopes[:2] == [("out_of_scope", own["action"])] * 2


@pytest.mark.parametrize(
    ("forged", "words", "code"),
    [
        (line("set_status", "x-draft", status="Completed"), "only set Draft to Cancelled", "role"),
        (line("set_status", "x-shared", status="Cancelled"), "only set Draft to Canc", "role"),
        (line("promote_draft", "x-draft"), "may not promote_draft", "role"),
        (line("dismiss_draft", "x-draft", preset="never_happened"), "may not dismiss", "role"),
        (line("edit_event", "x-draft", title="Mine"), "may not edit title", "role"),
        (
            line("edit_event", "x-draft", notes="x", session_date="2026-01-01"),
            "may not edit session_date",
            "role",
        ),
        (line("resolve_flag", "xf-staff", "x"), "xf-staff is for staff to resolve", "role"),
        (line("match_teacher", "k-teacher", teacher_key="t-ana"), "may not match_teacher", "role"),
        (line("merge", "xp-ab", survivor="left"), "may not merge", "role"),
        (line("archive_semester", "2025-2026/fall"), "may not archive_semester", "role"),
        (line("set_target_sessions", "r-t-ana", target_sessions=2), "may not set_target", "role"),
        (line("edit_event", "x-nowhere", notes="x"), "there is no event x-nowhere in", "scope"),
        (line("edit_event", "x-grand", notes="x"), "there is no event x-grand in your", "scope"),
        (line("edit_event", "x-absent", notes="x"), "there is no event x-absent in your", "scope"),
        (line("resolve_flag", "xf-foreign", "x"), "there is no flag xf-foreign in your", "scope"),
        (line("resolve_issue", "xi-foreign", "x"), "there is no issue xi-foreign in", "scope"),
        (line("report_issue", "r-t-dev", category="other"), "no roster_teacher r-t-dev", "scope"),
        (credit("x-shared", "t-dev"), "there is no teacher_key t-dev in your district", "scope"),
        (credit("x-shared", "t-none"), "there is no teacher_key t-none in your dist", "scope"),
        (
            line("untag_teacher", "x-shared", teacher_key="t-dev"),
            "there is no teacher_key t-dev in your district",
            "scope",
        ),
        (
            line("edit_event", "x-draft", notes="x") | {"actor": "jordan"},
            "only an admin may name another actor",
            "actor",
        ),
    ],
)
def test_a_forged_line_is_refused_alike_and_kept(
    settings: Settings, decide: Decide, forged: Line, words: str, code: str
) -> None:
    """What is elsewhere and what is nowhere sound the same."""
    message = refused(decide, line("edit_event", "x-draft", notes="fine"), forged)
    assert "line 2: " in message
    assert words in message
    assert decisions.read_all(settings) == []
    (kept,) = decisions.refusals(settings)
    codes = {"role": "role_may_not", "scope": "out_of_scope", "actor": "other_actor"}
    assert (kept.actor, kept.role, kept.action, kept.rule_code) == (
        "sam",
        "district_admin",
        forged["action"],
        codes[code],
    )
    assert kept.subject_type == catalogue()[forged["action"]].subject_type


def test_elsewhere_and_nowhere_differ_in_nothing_but_the_key(decide: Decide) -> None:
    for action, payload in (("edit_event", {"notes": "x"}), ("set_status", {"status": "Draft"})):
        elsewhere = refused(decide, line(action, "x-grand", **payload))
        nowhere = refused(decide, line(action, "x-absent", **payload))
        assert elsewhere.replace("x-grand", "x-absent") == nowhere


def test_a_district_takes_back_only_what_it_may_decide(settings: Settings, decide: Decide) -> None:
    def staff(*lines: Line) -> list[decisions.Decision]:
        return decisions.append(settings, lines, actor="jordan", role="admin")

    made = staff(
        line("set_status", "x-draft", status="Cancelled"),
        line("edit_event", "x-draft", title="New"),
        line("promote_draft", "x-nowhere"),
        credit("x-shared", "t-dev"),
        line("resolve_flag", "xf-staff", "Done"),
        credit("x-shared", "t-ana"),
    )
    said = [refused(decide, revoke(item.decision_id, "No")) for item in made[:5]]
    for words, message in zip(
        (
            "only takes back a status it set itself",
            "may not edit title",
            "there is no such decision in your district",
            "there is no teacher_key t-dev in your district",
            "xf-staff is for staff to resolve",
        ),
        said,
        strict=True,
    ):
        assert words in message
    decide(revoke(made[5].decision_id, "She was not there"))


def test_a_viewer_reports_issues_of_the_own_district_and_nothing_else(decide: Decide) -> None:
    viewer = {"role": "district_viewer"}
    report = line("report_issue", "r-t-ana", category="not_tracked", notes="Twice")
    decide(report, **viewer)
    assert "in your district" in refused(decide, report, **viewer, districts=GRANDVIEW)
    for action in sorted(set(catalogue()) - {"report_issue"}):
        assert f"district_viewer may not {action}" in refused(
            decide, line(action, "x-draft"), **viewer
        )


def test_a_teacher_reports_issues_of_the_own_record_and_nothing_else(
    settings: Settings, decide: Decide
) -> None:
    ana = {"actor": "ana.ruiz@example.org", "role": "teacher", "districts": ()}
    report = line("report_issue", "r-t-ana", category="missing_session")
    (stored,) = decide(report, **ana, teacher_email=" Ana.Ruiz@example.org ")
    assert stored.role == "teacher"
    for email in ("ben.okafor@example.org", "", None):
        message = refused(decide, report, **ana, teacher_email=email)
        assert "there is no roster_teacher r-t-ana on your own record" in message
    for action in sorted(set(catalogue()) - {"report_issue"}):
        assert f"the role teacher may not {action}" in refused(
            decide, line(action, "r-t-ana"), **ana, teacher_email="ana.ruiz@example.org"
        )


def test_an_unpublished_issue_belongs_to_the_district_of_its_teacher(
    settings: Settings, decide: Decide
) -> None:
    (ana, dev) = decisions.append(
        settings,
        [line("report_issue", f"r-{who}", category="other") for who in ("t-ana", "t-dev")],
        actor="jordan",
        role="admin",
    )
    decide(line("resolve_issue", ana.decision_id, "Done"))
    message = refused(decide, line("resolve_issue", dev.decision_id, "Done"))
    assert f"there is no issue {dev.decision_id} in your district" in message


def test_refusals_hold_keys_and_codes_only_and_never_change(
    settings: Settings, decide: Decide, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    bad = line("edit_event", "Ana Ruiz of Central High", notes="Ana's own words")
    refused(decide, bad, line("resolve_flag", "xf-foreign", "Ana's own words"))
    refused(decide, {"action": "no_such_action", "subject_key": "x-draft"})  # wrong, not forged
    assert [item.subject_type for item in decisions.refusals(settings)] == ["event", "flag"]
    assert "resolve_flag of flag ? to the role district_admin: out_of_scope" in caplog.text
    assert "Ana" not in caplog.text
    assert b"Ana" not in settings.decisions_path.read_bytes()
    with sqlite3.connect(settings.decisions_path) as connection:
        for statement in ("update refusals set actor = 'riley'", "delete from refusals"):
            with pytest.raises(sqlite3.IntegrityError, match="refusals are never"):
                connection.execute(statement)
    many = [line("edit_event", f"x-{n}", notes="x") for n in range(150)]
    assert "and 100 more" in refused(decide, *many)
    assert len(decisions.refusals(settings)) == 2 + decisions.BULK_LIMIT


HASH = "0f08ccbebb3dd0602db6e0998c983e32"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (HASH, HASH),
        (f"{HASH}-{HASH[::-1]}", f"{HASH}-{HASH[::-1]}"),
        ("1db2c308-c7b3-44be-98e9-2bdeb51f8183", "1db2c308-c7b3-44be-98e9-2bdeb51f8183"),
        ("2025-2026/fall", "2025-2026/fall"),
        ("Mary-Miller", "?"),
        ("MaryMiller", "?"),
        ("mary.miller:central", "?"),
        (f"{HASH}-Mary", "?"),
        (f"{HASH}\n", "?"),
        ("2025-2026/mary", "?"),
        (10**31, "?"),
        (None, "?"),
    ],
)
def test_a_refusal_keeps_only_what_has_the_shape_of_a_key(
    settings: Settings, decide: Decide, sent: object, kept: str, caplog: pytest.LogCaptureFixture
) -> None:
    forged = line("promote_draft", "") | {"subject_key": sent, "subject_type": "MaryMiller"}
    refused(decide, forged)
    (found,) = decisions.refusals(settings)
    assert (found.subject_type, found.subject_key) == ("event", kept)
    assert "mary" not in caplog.text.lower()
    assert b"mary" not in settings.decisions_path.read_bytes().lower()


def test_a_refused_revoke_keeps_the_decision_it_names(settings: Settings, decide: Decide) -> None:
    for sent, kept in (("1db2c308-c7b3-44be-98e9-2bdeb51f8183",) * 2, ("Mary-Miller", "?")):
        refused(decide, revoke(sent, "x"))
        found = decisions.refusals(settings)[-1]
        assert (found.subject_type, found.subject_key) == ("decision", kept)


def test_a_release_without_districts_opens_nothing(decide: Decide, published: Path) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute("drop table marts.bridge_event_districts")
    message = refused(decide, line("edit_event", "x-draft", notes="x"))
    assert "run `polaris-load build` first" in message


def test_every_check_the_catalogue_names_exists_and_is_used() -> None:
    named = {rule for action in catalogue().values() for rule in action.rules}
    assert named == {*STATE_RULES, *SHAPE_RULES}
    limits = {action.district_rule for action in catalogue().values()} - {""}
    assert limits == set(DISTRICT_RULES)
    for action in catalogue().values():
        if "teacher_key" in action.required_fields and access.DISTRICT_ADMIN in action.roles:
            assert action.district_rule == "own_teacher"
