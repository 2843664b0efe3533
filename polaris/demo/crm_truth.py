"""What is true about a state of the sample CRM, read off its records by the plainest rules.

Nothing here looks at the warehouse: people are who they were made to be, outcomes follow the
dossier (§1.13, §2.1, §2.12, §2.13, §3.3, §6 M30) written down a second time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from polaris.demo.crm_model import (
    ACCOUNT,
    AFFILIATION,
    CONTACT,
    PARTICIPANT,
    SESSION,
    ZONE,
    Crm,
    Record,
    by_id,
    with_check,
)
from polaris.demo.crm_places import Places
from polaris.demo.crm_sessions import Agenda
from polaris.demo.crm_students import EXCLUDED_ACCOUNT

_CREDITED = {"attended", "completed", "successfully completed"}
_NO_ORGANIZATION = {"Household", "School District", "School"}
Line = dict[str, object]


class Truth:
    """The facts of one state of the CRM."""

    def __init__(self, stage: str, crm: Crm, places: Places, agenda: Agenda) -> None:
        self.stage = stage
        self.crm = crm
        self.agenda = agenda
        self._slugs = {slug: str(record["Name"]) for slug, record in places.districts.items()}
        self.contacts = by_id(crm.of(CONTACT))
        self.sessions = by_id(crm.of(SESSION))
        self.accounts = by_id(crm.of(ACCOUNT))
        assert crm.students is not None  # noqa: S101 every CRM has students
        ids = crm.students.column("Id").to_pylist()
        self.student_ids = set(ids)
        affiliations = crm.students.column("npsp__Primary_Affiliation__c").to_pylist()
        self.affiliation_of = dict(zip(ids, affiliations, strict=True))
        for contact_id, record in crm.moved_students.items():
            self.affiliation_of[contact_id] = record["npsp__Primary_Affiliation__c"]
        traps: defaultdict[str, list[str]] = defaultdict(list)
        for trap, found in crm.traps.items():
            for _, record_id in found:
                traps[record_id].append(trap)
        self._traps = traps
        # Whoever takes part as a volunteer is one, of whatever type.
        self._takers = {
            self.root(_whole(row["Contact__c"]))
            for row in crm.of(PARTICIPANT)
            if row["Contact__c"]
            and row["Participant_Type__c"] == "Volunteer"
            and row["IsDeleted"] == "false"
        }

    def trap(self, record_id: str) -> str:
        """The edges a record stands for."""
        return ";".join(dict.fromkeys(self._traps.get(record_id, ())))

    def root(self, contact_id: str) -> str:
        """The contact that a merged one now is."""
        while contact_id in self.crm.merged:
            contact_id = self.crm.merged[contact_id]
        return contact_id

    def role(self, contact_id: str) -> str:
        """volunteer, teacher, student, other, or unknown when it never arrived."""
        contact_id = self.root(contact_id)
        if contact_id in self.student_ids:
            return "student"
        if contact_id not in self.contacts:
            return "unknown"
        kind = self.contacts[contact_id]["Contact_Type__c"]
        known = {None: "volunteer", "Volunteer": "volunteer", "Teacher": "teacher"}
        return "student" if kind == "Student" else known.get(kind, "other")

    def is_volunteer(self, contact_id: str) -> bool:
        """True for whoever the CRM calls a volunteer or who takes part as one."""
        contact_id = self.root(contact_id)
        record = self.contacts.get(contact_id)
        is_named = record is not None and bool(record["FirstName"] or record["LastName"])
        return contact_id in self._takers or (self.role(contact_id) == "volunteer" and is_named)

    def contact_lines(self) -> Iterator[Line]:
        """truth_crm_contacts.csv: which contacts are one person."""
        for contact_id, cluster in self.crm.clusters.items():
            record = self.contacts[contact_id]
            yield {
                "stage": self.stage,
                "contact_id": contact_id,
                "role": self.role(contact_id),
                "is_volunteer": self.is_volunteer(contact_id),
                "cluster": cluster,
                "is_deleted": record["IsDeleted"],
                "trap": self.trap(contact_id),
            }

    def scope(self, session: Record) -> str:
        """in_scope, or why a session is no event."""
        if session["IsDeleted"] == "true":
            return "deleted"
        if not session["Name"]:
            return "no_title"
        if not session["Start_Date_and_Time__c"]:
            return "no_start"
        if session["Session_Status__c"] == "Draft":
            return "draft"
        return "connector" if session["Session_Type__c"] == "Connector Session" else "in_scope"

    def event_lines(self) -> Iterator[Line]:
        """truth_crm_events.csv: where and when each session took place."""
        for session_id, session in self.sessions.items():
            start = session["Start_Date_and_Time__c"]
            names = {self._slugs[slug] for slug in self.agenda.districts.get(session_id, ())}
            yield {
                "stage": self.stage,
                "session_id": session_id,
                "scope": self.scope(session),
                "session_date": _instant(start).astimezone(ZONE).date() if start else "",
                "districts": ";".join(sorted(names)),
                "trap": self.trap(session_id),
            }

    def participation_lines(self) -> Iterator[Line]:
        """truth_crm_participations.csv: what becomes of each row, and the hours it is worth."""
        first = [self._judged(row) for row in self.crm.of(PARTICIPANT)]
        groups: defaultdict[str, list[Line]] = defaultdict(list)
        for line in first:
            if line["outcome"] == "kept":
                groups[str(line["group"])].append(line)
        for members in groups.values():
            best, *others = sorted(members, key=lambda line: line["rank"], reverse=True)  # type: ignore[arg-type,return-value]
            hours = [float(str(m["delivered"])) for m in members if m["delivered"] != ""]
            if best["is_credited"] and hours:
                best["hours"] = max(hours)
            for line in others:
                line |= {"outcome": "duplicate", "is_credited": False, "hours": 0.0}
        for line in first:
            yield {key: value for key, value in line.items() if key not in {"rank", "delivered"}}

    def _judged(self, row: Record) -> Line:
        contact_id, session_id = (_whole(row[name] or "") for name in ("Contact__c", "Session__c"))
        kind, outcome = row["Participant_Type__c"], self._outcome(row, contact_id, session_id)
        status = str(row["Status__c"] or "").strip().lower()
        words = _CREDITED if kind == "Volunteer" else {"attended"}
        is_credited = outcome == "kept" and status in words
        delivered = _positive(row["Delivery_Hours__c"])
        hours = delivered if delivered is not None else self._length(session_id)
        root = self.root(contact_id)
        person = self.crm.clusters.get(root, root)
        return {
            "stage": self.stage,
            "participant_id": row["Id"],
            "participant_type": kind or "",
            "outcome": outcome,
            "group": f"{session_id}|{person}",
            "is_credited": is_credited,
            "hours": hours if is_credited and kind == "Volunteer" else 0.0,
            "trap": self.trap(str(row["Id"])),
            "rank": (is_credited, delivered or 0.0, row["SystemModstamp"], row["Id"]),
            "delivered": "" if delivered is None else delivered,
        }

    def _outcome(self, row: Record, contact_id: str, session_id: str) -> str:
        if row["IsDeleted"] == "true":
            return "deleted"
        if row["Participant_Type__c"] not in {"Volunteer", "Student"}:
            return "other_type"
        if session_id not in self.sessions:
            return "unknown_event"
        if self.scope(self.sessions[session_id]) != "in_scope":
            return "out_of_scope_event"
        # A contact that has not arrived has its hours already; only nobody has none.
        return "kept" if contact_id else "unknown_person"

    def _length(self, session_id: str) -> float:
        """Hours of a session, at least one; none when its times make no sense."""
        session = self.sessions.get(session_id, {})
        start, end = session.get("Start_Date_and_Time__c"), session.get("End_Date_and_Time__c")
        if not start or not end:
            return 0.0
        hours = (_instant(end) - _instant(start)).total_seconds() / 3600
        return max(1.0, hours) if 0 <= hours <= 24 else 0.0

    def student_lines(self) -> Iterator[Line]:
        """truth_crm_students.csv: the school of each student, or why there is none."""
        for contact_id, affiliation in self.affiliation_of.items():
            account = _whole(affiliation) if affiliation else ""
            status = self._assignment(account)
            yield {
                "stage": self.stage,
                "contact_id": contact_id,
                "status": status,
                "school_account_id": account if status == "assigned" else "",
                "trap": self.trap(contact_id),
            }

    def _assignment(self, account: str) -> str:
        if not account:
            return "no_affiliation"
        if account == EXCLUDED_ACCOUNT:
            return "excluded"
        if account not in self.accounts:
            return "missing_school"
        return "assigned" if self.accounts[account]["Type"] == "School" else "not_a_school"

    def affiliation_outcome(self, row: Record) -> str:
        """kept, or why a membership is none."""
        if row["IsDeleted"] == "true":
            return "deleted"
        contact_id = _whole(row["npe5__Contact__c"] or "")
        if not self.is_volunteer(contact_id):
            is_known = self.role(contact_id) != "unknown"
            return "not_a_volunteer" if is_known else "unknown_contact"
        account = self.accounts.get(_whole(str(row["npe5__Organization__c"])))
        return "kept" if account is not None else "unknown_organization"

    def count_lines(self) -> Iterator[Line]:
        """truth_crm_counts.csv: how many of everything."""
        counts: Counter[tuple[str, str]] = Counter()
        for line in self.participation_lines():
            counts["Session_Participant__c", str(line["outcome"])] += 1
        for session in self.sessions.values():
            counts["Session__c", self.scope(session)] += 1
        for row in self.crm.of(AFFILIATION):
            counts["npe5__Affiliation__c", self.affiliation_outcome(row)] += 1
        for line in self.student_lines():
            counts["students", str(line["status"])] += 1
        for account in self.accounts.values():
            is_firm = account["Type"] not in _NO_ORGANIZATION
            if is_firm and account["IsDeleted"] == "false":
                counts["organizations", account["Type"] or "null"] += 1
        for name, records in self.crm.tables.items():
            counts["records", name] += len(records)
        counts["records", CONTACT] += len(self.student_ids)
        for (name, what), count in sorted(counts.items()):
            yield {"stage": self.stage, "object": name, "what": what, "count": count}


def presenter_lines(crm: Crm) -> Iterator[Line]:
    """truth_crm_presenters.csv: which contact is which presenter of Pathful."""
    for person_id, contact_id in crm.presenters.items():
        yield {
            "person_id": person_id,
            "contact_id": contact_id,
            "found_by": crm.found_by[person_id],
        }


def trap_lines(stages: dict[str, Crm]) -> Iterator[Line]:
    """truth_crm_traps.csv: every edge with the records that stand for it."""
    for stage, crm in stages.items():
        for trap, found in sorted(crm.traps.items()):
            for name, record_id in found:
                yield {"stage": stage, "trap": trap, "object": name, "record_id": record_id}


def _whole(record_id: str) -> str:
    return with_check(record_id) if len(record_id) == 15 else record_id


def _positive(text: str | None) -> float | None:
    value = float(text) if text else 0.0
    return value if value > 0 else None


def _instant(text: Any) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
