"""The landing checkpoint: did every load arrive whole, and is it plausible?"""

from __future__ import annotations

from collections.abc import Callable

from expectations.engine import Row, Rows, Rule, Suite, between, none_of
from expectations.warehouse import Warehouse

# A date column in which nothing parses never lands; one in which most does not is the wrong
# column, and some that does not is worth a word. Single bad dates are the reject rate's matter.
PARSED_DATES_MIN_PCT = 50.0
PARSED_DATES_USUAL_PCT = 95.0

ARRIVAL = """
    select
        loads.run_id as subject,
        any_value(loads.file_name) as file_name,
        any_value(loads.row_count) as row_count,
        count(landed.row_number) as landed_count,
        abs(any_value(loads.row_count) - count(landed.row_number)) as missing_count,
        count(landed.row_number) - count(distinct landed.row_number) as repeated_count,
        count(*) filter (where landed.is_of_another_file) as foreign_count,
        count(*) filter (where landed.is_payload_broken) as broken_payload_count
    from judged_loads as loads
    left join judged_rows as landed on loads.run_id = landed.run_id
    group by loads.run_id
    order by subject
"""

HEADERS = """
    with
    loads as (
        select
            *,
            from_json(present_columns, '["VARCHAR"]') as present,
            case
                when present_columns like '%"virtual_sheet"%' then 'virtual_sheet'
                else report_type
            end as layout
        from judged_loads
        where present_columns is not null
    )
    select
        loads.run_id as subject,
        loads.file_name,
        count(distinct headers.canonical) as missing_count,
        string_agg(distinct headers.canonical, ', ' order by headers.canonical) as missing_columns
    from loads
    left join seeds.map_report_headers as headers
        on
            loads.layout = headers.report_type
            and headers.is_required
            and not list_contains(loads.present, headers.canonical)
    group by all
    order by subject
"""

PLAUSIBILITY = """
    with
    dated as (
        select
            run_id,
            max(session_date) as latest_date,
            count(*) filter (where is_in_scope) as own_partner_count,
            count(*) filter (where invalid_reason = 'bad_date') as bad_date_count,
            count(*) filter (where invalid_reason = 'bad_date' or session_date is not null)
                as dated_count
        from intermediate.int_pathful__session_rows
        where
            run_id in (
                select unnest([rows_run_id, previous_rows_run_id])
                from judged_loads
                where report_type = 'session_report'
            )
        group by run_id
    )
    select
        loads.run_id as subject,
        loads.file_name,
        loads.row_count,
        loads.previous_row_count,
        loads.previous_row_count - loads.row_count as fewer_count,
        this.latest_date,
        previous.latest_date as previous_latest_date,
        previous.latest_date - this.latest_date as days_behind,
        case
            when loads.report_type = 'session_report' and loads.row_count > 0
                then coalesce(this.own_partner_count, 0)
        end as own_partner_count,
        this.bad_date_count,
        100.0 * (this.dated_count - this.bad_date_count) / nullif(this.dated_count, 0)
            as parsed_dates_pct,
        case when parsed_dates_pct >= $parsed_dates_min_pct then parsed_dates_pct end
            as tolerable_dates_pct
    from judged_loads as loads
    left join dated as this
        on loads.rows_run_id = this.run_id and loads.report_type = 'session_report'
    left join dated as previous
        on loads.previous_rows_run_id = previous.run_id and loads.report_type = 'session_report'
    order by subject
"""


def suites(warehouse: Warehouse) -> list[Suite]:
    """Every suite of this checkpoint, in the order a person would ask."""
    return [arrived_whole(warehouse), required_columns(warehouse), plausible(warehouse)]


def arrived_whole(warehouse: Warehouse) -> Suite:
    """As many rows as the load says, each once, each of that file, each with its payload."""
    return Suite(
        "arrived_whole",
        warehouse.frame(ARRIVAL),
        [
            Rule(
                "row_count_equals_the_load",
                none_of("missing_count"),
                "{file_name} (run {subject}) announced {row_count} rows but {landed_count} "
                "landed; import the file again.",
                about="row_count",
            ),
            Rule(
                "row_number_is_unique",
                none_of("repeated_count"),
                "{file_name} (run {subject}) holds {repeated_count} spreadsheet rows more than "
                "once; import the file again.",
                about="row_number",
                offenders=_landed(warehouse, "true", "having count(*) > 1"),
            ),
            Rule(
                "rows_are_of_this_file",
                none_of("foreign_count"),
                "{foreign_count} rows of run {subject} carry another file's fingerprint than "
                "{file_name}; exclude the load and import the file again.",
                about="file_sha256",
                offenders=_landed(warehouse, "is_of_another_file"),
            ),
            Rule(
                "payload_is_json",
                none_of("broken_payload_count"),
                "{broken_payload_count} rows of {file_name} (run {subject}) lost their original "
                "values and could not be replayed; import the file again.",
                about="payload",
                offenders=_landed(warehouse, "is_payload_broken"),
            ),
        ],
        of_loads=True,
    )


def required_columns(warehouse: Warehouse) -> Suite:
    """Every required column of the report was in the file (the header seed says which)."""
    return Suite(
        "required_columns",
        warehouse.frame(HEADERS),
        [
            Rule(
                "required_columns_are_present",
                none_of("missing_count"),
                "{file_name} (run {subject}) has no column for {missing_columns}; export the "
                "report again with all its columns.",
                about="present_columns",
            )
        ],
        of_loads=True,
    )


def plausible(warehouse: Warehouse) -> Suite:
    """Measured against the last load of its kind and against the partner it should be about."""
    return Suite(
        "plausible",
        warehouse.frame(PLAUSIBILITY, {"parsed_dates_min_pct": PARSED_DATES_MIN_PCT}),
        [
            Rule(
                "row_count_reaches_the_last_load",
                between("fewer_count", high=0, blocks=False),
                "{file_name} has {row_count} rows, {fewer_count} fewer than the last file of its "
                "kind ({previous_row_count}); check that it is not an older or a partial export.",
                about="row_count",
            ),
            Rule(
                "latest_date_reaches_the_last_load",
                between("days_behind", high=0, blocks=False),
                "The latest session in {file_name} is {days_behind} days earlier than in the last "
                "file of its kind; check that it is not an older export.",
                about="date",
            ),
            Rule(
                "some_rows_are_of_our_partner",
                between("own_partner_count", low=1, blocks=False),
                "None of the {row_count} rows of {file_name} belong to our partner, so all of "
                "them were skipped; check which partner was exported.",
                about="partner",
            ),
            Rule(
                "dates_parse",
                between("parsed_dates_pct", low=PARSED_DATES_MIN_PCT),
                "Only {parsed_dates_pct} % of the dates in {file_name} (run {subject}) can be "
                "read; correct the Date column and import the file again.",
                about="date",
                count_column="bad_date_count",
                offenders=_bad_dates(warehouse),
            ),
            Rule(
                "nearly_all_dates_parse",
                between("tolerable_dates_pct", low=PARSED_DATES_USUAL_PCT, blocks=False),
                "{bad_date_count} dates in {file_name} cannot be read; those rows are listed as "
                "invalid.",
                about="date",
                count_column="bad_date_count",
                offenders=_bad_dates(warehouse),
            ),
        ],
        of_loads=True,
    )


def _landed(warehouse: Warehouse, condition: str, having: str = "") -> Callable[[Row], Rows]:
    def fetch(row: Row) -> Rows:
        return warehouse.rows(
            f"""
            select run_id, row_number, count(*) as copies
            from judged_rows
            where run_id = $run_id and {condition}
            group by all {having}
            order by row_number
            """,
            {"run_id": row["subject"]},
        )

    return fetch


def _bad_dates(warehouse: Warehouse) -> Callable[[Row], Rows]:
    def fetch(row: Row) -> Rows:
        return warehouse.rows(
            """
            select loads.run_id, landed.row_number, 'bad_date' as rule_code, raw.date as value
            from judged_loads as loads
            inner join intermediate.int_pathful__session_rows as landed
                on loads.rows_run_id = landed.run_id and landed.invalid_reason = 'bad_date'
            inner join raw_pathful.session_report as raw
                on landed.run_id = raw.run_id and landed.row_number = raw.row_number
            where loads.run_id = $run_id
            order by landed.row_number
            """,
            {"run_id": row["subject"]},
        )

    return fetch
