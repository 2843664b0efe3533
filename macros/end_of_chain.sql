{#- Where each key ends when decisions send it on: A to B and B to C makes A end at C. A key that
    sends to itself or round a circle stays what it is. Reads as a table of from_key, to_key.
    edges: name of a CTE with from_key and to_key, at most one row per from_key. -#}
{% macro end_of_chain(edges) -%}
    (
        with recursive

        hops as (
            select from_key, to_key, count(*) over () as hop_limit
            from {{ edges }}
        ),

        walks as (
            select from_key, to_key, hop_limit, 1 as hop
            from hops
            union all
            select walks.from_key, hops.to_key, walks.hop_limit, walks.hop + 1 as hop
            from walks
            inner join hops on walks.to_key = hops.from_key
            where walks.hop < walks.hop_limit and walks.from_key <> walks.to_key
        ),

        circles as (select distinct from_key from walks where from_key = to_key),

        open_hops as (
            select hops.from_key
            from hops
            left join circles on hops.from_key = circles.from_key
            where circles.from_key is null
        )

        select walks.from_key, min_by(walks.to_key, walks.hop) as to_key
        from walks
        inner join open_hops on walks.from_key = open_hops.from_key
        left join open_hops as next_hops on walks.to_key = next_hops.from_key
        where next_hops.from_key is null
        group by walks.from_key
    )
{%- endmacro %}
