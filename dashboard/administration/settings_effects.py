"""What a draft of settings would do, as far as the published release and the files tell it.

"Now" is what the release says, "then" what the next build would say with the draft and all that
was decided, were nothing else to come (platform.md §6.8). Its rules are those of the models, which
are asked with other settings; only what the release does not hold, as what the pairs of records
would score, shows with the next build.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard import queries_overview, view, words
from dashboard.administration import queries_settings_effects as queries
from dashboard.administration import words_settings
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
    def all_now(self) -> dict[str, float]:
        """What every setting is."""
        return {key: float(one.value) for key, one in self.standing.items()}

    @property
    def all_then(self) -> dict[str, float]:
        """What every setting would be with the draft."""
        return {key: self.then(key) for key in self.standing}


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


def _checks(rule: str, what: str) -> Callable[[Question], str]:
    """How many of the newest checks of a rule are unusual now, and would be."""

    def effect(question: Question) -> str:
        rows = queries.newest_checks(question.release, rule, question.all_then)
        if not rows:
            return f"The release holds no check of {what}."
        now, then = (
            sum(row[column] == "flagged" for row in rows) for column in ("status_now", "status")
        )
        said = (
            f"Of {words.counted(len(rows), 'newest check')} of {what}, "
            f"unusual: {now:,} now, {then:,} then."
        )
        young = sum(row["status"] not in _JUDGED for row in rows)
        return said + (f" {young:,} would have too little to compare with." if young else "")

    return effect


def _reject(question: Question) -> str:
    """What the gate and the health of sources would say of rows held back."""
    rows = queries.newest_checks(question.release, "SET-506", question.all_then)
    levels = [[str(row[column]) for row in rows] for column in ("severity_now", "alert_severity")]
    said = "; ".join(
        f"{name}: {now:,} now, {then:,} then"
        for name, (now, then) in {
            "alarming": [level.count("page") for level in levels],
            "warning": [level.count("warn") for level in levels],
        }.items()
    )
    said = f"Of {words.counted(len(rows), 'kind')} of files and sources, {said}."
    if not {"reject.warn", "reject.page"} & set(question.draft):
        return said
    return f"{_gate(question)} {said}"


def _gate(question: Question) -> str:
    now, then = (
        queries.gate(question.release, limits["reject.warn"], limits["reject.page"])
        for limits in (question.all_now, question.all_then)
    )
    return (
        f"Of {words.counted(now['load_count'], 'newest load')} of files, the gate would refuse "
        f"{now['refused_count']:,} now, {then['refused_count']:,} then, and warn of "
        f"{now['warned_count']:,} now, {then['warned_count']:,} then."
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
    rows = queries.newest_checks(question.release, "SET-508", question.all_then)
    if not rows:
        return "The release holds no check of waiting pairs."
    (pairs,) = rows
    if pairs["measured"] is None:
        return None
    warned, warns = (pairs[column] == "flagged" for column in ("status_now", "status"))
    return (
        f"Pairs that have waited so long: {pairs['measured_now']:,.0f} now, "
        f"{pairs['measured']:,.0f} then; it {'warns' if warned else 'does not warn'} now and "
        f"{'would warn' if warns else 'would not warn'} then."
    )


def _completeness(question: Question) -> str:
    kind = question.key.split(".")[1]
    rows = queries.completeness(question.release, question.all_then)
    mine = next((row for row in rows if row["entity_type"] == kind), None)
    if mine is None:
        return f"The release holds no {_KINDS.get(kind, kind + 's')}."
    name = _KINDS.get(kind, f"{kind}s").capitalize()
    return (
        f"{name}: {_percent(mine['entity_score_now'])} complete now, "
        f"{_percent(mine['entity_score_pct'])} then; all records: "
        f"{_percent(mine['overall_score_now'])} now, {_percent(mine['overall_score_pct'])} then."
    )


def _priorities(question: Question) -> str:
    """Whose word would be believed; what another source says word by word is in no release."""
    found = queries.heard_otherwise(question.release, question.all_then)
    count = queries.volunteers(question.release)
    said = (
        f"Of {words.counted(count, 'volunteer')}, {found.pop(None, 0):,} would be shown what "
        "another source says"
    )
    named = [
        f"{name} {found[group]:,}"
        for group, name in words_settings.PRIORITY_PARTS.items()
        if group in found
    ]
    return f"{said}: {'; '.join(named)}." if named else f"{said}."


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
    "delta": _checks("SET-505", "new people"),
    "duplicate": _checks("SET-502", "shares of duplicates"),
    "export.max_rows": _export,
    "freshness": _freshness,
    "null_drift": _checks("SET-501", "empty fields"),
    "priority": _priorities,
    "queue": _waiting,
    "reject": _reject,
    "retention": _retention,
    "undo": _checks("SET-507", "undone merges"),
    "upload.keep_hours": _retention,
}
