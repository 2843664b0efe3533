{#- Which nodes hang together: every node with the smallest node it reaches. Reads as a table of node,
    root; nodes on no edge are not in it. The engine keeps one row per node while it walks.
    edges: a table or CTE with from_node and to_node (whole numbers), in either direction. -#}
{% macro connected(edges) -%}
    (
        with recursive

        both_ways as (
            select from_node, to_node from {{ edges }}
            union
            select to_node as from_node, from_node as to_node from {{ edges }}
        ),

        walked (node, root) using key (node) as (
            select from_node as node, least(from_node, min(to_node)) as root
            from both_ways
            group by from_node
            union
            select both_ways.to_node as node, min(walked.root) as root
            from walked
            inner join both_ways on walked.node = both_ways.from_node
            inner join recurring.walked as known on both_ways.to_node = known.node
            where walked.root < known.root
            group by both_ways.to_node
        )

        select node, root from walked
    )
{%- endmacro %}
