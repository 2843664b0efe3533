"""What stands of everything decided so far, and so the state each subject is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from polaris.deciding.actions import MAIN_TOPIC, Action, catalogue
from polaris.deciding.decision_facts import Facts, OpenRelease, Subject
from polaris.deciding.decision_shape import Draft
from polaris.deciding.decision_store import Decision
from polaris.settings import SITE_ZONE

About = tuple[str, str]
Topic = tuple[str, str, str]
_RUNS = "ops.import_runs"


@dataclass(frozen=True)
class State:
    """The state of a topic.

    Attributes:
        value: the state; None where nobody knows one.
        by: who made it so, in words; "" where no decision did.
    """

    value: str | None
    by: str = ""

    @property
    def because(self) -> str:
        """The words " by …", or nothing."""
        return f" by {self.by}" if self.by else ""


class History:
    """Every decision so far, those of the batch included.

    The release is right about a topic unless something was decided on it that the release does not
    show yet; then the decisions are.
    """

    def __init__(self, stored: Iterable[Decision]) -> None:
        self.by_id: dict[str, Decision] = {}
        self.revoked: set[str] = set()
        self._about: dict[About, list[Decision]] = {}
        self._revokes: dict[str, list[str]] = {}
        for item in stored:
            self.by_id[item.decision_id] = item
            if item.revokes:
                self.revoked.add(item.revokes)
                self._revokes.setdefault(item.revokes, []).append(item.decision_id)
            else:
                self._about.setdefault((item.subject_type, item.subject_key), []).append(item)
        self._drafts: dict[Topic, Draft] = {}
        self._revoked_now: set[str] = set()
        self._applied: set[str] = set()
        self.facts = Facts()

    def look_up(
        self,
        release: OpenRelease,
        drafts: Sequence[Draft],
        districts: Iterable[str],
        landed: Mapping[str, str],
    ) -> None:
        """Asks the release about the drafts' subjects and which decisions on them it shows.

        Args:
            release: the current one.
            drafts: what somebody wants to decide.
            districts: keys of the actor's.
            landed: run -> source of files that landed, whether or not this release shows them.
        """
        subjects: dict[str, set[str]] = {}
        teachers: set[str] = set()
        ids: set[str] = set()
        for draft in drafts:
            target = self.by_id.get(draft.revokes or "")
            action: Action | None = draft.action
            key, payload = draft.subject_key, draft.payload
            if target is not None:
                action, key, payload = (
                    catalogue().get(target.action),
                    target.subject_key,
                    target.payload,
                )
            if action is None or (draft.revokes is not None and target is None):
                continue
            if action.subject_table:
                subjects.setdefault(action.subject_table, set()).add(key)
            for table, more in self._behind(action, key):
                subjects.setdefault(table, set()).add(more)
            if payload.get("teacher_key"):
                teachers.add(str(payload["teacher_key"]))
            for item in self._about.get((action.subject_type, key), []):
                ids |= {item.decision_id, *self._revokes.get(item.decision_id, ())}
        self.facts = release.facts(
            drafts, subjects=subjects, districts=sorted(districts), teachers=teachers
        )
        for run, source in landed.items():
            self.facts.subjects.setdefault((_RUNS, run), Subject("included", kind=source))
        self._applied = release.applied(sorted(ids))

    def _behind(self, action: Action, key: str) -> Iterable[tuple[str, str]]:
        """The roster row of an issue that no release shows yet."""
        report = self.report(key) if action.subject_type == "issue" else None
        if report is not None:
            yield catalogue()[report.action].subject_table, report.subject_key

    def report(self, issue_key: str) -> Decision | None:
        """The report an issue is, where it is stored and stands: both have one key."""
        found = self.by_id.get(issue_key)
        return found if found is not None and found.action == "report_issue" else None

    def add(self, draft: Draft) -> None:
        """Takes a good draft of this batch as decided."""
        if draft.revokes is not None:
            self.revoked.add(draft.revokes)
            self._revoked_now.add(draft.revokes)
        else:
            self._drafts[draft.action.subject_type, draft.subject_key, draft.topic] = draft

    def revoker(self, target: Decision) -> str:
        """The words " by …" for whoever took a decision back."""
        revokes = self._revokes.get(target.decision_id)
        return f" by {_words(self.by_id[revokes[-1]])}" if revokes else " earlier in this batch"

    def standing(self, subject: About, topic: str) -> Draft | Decision | None:
        """The last word on a topic; None where nothing stands."""
        earlier = self._drafts.get((*subject, topic))
        if earlier is not None:
            return earlier
        stands = self.all_standing(subject, topic)
        return stands[-1] if stands else None

    def all_standing(self, subject: About, topic: str) -> list[Decision]:
        """Every stored decision on a topic that was not taken back, oldest first."""
        return [item for item in self._on(subject, topic) if item.decision_id not in self.revoked]

    def standing_of(self, action: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
        """Subject key and payload of every standing decision of one action, oldest first."""
        for item in self.by_id.values():
            if item.action == action and item.decision_id not in self.revoked:
                yield item.subject_key, item.payload
        for draft in self._drafts.values():
            if draft.action.name == action:
                yield draft.subject_key, draft.payload

    def unpublished(self, subject: About, topic: str) -> list[Mapping[str, Any]]:
        """Payloads of the standing decisions on a topic no release shows yet, newest first."""
        found: list[Mapping[str, Any]] = [
            item.payload
            for item in self._on(subject, topic)
            if item.decision_id not in self.revoked and item.decision_id not in self._applied
        ]
        earlier = self._drafts.get((*subject, topic))
        return list(reversed([*found, earlier.payload] if earlier is not None else found))

    def main_state(self, action: Action, key: str) -> State:
        """The state of the subject's main topic."""
        return self.state(action, key, MAIN_TOPIC.get(action.subject_type, ""))

    def state(self, action: Action, key: str, topic: str) -> State:
        """The state of a topic of an action's subject."""
        subject = (action.subject_type, key)
        earlier = self._drafts.get((*subject, topic))
        if earlier is not None:
            after = earlier.action.state_after(earlier.payload)
            return State(after, f"{earlier.action.name} earlier in this batch")
        decided = self._on(subject, topic)
        standing = [item for item in decided if item.decision_id not in self.revoked]
        last = standing[-1] if standing else None
        by = _words(last) if last is not None else ""
        published = self._published(action, key, topic)
        if published is not None and not self._has_unpublished(decided):
            return State(published, by)
        if last is not None:
            return State(catalogue()[last.action].state_after(last.payload), by)
        return State(self._before(action, key, topic, decided))

    def _on(self, subject: About, topic: str) -> list[Decision]:
        return [item for item in self._about.get(subject, []) if _topic(item) == topic]

    def _published(self, action: Action, key: str, topic: str) -> str | None:
        """What the release says about a topic; None where it does not say."""
        subject = self.facts.subjects.get((action.subject_table, key))
        if action.subject_type == "issue" and subject is None:
            return "open" if self.report(key) is not None else None
        if topic == MAIN_TOPIC.get(action.subject_type):
            return subject.state if subject is not None else None
        kind, _, value = topic.partition(":")
        if kind == "candidate":
            return "suggested" if subject and value in subject.candidates else "not suggested"
        if kind in {"teacher", "presenter"}:
            return self.facts.topics.get((key, topic), "untagged")
        if kind == "district":
            return self.facts.topics.get((key, topic), "unlinked")
        return self.facts.topics.get((key, topic))

    def _before(
        self, action: Action, key: str, topic: str, decided: Sequence[Decision]
    ) -> str | None:
        """The state before anything was decided on a topic on which nothing stands any more."""
        subject = self.facts.subjects.get((action.subject_table, key))
        if subject is not None and topic == "status" and subject.imported:
            return subject.imported
        is_new = not any(item.decision_id in self._applied for item in decided)
        if subject is not None and action.subject_type == "pair" and is_new:
            return subject.state  # what a rule merged is merged again
        for item in decided:
            known = catalogue().get(item.action)
            if known is not None and known.from_states:
                return known.from_states[0]
        if topic.startswith("override:"):
            return "none"
        return self._published(action, key, topic)

    def _has_unpublished(self, decided: Sequence[Decision]) -> bool:
        for item in decided:
            shown = {item.decision_id, *self._revokes.get(item.decision_id, ())} <= self._applied
            if not shown or item.decision_id in self._revoked_now:
                return True
        return False


def _topic(item: Decision) -> str | None:
    action = catalogue().get(item.action)
    return action.topic_of(item.payload) if action is not None else None


def _words(item: Decision) -> str:
    at = item.decided_at.astimezone(SITE_ZONE).strftime("%Y-%m-%d %H:%M %Z")
    return f"{item.action} of {item.actor} (decision {item.decision_id}, {at})"
