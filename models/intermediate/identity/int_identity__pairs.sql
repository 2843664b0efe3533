{#- The pairs a steward may see, with everything that led to what was done (interface.md 3,
    queue_duplicate_pairs; platform.md 2.9): those that merged, those to decide, households, and all
    that were decided. One row per pair; the key and the sides do not depend on which is older. -#}
{%- set features = [
    'first', 'last', 'dob', 'email', 'phone', 'street', 'place', 'employer', 'middle'
] -%}
with

outcomes as (select * from {{ ref('int_identity__outcomes') }}),
scores as (select * from {{ ref('int_identity__scores') }}),
decisions as (select * from {{ ref('int_identity__pair_decisions') }}),
people as (select * from {{ ref('int_identity__people') }}),
records as (select * from {{ ref('int_identity__records') }}),
params as {{ match_params(['auto_threshold', 'review_threshold']) }},

shown as (
    select
        left_no,
        right_no
    from outcomes
    where band <> 'new'
    union
    select
        left_no,
        right_no
    from decisions
),

described as (
    select
        shown.left_no,
        shown.right_no,
        outcomes.step,
        outcomes.band,
        outcomes.match_type,
        outcomes.score,
        outcomes.rules_applied,
        decisions.action,
        decisions.decision_id,
        decisions.decided_by,
        decisions.decided_at,
        coalesce(decisions.is_auto_merge_blocked, false) as is_auto_merge_blocked,
        scores.score_appendix_b,
        scores.score_calibrated,
        scores.guard,
        scores.rules_appendix_b,
        case
            when scores.pair_no is not null
                then cast(
                    json_object(
                        'score', outcomes.score,
                        'score_calibrated', scores.score_calibrated,
                        'score_appendix_b', scores.score_appendix_b,
                        'guard', scores.guard,
                        'auto_threshold', params.auto_threshold,
                        'review_threshold', params.review_threshold,
                        'email', cast(scores.shares_email as integer),
                        'phone', cast(scores.shares_phone as integer),
                        'name', round(cast(scores.name_score as double), 3),
                        'dob', round(cast(scores.dob_score as double), 3),
                        'address', round(cast(scores.address_score as double), 3),
                        'employer', cast(scores.is_employer_equal as integer),
                        'same_handle', scores.is_handle_equal,
                        'same_domain', scores.is_domain_equal,
                        'same_phone_end', scores.is_phone_end_equal,
                        {% for feature in features %}
                            '{{ feature }}_level', scores.{{ feature }}_level,
                            '{{ feature }}_bits',
                            round(cast(scores.{{ feature }}_bits as double), 3),
                        {% endfor %}
                        'prior_bits', round(cast(scores.prior_bits as double), 3)
                    ) as varchar
                )
        end as features_json
    from shown
    cross join params
    left join outcomes
        on shown.left_no = outcomes.left_no and shown.right_no = outcomes.right_no
    left join scores
        on shown.left_no = scores.left_no and shown.right_no = scores.right_no
    left join decisions
        on shown.left_no = decisions.left_no and shown.right_no = decisions.right_no
),

sided as (
    select
        described.*,
        case
            when older.record_hash < newer.record_hash
                then described.left_no
            else described.right_no
        end as one_no,
        case
            when older.record_hash < newer.record_hash
                then described.right_no
            else described.left_no
        end as other_no
    from described
    inner join records as older on described.left_no = older.record_no
    inner join records as newer on described.right_no = newer.record_no
),

judged as (
    select
        one.record_hash || '-' || other.record_hash as pair_key,
        one.record_key as left_record_key,
        other.record_key as right_record_key,
        one_person.person_key as left_person_key,
        other_person.person_key as right_person_key,
        sided.score,
        sided.score_appendix_b,
        sided.score_calibrated,
        sided.guard,
        sided.step,
        sided.band,
        sided.match_type,
        case
            when sided.action = 'merge' then 'accepted'
            when sided.action = 'not_duplicate' then 'rejected'
            -- Also where other records of theirs made them one: then there is nothing left to ask.
            when
                sided.band in ('auto', 'review')
                and one_person.person_key = other_person.person_key
                then 'auto_merged'
            when sided.action = 'defer' then 'deferred'
            else 'pending'
        end as decision,
        sided.is_auto_merge_blocked,
        sided.decision_id,
        sided.decided_by,
        sided.decided_at,
        sided.features_json,
        nullif(
            concat_ws(
                ',',
                sided.rules_applied,
                case
                    when
                        sided.band = 'auto'
                        and sided.action is null
                        and one_person.person_key <> other_person.person_key
                        then 'V6'
                end
            ),
            ''
        ) as rules_applied
    from sided
    inner join records as one on sided.one_no = one.record_no
    inner join records as other on sided.other_no = other.record_no
    inner join people as one_person on sided.one_no = one_person.record_no
    inner join people as other_person on sided.other_no = other_person.record_no
),

compared_persons as (
    select
        *,
        least(left_person_key, right_person_key) as one_person_key,
        greatest(left_person_key, right_person_key) as other_person_key,
        decision = 'pending' and coalesce(match_type <> 'household', true) as is_open
    from judged
),

-- Of two persons one pair is asked, and none once one of theirs was answered: whatever is said of
-- two records is said of the persons.
ranked as (
    select
        *,
        bool_or(decision in ('rejected', 'deferred')) over (
            partition by one_person_key, other_person_key
        ) as is_answered,
        row_number() over (
            partition by one_person_key, other_person_key, is_open
            order by score desc nulls last, pair_key asc
        ) as place
    from compared_persons
)

select
    pair_key,
    left_record_key,
    right_record_key,
    left_person_key,
    right_person_key,
    score,
    score_appendix_b,
    score_calibrated,
    guard,
    step,
    band,
    match_type,
    decision,
    is_open and place = 1 and not is_answered as is_asked,
    is_auto_merge_blocked,
    decision_id,
    decided_by,
    decided_at,
    features_json,
    rules_applied
from ranked
