"""Decisions about two records of volunteers: the rules of platform.md 4.11, 4.12 and 6.1."""

from __future__ import annotations

import pytest

from polaris.deciding import decisions
from polaris.settings import Settings
from tests.support.deciding import Decide, Line, line, refused, revoke, show_in_release
from tests.support.fake_release_duplicates import (
    AFTER_RULE,
    ALIKE,
    BESIDE,
    BY_CONTACT,
    DEFERRED,
    HOUSEHOLD,
    MERGED,
    OPEN,
    REJECTED,
)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (line("merge", OPEN, survivor="left"), "survivor is for teachers"),
        (line("merge", "xp-ab", winners={"email": "left"}), "winners is for volunteers"),
        (line("merge", "xp-ab"), "merge needs survivor"),
        (line("merge", OPEN, winners=["email"]), "winners is no JSON object"),
        (line("merge", OPEN, winners={"employer": "left"}), "winners may choose identity, email"),
        (line("merge", OPEN, winners={"email": "both"}), "winners takes one of left, right"),
        (line("merge", OPEN, winner="left"), "merge takes no winner"),
        (line("merge", MERGED), f"pair {MERGED} is merged, and merge needs"),
        (line("merge", REJECTED), f"pair {REJECTED} is rejected"),
        (line("merge", BY_CONTACT), f"pair {BY_CONTACT} is auto_merged"),
        (line("defer", DEFERRED), f"pair {DEFERRED} is deferred"),
        (line("not_duplicate", BY_CONTACT), "to undo a merge needs a reason"),
        (line("merge", "h98-h99"), "there is no pair h98-h99"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_reason(
    settings: Settings, decide: Decide, bad: Line, words: str
) -> None:
    assert words in refused(decide, line("defer", OPEN), bad)
    assert decisions.read_all(settings) == []


@pytest.mark.parametrize(
    "good",
    [
        line("merge", OPEN),
        line("merge", DEFERRED, winners={"identity": "left", "address": "right", "dob": "left"}),
        line("merge", HOUSEHOLD, winners={}),
        line("merge", "xp-ab", survivor="left"),
        line("not_duplicate", OPEN),
        line("not_duplicate", BY_CONTACT, "Mother and daughter"),
        line("defer", OPEN),
    ],
)
def test_what_keeps_the_rules_is_stored_as_it_came(decide: Decide, good: Line) -> None:
    (stored,) = decide(good)
    assert stored.payload == good["payload"]


def test_a_steward_tells_apart_but_does_not_merge_or_undo(
    settings: Settings, decide: Decide
) -> None:
    """platform.md 6.1, R-19. What a rule merged is merged: to tell it apart is an undo."""
    decide(line("not_duplicate", OPEN), line("defer", BESIDE), role="data_steward")
    assert "may not merge" in refused(decide, line("merge", ALIKE[0]), role="data_steward")
    apart = line("not_duplicate", BY_CONTACT, "Two people")
    assert "data_steward may not undo a merge" in refused(decide, apart, role="data_steward")
    assert "role_may_not" in {one.rule_code for one in decisions.refusals(settings)}
    (merge,) = decide(line("merge", ALIKE[0]))
    undo = revoke(merge.decision_id, "Wrong")
    assert "may not revoke a merge" in refused(decide, undo, role="data_steward")
    assert "viewer may not defer" in refused(decide, line("defer", ALIKE[1]), role="viewer")


def test_who_decides_second_hears_who_decided_first(settings: Settings, decide: Decide) -> None:
    (first,) = decide(line("merge", OPEN))
    message = refused(decide, line("not_duplicate", OPEN), actor="riley")
    assert f"is merged by merge of jordan (decision {first.decision_id}, " in message
    show_in_release(
        settings,
        f"update queues.queue_duplicate_pairs set decision = 'accepted' where pair_key = '{OPEN}'",
    )
    assert "is merged by merge of jordan" in refused(decide, line("merge", OPEN), actor="riley")


def test_an_undone_merge_is_to_be_decided_again(settings: Settings, decide: Decide) -> None:
    """R-20; only once per merge, and with a reason."""
    (merge,) = decide(line("merge", OPEN))
    show_in_release(
        settings,
        f"update queues.queue_duplicate_pairs set decision = 'accepted' where pair_key = '{OPEN}'",
    )
    assert "needs a reason" in refused(decide, revoke(merge.decision_id))
    decide(revoke(merge.decision_id, "Two people after all"))
    assert "is revoked already by" in refused(decide, revoke(merge.decision_id, "Again"))
    decide(line("not_duplicate", OPEN), role="data_steward")


def test_what_a_rule_merged_is_merged_again_when_its_undo_is_taken_back(decide: Decide) -> None:
    (apart,) = decide(line("not_duplicate", BY_CONTACT, "Two people"))
    decide(revoke(apart.decision_id))
    assert "to undo a merge needs a reason" in refused(decide, line("not_duplicate", BY_CONTACT))


def test_only_admins_let_a_rule_merge_again(settings: Settings, decide: Decide) -> None:
    """platform.md 6.1, R-19: to take back what keeps two apart may merge them."""
    (apart,) = decide(line("not_duplicate", BY_CONTACT, "Two people"))
    (own,) = decide(line("not_duplicate", OPEN), role="data_steward")
    (scored,) = decide(line("not_duplicate", ALIKE[0]), role="data_steward")
    show_in_release(
        settings,
        "update queues.queue_duplicate_pairs set decision = 'rejected', band = 'new'"
        f" where pair_key in ('{BY_CONTACT}', '{OPEN}', '{ALIKE[0]}');"
        f"update queues.queue_duplicate_pairs set score = 0.95 where pair_key = '{ALIKE[0]}'",
    )
    for one in (apart, scored):
        said = refused(decide, revoke(one.decision_id), role="data_steward")
        assert "data_steward may not take this back" in said
    assert [one.rule_code for one in decisions.refusals(settings)] == ["role_may_not"] * 2
    decide(revoke(own.decision_id), role="data_steward")
    decide(revoke(apart.decision_id), revoke(scored.decision_id))


def test_merges_are_undone_last_one_first(decide: Decide) -> None:
    """platform.md 4.12. The rule's own merge of 05 and 06 ties the two that people decided."""
    (first,) = decide(line("merge", BESIDE))
    (second,) = decide(line("merge", AFTER_RULE))
    decide(line("merge", ALIKE[0]))
    message = refused(decide, revoke(first.decision_id, "Wrong"))
    assert f"take them back first: {AFTER_RULE}." in message
    assert ALIKE[0] not in message
    decide(revoke(second.decision_id, "Wrong"), revoke(first.decision_id, "Wrong"))


def test_a_later_merge_that_was_told_apart_builds_on_nothing(decide: Decide) -> None:
    (first,) = decide(line("merge", OPEN))
    (second,) = decide(line("merge", BESIDE))
    assert BESIDE in refused(decide, revoke(first.decision_id, "Wrong"))
    decide(revoke(second.decision_id, "Wrong"))
    decide(revoke(first.decision_id, "Wrong"))


def test_an_earlier_merge_does_not_hold_a_later_one(decide: Decide) -> None:
    _, second = decide(line("merge", OPEN), line("merge", BESIDE))
    decide(revoke(second.decision_id, "Wrong"))


def test_a_merge_of_teachers_is_taken_back_as_ever(decide: Decide) -> None:
    (merge,) = decide(line("merge", "xp-ab", survivor="left"))
    decide(line("merge", "xp-bc", survivor="left"))
    decide(revoke(merge.decision_id))
