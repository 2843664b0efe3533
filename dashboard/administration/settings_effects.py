"""What a draft of settings would do, as far as the published release and the files tell it.

"Now" is what the release says, "then" what the next build would say of the same measures with the
draft (platform.md §6.8). A setting that decides what is measured, as the days of a window, cannot
be told from the release: its effect shows with the next build.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard import queries_overview, view, words
from dashboard.administration import queries_settings_effects as queries
from dashboard.release import OpenRelease, ReleaseUnreadableError
from polaris import freshness, retention
from polaris.config import Standing

Row = dict[str, Any]
UNKNOWN = "Its effect shows with the next build."
# The kinds of records of completeness.KIND.FIELD.
_KINDS = {
    "user": "Pathful users",
    "contact": "contacts of the CRM",
}
# Statuses of a check that compared; the others had too little to compare with.
_JUDGED = ("flagged", "normal")


@dataclass(frozen=True)
class Question:
    """One setting of a draft, and everything its effect depends on.

    Attributes:
        key: the setting.
        context: of the page.
        release: the published one.
        standing: what holds.
        draft: every setting of the draft.
    """

    key: str
    context: view.Context
    release: OpenRelease
    standing: Mapping[str, Standing]
    draft: Mapping[str, float]

    def then(self, key: str) -> float:
        """What a setting would be with the draft."""
        return float(self.draft.get(key, self.standing[key].value))

    @property
    def is_built(self) -> bool:
        """Whether the release was built with the value that holds."""
        known = queries.decided(self.release, self.key)
        decided = self.standing[self.key].decision_id
        return not known if decided is None else decided in known


def of(
    context: view.Context,
    standing: Mapping[str, Standing],
    draft: Mapping[str, float],
    at_once: frozenset[str],
) -> dict[str, str]:
    """A sentence for each setting of a draft; settings with one effect say it once.

    Args:
        context: of the page.
        standing: what holds.
        draft: what is typed, by key.
        at_once: the settings that no build obeys, or whose effect is said elsewhere.
    """
    found: dict[str, str] = {}
    for key in draft:
        said = _said(context, standing, draft, key)
        if said is None:
            said = "" if key in at_once else UNKNOWN
        if said == UNKNOWN or said not in found.values():
            found[key] = said
    return {key: said for key, said in found.items() if said}


def _said(
    context: view.Context,
    standing: Mapping[str, Standing],
    draft: Mapping[str, float],
    key: str,
) -> str | None:
    if context.release is None:
        return None
    group = key.rpartition(".")[0]
    effect = _EFFECTS.get(key) or _EFFECTS.get(group) or _EFFECTS.get(group.partition(".")[0])
    if effect is None:
        return None
    try:
        return effect(Question(key, context, context.release, standing, draft))
    except ReleaseUnreadableError:
        return None  # of an earlier version, which holds less


def _counts(rows: list[Row], what: str, flagged: list[Row], then: list[Row]) -> str:
    """How many of the newest checks are unusual now, and would be."""
    judged = sum(row["status"] in _JUDGED for row in rows)
    said = (
        f"Of {words.counted(len(rows), 'newest check')} of {what}, "
        f"unusual: {len(flagged):,} now, {len(then):,} then."
    )
    if judged < len(rows):
        said += f" {len(rows) - judged:,} had too little to compare with."
    return said


def _checks(
    question: Question, rule: str, what: str, is_unusual: Callable[[Row], bool]
) -> str | None:
    """The newest checks of a rule, those that are judged judged again."""
    rows = queries.newest_checks(question.release, rule)
    if not rows:
        return f"The release holds no check of {what}."
    flagged = [row for row in rows if row["status"] == "flagged"]
    then = [row for row in rows if row["status"] in _JUDGED and is_unusual(row)]
    return _counts(rows, what, flagged, then)


def _null_drift(question: Question) -> str | None:
    if "null_drift.window_days" in question.draft:
        return None
    factor, floor = question.then("null_drift.factor"), question.then("null_drift.floor")
    return _checks(
        question,
        "SET-501",
        "empty fields",
        lambda row: row["measured"] > factor * max(row["baseline"], floor),
    )


def _duplicate(question: Question) -> str | None:
    most = question.then("duplicate.warn_pp")
    return _checks(
        question,
        "SET-502",
        "shares of duplicates",
        lambda row: row["measured"] > row["baseline"] + most,
    )


def _over(rule: str, what: str) -> Callable[[Question], str | None]:
    """Checks that compare with the setting itself."""

    def effect(question: Question) -> str | None:
        most = question.then(question.key)
        return _checks(question, rule, what, lambda row: row["measured"] > most)

    return effect


def _delta(question: Question) -> str | None:
    """New people of a day; the release says so many deviations, not one."""
    built = Question("delta.sigma", *_rest(question))
    if "delta.window_days" in question.draft or not built.is_built:
        return None
    sigma = question.then("delta.sigma") / float(question.standing["delta.sigma"].value)
    least = question.then("delta.min_days")
    rows = queries.newest_checks(question.release, "SET-505")

    def is_unusual(row: Row) -> bool:
        away, limit = abs(row["measured"] - row["baseline"]), row["threshold"]
        # Where all days were alike the rule has a limit of its own, which no deviation makes.
        if limit == max(queries.LEAST_PEOPLE, 0.5 * row["baseline"]):
            return bool(away >= limit)
        return bool(away > limit * sigma)

    able = [row for row in rows if row["compared_runs"] >= least and row["threshold"] is not None]
    if not rows:
        return "The release holds no check of new people."
    again = [row | {"status": "normal" if row in able else "insufficient_history"} for row in rows]
    flagged = [row for row in rows if row["status"] == "flagged"]
    return _counts(again, "new people", flagged, [row for row in able if is_unusual(row)])


def _rest(question: Question) -> tuple[Any, ...]:
    return question.context, question.release, question.standing, question.draft


def _reject(question: Question) -> str | None:
    """What the gate and the health of sources would say of rows held back."""
    warn, page = question.then("reject.warn"), question.then("reject.page")
    old = tuple(float(question.standing[key].value) for key in ("reject.warn", "reject.page"))
    loads = queries.loads(question.release)
    before, after = (queries.gate(loads, limits) for limits in (old, (warn, page)))
    said = (
        f"Of {words.counted(len(loads), 'newest load')} of files, the gate would refuse "
        f"{before[0]:,} now, {after[0]:,} then, and warn of {before[1]:,} now, {after[1]:,} then."
    )
    if "reject.window" in question.draft:
        return f"{said} What sources would say shows with the next build."
    rows = queries.newest_checks(question.release, "SET-506")
    now = [row["alert_severity"] for row in rows if row["status"] == "flagged"]
    measured = [row["measured"] for row in rows if row["status"] in _JUDGED]
    alarming = sum(one > page for one in measured)
    warning = sum(one > warn for one in measured) - alarming
    return (
        f"{said} Of {words.counted(len(rows), 'kind')} of files and sources, alarming: "
        f"{now.count('page'):,} now, {alarming:,} then; "
        f"warning: {now.count('warn'):,} now, {warning:,} then."
    )


def _freshness(question: Question) -> str | None:
    rows = queries_overview.sources(question.release)
    if all(row["cadence"] != "scheduled" for row in rows):
        return "No source of the release is read by itself, so none would be judged otherwise."
    warn, page = (question.then(f"freshness.{name}_hours") for name in ("warn", "page"))
    then = freshness.limited(rows, warn, page)
    told = [
        f"{said}: {_of(rows, severity):,} now, {_of(then, severity):,} then"
        for said, severity in (("overdue", freshness.PAGE), ("warning", freshness.WARN))
    ]
    changed = [
        new["source"]
        for old, new in zip(rows, then, strict=True)
        if old["severity"] != new["severity"]
    ]
    named = f" Otherwise than now: {', '.join(changed)}." if changed else ""
    return f"Of {words.counted(len(rows), 'source')}, {'; '.join(told)}.{named}"


def _of(rows: list[Row], severity: str) -> int:
    return sum(row["severity"] == severity for row in rows)


def _waiting(question: Question) -> str | None:
    if "queue.alert_minutes" not in question.draft:
        return _over("SET-508", "waiting pairs")(question)
    size = question.then("queue.alert_size")
    now = queries.waiting(question.release, question.standing["queue.alert_minutes"].value)
    then = queries.waiting(question.release, question.then("queue.alert_minutes"))
    size_now = float(question.standing["queue.alert_size"].value)
    return (
        f"Pairs that have waited so long: {now:,} now, {then:,} then; it "
        f"{'warns' if now > size_now else 'does not warn'} now and "
        f"{'would warn' if then > size else 'would not warn'} then."
    )


def _completeness(question: Question) -> str | None:
    kind = question.key.split(".")[1]
    rows = queries.completeness(question.release)
    mine = [row for row in rows if row["entity_type"] == kind]
    if not mine:
        return f"The release holds no {_KINDS.get(kind, kind + 's')}."

    def counts(row: Row) -> bool:
        key = f"completeness.{row['entity_type']}.{row['field']}"
        return bool(question.then(key)) if key in question.standing else True

    scores = queries.scores(rows, counts)
    overall = queries.overall(rows, scores)
    name = _KINDS.get(kind, f"{kind}s").capitalize()
    return (
        f"{name}: {_percent(mine[0]['entity_score_pct'])} complete now, "
        f"{_percent(scores.get(kind))} then; all records: "
        f"{_percent(rows[0]['overall_score_pct'])} now, {_percent(overall)} then."
    )


def _percent(score: float | None) -> str:
    return "not judged" if score is None else f"{score:.2f} %"


def _weights(question: Question) -> str | None:
    """Only the weighted score is made of them; its floors and vetoes are not in the release."""
    if not question.then("dedupe.use_calibrated"):
        return None
    return "The calibrated score decides, so the weights move no pair."


def _auto(question: Question) -> str | None:
    if question.then("dedupe.auto_enabled"):
        return None
    count = queries.merged_by_rule(question.release)
    return f"Pairs that a rule merges without being asked: {count:,} now, 0 then."


def _retention(question: Question) -> str | None:
    """The files of a dry run; the lines of rows are in the warehouse, which no page opens."""
    keys = ("retention.days", "upload.keep_hours")
    now, then = (
        retention.files_past(question.context.settings, int(days), hours)
        for days, hours in (
            [float(question.standing[key].value) for key in keys],
            [question.then(key) for key in keys],
        )
    )
    if question.key == "retention.nightly":
        goes = "goes" if question.then(question.key) else "does not go"
        one = words.counted(then, "file")
        return f"What is past its time, {one} today, {goes} by itself with the next night."
    said = f"Files past their time today: {now:,} now, {then:,} then"
    if question.key == "upload.keep_hours":
        return f"{said}."
    return f"{said}; polaris-load retention --dry-run counts the lines of rows too."


def _export(question: Question) -> str | None:
    count = queries.findings(question.release)
    now, then = (
        min(count, int(one))
        for one in (question.standing[question.key].value, question.then(question.key))
    )
    return f"Of all {count:,} findings of the release a file would hold {now:,} now, {then:,} then."


# A key or its first parts -> what says its effect; every other one shows with the next build.
_EFFECTS: dict[str, Callable[[Question], str | None]] = {
    "completeness": _completeness,
    "dedupe.auto_enabled": _auto,
    "dedupe.weights": _weights,
    "delta.min_days": _delta,
    "delta.sigma": _delta,
    "duplicate.warn_pp": _duplicate,
    "export.max_rows": _export,
    "freshness": _freshness,
    "null_drift.factor": _null_drift,
    "null_drift.floor": _null_drift,
    "queue": _waiting,
    "reject.page": _reject,
    "reject.warn": _reject,
    "retention": _retention,
    "undo.alert_rate": _over("SET-507", "undone merges"),
    "upload.keep_hours": _retention,
}
