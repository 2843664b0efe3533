{#- Both scores of every candidate pair that may matter (platform.md 4.4, 4.5; identity.md 2): that
    of appendix B with its floors and vetoes, and the calibrated one, the probability that the two
    records are one person, with its guards. One row per pair. -#}
{%- set fixed = [
    'first', 'last', 'dob', 'email', 'phone', 'street', 'place', 'employer', 'middle'
] -%}
{%- set counted = {
    'first': 'first_count', 'last': 'last_count', 'email': 'email_count',
    'phone': 'phone_count', 'place': 'place_count', 'employer': 'employer_count'
} -%}
{%- set filled_columns = {
    'first': 'first_norm', 'last': 'last_norm', 'email': 'email', 'phone': 'phone',
    'place': 'postal5', 'employer': 'employer_norm'
} -%}
with

comparisons as (select * from {{ ref('int_identity__comparisons') }}),
records as (select * from {{ ref('int_identity__records') }}),
levels as (select * from {{ ref('rule_match_levels') }}),
listed_weights as (select * from {{ ref('rule_match_weights') }}),
config as (select * from {{ ref('int_decisions__config') }}),
params as {{ match_params([
    'matches_per_record', 'matches_per_twin', 'prior_emails', 'prior_records', 'keep_from',
    'floor_one', 'floor_two', 'veto_cap', 'guard_household', 'guard_household_cap',
    'guard_first_name', 'guard_dob', 'guard_minor', 'guard_other_contacts',
    'guard_name_only_below', 'guard_cap'
]) }},

weights as (
    select
        listed_weights.feature,
        cast(coalesce(config.value, listed_weights.weight) as decimal(5, 4)) as weight
    from listed_weights
    left join config
        on 'dedupe.weights.' || listed_weights.feature = config.config_key and config.is_decided
),

-- A small site's frequencies say little: it is counted as a part of a town.
population as (
    select
        {% for feature, filled in filled_columns.items() %}
            count(records.{{ filled }}) + max(params.prior_records) as {{ feature }}_total,
        {% endfor %}
        count(*) as record_count,
        count(*) + max(params.prior_records) as person_count
    from records
    cross join params
),

-- How many records are somebody's second one: more where more share both e-mail and name. A site
-- that has few e-mails keeps the prior of the rules.
twins as (
    select coalesce(sum(record_count * (record_count - 1) / 2), 0) as pair_count
    from (
        select count(*) as record_count
        from records
        where email is not null and name_key is not null
        group by email, name_key
    ) as counts
),

prior as (
    select
        log2(
            (
                params.matches_per_twin * twins.pair_count
                + params.matches_per_record * params.prior_emails
            )
            / (population.email_total - params.prior_records + params.prior_emails)
            / population.person_count
        ) as bits
    from population
    cross join twins
    cross join params
),

same_dob as (
    select
        (coalesce(sum(cast(dob_count as double) * (dob_count - 1)), 0) + 50)
        / (coalesce(cast(sum(dob_count) as double) * (sum(dob_count) - 1), 0) + 1000000)
            as chance
    from (
        select count(*) as dob_count
        from records
        where dob is not null
        group by dob
    ) as counts
),

level_bits as (
    select
        levels.feature,
        levels.level,
        levels.m,
        levels.u,
        levels.cap_bits as cap,
        -- Those that the records say are weighed pair by pair.
        case
            when levels.u_source <> 'frequency'
                then greatest(
                    least(
                        log2(
                            levels.m
                            / case levels.u_source
                                when 'exact' then same_dob.chance else levels.u
                            end
                        ),
                        levels.cap_bits
                    ),
                    -levels.cap_bits
                )
        end as bits
    from levels
    cross join same_dob
),

evidence as (
    select
        {% for feature in fixed %}
            list(bits order by level) filter (where feature = '{{ feature }}')
                as {{ feature }}_bits,
        {% endfor %}
        {% for feature in counted %}
            {% for figure in ['m', 'u', 'cap'] %}
                list({{ figure }} order by level) filter (where feature = '{{ feature }}')
                    as {{ feature }}_{{ figure }},
            {% endfor %}
        {% endfor %}
        count(*) as level_count
    from level_bits
),

weighing as (
    select
        {% for feature in ['email', 'phone', 'name', 'dob', 'address', 'employer'] %}
            max(weight) filter (where feature = '{{ feature }}') as {{ feature }}_weight,
        {% endfor %}
        count(*) as weight_count
    from weights
),

measured as (
    select
        comparisons.*,
        {% for feature in fixed %}
            coalesce(
                {%- set level = 'comparisons.' ~ feature ~ '_level' %}
                {{ list_item('evidence.' ~ feature ~ '_bits', level) }},
                {% if feature in counted -%}
                    case
                        when {{ level }} is not null
                            then greatest(
                                least(
                                    log2(
                                        {{ list_item('evidence.' ~ feature ~ '_m', level) }}
                                        * population.{{ feature }}_total / (
                                            comparisons.{{ counted[feature] }}
                                            + {{ list_item('evidence.' ~ feature ~ '_u', level) }}
                                            * params.prior_records
                                        )
                                    ),
                                    {{ list_item('evidence.' ~ feature ~ '_cap', level) }}
                                ),
                                -{{ list_item('evidence.' ~ feature ~ '_cap', level) }}
                            )
                    end,
                {%- endif %}
                0
            ) as {{ feature }}_bits,
        {% endfor %}
        population.record_count,
        prior.bits as prior_bits,
        cast(
            weighing.email_weight * cast(comparisons.shares_email as integer)
            + weighing.phone_weight * cast(comparisons.shares_phone as integer)
            + weighing.name_weight * comparisons.name_score
            + weighing.dob_weight * case
                when comparisons.is_dob_exact then 1
                when comparisons.is_dob_close then 0.5
                else 0
            end
            + weighing.address_weight * comparisons.address_score
            + weighing.employer_weight * cast(comparisons.is_employer_equal as integer)
            as decimal(5, 4)
        ) as raw_score
    from comparisons
    cross join evidence
    cross join weighing
    cross join population
    cross join prior
    cross join params
),

conditions as (
    select
        measured.*,
        params.keep_from,
        params.floor_one,
        params.floor_two,
        params.veto_cap,
        params.guard_household_cap,
        params.guard_cap,
        params.guard_first_name = 1
        and (
            measured.first_level = 5
            -- Christian and Christopher at one address are brothers.
            or (
                measured.first_level = 4
                and not measured.shares_email
                and not measured.shares_phone
                and coalesce(measured.dob_level > 2, true)
            )
            -- So are Rose and Roseanne of one mailbox sisters (platform.md 4.5, V4), but for the
            -- mailbox of Roseanne: that is where she is called Rose.
            or (
                measured.first_level = 2
                and not measured.is_first_equivalent
                and not measured.is_long_name_mailbox
                and (measured.shares_email or measured.shares_phone)
                and coalesce(measured.dob_level > 2, true)
            )
            -- And Christian and Christina of one birthday, each with an own e-mail or phone, are
            -- twins (platform.md R-04, 4.5: without a shared contact a person is asked).
            or (
                measured.first_level in (2, 3, 4)
                and not measured.is_first_equivalent
                and measured.dob_level <= 2
                and not measured.shares_email
                and not measured.shares_phone
                and (measured.email_level is not null or measured.phone_level is not null)
            )
        ) as is_first_name_guarded,
        params.guard_dob = 1 and measured.dob_level = 5 as is_dob_guarded,
        params.guard_minor = 1 and measured.has_minor and not measured.is_first_equivalent
            as is_minor_guarded,
        -- One birthday and address but contacts of their own: asked, however rare the name is
        -- (platform.md R-04). An e-mail has slips of the pen, the phones of a family follow on.
        params.guard_other_contacts = 1
        and least(measured.email_level - 1, measured.phone_level) > 1
        and measured.dob_level = 1
        and (measured.street_level <= 2 or measured.record_count < params.guard_name_only_below)
            as is_contact_guarded,
        params.guard_name_only_below > 0
        -- With many records a whole name may be rare; a last name and a town are a family's.
        and (measured.record_count < params.guard_name_only_below or measured.first_level is null)
        and measured.dob_bits <= 0
        and measured.email_bits <= 0
        and measured.phone_bits <= 0
        and measured.street_bits <= 0 as is_name_guarded,
        params.guard_household = 1
        and (measured.shares_email or measured.shares_phone or measured.street_level <= 3)
        and coalesce(measured.first_level = 5, true)
        and coalesce(measured.dob_level > 2, true)
        and not measured.is_personal_mailbox as is_household_guarded,
        -- The letters are those of platform.md 4.5.
        measured.name_score >= 0.8
        and measured.is_dob_exact
        and (
            measured.address_score >= 0.85
            or (
                not measured.is_common_name
                and (measured.is_postal_equal or not measured.has_postals)
            )
        ) as meets_f1,
        measured.name_score >= 0.95
        and measured.is_dob_close
        and measured.address_score >= 0.85 as meets_f2,
        measured.is_dob_conflict as meets_v1,
        measured.shares_phone
        and not measured.shares_email
        and not measured.is_dob_exact
        and measured.address_score < 0.85 as meets_v2,
        (measured.shares_email or measured.shares_phone)
        and measured.first_score < 0.7
        and not measured.is_dob_exact as meets_v3,
        (measured.shares_email or measured.shares_phone)
        and measured.first_score < 0.7
        and measured.is_dob_exact as meets_v3d,
        (measured.shares_email or measured.shares_phone)
        and not measured.is_first_equivalent
        and measured.first_score >= 0.7
        and not measured.is_dob_exact as meets_v4,
        measured.has_minor and not measured.is_first_equivalent as meets_v7
    from measured
    cross join params
),

floored as (
    select
        *,
        greatest(
            least(raw_score, 1),
            case when meets_f1 then floor_one else 0 end,
            case when meets_f2 then floor_two else 0 end
        ) as floored_score,
        1 / (
            1 + pow(
                2,
                -(
                    prior_bits
                    {% for feature in fixed %}
                        + {{ feature }}_bits
                    {%- endfor %}
                )
            )
        ) as probability,
        case
            when is_household_guarded then 'household'
            when is_first_name_guarded then 'different_first_name'
            when is_dob_guarded then 'dob_conflict'
            when is_minor_guarded then 'minors'
            when is_contact_guarded then 'other_contacts'
            when is_name_guarded then 'name_only'
        end as guard
    from conditions
),

scored as (
    select
        *,
        cast(
            case
                when
                    meets_v1 or meets_v2 or meets_v3 or meets_v3d or meets_v4 or meets_v7
                    then least(floored_score, veto_cap)
                else floored_score
            end as decimal(5, 4)
        ) as score_appendix_b,
        nullif(
            concat_ws(
                ',',
                case when meets_f1 and raw_score < floor_one then 'F1' end,
                case
                    when meets_f2 and not meets_f1 and raw_score < floor_two then 'F2'
                end,
                case when meets_v3 then 'V3' end,
                {% for veto in ['v1', 'v2', 'v3d', 'v4', 'v7'] %}
                    case
                        when meets_{{ veto }} and not meets_v3 and floored_score > veto_cap
                            then '{{ veto | replace('v', 'V') }}'
                    end,
                {% endfor %}
                case when is_name_swapped then 'NAME_SWAPPED' end
            ),
            ''
        ) as rules_appendix_b,
        cast(
            round(
                case
                    when guard = 'household' then least(probability, guard_household_cap)
                    when guard is not null then least(probability, guard_cap)
                    else probability
                end,
                4
            ) as decimal(5, 4)
        ) as score_calibrated
    from floored
)

select
    pair_no,
    left_no,
    right_no,
    is_appendix_b,
    shares_email,
    shares_phone,
    cast(name_score as float) as name_score,
    cast(case when is_dob_exact then 1 when is_dob_close then 0.5 else 0 end as float) as dob_score,
    cast(address_score as float) as address_score,
    is_employer_equal,
    is_dob_conflict,
    is_handle_equal,
    is_domain_equal,
    is_phone_end_equal,
    cast(prior_bits as float) as prior_bits,
    {% for feature in fixed %}
        cast({{ feature }}_level as tinyint) as {{ feature }}_level,
        cast({{ feature }}_bits as float) as {{ feature }}_bits,
    {% endfor %}
    raw_score,
    score_appendix_b,
    rules_appendix_b,
    meets_v3 as is_household_appendix_b,
    meets_v1 or meets_v2 or meets_v3d or meets_v4 or meets_v7 as is_vetoed_appendix_b,
    -- One person by contact and name, when nobody else is reached there (platform.md 4.6, 2).
    is_first_equivalent
    and is_last_equivalent
    and not is_dob_conflict
    and (shares_email or (shares_phone and (is_dob_exact or address_score >= 0.85)))
        as is_deterministic,
    guard,
    cast(round(probability, 6) as double) as probability,
    score_calibrated
from scored
where
    probability >= keep_from
    or shares_email
    or shares_phone
    or (is_appendix_b and floored_score >= floor_two)
