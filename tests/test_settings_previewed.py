"""What a draft of settings says it would do is what the models say once the draft holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from dashboard import view, who
from dashboard.administration import queries_settings_effects as queries
from dashboard.administration import settings_effects
from dashboard.administration.settings_draft import AT_ONCE
from dashboard.release import OpenRelease
from polaris import config, model_sql
from polaris.config import Standing
from polaris.errors import PolarisError
from polaris.settings import Settings
from tests.support import compiled
from tests.support.previewed import TODAY, World, publish_file
from tests.support.stories import begin

DEFAULTS = {key: one.default for key, one in config.listed().items()}
WHAT = {
    "SET-501": "empty fields",
    "SET-502": "shares of duplicates",
    "SET-505": "new people",
    "SET-507": "undone merges",
}
_CHECKS = """
    select source, entity_type, field, measured, status, alert_severity
    from ops.anomalies
    where rule_code = '{rule}' and status <> 'suppressed'
    qualify row_number() over (
        partition by source, entity_type, field order by landed_at desc, run_id desc
    ) = 1
    order by all
"""
_SCORES = """
    select distinct entity_type, entity_score_pct, overall_score_pct
    from ops.field_completeness where organization_key is null order by all
"""
_SOURCES = """
    select people.person_key, field_group, field, source
    from marts.fct_volunteer_field_sources as fields
    inner join marts.dim_volunteers as people on fields.person_key = people.person_key
    where not is_edited and not is_deleted
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    project = compiled.project(tmp_path_factory.getbasetemp())
    with project.emptied() as connection:
        yield World(project, connection)


@pytest.fixture(scope="module")
def release(world: World, tmp_path_factory: pytest.TempPathFactory) -> OpenRelease:
    world.build({})
    return world.publish(tmp_path_factory.mktemp("previewed") / "release.duckdb")


def published(release: OpenRelease, sql: str) -> list[tuple[Any, ...]]:
    """What a query of the release returns, which was built with the defaults."""
    return [tuple(row.values()) for row in release.rows(sql)]


def said(settings: Settings, release: OpenRelease, draft: Mapping[str, float]) -> str:
    """The one sentence of a draft."""
    context = view.Context(settings, who.Person("jordan", "admin", ""), release, TODAY.date())
    standing = {key: Standing(value) for key, value in DEFAULTS.items()}
    (text,) = settings_effects.of(context, standing, draft, AT_ONCE).values()
    return text


@pytest.mark.parametrize(
    ("rule", "draft"),
    [
        ("SET-501", {"null_drift.factor": 3}),
        ("SET-501", {"null_drift.floor": 0.2}),
        ("SET-501", {"null_drift.window_days": 90}),
        ("SET-501", {"null_drift.window_days": 7}),
        ("SET-502", {"duplicate.warn_pp": 0.2}),
        ("SET-505", {"delta.sigma": 10}),
        ("SET-505", {"delta.min_days": 3}),
        ("SET-505", {"delta.min_days": 12}),
        ("SET-505", {"delta.window_days": 60}),
        ("SET-505", {"delta.window_days": 8, "delta.sigma": 8, "delta.min_days": 2}),
        ("SET-507", {"undo.alert_rate": 0.03}),
    ],
)
def test_checks_are_told_as_the_models_judge_them(
    world: World, release: OpenRelease, settings: Settings, rule: str, draft: dict[str, float]
) -> None:
    told = queries.newest_checks(release, rule, DEFAULTS | draft)
    text = said(settings, release, draft)
    before = published(release, _CHECKS.format(rule=rule))
    world.build(draft)
    after = world.rows(_CHECKS.format(rule=rule))
    names = ("source", "entity_type", "field")
    now, then = (
        sorted(
            (tuple(row[name] for name in (*names, *columns)) for row in told),
            key=repr,
        )
        for columns in (
            ("measured_now", "status_now", "severity_now"),
            ("measured", "status", "alert_severity"),
        )
    )
    assert now == sorted(before, key=repr)
    assert then == sorted(after, key=repr)
    assert [row[4] for row in now] != [row[4] for row in then], "the setting changes nothing here"
    flagged = [[row[4] for row in rows].count("flagged") for rows in (before, after)]
    young = sum(row[4] not in {"flagged", "normal"} for row in after)
    noun = "check" if len(after) == 1 else "checks"
    assert text == (
        f"Of {len(after)} newest {noun} of {WHAT[rule]}, "
        f"unusual: {flagged[0]} now, {flagged[1]} then."
        + (f" {young} would have too little to compare with." if young else "")
    )


@pytest.mark.parametrize(
    "draft",
    [
        {"reject.warn": 0.02},
        {"reject.page": 0.4},
        {"reject.window": 2},
        {"reject.window": 9},
        {"reject.window": 7, "reject.page": 0.29, "reject.warn": 0.04},
    ],
)
def test_rows_held_back_are_told_as_the_models_judge_them(
    world: World, release: OpenRelease, settings: Settings, draft: dict[str, float]
) -> None:
    text = said(settings, release, draft)
    before = published(release, _CHECKS.format(rule="SET-506"))
    world.build(draft)
    after = world.rows(_CHECKS.format(rule="SET-506"))
    assert before != after, "the setting changes nothing here"
    alarming, warning = (
        [[row[5] for row in rows].count(level) for rows in (before, after)]
        for level in ("page", "warn")
    )
    assert text.endswith(
        f"Of {len(after)} kinds of files and sources, "
        f"alarming: {alarming[0]} now, {alarming[1]} then; "
        f"warning: {warning[0]} now, {warning[1]} then."
    )
    assert text.startswith("Of 0 newest loads") == bool({"reject.warn", "reject.page"} & set(draft))


@pytest.mark.parametrize(
    ("draft", "warns"),
    [
        ({"queue.alert_size": 4}, True),
        ({"queue.alert_minutes": 60}, False),
        ({"queue.alert_minutes": 2, "queue.alert_size": 6}, True),
    ],
)
def test_waiting_pairs_are_told_as_the_models_count_them(
    world: World, release: OpenRelease, settings: Settings, draft: dict[str, float], warns: bool
) -> None:
    text = said(settings, release, draft)
    (before,) = published(release, _CHECKS.format(rule="SET-508"))
    world.build(draft)
    (after,) = world.rows(_CHECKS.format(rule="SET-508"))
    assert before != after, "the setting changes nothing here"
    assert (before[4], after[4]) == ("normal", "flagged" if warns else "normal")
    assert text == (
        f"Pairs that have waited so long: {before[3]:.0f} now, {after[3]:.0f} then; it does not "
        f"warn now and {'would warn' if warns else 'would not warn'} then."
    )


@pytest.mark.parametrize(
    "draft",
    [
        {"completeness.organization.website": 0},
        {"completeness.organization.name": 0, "completeness.organization.city": 0},
        {f"completeness.organization.{field}": 0
         for field in ("name", "organization_type", "city", "state_code", "website")},
        {"completeness.user.skills": 1},
    ],
)  # fmt: skip
def test_scores_are_told_as_the_models_make_them(
    world: World, release: OpenRelease, settings: Settings, draft: dict[str, float]
) -> None:
    text = said(settings, release, draft)
    before = {row[0]: row[1:] for row in published(release, _SCORES)}
    world.build(draft)
    after = {row[0]: row[1:] for row in world.rows(_SCORES)}
    assert before != after, "the setting changes nothing here"
    kind = next(iter(draft)).split(".")[1]
    name = {"organization": "Organizations", "user": "Pathful users"}[kind]

    def percent(score: float | None) -> str:
        return "not judged" if score is None else f"{score:.2f} %"

    assert text == (
        f"{name}: {percent(before[kind][0])} complete now, {percent(after[kind][0])} then; "
        f"all records: {percent(before[kind][1])} now, {percent(after[kind][1])} then."
    )


@pytest.mark.parametrize(
    ("draft", "groups"),
    [
        ({"priority.identity.pathful": 1, "priority.identity.csv": 9}, {"identity": "Name"}),
        ({"priority.contact.csv": 3}, {"contact": "E-mail and phone"}),
        ({"priority.birth.csv": 1, "priority.birth.salesforce": 2}, {"birth": "Date of birth"}),
        ({"priority.demographics.salesforce": 3},
         {"demographics": "Gender, background, education, age"}),
        ({"priority.address.csv": 9, "priority.employer.salesforce": 9},
         {"address": "Address", "employer": "Employer"}),
        ({"priority.consent.csv": 9}, {}),
        # at one place: the one whose default is smaller
        ({"priority.birth.csv": 1}, {}),
        ({"priority.contact.website": 1}, {}),
    ],
)  # fmt: skip
def test_whose_word_is_believed_is_told_as_the_models_hear_it(
    world: World,
    release: OpenRelease,
    settings: Settings,
    draft: dict[str, float],
    groups: dict[str, str],
) -> None:
    text = said(settings, release, draft)
    before = set(published(release, _SOURCES))
    world.build(draft)
    moved = set(world.rows(_SOURCES)) - before
    people = {group: len({row[0] for row in moved if row[1] == group}) for group in groups}
    assert all(people.values()), "the setting changes nothing here"
    total = len({row[0] for row in moved})
    named = "; ".join(f"{name} {people[group]}" for group, name in groups.items())
    assert text == (
        f"Of 5 volunteers, {total} would be shown what another source says"
        + (f": {named}." if named else ".")
    )


def test_a_draft_is_told_beside_what_was_decided_and_waits_for_a_build(
    world: World, release: OpenRelease
) -> None:
    """The next build obeys both; the release knows neither."""
    decided_and_drafted = {"delta.window_days": 60, "delta.sigma": 1, "reject.window": 2}
    told = {
        rule: queries.newest_checks(release, rule, DEFAULTS | decided_and_drafted)
        for rule in ("SET-505", "SET-506")
    }
    world.build(decided_and_drafted)
    for rule, rows in told.items():
        then = [(row["source"], row["measured"], row["status"]) for row in rows]
        after = [(row[0], row[3], row[4]) for row in world.rows(_CHECKS.format(rule=rule))]
        assert sorted(then) == sorted(after)


def test_automatic_merges_and_weights_are_told_as_the_next_build_makes_them(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings
) -> None:
    """The pairs of a whole build of a file in which one person stands twice."""
    story = begin(tmp_path_factory)
    people = (("v-1", "Samantha"), ("v-2", "Sammy"), ("v-3", "Eleanor"))
    rows = [
        {
            "external_id": external_id,
            "first_name": first_name,
            "last_name": "Stone" if external_id != "v-3" else "Rigby",
            "email": f"{external_id if external_id == 'v-3' else 'sam.stone'}@example.org",
            "phone": "+14155550199" if external_id == "v-3" else "+14155550101",
        }
        for external_id, first_name in people
    ]
    story.csv("volunteers", rows)
    story.build()
    pairs = "select pair_key, decision from queues.queue_duplicate_pairs order by all"
    before = story.rows(pairs)
    assert [row[1] for row in before] == ["auto_merged"]
    story.close()
    path = story.base / "release.duckdb"
    release = publish_file(story.home / "warehouse.duckdb", path)
    told = said(settings, release, {"dedupe.auto_enabled": 0})
    assert told == "Pairs that a rule merges without being asked: 1 now, 0 then."
    assert said(settings, release, {"dedupe.weights.phone": 0.1}).endswith("move no pair.")

    key = "dedupe.weights.phone"
    story.decide("set_config", key, {"key": key, "value": 0.1}, subject_type="config")
    story.build()
    assert story.rows(pairs) == before
    key = "dedupe.auto_enabled"
    story.decide("set_config", key, {"key": key, "value": False}, subject_type="config")
    story.build()
    assert story.rows(pairs) == [(before[0][0], "pending")]


def test_a_model_that_reads_what_nobody_gives_it_is_refused() -> None:
    with pytest.raises(PolarisError, match="anomalies reads anomaly_measures"):
        model_sql.query("anomalies", {})
    with pytest.raises(PolarisError, match="known to dbt alone"):
        model_sql.query("source_freshness", {"int_quality__runs": "x"})
