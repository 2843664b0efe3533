with

pairs as (select * from {{ ref('int_identity__pairs') }}),
records as (select * from {{ ref('int_identity__records') }}),
known as (select * from {{ ref('external_id_map') }}),

-- A record may be years older than the day on which it came here.
arrived as (
    select
        records.record_key,
        coalesce(known.first_seen_at, records.first_seen_at) as arrived_at
    from records
    left join known
        on
            records.external_system = known.external_system
            and records.external_id = known.external_id
            and known.entity_type = 'volunteer'
)

select
    pairs.pair_key,
    pairs.left_record_key,
    pairs.right_record_key,
    pairs.left_person_key,
    pairs.right_person_key,
    pairs.score,
    pairs.match_type,
    pairs.decision,
    pairs.features_json,
    pairs.rules_applied,
    pairs.score_appendix_b,
    pairs.score_calibrated,
    pairs.guard,
    pairs.step,
    pairs.band,
    pairs.is_auto_merge_blocked,
    pairs.is_asked,
    greatest(left_arrived.arrived_at, right_arrived.arrived_at) as found_at,
    pairs.decision_id,
    pairs.decided_by,
    pairs.decided_at,
    left_records.first_name as left_first_name,
    left_records.last_name as left_last_name,
    right_records.first_name as right_first_name,
    right_records.last_name as right_last_name
from pairs
inner join records as left_records on pairs.left_record_key = left_records.record_key
inner join records as right_records on pairs.right_record_key = right_records.record_key
inner join arrived as left_arrived on pairs.left_record_key = left_arrived.record_key
inner join arrived as right_arrived on pairs.right_record_key = right_arrived.record_key
