"""What people answered about pairs of volunteers, and which records are joined by which pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.release import OpenRelease

EDGES_AT_MOST = 60
# Of people's answers alone: what a rule merged tells nothing of how well the scores hold.
_ANSWERED = """
select
    floor(score * 20) / 20 as least_score,
    count(*) as answer_count,
    count(*) filter (where decision = 'accepted') as same_count,
    avg(score_calibrated) as expected
from queues.queue_duplicate_pairs
where decision in ('accepted', 'rejected')
    and decision_id is not null and features_json is not null and score is not null
group by least_score
order by least_score
"""
_RECORDS = """
select record_key, source, external_id, first_name, last_name, person_key
from queues.queue_duplicate_records
where list_contains($people, person_key)
order by person_key, first_seen_at, record_key
"""
# Two records of one person that nothing holds together are so through others between them.
_EDGES = f"""
select left_record_key, right_record_key, score, decision, match_type
from queues.queue_duplicate_pairs
where list_contains($people, left_person_key) and list_contains($people, right_person_key)
order by decision not in ('accepted', 'auto_merged'), score desc, pair_key
limit {EDGES_AT_MOST}
"""


def answered(release: OpenRelease) -> list[dict[str, Any]]:
    """Answers per twentieth of the score: how many, how many "one person", the chance foretold."""
    return release.rows(_ANSWERED)


def records(release: OpenRelease, people: Sequence[str]) -> list[dict[str, Any]]:
    """The records of these persons that were ever compared with another one."""
    return release.rows(_RECORDS, {"people": list(people)})


def edges(release: OpenRelease, people: Sequence[str]) -> list[dict[str, Any]]:
    """Pairs of these persons' records, those that join first, the surest first."""
    return release.rows(_EDGES, {"people": list(people)})
