"""The promotion checkpoint: may what was built be read?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from expectations.catalogue import BUCKETS, COUNTS, ENUMERATIONS, PERCENTAGES, PROGRESS_ROLLUPS
from expectations.continuity import nothing_vanished
from expectations.engine import Row, Rows, Rule, Suite, among, between, none_of
from expectations.integrity import core_tables, keys, references
from expectations.warehouse import Warehouse

# Below so many rows a share of them says nothing.
REJECTS_FEW_ROWS = 20

# platform.md 11.1, of one run's rows: what is usual, and what stops it.
REJECT_LIMITS = """
    select
        max(100.0 * value) filter (where config_key = 'reject.warn') as warn_pct,
        max(100.0 * value) filter (where config_key = 'reject.page') as max_pct
    from intermediate.int_decisions__config
"""

PARITY = """
    with
    placed as (
        select
            run_id,
            count(*) as bucket_count,
            count(distinct row_number) as placed_count,
            count(*) filter (where bucket = 'invalid') as invalid_count,
            -- A blank row says nothing that could be wrong.
            count(*) filter (where reason is distinct from 'blank_row') as evaluated_count
        from judged_buckets
        group by run_id
    ),
    unplaced as (
        select landed.run_id, count(*) as unplaced_count
        from judged_rows as landed
        anti join judged_buckets as buckets
            on landed.run_id = buckets.run_id and landed.row_number = buckets.row_number
        group by landed.run_id
    )
    select
        loads.run_id as subject,
        loads.file_name,
        loads.row_count,
        coalesce(placed.bucket_count, 0) as bucket_count,
        abs(loads.row_count - coalesce(placed.bucket_count, 0)) as difference_count,
        coalesce(unplaced.unplaced_count, 0) as unplaced_count,
        coalesce(placed.bucket_count - placed.placed_count, 0) as repeated_count,
        coalesce(placed.invalid_count, 0) as invalid_count,
        coalesce(placed.evaluated_count, 0) as evaluated_count,
        100.0 * placed.invalid_count / nullif(placed.evaluated_count, 0) as invalid_pct,
        cast($warn_pct as double) as warn_pct,
        cast($max_pct as double) as max_pct,
        -- One bad row alone never stops a file, however short it is (pathful.md G9). A few rows of
        -- a contract file are no rate either; they wait in the inbox to be corrected.
        invalid_count > 1
            and not (loads.source = 'csv' and placed.evaluated_count < $few_rows) as is_a_rate,
        case when is_a_rate then invalid_pct end as refusable_invalid_pct,
        case when not is_a_rate or invalid_pct <= $max_pct then invalid_pct end
            as tolerable_invalid_pct
    from judged_loads as loads
    left join placed on loads.run_id = placed.run_id
    left join unplaced on loads.run_id = unplaced.run_id
    order by subject
"""

IMPACT = """
    select
        'agg_virtual_impact.unique_teacher_count' as subject,
        attended.teacher_count as attended_teacher_count,
        case when attended.teacher_count > 0 then coalesce(impact.unique_teacher_count, 0) end
            as unique_teacher_count
    from (
        select count(distinct facts.teacher_key) as teacher_count
        from marts.fct_teacher_participation as facts
        inner join marts.dim_events as events on facts.event_key = events.event_key
        where
            events.status in ('Completed', 'Simulcast')
            and facts.attendance_status = 'Attended'
    ) as attended
    left join (
        select max(unique_teacher_count) as unique_teacher_count
        from marts.agg_virtual_impact
        where scope_type = 'all'
    ) as impact on true
"""


def suites(warehouse: Warehouse) -> list[Suite]:
    """Every suite of this checkpoint, in the order a person would ask."""
    tables = core_tables(warehouse)
    if tables.frame["missing_count"].any():
        return [tables]  # the others would only repeat that a table is missing
    return [
        tables,
        row_parity(warehouse),
        keys(warehouse),
        references(warehouse),
        enumerations(warehouse),
        ranges(warehouse),
        progress_totals(warehouse),
        impact(warehouse),
        nothing_vanished(warehouse),
    ]


def row_parity(warehouse: Warehouse) -> Suite:
    """Every landed row is in exactly one bucket, and few enough of them are invalid."""
    warn_pct, max_pct = (float(pct) for pct in warehouse.frame(REJECT_LIMITS).iloc[0])
    return Suite(
        "row_parity",
        warehouse.frame(
            PARITY, {"warn_pct": warn_pct, "max_pct": max_pct, "few_rows": REJECTS_FEW_ROWS}
        ),
        [
            Rule(
                "buckets_add_up_to_the_file",
                none_of("difference_count"),
                "{file_name} (run {subject}) has {row_count} rows but the import report accounts "
                "for {bucket_count}; the models lost or invented rows.",
                about="bucket",
            ),
            Rule(
                "every_row_has_a_bucket",
                none_of("unplaced_count"),
                "{unplaced_count} rows of {file_name} (run {subject}) are in no bucket of the "
                "import report.",
                about="row_number",
                offenders=_unplaced(warehouse),
            ),
            Rule(
                "no_row_has_two_buckets",
                none_of("repeated_count"),
                "{repeated_count} rows of {file_name} (run {subject}) are in more than one bucket "
                "of the import report.",
                about="row_number",
                offenders=_repeated(warehouse),
            ),
            Rule(
                "reject_rate_is_acceptable",
                between("refusable_invalid_pct", high=max_pct),
                "{invalid_count} of {evaluated_count} rows of {file_name} are invalid "
                "({invalid_pct} %, at most {max_pct} % are allowed); correct the rows below and "
                "import the file again.",
                about="bucket",
                count_column="invalid_count",
                offenders=_invalid(warehouse),
            ),
            Rule(
                "reject_rate_is_usual",
                between("tolerable_invalid_pct", high=warn_pct, blocks=False),
                "{invalid_count} of {evaluated_count} rows of {file_name} are invalid "
                "({invalid_pct} %, usually at most {warn_pct} %); look at their reasons.",
                about="bucket",
                count_column="invalid_count",
                offenders=_invalid(warehouse),
            ),
        ],
        of_loads=True,
    )


def enumerations(warehouse: Warehouse) -> Suite:
    """Published words are those of the interface: one subject per table, column and word.

    A word of the catalogue that ends with * stands for every word that begins so.
    """
    judged = {key: words for key, words in ENUMERATIONS.items() if warehouse.has(key[0], key[1])}
    parts = [
        f"""
        select '{table}' as table_name, '{column}' as column_name,
            {_word(column, words)} as word, count(*) as row_count
        from {table} where {column} is not null group by all
        """
        for (table, column), words in judged.items()
    ]
    parts.append(
        "select 'ops.import_rows', 'bucket', coalesce(bucket, 'null'), count(*) "
        "from judged_buckets group by all"
    )
    allowed = [f"{t}.{c} = {word}" for (t, c), words in judged.items() for word in words]
    allowed += [f"ops.import_rows.bucket = {word}" for word in BUCKETS]
    return Suite(
        "enumerations",
        warehouse.frame(
            f"""
            select *, table_name || '.' || column_name || ' = ' || word as subject
            from ({" union all ".join(parts)})
            """
        ),
        [
            Rule(
                "word_is_of_the_interface",
                among("subject", allowed),
                "{row_count} rows of {table_name} have {column_name} = {word}, a word the "
                "published interface does not have.",
                about="{table_name}.{column_name}",
                count_column="row_count",
            )
        ],
    )


def _word(column: str, words: Sequence[str]) -> str:
    """The column, with whatever begins like a word that ends with * folded into that word."""
    beginnings = [word for word in words if word.endswith("*")]
    cases = [f"when starts_with({column}, '{word[:-1]}') then '{word}'" for word in beginnings]
    return f"case {' '.join(cases)} else {column} end" if cases else column


def ranges(warehouse: Warehouse) -> Suite:
    """Counts are not negative and percentages lie within 0 and 100."""
    columns = [(t, c, "null") for t, names in COUNTS.items() for c in names]
    columns += [(t, c, f"max({c})") for t, names in PERCENTAGES.items() for c in names]
    parts = [
        f"select '{table}.{column}' as subject, cast(min({column}) as double) as lowest, "
        f"cast({highest} as double) as highest from {table}"
        for table, column, highest in columns
        if warehouse.has(table, column)
    ]
    return Suite(
        "ranges",
        warehouse.frame(" union all ".join(parts)),
        [
            Rule(
                "is_not_negative",
                between("lowest", low=0),
                "{subject} goes down to {lowest}; it counts something and cannot be below 0.",
                offenders=_outside(warehouse, "< 0"),
            ),
            Rule(
                "is_at_most_a_hundred",
                between("highest", high=100),
                "{subject} goes up to {highest}; it is a percentage and cannot be above 100.",
                offenders=_outside(warehouse, "> 100"),
            ),
        ],
    )


def progress_totals(warehouse: Warehouse) -> Suite:
    """Achieved, in progress and not started add up to the teachers of each roll-up."""
    condition = (
        "goals_achieved + goals_in_progress + goals_not_started is distinct from total_teachers"
    )
    parts = [
        f"select '{table}' as subject, count(*) filter (where {condition}) as unequal_count "
        f"from {table}"
        for table in PROGRESS_ROLLUPS
        if warehouse.has(table, "total_teachers")
    ]

    def offenders(row: Row) -> Rows:
        return warehouse.rows(
            f"""
            select district_key, virtual_year, period, total_teachers, goals_achieved,
                goals_in_progress, goals_not_started
            from {row["subject"]} where {condition} order by all
            """
        )

    return Suite(
        "progress_totals",
        warehouse.frame(" union all ".join(parts) or "select null as subject where false"),
        [
            Rule(
                "three_statuses_make_the_total",
                none_of("unequal_count"),
                "In {unequal_count} rows of {subject} achieved, in progress and not started do "
                "not add up to the number of teachers.",
                offenders=offenders,
            )
        ],
    )


def impact(warehouse: Warehouse) -> Suite:
    """Attended completed sessions must show up as unique teachers (pathful.md lesson 41)."""
    exists = warehouse.has("marts.agg_virtual_impact", "unique_teacher_count", "scope_type")
    return Suite(
        "impact",
        warehouse.frame(IMPACT if exists else "select null as subject where false"),
        [
            Rule(
                "attendance_reaches_the_impact_metrics",
                between("unique_teacher_count", low=1),
                "{attended_teacher_count} teachers attended completed sessions, but the impact "
                "report counts none.",
            )
        ],
    )


def _unplaced(warehouse: Warehouse) -> Callable[[Row], Rows]:
    def fetch(row: Row) -> Rows:
        return warehouse.rows(
            """
            select landed.run_id, landed.row_number
            from judged_rows as landed
            anti join judged_buckets as buckets
                on landed.run_id = buckets.run_id and landed.row_number = buckets.row_number
            where landed.run_id = $run_id
            order by landed.row_number
            """,
            {"run_id": row["subject"]},
        )

    return fetch


def _repeated(warehouse: Warehouse) -> Callable[[Row], Rows]:
    def fetch(row: Row) -> Rows:
        return warehouse.rows(
            """
            select run_id, row_number, string_agg(bucket, ', ' order by bucket) as buckets
            from judged_buckets
            where run_id = $run_id
            group by run_id, row_number
            having count(*) > 1
            order by row_number
            """,
            {"run_id": row["subject"]},
        )

    return fetch


def _invalid(warehouse: Warehouse) -> Callable[[Row], Rows]:
    def fetch(row: Row) -> Rows:
        return warehouse.rows(
            """
            select
                buckets.run_id,
                buckets.row_number,
                buckets.reason as rule_code,
                case buckets.reason when 'bad_date' then raw.date when 'invalid_status'
                    then raw.status end as value
            from judged_buckets as buckets
            inner join judged_loads as loads on buckets.run_id = loads.run_id
            left join raw_pathful.session_report as raw
                on
                    loads.report_type = 'session_report'
                    and loads.rows_run_id = raw.run_id
                    and buckets.row_number = raw.row_number
            where buckets.run_id = $run_id and buckets.bucket = 'invalid'
            order by buckets.row_number
            """,
            {"run_id": row["subject"]},
        )

    return fetch


def _outside(warehouse: Warehouse, test: str) -> Callable[[Row], Rows]:
    def fetch(row: Row) -> Rows:
        from expectations.catalogue import KEYS

        table, _, column = row["subject"].rpartition(".")
        shown = ", ".join((*KEYS[table], column))
        return warehouse.rows(f"select {shown} from {table} where {column} {test} order by all")

    return fetch
