"""Volunteers who may be one person: the queue, both sides of a pair, and what is known around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.duplicates.words_duplicates import BANDS, COMPARED
from dashboard.release import OpenRelease

SORTS = {
    # Where an answer teaches most: near a threshold, and much hangs on it (identity.md 5).
    "Worth asking first": "asking_value desc, score desc nulls last, pair_key",
    "Highest score first": "score desc nulls last, pair_key",
    "Lowest score first": "score asc nulls last, pair_key",
}
PAGE_SIZE = 25
BATCH_AT_MOST = 100
_LEVELS = [f"$.{name}_level" for name in COMPARED]
_PAIRS = f"""
with decided as (
    select unnest($decided_keys::varchar[]) as pair_key, unnest($decided_states::varchar[]) as state
),
effects as (
    select person_key, coalesce(credited_count, 0) as credited_count from marts.dim_volunteers
),
pairs as (
    select
        queue.*,
        coalesce(
            decided.state,
            case
                when queue.decision = 'accepted' then 'merged'
                when queue.decision = 'pending' and queue.match_type = 'household' then 'household'
                when queue.decision = 'pending' and not coalesce(queue.is_asked, true)
                    then 'beside'
                else queue.decision
            end
        ) as state,
        left_record.source as left_source,
        right_record.source as right_source,
        concat_ws(' ', queue.left_first_name, queue.left_last_name) as left_name,
        concat_ws(' ', queue.right_first_name, queue.right_last_name) as right_name,
        concat_ws(
            ' ',
            queue.match_type,
            queue.guard,
            json_extract(queue.features_json, {_LEVELS})::varchar
        ) as pattern,
        ln(2 + coalesce(one.credited_count, 0) + coalesce(other.credited_count, 0)) / (
            0.02 + least(
                abs(queue.score - json_extract(queue.features_json, '$.auto_threshold')::double),
                abs(queue.score - json_extract(queue.features_json, '$.review_threshold')::double)
            )
        ) as asking_value
    from queues.queue_duplicate_pairs as queue
    left join decided on queue.pair_key = decided.pair_key
    left join queues.queue_duplicate_records as left_record
        on queue.left_record_key = left_record.record_key
    left join queues.queue_duplicate_records as right_record
        on queue.right_record_key = right_record.record_key
    left join effects as one on queue.left_person_key = one.person_key
    left join effects as other on queue.right_person_key = other.person_key
)
"""
# A run's id begins with when it started: of a pair the later one was the first to have both.
_FOUND_BY = """
    with first_runs as (
        select records.record_key, max(known.run_id) as run_id
        from queues.queue_duplicate_records as records
        inner join ops.external_id_map as known
            on records.source = known.external_system and records.external_id = known.external_id
        where known.entity_type = 'volunteer'
        group by records.record_key
    )
    select pairs.pair_key, greatest(one.run_id, other.run_id) as run_id
    from queues.queue_duplicate_pairs as pairs
    inner join first_runs as one on pairs.left_record_key = one.record_key
    inner join first_runs as other on pairs.right_record_key = other.record_key
"""
_RECORDS = """
select * from queues.queue_duplicate_records
where person_key in ($left_person, $right_person)
    or record_key in ($left_record, $right_record)
order by first_seen_at, record_key
"""
_HOUSEHOLD = """
select person_key, first_name, last_name, age_group
from marts.dim_volunteers
where person_key not in ($left_person, $right_person)
    and household_key in (
        select household_key from marts.dim_volunteers
        where person_key in ($left_person, $right_person)
    )
order by last_name, first_name, person_key
limit 20
"""
_LOG = """
select decision_type, performed_by, performed_at, reason
from ops.merge_log
where pair_key = $pair
order by performed_at desc nulls last, merge_key
"""


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; None for no restriction.

    Attributes:
        state: after the stored decisions, as in `words_duplicates.STATES`.
        match_type: of the pair.
        band: of `words_duplicates.BANDS`.
        source: a system that one of the two records is from.
        run: that was the first to have both records.
        text: words that the two names hold together.
        decided: (pair, state) of the stored decisions that the release does not show.
    """

    state: str | None = None
    match_type: str | None = None
    band: str | None = None
    source: str | None = None
    run: str | None = None
    text: str = ""
    decided: tuple[tuple[str, str], ...] = ()


def _params(wanted: Wanted) -> dict[str, Any]:
    return {
        "decided_keys": [key for key, _ in wanted.decided],
        "decided_states": [state for _, state in wanted.decided],
    }


def _where(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    conditions, params = ["true"], _params(wanted)
    if wanted.state is not None:
        conditions.append("state = $state")
        params["state"] = wanted.state
    if wanted.match_type is not None:
        conditions.append("match_type = $match_type")
        params["match_type"] = wanted.match_type
    if wanted.band is not None:
        conditions.append("score >= $least and score < $most")
        _, params["least"], params["most"] = BANDS[wanted.band]
    if wanted.source is not None:
        conditions.append("$source in (left_source, right_source)")
        params["source"] = wanted.source
    if wanted.run is not None:
        conditions.append(f"pair_key in (select pair_key from ({_FOUND_BY}) where run_id = $run)")
        params["run"] = wanted.run
    for number, word in enumerate(wanted.text.casefold().split()):
        conditions.append(f"contains(lower(left_name || ' ' || right_name), $word{number})")
        params[f"word{number}"] = word
    return " and ".join(conditions), params


def states(release: OpenRelease, wanted: Wanted) -> Mapping[str, int]:
    """How many pairs are in each state."""
    sql = f"{_PAIRS} select state, count(*) as n from pairs group by state"
    return {row["state"]: int(row["n"]) for row in release.rows(sql, _params(wanted))}


def sources(release: OpenRelease) -> list[str]:
    """The systems that records of pairs are from."""
    sql = "select distinct source from queues.queue_duplicate_records order by source"
    return [row["source"] for row in release.rows(sql)]


def runs(release: OpenRelease) -> list[dict[str, Any]]:
    """The runs that were the first to have both records of a pair, the newest first."""
    sql = f"""
        select found.run_id, any_value(run.started_at) as started_at,
            any_value(run.source) as source
        from ({_FOUND_BY}) as found
        left join ops.import_runs as run on found.run_id = run.run_id
        group by found.run_id
        order by found.run_id desc
    """
    return release.rows(sql)


def waiting_of_runs(release: OpenRelease, wanted: Wanted) -> dict[str, int]:
    """How many pairs still wait for an answer, by the run that was the first to have both."""
    sql = f"""
        {_PAIRS}
        select found.run_id, count(*) as n
        from ({_FOUND_BY}) as found
        inner join pairs on found.pair_key = pairs.pair_key
        where pairs.state = 'pending'
        group by found.run_id
    """
    return {row["run_id"]: int(row["n"]) for row in release.rows(sql, _params(wanted))}


def count(release: OpenRelease, wanted: Wanted) -> int:
    """How many pairs the filter finds."""
    condition, params = _where(wanted)
    sql = f"{_PAIRS} select count(*) as n from pairs where {condition}"
    return int(release.rows(sql, params)[0]["n"])


def page(release: OpenRelease, wanted: Wanted, number: int, sort: str) -> list[dict[str, Any]]:
    """One page of pairs (1 is the first)."""
    condition, params = _where(wanted)
    start = (number - 1) * PAGE_SIZE
    sql = f"{_PAIRS} select * from pairs where {condition} order by {SORTS[sort]}"
    return release.rows(f"{sql} limit {PAGE_SIZE} offset {start}", params)


def export(release: OpenRelease, wanted: Wanted) -> list[dict[str, Any]]:
    """Every pair of the filter."""
    condition, params = _where(wanted)
    order = SORTS["Highest score first"]
    return release.rows(f"{_PAIRS} select * from pairs where {condition} order by {order}", params)


def pair(release: OpenRelease, wanted: Wanted, key: str) -> dict[str, Any] | None:
    """One pair, whatever the filter; None when the release has no such pair."""
    params = _params(wanted) | {"key": key}
    return release.row(f"{_PAIRS} select * from pairs where pair_key = $key", params)


def patterns(release: OpenRelease, wanted: Wanted) -> list[dict[str, Any]]:
    """Evidence that several pairs of the filter share, the most frequent first."""
    condition, params = _where(wanted)
    sql = f"""
        {_PAIRS}
        select pattern, any_value(features_json order by pair_key) as features_json,
            any_value(match_type) as match_type, any_value(guard) as guard,
            count(*) as pair_count, min(score) as least_score, max(score) as most_score
        from pairs where {condition} and features_json is not null
        group by pattern having count(*) > 1
        order by pair_count desc, pattern
        limit 50
    """
    return release.rows(sql, params)


def alike(release: OpenRelease, wanted: Wanted, pattern: str) -> list[dict[str, Any]]:
    """The pairs of the filter with that evidence, as many as are answered at once."""
    condition, params = _where(wanted)
    sql = f"""
        {_PAIRS} select * from pairs where {condition} and pattern = $pattern
        order by score desc, pair_key limit {BATCH_AT_MOST}
    """
    return release.rows(sql, params | {"pattern": pattern})


def scored(release: OpenRelease, wanted: Wanted) -> list[dict[str, Any]]:
    """Every pair that its score alone decides: nobody answered it and no guard or contact does."""
    sql = f"""
        {_PAIRS}
        select score, guard, state, left_person_key, right_person_key,
            json_extract(features_json, '$.auto_threshold')::double as auto_threshold,
            json_extract(features_json, '$.review_threshold')::double as review_threshold
        from pairs
        where step = 'scored' and state in ('pending', 'beside', 'auto_merged')
            and not is_auto_merge_blocked and features_json is not null
    """
    return release.rows(sql, _params(wanted))


def records(release: OpenRelease, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Both records of a pair and every other record of the two persons."""
    return release.rows(_RECORDS, _sides(row) | _record_keys(row))


def household(release: OpenRelease, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Others who live with, or share a contact with, one of the two."""
    return release.rows(_HOUSEHOLD, _sides(row))


def log(release: OpenRelease, pair_key: str) -> list[dict[str, Any]]:
    """What was ever joined or taken apart of this pair, the newest first."""
    return release.rows(_LOG, {"pair": pair_key})


def _sides(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"left_person": row["left_person_key"], "right_person": row["right_person_key"]}


def _record_keys(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"left_record": row["left_record_key"], "right_record": row["right_record_key"]}
