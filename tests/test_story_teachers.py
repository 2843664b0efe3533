"""Who an educator is: rosters of two years, accounts and addresses, and what a person decides.

pathful.md 3.2 and 3.5; lessons 1 to 8, 19 and 67.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support import workbooks
from tests.support.scenario import Scenario
from tests.support.stories import (
    Tables,
    attendance,
    begin,
    bucket_of,
    differences,
    forget_everything_built,
    session,
    tables,
    teacher_key,
    ticket,
)

pytestmark = pytest.mark.slow

LAST_YEAR = session(1, "Last year", "2025-03-03")
THIS_YEAR = session(2, "This year", "2025-10-03")
NEXT = session(3, "Another one", "2025-11-04")

# row number: what becomes of it at first
FIRST = {
    2: (LAST_YEAR("Ana Ruiz", "ana"), "created"),
    3: (THIS_YEAR("Ana Ruiz", "ana"), "created"),
    4: (THIS_YEAR("Ana Ruiz-Soto", "ana"), "created"),
    5: (THIS_YEAR("RUIZ, ANA", None), "created"),
    6: (THIS_YEAR("Chris Poe", "chris", School="Central High"), "created"),
    7: (THIS_YEAR("Chris Poe", "other-chris", School="Hill Academy"), "unmatched/teacher"),
    8: (THIS_YEAR("Zed Quill", "zed", School="Oak Elementary"), "unmatched/teacher"),
    9: (LAST_YEAR("Zed Quill", "zed", School="Oak Elementary"), "unmatched/teacher"),
    10: (THIS_YEAR("Zed Quill", None, School="Oak Elementary"), "unmatched/teacher"),
    11: (THIS_YEAR("Danny Stone", "danny"), "unmatched/teacher"),
    12: (THIS_YEAR("Olga Nash", "olga"), "unmatched/teacher"),
    13: (THIS_YEAR("Shared One", "shared-1"), "unmatched/teacher"),
    14: (THIS_YEAR("Shared Two", "shared-2"), "unmatched/teacher"),
    15: (THIS_YEAR("Mrs. Fay  Lopez-Vega", "fay"), "created"),
    16: (THIS_YEAR("Late Comer", "late"), "unmatched/teacher"),
}


@dataclass
class Story:
    scenario: Scenario
    runs: dict[str, str] = field(default_factory=dict)
    after: dict[str, Tables] = field(default_factory=dict)
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def land(self, chapter: str, rows: list[dict[str, Any]]) -> None:
        self.runs[chapter] = self.scenario.pathful(rows, headers=workbooks.SESSION_HEADERS)

    def build(self, chapter: str) -> None:
        self.scenario.build()
        self.after[chapter] = tables(self.scenario)
        self.seen[chapter] = {
            **{name: self.find(name) for name in ("Zed Quill", "Olga Nash", "Danny Stone")},
            **{name: self.find(name) for name in ("Late Comer", "Chris Poe", "Shared One")},
            "this year": attendance(self.scenario, "2"),
            "last year": attendance(self.scenario, "1"),
            "next": attendance(self.scenario, "3"),
            "progress": {
                name: self.scenario.progress(f"{name}@example.org") for name in ("ana.ruiz", "dan")
            },
        }

    def find(self, name: str) -> Any:
        known = self.scenario.value(
            f"select count(*) from queues.queue_unmatched where attempted_name = '{name}' "
            "and unmatched_type = 'teacher'"
        )
        return ticket(self.scenario, "teacher", name) if known else None


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    scenario = begin(tmp_path_factory)
    story = Story(scenario)
    scenario.roster(
        [workbooks.roster_row(), workbooks.roster_row(Name="Gil Hart", Email="gil@example.org")],
        academic_year="2024-2025",
        district="Center School District",
    )
    ana = workbooks.roster_row(Building="Oak Elementary")
    this_year = [
        ana,
        workbooks.roster_row(Name="Chris Poe", Email="chris@example.org"),
        workbooks.roster_row(
            Building="Oak Elementary", Name="Chris Poe", Email="chris.p@example.org"
        ),
        workbooks.roster_row(Name="Dan Stone", Email="dan@example.org"),
        workbooks.roster_row(Name="Danielle Stone", Email="danielle@example.org"),
        workbooks.roster_row(Name="Fay Lopez", Email="fay@example.org"),
        workbooks.roster_row(Name="Front Desk", Email="office@example.org"),
    ]
    scenario.roster(this_year)
    scenario.pathful(
        [
            workbooks.user_row(
                UserAuthId="shared-1", Name="Shared One", LoginEmail="office@example.org"
            ),
            workbooks.user_row(
                UserAuthId="shared-2", Name="Shared Two", LoginEmail="OFFICE@example.org"
            ),
        ]
    )
    story.land("first", [row for row, _ in FIRST.values()])
    story.build("first")

    zed = story.seen["first"]["Zed Quill"]["ticket_key"]
    olga = story.seen["first"]["Olga Nash"]["ticket_key"]
    scenario.decide("match_teacher", zed, {"teacher_key": teacher_key(scenario, "dan@example.org")})
    scenario.decide("ignore_ticket", olga, reason="A guest")
    scenario.roster([*this_year, workbooks.roster_row(Name="Late Comer", Email="late@example.org")])
    story.land(
        "second",
        [
            NEXT("Zed Quill", "zed", School="Oak Elementary"),
            NEXT("Olga Nash", "olga"),
            NEXT("Late Comer", "late"),
            THIS_YEAR("Zed Quill", "zed", School="Oak Elementary"),
        ],
    )
    story.build("second")

    scenario.decide("revoke", "decision-001", subject_type="decision", revokes="decision-001")
    scenario.decide("reopen_ticket", olga)
    story.land("third", [NEXT("Zed Quill", "zed", School="Oak Elementary", Duration=30)])
    story.build("third")
    forget_everything_built(scenario)
    story.build("from nothing")
    return story


@pytest.mark.parametrize("number", FIRST)
def test_the_first_report_knows_whom_it_can(story: Story, number: int) -> None:
    assert bucket_of(story.scenario, story.runs["first"], number) == FIRST[number][1]


def test_a_teacher_of_two_years_under_four_spellings_is_one_person(story: Story) -> None:
    """Lessons 2, 7 and 8; last year in another district."""
    first = story.seen["first"]
    assert first["last year"] == {"ana.ruiz@example.org": "Attended"}
    assert first["this year"] == {
        "ana.ruiz@example.org": "Attended",
        "chris@example.org": "Attended",
        "fay@example.org": "Attended",
    }
    years = story.scenario.rows(
        "select academic_year, count(*) from marts.fct_teacher_roster "
        f"where teacher_key = '{teacher_key(story.scenario, 'ana.ruiz@example.org')}' "
        "group by 1 order by 1"
    )
    assert years == [("2024-2025", 1), ("2025-2026", 1)]
    assert first["progress"]["ana.ruiz"] == (1, 0, "Achieved")


def test_two_teachers_of_one_name_are_told_apart_by_school_only(story: Story) -> None:
    """pathful.md 3.2 rule 4, lesson 5: the ticket shows both."""
    chris = story.seen["first"]["Chris Poe"]
    assert chris["reason_code"] == "ambiguous_name"
    candidates = json.loads(chris["candidates_json"])
    assert {c["key"] for c in candidates[:2]} == {
        teacher_key(story.scenario, "chris@example.org"),
        teacher_key(story.scenario, "chris.p@example.org"),
    }
    assert all(c["kind"] == "teacher" for c in candidates)


def test_a_near_name_and_a_shared_address_only_suggest(story: Story) -> None:
    """Lessons 6, 9 and 10: Danny may be Dan or Danielle."""
    danny = json.loads(story.seen["first"]["Danny Stone"]["candidates_json"])
    assert {teacher_key(story.scenario, f"{name}@example.org") for name in ("dan", "danielle")} <= {
        candidate["key"] for candidate in danny
    }
    assert story.seen["first"]["Shared One"]["reason_code"] == "shared_email"
    assert "office@example.org" not in story.seen["first"]["this year"]


def test_a_person_without_account_waits_in_the_ticket_of_the_account(story: Story) -> None:
    """Zed's row without an id: one ticket, three rows, two sessions."""
    assert story.seen["first"]["Zed Quill"]["affected_session_count"] == 2
    assert (
        story.scenario.value(
            "select count(*) from queues.queue_unmatched where attempted_name = 'Zed Quill' "
            "and unmatched_type = 'teacher'"
        )
        == 1
    )


def test_a_match_counts_for_earlier_and_later_rows(story: Story) -> None:
    """pathful.md 3.5, lesson 19."""
    second = story.seen["second"]
    assert second["Zed Quill"]["status"] == "resolved"
    assert second["Zed Quill"]["resolved_by"] == "steward@example.org"
    assert second["this year"]["dan@example.org"] == "Attended"
    assert second["last year"]["dan@example.org"] == "Attended"
    assert second["next"]["dan@example.org"] == "Attended"
    assert story.seen["first"]["progress"]["dan"] == (0, 0, "Not Started")
    assert second["progress"]["dan"] == (2, 0, "Achieved")
    run = story.runs["second"]
    assert bucket_of(story.scenario, run, 2) == "created"
    assert bucket_of(story.scenario, run, 5) == "skipped/unchanged"
    # What the first import did not know, it did not know.
    assert bucket_of(story.scenario, story.runs["first"], 8) == "unmatched/teacher"


def test_an_ignored_ticket_stays_ignored_and_a_reopened_one_waits_again(story: Story) -> None:
    first, second = story.seen["first"]["Olga Nash"], story.seen["second"]["Olga Nash"]
    assert first["status"] == "pending"
    assert second["status"] == "ignored"
    assert second["ticket_key"] == first["ticket_key"]
    assert second["occurrence_count"] == 2
    assert bucket_of(story.scenario, story.runs["second"], 3) == "unmatched/teacher"
    assert story.seen["third"]["Olga Nash"]["status"] == "pending"


def test_who_comes_onto_the_roster_later_is_no_question_any_more(story: Story) -> None:
    second = story.seen["second"]
    assert second["Late Comer"]["status"] == "created"
    assert second["this year"]["late@example.org"] == "Attended"
    assert bucket_of(story.scenario, story.runs["second"], 4) == "created"
    assert bucket_of(story.scenario, story.runs["first"], 16) == "unmatched/teacher"


def test_a_revoked_match_is_taken_back_everywhere(story: Story) -> None:
    third = story.seen["third"]
    assert third["Zed Quill"]["status"] == "pending"
    for day in ("this year", "last year", "next"):
        assert "dan@example.org" not in third[day]
    assert third["progress"]["dan"] == (0, 0, "Not Started")
    assert third["Zed Quill"]["occurrence_count"] == 3
    assert bucket_of(story.scenario, story.runs["third"], 2) == "unmatched/teacher"
    # The import between match and revoke did what it did.
    assert bucket_of(story.scenario, story.runs["second"], 2) == "created"


def test_no_session_import_ever_makes_a_teacher(story: Story) -> None:
    """Lesson 1."""
    assert story.scenario.value("select count(*) from marts.dim_teachers") == 9


def test_a_rebuild_gives_the_same(story: Story) -> None:
    assert differences(story.after["third"], story.after["from nothing"]) == {}
