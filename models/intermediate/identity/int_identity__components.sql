{#- Which records are one person (identity.md 4). What a person joined comes first; where that
    contradicts what a person told apart, its records stay alone and say so. Then four rungs of
    scores: a group that would hold two who must stay apart, by decision or by unrelated dates of
    birth, is not made at that rung, and only its records try the next one. One row per record that
    any edge touches; root_no is the oldest record of its person. -#}
{%- set rungs = ['auto_threshold', 'rung_two', 'rung_three', 'rung_four'] -%}
with

edges as (select * from {{ ref('int_identity__edges') }}),
records as (select * from {{ ref('int_identity__records') }}),
params as {{ match_params(rungs) }},

touched as (
    select left_no as record_no from edges
    union
    select right_no as record_no from edges
),

musts as (
    select
        left_no as from_node,
        right_no as to_node
    from edges
    where kind = 'must'
),

must_groups as {{ connected('musts') }},

grouped as (
    select
        touched.record_no,
        coalesce(must_groups.root, touched.record_no) as group_no,
        records.dob
    from touched
    inner join records on touched.record_no = records.record_no
    left join must_groups on touched.record_no = must_groups.node
),

contradicted as (
    select distinct one.group_no
    from edges
    inner join grouped as one on edges.left_no = one.record_no
    inner join grouped as other on edges.right_no = other.record_no
    where edges.kind = 'cannot' and one.group_no = other.group_no
),

nodes as (
    select
        grouped.record_no,
        case
            when contradicted.group_no is null then grouped.group_no else grouped.record_no
        end as node,
        grouped.dob,
        contradicted.group_no is not null as is_contradicted
    from grouped
    left join contradicted on grouped.group_no = contradicted.group_no
),

links as (
    select
        least(one.node, other.node) as from_node,
        greatest(one.node, other.node) as to_node,
        max(edges.strength) as strength
    from edges
    inner join nodes as one on edges.left_no = one.record_no
    inner join nodes as other on edges.right_no = other.record_no
    where edges.kind = 'auto' and one.node <> other.node
    group by least(one.node, other.node), greatest(one.node, other.node)
),

told_apart as (
    select distinct
        one.node as one_node,
        other.node as other_node
    from edges
    inner join nodes as one on edges.left_no = one.record_no
    inner join nodes as other on edges.right_no = other.record_no
    where edges.kind = 'cannot' and one.node <> other.node
),

node_births as (
    select distinct
        node,
        dob
    from nodes
    where dob is not null
),

open_1 as (select distinct node from nodes),

{% for rung in rungs %}
    {%- set n = loop.index %}
    links_{{ n }} as (
        select
            links.from_node,
            links.to_node
        from links
        inner join open_{{ n }} as here on links.from_node = here.node
        inner join open_{{ n }} as there on links.to_node = there.node
        cross join params
        where links.strength >= params.{{ rung }}
    ),

    walked_{{ n }} as {{ connected('links_' ~ n) }},

    births_{{ n }} as (
        select distinct
            walked_{{ n }}.root,
            node_births.node,
            node_births.dob
        from walked_{{ n }}
        inner join node_births on walked_{{ n }}.node = node_births.node
    ),

    refused_{{ n }} as (
        select
            one.root,
            'decision' as reason
        from told_apart
        inner join walked_{{ n }} as one on told_apart.one_node = one.node
        inner join walked_{{ n }} as other on told_apart.other_node = other.node
        where one.root = other.root
        union all
        select
            one.root,
            'date_of_birth' as reason
        from births_{{ n }} as one
        inner join births_{{ n }} as other on one.root = other.root and one.node < other.node
        where {{ dob_level('one.dob', 'other.dob') }} = 5
    ),

    open_{{ n + 1 }} as (
        select
            walked_{{ n }}.node,
            min(refused_{{ n }}.reason) as reason
        from walked_{{ n }}
        inner join refused_{{ n }} on walked_{{ n }}.root = refused_{{ n }}.root
        group by walked_{{ n }}.node
    ),
{% endfor %}

settled as (
    {% for rung in rungs %}
        {%- set n = loop.index %}
        select
            walked_{{ n }}.node,
            walked_{{ n }}.root
        from walked_{{ n }}
        left join open_{{ n + 1 }} on walked_{{ n }}.node = open_{{ n + 1 }}.node
        where open_{{ n + 1 }}.node is null
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    nodes.record_no,
    min(nodes.record_no) over (
        partition by coalesce(settled.root, nodes.node)
    ) as root_no,
    case
        when nodes.is_contradicted then 'contradiction'
        else open_2.reason
    end as held_apart_reason
from nodes
left join settled on nodes.node = settled.node
left join open_2 on nodes.node = open_2.node
