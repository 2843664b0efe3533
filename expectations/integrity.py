"""Suites over the published tables as a whole: present, keyed, and referring to what exists."""

from __future__ import annotations

from expectations.catalogue import CORE, KEYS, REFERENCES
from expectations.engine import Row, Rows, Rule, Suite, none_of
from expectations.warehouse import Warehouse

IMPORT_ROW_REFERENCES = (
    """
    select
        'ops.import_rows.event_key' as subject, 'judged_buckets' as table_name,
        'event_key' as column_name, 'marts.dim_events' as parent_name,
        'event_key' as parent_column, count(*) as orphan_count
    from judged_buckets as child
    anti join marts.dim_events as parent on child.event_key = parent.event_key
    where child.event_key is not null
    """,
    """
    select
        'ops.import_rows.run_id' as subject, 'ops.import_rows' as table_name,
        'run_id' as column_name, 'landed_runs' as parent_name,
        'run_id' as parent_column, count(*) as orphan_count
    from ops.import_rows as child
    anti join landed_runs as parent on child.run_id = parent.run_id
    """,
)


def core_tables(warehouse: Warehouse) -> Suite:
    """The tables without which a release is no release were built, with their key columns."""
    import pandas as pd

    found = [
        (table, 0 if warehouse.has(table, *KEYS[table]) else 1)
        for table in KEYS
        if table in CORE or table in warehouse.tables
    ]
    return Suite(
        "core_tables",
        pd.DataFrame(found, columns=["subject", "missing_count"]),
        [
            Rule(
                "table_is_built",
                none_of("missing_count"),
                "{subject} is not in the warehouse, or without its key columns; run: "
                "polaris-load build",
            )
        ],
    )


def keys(warehouse: Warehouse) -> Suite:
    """The key of every published table is unique and complete."""
    parts = []
    for table, columns in KEYS.items():
        if not warehouse.has(table, *columns):
            continue
        nulls = " or ".join(f"{column} is null" for column in columns)
        names = ", ".join(columns)
        parts.append(
            f"""
            select
                '{table}' as subject,
                '{names}' as key_columns,
                count(*) filter (where {nulls}) as null_count,
                count(*) filter (where not ({nulls}))
                - count(distinct ({names})) filter (where not ({nulls})) as repeated_count
            from {table}
            """
        )

    def incomplete(row: Row) -> Rows:
        nulls = " or ".join(f"{column} is null" for column in row["key_columns"].split(", "))
        return warehouse.rows(
            f"select {row['key_columns']} from {row['subject']} where {nulls} order by all"
        )

    def repeated(row: Row) -> Rows:
        return warehouse.rows(
            f"""
            select {row["key_columns"]}, count(*) as copies
            from {row["subject"]}
            where {" and ".join(f"{name} is not null" for name in row["key_columns"].split(", "))}
            group by all having count(*) > 1 order by all
            """
        )

    return Suite(
        "keys",
        warehouse.frame(" union all ".join(parts)),
        [
            Rule(
                "key_is_unique",
                none_of("repeated_count"),
                "{repeated_count} rows of {subject} repeat the key of another row ({key_columns}).",
                about="{subject}.{key_columns}",
                offenders=repeated,
            ),
            Rule(
                "key_is_not_null",
                none_of("null_count"),
                "{null_count} rows of {subject} lack their key ({key_columns}).",
                about="{subject}.{key_columns}",
                offenders=incomplete,
            ),
        ],
    )


def references(warehouse: Warehouse) -> Suite:
    """Every key that points to another table points to a row that exists.

    Import rows must belong to a load that still is there: a load that was taken out may leave
    nothing behind.
    """
    parts = [
        f"""
        select
            '{table}.{column}' as subject,
            '{table}' as table_name,
            '{column}' as column_name,
            '{parent}' as parent_name,
            '{parent_key}' as parent_column,
            count(*) as orphan_count
        from {table} as child
        anti join {parent} as parent on child.{column} = parent.{parent_key}
        where child.{column} is not null
        """
        for (table, column), (parent, parent_key) in REFERENCES.items()
        if warehouse.has(table, column) and warehouse.has(parent, parent_key)
    ]
    parts += IMPORT_ROW_REFERENCES

    def orphans(row: Row) -> Rows:
        return warehouse.rows(
            f"""
            select distinct child.{row["column_name"]}, count(*) as row_count
            from {row["table_name"]} as child
            anti join {row["parent_name"]} as parent
                on child.{row["column_name"]} = parent.{row["parent_column"]}
            where child.{row["column_name"]} is not null
            group by all order by all
            """
        )

    return Suite(
        "references",
        warehouse.frame(" union all ".join(parts)),
        [
            Rule(
                "reference_resolves",
                none_of("orphan_count"),
                "{orphan_count} rows point through {subject} to a row of {parent_name} that does "
                "not exist.",
                offenders=orphans,
            )
        ],
    )
