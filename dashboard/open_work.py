"""How much waits in each queue, as its page lists it at first: stored decisions are counted in."""

from __future__ import annotations

from collections import Counter

from dashboard import decide, pending, queries_overview, view
from dashboard.duplicates import pair_state, queries_duplicate_people, queries_duplicates
from dashboard.quality import quality_state, queries_quality
from dashboard.release import OpenRelease
from dashboard.sessions import event_state, queries_drafts, queries_flags
from dashboard.teachers import issue_panel, queries_issues
from dashboard.unmatched import queries_unmatched


def counts(
    context: view.Context, release: OpenRelease, owner: str | None
) -> dict[str, dict[str, int]]:
    """Queue -> kind -> count; kinds of which nothing waits are left out.

    Args:
        context: who looks, and when.
        release: the release.
        owner: of the flags: staff or district_admin, None for both.
    """
    waiting = pending.standing(context.settings)
    pairs = pair_state.states(waiting)
    reports = queries_issues.counts(release, issue_panel.stored(context.settings))
    found = {
        "flags": flags(context, release, owner),
        "drafts": queries_drafts.counts(release, event_state.decided_drafts(waiting)),
        "recruitment": queries_overview.recruitment(release),
        "unmatched": tickets(context, release),
        "issues": {row["category"]: row["n"] for row in reports if row["status"] == "open"},
        "duplicates": {"pending": _teacher_pairs(release, pairs)},
        "duplicate_volunteers": {"pending": _volunteer_pairs(release, pairs)},
        "data_quality": _findings(context, release),
    }
    return {
        queue: {kind: count for kind, count in kinds.items() if count}
        for queue, kinds in found.items()
    }


def tickets(context: view.Context, release: OpenRelease) -> dict[str, int]:
    """Open tickets by their type."""
    waiting = decide.waiting(context.settings)
    decided = tuple(sorted((key, one.status) for key, one in waiting.items()))
    return queries_unmatched.open_counts(release, decided)


def flags(context: view.Context, release: OpenRelease, owner: str | None) -> dict[str, int]:
    """Open flags of an owner, None for everybody's, by their type."""
    waiting = pending.standing(context.settings)
    chosen = queries_flags.FlagFilter(
        today=context.today,
        decided=event_state.flag_states(waiting),
        answered=event_state.answered_flags(waiting),
    )
    found: Counter[str] = Counter()
    for row in queries_flags.counts(release, chosen):
        if owner in {None, row["assigned_to"]}:
            found[row["flag_type"]] += row["open_count"]
    return found


def _teacher_pairs(release: OpenRelease, decided: tuple[tuple[str, str], ...]) -> int:
    states = dict(decided)
    rows = queries_duplicates.pairs(release)
    return sum(states.get(row["pair_key"], row["status"]) == "pending" for row in rows)


def _volunteer_pairs(release: OpenRelease, decided: tuple[tuple[str, str], ...]) -> int:
    wanted = queries_duplicate_people.Wanted(decided=decided)
    return queries_duplicate_people.states(release, wanted).get("pending", 0)


def _findings(context: view.Context, release: OpenRelease) -> dict[str, int]:
    decided = quality_state.states(pending.standing(context.settings))
    found = queries_quality.severities(release, decided)
    return {row["severity"]: row["finding_count"] for row in found if row["state"] == "open"}
