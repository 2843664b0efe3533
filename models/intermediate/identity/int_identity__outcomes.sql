{#- What is done with each pair: the first step of the ladder that has something to say (platform.md
    4.6; identity.md 2). The same record is one row already; then come a person's decision, contact
    and name, contacts that point to two persons, and the score of the profile that decides. One row
    per pair. -#}
{%- set profile = var('dedupe_profile') -%}
with

scores as (select * from {{ ref('int_identity__scores') }}),
records as (select * from {{ ref('int_identity__records') }}),
decisions as (select * from {{ ref('int_identity__pair_decisions') }}),
params as {{ match_params([
    'use_calibrated', 'auto_enabled', 'auto_threshold', 'review_threshold', 'veto_cap'
]) }},

profiled as (
    select
        scores.*,
        params.auto_enabled,
        params.auto_threshold,
        params.review_threshold,
        params.veto_cap,
        {% if profile -%}
            {{ 'true' if profile == 'calibrated' else 'false' }}
        {%- else -%}
            params.use_calibrated = 1
        {%- endif %} as is_calibrated
    from scores
    cross join params
),

decided_scores as (
    select
        *,
        case
            when is_calibrated then score_calibrated
            when is_appendix_b then score_appendix_b
            else cast(0 as decimal(5, 4))
        end as score,
        case
            when is_calibrated then coalesce(guard = 'household', false)
            else is_household_appendix_b
        end as is_household,
        case when is_calibrated then guard is not null else is_vetoed_appendix_b end as is_guarded,
        case when is_calibrated then guard else rules_appendix_b end as rules
    from profiled
),

-- Where the contacts of a record lead. A family shares its contacts: with the calibrated score
-- only who may be the same person counts.
hits as (
    select
        pair_no,
        is_calibrated,
        left_no as record_no,
        right_no as other_no
    from decided_scores
    where
        (shares_email or shares_phone)
        and (not is_calibrated or is_deterministic or score >= review_threshold)
    union all
    select
        pair_no,
        is_calibrated,
        right_no as record_no,
        left_no as other_no
    from decided_scores
    where
        (shares_email or shares_phone)
        and (not is_calibrated or is_deterministic or score >= review_threshold)
),

-- Two of them are two persons when appendix B would not join them; for the calibrated score, whose
-- groups bear a missing link, when their dates of birth have nothing to do with each other.
led_to_two as (
    select distinct one.record_no
    from hits as one
    inner join hits as other
        on one.record_no = other.record_no and one.other_no < other.other_no
    inner join records as one_record on one.other_no = one_record.record_no
    inner join records as other_record on other.other_no = other_record.record_no
    left join decided_scores
        on
            one.other_no = decided_scores.left_no
            and other.other_no = decided_scores.right_no
            and decided_scores.is_deterministic
    where
        case
            when one.is_calibrated
                then {{ dob_level('one_record.dob', 'other_record.dob') }} = 5
            else decided_scores.left_no is null
        end
),

stepped as (
    select
        decided_scores.*,
        decisions.action,
        coalesce(decisions.is_auto_merge_blocked, false) as is_auto_merge_blocked,
        coalesce(
            (decided_scores.shares_email or decided_scores.shares_phone)
            and not decided_scores.is_household
            and (left_led.record_no is not null or right_led.record_no is not null)
            and (
                not decided_scores.is_calibrated
                or decided_scores.is_deterministic
                or decided_scores.score >= decided_scores.review_threshold
            ),
            false
        ) as is_ambiguous
    from decided_scores
    left join decisions
        on
            decided_scores.left_no = decisions.left_no
            and decided_scores.right_no = decisions.right_no
    left join led_to_two as left_led on decided_scores.left_no = left_led.record_no
    left join led_to_two as right_led on decided_scores.right_no = right_led.record_no
),

placed as (
    select
        *,
        case
            when action in ('merge', 'not_duplicate') then 'decision'
            when is_deterministic and not is_ambiguous then 'deterministic'
            when is_ambiguous then 'ambiguous'
            else 'scored'
        end as step
    from stepped
),

banded as (
    select
        *,
        case
            when step = 'decision' and action = 'merge' then 'auto'
            when step = 'decision' then 'new'
            -- What a guard or a veto stops is asked, however low the threshold is set.
            when
                not is_household
                and (
                    step = 'deterministic'
                    or (
                        step = 'scored'
                        and score >= auto_threshold
                        and not coalesce(is_guarded, false)
                    )
                )
                then
                    case
                        when auto_enabled = 1 and not is_auto_merge_blocked and action is null
                            then 'auto'
                        else 'review'
                    end
            when is_household then 'household'
            when step = 'ambiguous' or score >= review_threshold then 'review'
            when action = 'defer' then 'review'
            else 'new'
        end as band
    from placed
)

select
    pair_no,
    left_no,
    right_no,
    step,
    band,
    case
        when band = 'new' then null
        when band = 'household' then 'household'
        when step = 'ambiguous' then 'ambiguous'
        when is_deterministic and shares_email and shares_phone then 'combined'
        when is_deterministic and shares_email then 'email'
        when is_deterministic then 'phone'
        when score >= auto_threshold then 'fuzzy_high'
        else 'fuzzy_review'
    end as match_type,
    cast(
        case
            when step = 'deterministic' then 1
            when step = 'ambiguous' then least(score, veto_cap)
            else score
        end as decimal(5, 4)
    ) as score,
    nullif(
        concat_ws(
            ',',
            rules,
            case when action = 'not_duplicate' or is_auto_merge_blocked then 'V5' end,
            case
                when band = 'new' and (shares_email or shares_phone) then 'SHARED_CONTACT'
            end
        ),
        ''
    ) as rules_applied,
    action
from banded
