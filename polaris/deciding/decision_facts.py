"""What the current release knows about the subjects and targets of decisions."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from polaris import damage, quality_rows, releases
from polaris.deciding import decision_queries, decision_topics, pair_facts
from polaris.deciding.actions import catalogue
from polaris.deciding.decision_shape import Draft
from polaris.settings import Settings

if TYPE_CHECKING:
    import duckdb

_STATES = {"created": "resolved"}
_TICKETS = "queues.queue_unmatched"
# Details of an event whose column has another name than the field of the decision.
_EVENT_COLUMNS = {"notes": "staff_notes"}


@dataclass(frozen=True)
class Subject:
    """What a release says about the subject of a decision.

    Attributes:
        state: of its main topic.
        kind: the type of a ticket or of an event, the entity of a violation or of a pair; None for
            others.
        imported: the state the imports alone give; None where only people decide it.
        session_date: of an event.
        source: the system that owns an event, or the row of a violation.
        districts: keys of the districts it belongs to.
        email: of a roster teacher, in lower case.
        assigned_to: of a flag.
        candidates: keys of a ticket's suggestions.
    """

    state: str
    kind: str | None = None
    imported: str | None = None
    session_date: date | None = None
    source: str | None = None
    districts: frozenset[str] = frozenset()
    email: str | None = None
    assigned_to: str | None = None
    candidates: frozenset[str] = frozenset()


@dataclass(frozen=True)
class EventValue:
    """What a release says about a detail of an event that people may correct.

    Attributes:
        final: the value that counts.
        imported: the value of the reports; only where a decision corrected it.
        decision_id: of the decision that corrected it; None where none did.
    """

    final: Any
    imported: str | None = None
    decision_id: str | None = None


@dataclass(frozen=True)
class Facts:
    """What the current release says about the subjects and targets of some decisions.

    Attributes:
        release: its name; None when nothing is published.
        missing: tables it lacks, or lacks a column of, and which the decisions speak of.
        subjects: (subject table, key) -> subject.
        topics: (event key, topic) -> state, for what stands in a table of its own.
        targets: (target table, key) of every target that exists.
        themselves: (ticket key, target key) where the target is the ticket's own provisional
            record: matching one to the other would say nothing.
        own_keys: ticket key -> the provisional record that stands for the ticket.
        own_teachers: of the payloads' teachers, those on a roster of the actor's districts.
        on_roster: (district key, academic year, e-mail) -> whether that teacher is active.
        pairs: key of each pair of teachers -> its two sides, left first.
        merged_by_rule: keys of the pairs of volunteers that a rule merged, where a merge is undone.
        would_merge: of the pairs that are asked about, those a rule merges unless told not to.
        event_values: (event key, field) -> value, of the events that somebody wants to edit.
        goals: roster key -> target sessions.
        archives: semester -> of each district, whether it is archived and by which decision.
        violations: findings that somebody corrects, with every other of the same rows.
    """

    release: str | None = None
    missing: frozenset[str] = frozenset()
    subjects: dict[tuple[str, str], Subject] = field(default_factory=dict)
    topics: dict[tuple[str, str], str] = field(default_factory=dict)
    targets: set[tuple[str, str]] = field(default_factory=set)
    themselves: set[tuple[str, str]] = field(default_factory=set)
    own_keys: dict[str, str] = field(default_factory=dict)
    own_teachers: set[str] = field(default_factory=set)
    on_roster: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    pairs: dict[str, tuple[str, str]] = field(default_factory=dict)
    merged_by_rule: frozenset[str] = frozenset()
    would_merge: frozenset[str] = frozenset()
    event_values: dict[tuple[str, str], EventValue] = field(default_factory=dict)
    goals: dict[str, int] = field(default_factory=dict)
    archives: dict[str, set[tuple[bool, str | None]]] = field(default_factory=dict)
    violations: quality_rows.Rows = field(default_factory=lambda: quality_rows.collected([]))


class OpenRelease:
    """The current release while some decisions are checked; one that is not there knows nothing."""

    def __init__(self, path: str, name: str, connection: duckdb.DuckDBPyConnection | None) -> None:
        self.name = name if connection is not None else None
        self._connection = connection
        self._columns = _columns(path) if connection is not None else frozenset()

    def has(self, table: str, columns: str) -> bool:
        """Whether the release has that table with those columns, named apart by blanks."""
        return all(f"{table}.{column}" in self._columns for column in columns.split())

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """The answer to a query."""
        if self._connection is None:
            return []
        return self._connection.execute(sql, values or None).fetchall()

    def applied(self, decision_ids: Collection[str] | None = None) -> set[str]:
        """Which decisions the release shows: of those named, or of all."""
        is_none_named = decision_ids is not None and not decision_ids
        if is_none_named or not self.has("ops.audit_log", "decision_id"):
            return set()
        query = "select decision_id from ops.audit_log"
        if decision_ids is None:
            return {key for (key,) in self.rows(query)}
        query += " where decision_id in (select unnest($ids))"
        return {key for (key,) in self.rows(query, ids=list(decision_ids))}

    def facts(
        self,
        drafts: Iterable[Draft],
        *,
        subjects: Mapping[str, Collection[str]],
        districts: Collection[str] = (),
        teachers: Collection[str] = (),
    ) -> Facts:
        """Everything about some drafts.

        Args:
            drafts: what somebody wants to decide.
            subjects: subject table -> keys, those of decisions that are taken back included.
            districts: of the actor.
            teachers: the teachers that payloads name, for a role limited to its districts.
        """
        if self._connection is None:
            return Facts()
        drafts = list(drafts)
        wanted = [draft for draft in drafts if draft.revokes is None]
        undone = subjects.get(pair_facts.PAIRS, ()) if len(wanted) < len(drafts) else ()
        events = sorted(subjects.get("marts.dim_events", ()))
        tickets = sorted(draft.subject_key for draft in wanted if _is_ticket(draft))
        matches = any(_is_ticket(draft) and draft.action.target_table for draft in wanted)
        found, missing = self._subjects(subjects)
        found |= self._matched(subjects.get(_TICKETS, ()))
        return Facts(
            release=self.name,
            missing=missing | self._missing_targets(wanted),
            subjects=found,
            topics=decision_topics.topics(self, events),
            targets=self._targets(wanted),
            themselves=self._own_schools(tickets),
            own_keys=self._own_keys() if matches else {},
            own_teachers=self._own_teachers(districts, teachers),
            on_roster=self._on_roster(wanted),
            pairs=pair_facts.teacher_pairs(self) if _keys_of(wanted, "merge") else {},
            merged_by_rule=pair_facts.merged_by_rule(self, undone),
            would_merge=pair_facts.would_merge(self, undone),
            event_values=self._event_values(_keys_of(wanted, "edit_event")),
            goals=self._goals(_keys_of(wanted, "set_target_sessions")),
            archives=self._archives(_keys_of(wanted, "archive_semester")),
            violations=quality_rows.read(self, _keys_of(wanted, quality_rows.FIX)),
        )

    def _subjects(
        self, wanted: Mapping[str, Collection[str]]
    ) -> tuple[dict[tuple[str, str], Subject], frozenset[str]]:
        found: dict[tuple[str, str], Subject] = {}
        missing = set()
        for table, keys in wanted.items():
            columns, query = decision_queries.SUBJECTS[table]
            beside = decision_queries.BESIDE.items()
            if not self.has(table, columns) or any(
                other in query and not self.has(other, needed) for other, needed in beside
            ):
                missing.add(table)
            elif keys and self._connection is not None:
                answer = self._connection.execute(query, {"keys": sorted(keys)})
                names = [column[0] for column in answer.description or []]
                for row in answer.fetchall():
                    values = dict(zip(names, row, strict=True))
                    found[table, values["key"]] = _subject(values)
        return found, frozenset(missing)

    def _matched(self, tickets: Collection[str]) -> dict[tuple[str, str], Subject]:
        """Tickets that stand in no queue, or are settled, because the data say who it is."""
        if not tickets or not self.has("queues.queue_presenter_matches", "ticket_key person_key"):
            return {}
        rows = self.rows(decision_queries.MATCHED, keys=sorted(tickets))
        return {
            (_TICKETS, ticket): Subject(
                state="matched", kind="volunteer", candidates=frozenset({person})
            )
            for ticket, person in rows
        }

    def _missing_targets(self, drafts: Iterable[Draft]) -> frozenset[str]:
        actions = (draft.action for draft in drafts if draft.action.target_table)
        return frozenset(
            action.target_table
            for action in actions
            if not self.has(action.target_table, action.target_column)
        )

    def _targets(self, drafts: Iterable[Draft]) -> set[tuple[str, str]]:
        wanted: dict[tuple[str, str], set[str]] = {}
        for draft in drafts:
            action = draft.action
            if action.target_table and self.has(action.target_table, action.target_column):
                place = (action.target_table, action.target_column)
                key = draft.payload.get(action.target_column)
                wanted.setdefault(place, set()).update({str(key)} if key is not None else ())
        return {
            (table, key)
            for (table, column), keys in wanted.items()
            for (key,) in self.rows(
                f"select distinct {column} from {table} where {column} in (select unnest($keys))",
                keys=sorted(keys),
            )
        }

    def _own_schools(self, tickets: list[str]) -> set[tuple[str, str]]:
        has_both = self.has("queues.queue_unmatched", "ticket_key attempted_school") and self.has(
            "marts.dim_schools", "is_provisional school_name school_key"
        )
        if not tickets or not has_both:
            return set()
        return {
            (ticket, school)
            for ticket, school in self.rows(decision_queries.OWN_SCHOOLS, keys=tickets)
        }

    def _own_keys(self) -> dict[str, str]:
        if not self.has("queues.queue_unmatched", "own_key"):
            return {}
        query = "select ticket_key, own_key from queues.queue_unmatched where own_key is not null"
        return dict(self.rows(query))

    def _own_teachers(self, districts: Collection[str], teachers: Collection[str]) -> set[str]:
        table = "marts.fct_teacher_roster"
        if not districts or not teachers or not self.has(table, "teacher_key district_key"):
            return set()
        query = (
            f"select distinct teacher_key from {table} where teacher_key in (select unnest($keys))"
            " and district_key in (select unnest($districts))"
        )
        rows = self.rows(query, keys=sorted(teachers), districts=sorted(districts))
        return {key for (key,) in rows}

    def _on_roster(self, drafts: Iterable[Draft]) -> dict[tuple[str, str, str], bool]:
        table = "marts.fct_teacher_roster"
        years = {draft.payload["academic_year"] for draft in drafts if _adds_to_roster(draft)}
        if not years or not self.has(table, "district_key academic_year email is_active"):
            return {}
        query = (
            "select district_key, academic_year, lower(trim(email)), bool_or(is_active)"
            f" from {table} where academic_year in (select unnest($years)) and email is not null"
            " group by all"
        )
        rows = self.rows(query, years=sorted(years))
        return {(district, year, email): is_active for district, year, email, is_active in rows}

    def _event_values(self, events: list[str]) -> dict[tuple[str, str], EventValue]:
        table, fields = "marts.dim_events", catalogue()["edit_event"].optional_fields
        columns = {name: _EVENT_COLUMNS.get(name, name) for name in fields}
        known = {name: column for name, column in columns.items() if self.has(table, column)}
        traced = self.has("ops.event_lineage", "event_key field imported_value decision_id")
        if not events or not known or not traced:
            return {}
        rows = self.rows(
            "select event_key, field, imported_value, decision_id from ops.event_lineage"
            " where event_key in (select unnest($events)) and decision_id is not null",
            events=events,
        )
        corrected = {(event, name): values for event, name, *values in rows}
        query = f"select event_key, {', '.join(known.values())} from {table} where event_key in"
        return {
            (event, name): EventValue(value, *corrected.get((event, name), ()))
            for event, *values in self.rows(f"{query} (select unnest($events))", events=events)
            for name, value in zip(known, values, strict=True)
        }

    def _goals(self, rosters: list[str]) -> dict[str, int]:
        table = "marts.fct_teacher_roster"
        if not rosters or not self.has(table, "roster_key target_sessions"):
            return {}
        query = f"select roster_key, target_sessions from {table} where target_sessions > 0"
        return dict(self.rows(f"{query} and roster_key in (select unnest($keys))", keys=rosters))

    def _archives(self, semesters: list[str]) -> dict[str, set[tuple[bool, str | None]]]:
        archive, progress = "marts.fct_progress_archive", "marts.fct_teacher_progress"
        names = "district_key, virtual_year, period"
        columns = names.replace(",", "")
        has_both = self.has(progress, columns) and self.has(archive, f"{columns} decision_id")
        if not semesters or not has_both:
            return {}
        of_these = "where virtual_year || '/' || period in (select unnest($keys))"
        query = (
            "select virtual_year || '/' || period, archive.done is not null, archive.decision_id"
            f" from (select distinct {names} from {progress} {of_these})"
            f" full join (select distinct {names}, decision_id, true as done from {archive}"
            f" {of_these}) as archive using ({names})"
        )
        rows = self.rows(query, keys=semesters)
        return {key: {(done, by) for one, done, by in rows if one == key} for key in semesters}


@contextmanager
def open_release(settings: Settings) -> Iterator[OpenRelease]:
    """The current release, for as long as the block lasts.

    Raises:
        PolarisError: the published file cannot be read.
    """
    path = releases.current_release(settings)
    if path is None:
        yield OpenRelease("", "", None)
        return
    import duckdb

    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            yield OpenRelease(str(path), path.stem, connection)
    except duckdb.Error as error:
        raise damage.release(settings, path.stem, error) from None


def applied(settings: Settings, decision_ids: Collection[str] | None = None) -> set[str]:
    """Ids of the decisions the current release shows: of those named, or of all."""
    with open_release(settings) as release:
        return release.applied(decision_ids)


@lru_cache(maxsize=4)
def _columns(path: str) -> frozenset[str]:
    """Every column of a release as schema.table.column; a published file never changes."""
    import duckdb

    with duckdb.connect(path, read_only=True) as connection:
        rows = connection.execute(
            "select schema_name || '.' || table_name || '.' || column_name from duckdb_columns()"
            " where not internal"
        ).fetchall()
    return frozenset(name for (name,) in rows)


def _subject(values: Mapping[str, Any]) -> Subject:
    suggested = json.loads(values.get("candidates_json") or "[]")
    return Subject(
        state=_STATES.get(values["state"], values["state"]),
        kind=values.get("kind"),
        imported=values.get("imported"),
        session_date=values.get("session_date"),
        source=values.get("source"),
        districts=frozenset(key for key in values.get("districts") or [] if key),
        email=values.get("email"),
        assigned_to=values.get("assigned_to"),
        candidates=frozenset(str(one.get("key")) for one in suggested),
    )


def _keys_of(drafts: Iterable[Draft], action: str) -> list[str]:
    """Subjects of the drafts of one action."""
    return sorted({draft.subject_key for draft in drafts if draft.action.name == action})


def _is_ticket(draft: Draft) -> bool:
    return draft.action.subject_type == "ticket"


def _adds_to_roster(draft: Draft) -> bool:
    return draft.action.name == "add_to_roster"
