"""Data quality: what the rules found in the sources, and the tools to correct or set it aside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboard import downloads, pending, view, words
from dashboard.quality import (
    quality_bulk,
    quality_panel,
    quality_remediation,
    quality_state,
    queries_quality,
    words_quality,
)
from dashboard.quality.queries_quality import PAGE_SIZES, SORTS
from dashboard.release import OpenRelease
from dashboard.stepper import steps
from polaris import access, contract_fields, quality_export
from polaris.quality_rows import Fixes, Violation
from polaris.quality_search import Wanted

_LIST_HEIGHT = 640
_RULES_HEIGHT = 300
_NAMES = ("first_name", "last_name", "name", "title")
_SIZES: dict[str | None, str] = {str(size): f"{size} rows" for size in PAGE_SIZES}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    if queries_quality.is_empty(release):
        view.empty(
            "No finding",
            "The rules look at every row that is imported. **Import** a file to have something "
            "to look at; what cannot be right is listed here and nothing of it is lost.",
            ":material/verified:",
        )
        return
    waiting = pending.standing(context.settings)
    decided = quality_state.states(waiting)
    attempts = quality_remediation.tried(release, context.today)
    _cards(queries_quality.severities(release, decided), attempts)
    filters = view.Filters("quality", opened="finding")
    wanted, sort, size = _filters(release, filters, decided)
    if wanted.first_day and wanted.last_day and wanted.first_day > wanted.last_day:
        st.error("The first day lies after the last one.", icon=":material/error:")
        return
    _rules(release, filters, wanted)
    quality_remediation.draw(attempts)
    total = queries_quality.count(release, wanted)
    fixes = quality_state.fixes(context.settings)
    if not total:
        view.empty(
            "No finding fits these filters",
            "Nothing to do here. Choose another rule or status, or reset the filters.",
            ":material/task_alt:",
        )
        key = st.query_params.get("finding")
        if key is not None:
            with st.container(border=True):
                quality_panel.draw(context, release, key, waiting=waiting, fixes=fixes, after=None)
        return
    rows = queries_quality.page(release, wanted, filters.page_number(total, size), size, sort)
    keys = [row["violation_key"] for row in rows]
    key = st.query_params.get("finding") or keys[0]
    table_box, panel = st.columns([7, 5], gap="medium")
    with table_box:
        _list(context, rows, key, fixes)
        filters.pager(total, size, "finding")
        _export(context, release, wanted, total, fixes)
        quality_bulk.draw(context, release, wanted, fixes)
    with panel, st.container(border=True):
        after = steps("finding", key, keys)
        quality_panel.draw(context, release, key, waiting=waiting, fixes=fixes, after=after)


def _cards(counts: list[dict[str, Any]], attempts: list[dict[str, Any]]) -> None:
    def number(severity: str | None, *states: str) -> str:
        found = (
            row["finding_count"]
            for row in counts
            if row["state"] in states and severity in {None, row["severity"]}
        )
        return f"{sum(found):,}"

    open_ones = [
        (f"{words.SEVERITIES[code]}", number(code, "open"), hint)
        for code, hint in (
            ("error", "Open. The row reaches no table unless the rule says otherwise."),
            ("warn", "Open. The row is used, without what is wrong."),
            ("info", "Open. Worth a look."),
        )
    ]
    view.cards(
        [
            *open_ones,
            ("Stored", number(None, "fix_pending"), "Corrections, applied at the next build."),
            ("Set aside", number(None, "suppressed", "wont_fix"), "Suppressed, or never fixed."),
            ("Fixed", number(None, "fixed"), "By a correction or by the source."),
            quality_remediation.card(attempts),
        ]
    )


def _filters(
    release: OpenRelease, filters: view.Filters, decided: tuple[tuple[str, str], ...]
) -> tuple[Wanted, str, int]:
    rule_box, severity_box, state_box, entity_box, source_box = st.columns([2.6, 1.5, 2, 2, 1.8])
    with rule_box:
        codes = {
            code: words_quality.rule(code) for code in queries_quality.values(release, "rule_code")
        }
        rule = filters.choice("Rule", "rule", view.any_of("All rules", codes))
    with severity_box:
        severity = filters.choice(
            "Severity", "severity", view.any_of("All", words_quality.SEVERITIES)
        )
    with state_box:
        state = filters.choice("Status", "status", view.any_of("All", words_quality.STATES), "open")
    with entity_box:
        entity = _known(release, filters, "Kind of row", "entity_type", words_quality.ENTITIES)
    with source_box:
        source = _known(release, filters, "Source", "external_system", words_quality.SOURCES)
    run_box, start, end, sort_box, size_box = st.columns([3, 1.6, 1.6, 1.9, 1.3])
    with run_box:
        runs = {row["run_id"]: _run(row) for row in queries_quality.runs(release)}
        run = filters.choice("Run", "run", view.any_of("All runs", runs))
    with start:
        first_day = filters.day("Found from", "from", None)
    with end:
        last_day = filters.day("Found to", "to", None)
    with sort_box:
        orders: dict[str | None, str] = {name: name for name in SORTS}
        sort = filters.choice("Order", "order", orders, next(iter(SORTS)))
    with size_box:
        size = filters.choice("Page", "size", _SIZES, "50")
    text_box, reset_box = st.columns([8, 1.4], vertical_alignment="bottom")
    with text_box:
        text = filters.text("Search", "q", "Key or id of the record, rule or message")
    with reset_box:
        filters.reset_button()
    wanted = Wanted(
        rule=rule,
        severity=severity,
        entity=entity,
        source=source,
        run=run,
        state=state,
        first_day=first_day,
        last_day=last_day,
        text=text,
        decided=decided,
    )
    return wanted, sort or next(iter(SORTS)), int(size or 50)


def _known(
    release: OpenRelease, filters: view.Filters, label: str, column: str, names: dict[str, str]
) -> str | None:
    found = {code: words.label(code, names) for code in queries_quality.values(release, column)}
    name = "entity" if column == "entity_type" else "source"
    return filters.choice(label, name, view.any_of("All", found))


def _run(row: dict[str, Any]) -> str:
    return f"{words.moment(row['started_at'])}, {words.plain(row['file_name'] or row['source'])}"


def _rules(release: OpenRelease, filters: view.Filters, wanted: Wanted) -> None:
    """How many findings each rule has under the other filters; a click narrows to one rule."""
    import pandas as pd

    rows = queries_quality.rules(release, wanted)
    with st.expander(f"Findings per rule ({len(rows):,})", icon=":material/rule:"):
        codes = [row["rule_code"] for row in rows]
        frame = pd.DataFrame(
            {
                "show": ["Show"] * len(rows),
                "rule": [words_quality.rule(code) for code in codes],
                "severity": [
                    words.label(row["severity"], words_quality.SEVERITIES) for row in rows
                ],
                "message": [row["message"] for row in rows],
                **{
                    state: [row[f"{state}_count"] for row in rows] for state in words_quality.STATES
                },
            }
        )
        text, number = st.column_config.TextColumn, st.column_config.NumberColumn

        def narrowed() -> None:
            click = st.session_state.get("quality-rules-show")
            if click is not None:
                filters.put("rule", codes[click["row"]])

        show = st.column_config.ButtonColumn(
            "", width=58, type="tertiary", key="quality-rules-show", on_click=narrowed, pinned=True
        )
        columns = {
            "show": show,
            "rule": text("Rule", width=210),
            "severity": text("Severity", width=80),
            "message": text("What it says", width=380),
            **{state: number(name, width=96) for state, name in words_quality.STATES.items()},
        }
        height = min(_RULES_HEIGHT, 38 + 35 * max(1, len(rows)))
        view.table(frame, columns, height=height, key="quality-rules", alt="Findings per rule")


def _list(context: view.Context, rows: list[dict[str, Any]], key: str, fixes: Fixes) -> None:
    import pandas as pd

    keys = [row["violation_key"] for row in rows]
    frame = pd.DataFrame(
        {
            "open": ["\N{BLACK RIGHT-POINTING TRIANGLE}" if one == key else "Open" for one in keys],
            "rule": [words_quality.rule(row["rule_code"]) for row in rows],
            "severity": [words.label(row["severity"], words_quality.SEVERITIES) for row in rows],
            "entity": [words.label(row["entity_type"], words_quality.ENTITIES) for row in rows],
            "record": [words.plain(row["external_id"] or row["record_key"]) for row in rows],
            "preview": [_preview(context, row, fixes) for row in rows],
            "status": [
                words.label(row["state"], words_quality.STATES)
                + (" (stored)" if row["is_waiting"] else "")
                for row in rows
            ],
            "found": [
                words.day(found and words.site_day(found))
                for found in (row["first_seen_at"] for row in rows)
            ],
        }
    )
    text = st.column_config.TextColumn
    columns = {
        "open": view.open_column("quality", "finding", keys),
        "rule": text("Rule", width=142),
        "severity": text("Severity", width=68),
        "entity": text("Kind", width=92),
        "record": text("Record", width=164),
        "preview": text("Row", width=100),
        "status": text("Status", width=62),
        "found": text("First found", width=96),
    }
    # Only rows of files have a name and an address; the room is the id's where none of them has.
    if frame["preview"].notna().any():
        columns["record"] = text("Record", width=64)
    else:
        del columns["preview"]
    view.table(
        frame,
        columns,
        height=min(_LIST_HEIGHT, 38 + 35 * len(rows)),
        key=f"quality-list-{abs(hash(tuple(keys)))}",
        alt="Findings",
    )


def _preview(context: view.Context, row: dict[str, Any], fixes: Fixes) -> str | None:
    """Name, e-mail and phone of a row as this person may see them."""
    one = Violation(row)
    known = contract_fields.fields(one.entity)
    now = fixes.corrected(one, row["record_violations"])
    role = context.person.role
    seen = {
        name: text
        for name, value in now.items()
        if (text := contract_fields.masked(role, known[name], value)) != contract_fields.HIDDEN
    }
    name = " ".join(seen[part] for part in _NAMES if part in seen)
    shown = [name, seen.get("email", ""), seen.get("phone", "")]
    return " \N{MIDDLE DOT} ".join(words.plain(text) for text in shown if text) or None


def _export(
    context: view.Context, release: OpenRelease, wanted: Wanted, total: int, fixes: Fixes
) -> None:
    role = context.person.role
    if not access.may(role, "export"):
        return
    most = quality_export.most_rows(context.settings)

    def made() -> bytes:
        found = queries_quality.export(release, wanted, most)
        sheet = quality_export.sheet(found, fixes, role, dict(wanted.decided))
        downloads.log(context.person, "data-quality", "csv", len(sheet.lines), release.name)
        return quality_export.as_csv(sheet)

    st.download_button(
        "Export CSV",
        made,
        file_name=quality_export.file_name(datetime.now(UTC)),
        mime="text/csv",
        key="quality-csv",
        icon=":material/download:",
        on_click="ignore",
    )
    notes = []
    if total > most:
        notes.append(f"A file holds the newest {most:,} findings.")
    if context.may("view_birth_date_and_street"):
        notes.append("Corrected in a spreadsheet, it comes back with `polaris-load requeue FILE`.")
    else:
        notes.append(
            "What you may not read is masked in the file; a masked file cannot be requeued."
        )
    st.caption(" ".join(notes))


view.show(
    "Data quality",
    "What the rules found in the sources. Correct a row, or set a finding aside with a reason.",
    body,
    "view_health",
)
