"""Completeness: which fields of the records have a value, and records to look at."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import downloads, view, words
from dashboard.quality import completeness_samples as samples
from dashboard.quality import queries_completeness
from dashboard.quality import words_completeness as said
from dashboard.release import OpenRelease

Row = dict[str, Any]

_SIZES: dict[str | None, str] = {None: "As fits"} | {str(one): f"{one}" for one in (10, 20, 30, 50)}
_HEADS = {
    "kind": "Kind",
    "field": "Field",
    "value_count": "With a value",
    "total": "Records",
    "share": "Share",
    "status": "Status",
    "counts": "Counts",
}


def body(context: view.Context) -> None:
    """The page below its stamp."""
    release = context.release
    if release is None:
        view.no_release()
        return
    if not queries_completeness.fields(release, None):
        view.empty(
            "Nothing to measure yet",
            "**Import** people or sessions first; then this page says which of their fields "
            "have a value.",
            ":material/rule:",
        )
        return
    filters = view.Filters("completeness")
    names = queries_completeness.organizations(release)
    left, middle, right, reset = st.columns([3, 2, 1.4, 1.4], vertical_alignment="bottom")
    with left:
        options = view.any_of("All organizations", names)
        organization = filters.choice("Organization", "organization", options)
    rows = queries_completeness.fields(release, organization)
    kinds = {row["entity_type"]: row for row in rows}
    with middle:
        labels = {code: label for code, label in said.KINDS.items() if code in kinds}
        options = dict(labels.items())
        kind = filters.choice("Kind of record", "kind", options, next(iter(labels)))
    with right:
        asked = filters.choice("Sample", "sample", _SIZES)
    with reset:
        filters.reset_button()
    kind = kind or next(iter(labels))
    _scores(rows[0], kinds, labels, is_one=organization is not None)
    found = queries_completeness.samples(release, kind, organization)
    total = kinds[kind]["total_count"]
    wanted = samples.size(total, int(asked) if asked else None)
    called = queries_completeness.names(release, kind, [row["record_key"] for row in found])
    sample = samples.frame(samples.chosen(found, wanted), called)
    odd_rows = sorted(
        (row for row in found if row["edge_place"]), key=lambda row: row["edge_place"]
    )
    odd = samples.frame(odd_rows, called)
    own = [row for row in rows if row["entity_type"] == kind]
    boxes = st.tabs([f"Fields of {said.KINDS[kind].lower()}", "Sample", "Odd records"])
    with boxes[0]:
        _fields(own)
    with boxes[1]:
        if sample.empty:
            st.markdown(
                "No record of this organization was chosen."
                if organization is not None
                else "There is none, or your role does not read single records of this kind."
            )
        else:
            st.caption(samples.said_of(found, len(sample)))
            samples.table(sample, "Sample")
    with boxes[2]:
        _odd(odd, odd_rows)
    _exports(context, release, rows, {"Sample": sample, "Odd records": odd})


def _scores(first: Row, kinds: dict[str, Row], labels: dict[str, str], *, is_one: bool) -> None:
    whose = "this organization" if is_one else "everybody"
    score = first["overall_score_pct"]
    with st.container(horizontal=True, vertical_alignment="center", gap="large"):
        st.metric(
            "Health score",
            _share(score),
            help="The mean of the kinds, each weighted by its records; nobody is counted twice.",
            border=True,
            width=220,
        )
        if first["overall_status"] is not None:
            code = first["overall_status"]
            badge = view.status_badge(said.STATUSES[code], said.STATUS_KINDS[code])
            st.markdown(
                f"{badge} for {whose}.  \nGood from 80 %, a warning from 50 %, else critical. "
                "An empty text is no value, a zero is one."
            )
    frame = pd.DataFrame(
        {
            "kind": list(labels.values()),
            "score": [kinds[code]["entity_score_pct"] for code in labels],
            "status": [said.STATUSES.get(kinds[code]["entity_status"]) for code in labels],
            "total": [kinds[code]["total_count"] for code in labels],
            "weight": [kinds[code]["counted_count"] for code in labels],
        }
    )
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    view.table(
        frame,
        {
            "kind": text("Kind of record", width=220),
            "score": _bar("Score"),
            "status": text("Status", width=120),
            "total": number("Records", format="localized", width=120),
            "weight": number(
                "Counted in the health score",
                format="localized",
                width=220,
                help="A person of several kinds counts once: as a volunteer, else as a student, "
                "a teacher, a contact, a user.",
            ),
        },
        height="content",
        alt="Kinds of records",
    )


def _fields(rows: list[Row]) -> None:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    view.table(
        _frame(rows),
        {
            "field": text(_HEADS["field"], width=220),
            "share": _bar(_HEADS["share"]),
            "status": text(_HEADS["status"], width=120),
            "value_count": number(_HEADS["value_count"], format="localized", width=130),
            "total": number(_HEADS["total"], format="localized", width=120),
            "counts": text(_HEADS["counts"], width=260),
        },
        height="content",
        alt="Fields",
    )


def _odd(data: pd.DataFrame, rows: list[Row]) -> None:
    if data.empty:
        st.markdown("Nothing odd was found among these records.")
        return
    st.caption(f"{words.counted(len(data), 'record')} of {rows[0]['edge_count']:,} that are odd.")
    samples.table(data, "Odd records")


def _bar(title: str) -> Any:
    return st.column_config.ProgressColumn(
        title, format="%.2f %%", min_value=0, max_value=100, width=200
    )


def _share(value: Any) -> str:
    return words.DASH if words.is_missing(value) else f"{value:.2f} %"


def _frame(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kind": [said.KINDS[row["entity_type"]] for row in rows],
            "field": [said.field(row["field"]) for row in rows],
            "value_count": [row["with_value_count"] for row in rows],
            "total": [row["total_count"] for row in rows],
            "share": [row["rate_pct"] for row in rows],
            "status": [said.STATUSES[row["status"]] for row in rows],
            "counts": [
                "Yes" if row["is_enabled"] else "No, switched off in the settings" for row in rows
            ],
        },
        columns=list(_HEADS),
    )


def _exports(
    context: view.Context, release: OpenRelease, rows: list[Row], tables: dict[str, pd.DataFrame]
) -> None:
    def sheets() -> list[downloads.Sheet]:
        return [
            downloads.sheet_of("Fields", _frame(rows), _HEADS),
            *(samples.sheet(title, data) for title, data in tables.items()),
        ]

    downloads.buttons(context.person, "Completeness", "completeness", sheets, with_json=True)


view.show("Completeness", "Which fields of the records have a value.", body, "view_health")
