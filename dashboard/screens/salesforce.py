"""Salesforce: how fresh each object is, what came, what agrees, and who owns which field."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import downloads, view, words, words_crm
from dashboard.release import OpenRelease
from dashboard.runs import queries_trends
from dashboard.sessions import words_events
from dashboard.sources import crm_objects, crm_sync, queries_salesforce, sample

_TABS = ("Objects", "Counts that must agree", "Where records went", "Fields", "Who owns what")

Row = dict[str, Any]


def body(context: view.Context) -> None:
    """The page below its stamp."""
    crm_sync.panel(context)
    release = context.release
    if release is None:
        view.no_release()
        return
    objects = queries_salesforce.objects(release)
    if not objects or all(row["status"] == "never" for row in objects):
        view.empty(
            "Salesforce has not been read yet",
            "Set the login of Salesforce on the server, then press **Sync now**, or run "
            "`polaris-load salesforce`. Everything else works without it.",
            ":material/cloud_off:",
        )
        return
    checks = queries_salesforce.checks(release)
    newest = queries_trends.newest_day(release, context.today)
    _summary(context, objects, checks)
    boxes = st.tabs(list(_TABS))
    with boxes[0]:
        crm_objects.cards(
            objects,
            queries_salesforce.last_days(release, newest),
            queries_salesforce.newest_loads(release),
            newest,
        )
    with boxes[1]:
        _checks(checks)
    with boxes[2]:
        _outcomes(queries_salesforce.outcomes(release))
    with boxes[3]:
        _fields(objects, queries_salesforce.unmapped(release))
    with boxes[4]:
        _owners(queries_salesforce.owners(release))
    downloads.buttons(
        context.person, "Salesforce", "salesforce", lambda: _sheets(release, objects, checks)
    )


def _summary(context: view.Context, objects: list[Row], checks: list[Row]) -> None:
    old = [row for row in objects if row["status"] in {"stale", "page"}]
    wrong = [row for row in checks if not row["is_within_tolerance"]]
    fresh = sum(row["status"] == "fresh" for row in objects)
    view.cards(
        [
            ("Objects up to date", f"{fresh:,} of {len(objects):,}", None),
            (
                "Getting old",
                words.number(len(old)),
                "Read up to a moment longer ago than the settings of Source health allow.",
            ),
            (
                "New in the last load",
                words.number(sum(row["rows_inserted"] or 0 for row in objects)),
                "Records never seen before, of each object's last load.",
            ),
            (
                "Changed in the last load",
                words.number(sum(row["rows_updated"] or 0 for row in objects)),
                "Records that differ from what was here.",
            ),
            (
                "Counts that disagree",
                words.number(len(wrong)),
                "Beyond the tolerance; see the second tab.",
            ),
        ]
    )
    if old:
        names = ", ".join(words.inert(row["label"]) for row in old)
        st.warning(
            f"**Getting old: {names}.** Numbers from there may be behind Salesforce. "
            "Sync now, or see on the page Runs why the last one failed.",
            icon=":material/schedule:",
        )
        sample.old(context.settings)


def _checks(rows: list[Row]) -> None:
    st.markdown("A count that disagrees means records were lost or doubled on the way.")
    if not rows:
        st.markdown("Nothing has been counted yet.")
        return
    frame = pd.DataFrame(
        {
            "state": ["Agrees" if row["is_within_tolerance"] else "Disagrees" for row in rows],
            "check": [words.label(row["check_name"], words_crm.CHECKS) for row in rows],
            "object": [_object(row) for row in rows],
            "theirs": [row["source_count"] for row in rows],
            "ours": [row["warehouse_count"] for row in rows],
            "difference": [row["difference_count"] for row in rows],
            "share": [words.percent(row["difference_pct"]) for row in rows],
            "when": [words.moment(row["checked_at"]) for row in rows],
        }
    )
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    view.table(
        frame,
        {
            "state": text("State", width=100),
            "check": text("Check", width=230),
            "object": text("Object", width=190),
            "theirs": number("Should be", format="localized", width=110),
            "ours": number("Is", format="localized", width=110),
            "difference": number("Difference", format="localized", width=110),
            "share": text("Share", width=80),
            "when": text("Counted", width=210),
        },
        height="content",
        alt="Counts that must agree",
    )


def _object(row: Row) -> str:
    return words.label(row["object_name"], words_crm.OBJECTS)


def _outcomes(rows: list[Row]) -> None:
    st.markdown(
        "Every record that was read ends in exactly one line, so that nothing is lost in silence."
    )
    if not rows:
        st.markdown("No record has been read yet.")
        return
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["object_name"]] = totals.get(row["object_name"], 0) + row["row_count"]
    frame = pd.DataFrame(
        {
            "object": [_object(row) for row in rows],
            "outcome": [words.label(row["outcome"], words_crm.OUTCOMES) for row in rows],
            "count": [row["row_count"] for row in rows],
            "share": [100 * row["row_count"] / totals[row["object_name"]] for row in rows],
        }
    )
    view.table(
        frame,
        {
            "object": st.column_config.TextColumn("Object", width=200),
            "outcome": st.column_config.TextColumn("What became of them", width=420),
            "count": st.column_config.NumberColumn("Records", format="localized", width=120),
            "share": st.column_config.ProgressColumn(
                "Share", min_value=0, max_value=100, format="%.1f %%", width=220
            ),
        },
        height="content",
        alt="Where records went",
    )


def _fields(objects: list[Row], unmapped: list[Row]) -> None:
    st.markdown("#### Fields that are gone")
    gone = {row["label"]: crm_objects.texts(row["missing_fields_json"]) for row in objects}
    gone = {label: names for label, names in gone.items() if names}
    if not gone:
        st.markdown("Every field that is asked for is there.")
    for label, names in gone.items():
        st.markdown(f"- **{words.inert(label)}**: {words.inert(', '.join(names))}")
    st.markdown("#### Fields that nothing here reads")
    if not unmapped:
        st.markdown("None.")
        return
    frame = pd.DataFrame(
        {
            "object": [_object(row) for row in unmapped],
            "label": [row["label"] for row in unmapped],
            "name": [row["field_name"] for row in unmapped],
            "custom": ["Ours" if row["is_custom"] else "Standard" for row in unmapped],
        }
    )
    text = st.column_config.TextColumn
    view.table(
        frame,
        {
            "object": text("Object", width=220),
            "label": text("Called", width=330),
            "name": text("Name in Salesforce", width=330),
            "custom": text("Made by", width=110),
        },
        alt="Fields that nothing here reads",
    )


def _owners(rows: list[Row]) -> None:
    st.markdown(
        "Each field has one owner. What staff decide here stands over the owner's word only where "
        "the third column says so."
    )
    view.table(
        _owner_frame(rows),
        {
            "entity": st.column_config.TextColumn("Of a", width=100),
            "field": st.column_config.TextColumn("Field", width=220),
            "owner": st.column_config.TextColumn("Owner", width=190),
            "override": st.column_config.TextColumn("Staff may decide otherwise", width=290),
            "note": st.column_config.TextColumn("Note", width=340),
        },
        alt="Who owns what",
    )


def _owner_frame(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "entity": [words.label(row["entity"], words_crm.ENTITIES) for row in rows],
            "field": [words.label(row["field"], {}) for row in rows],
            "owner": [words.label(row["owner"], words_crm.OWNERS) for row in rows],
            "override": [_override(row) for row in rows],
            "note": [row["note"] for row in rows],
        }
    )


def _override(row: Row) -> str | None:
    if not row["is_override_allowed"]:
        return "No"
    names = [words_events.done(one) for one in str(row["decision_action"] or "").split("|") if one]
    return f"Yes: {', '.join(names)}" if names else "Yes"


def _sheets(release: OpenRelease, objects: list[Row], checks: list[Row]) -> list[downloads.Sheet]:
    heads = {
        "label": "Object",
        "last_success_at": "Last success",
        "watermark": "Read up to",
        "record_count": "Records",
        "deleted_count": "Deleted",
        "rows_inserted": "New",
        "rows_updated": "Changed",
        "rows_unchanged": "Unchanged",
        "rows_deleted": "Deleted in the last load",
    }
    return [
        downloads.Sheet(
            "Objects",
            [*heads.values(), "State"],
            [
                [*(row[name] for name in heads), words.label(row["status"], words_crm.FRESHNESS)]
                for row in objects
            ],
        ),
        downloads.Sheet(
            "Counts",
            ["Check", "Object", "Should be", "Is", "Agrees"],
            [
                [
                    words.label(row["check_name"], words_crm.CHECKS),
                    _object(row),
                    row["source_count"],
                    row["warehouse_count"],
                    row["is_within_tolerance"],
                ]
                for row in checks
            ],
        ),
        downloads.Sheet(
            "Outcomes",
            ["Object", "What became of them", "Records"],
            [
                [_object(row), words.label(row["outcome"], words_crm.OUTCOMES), row["row_count"]]
                for row in queries_salesforce.outcomes(release)
            ],
        ),
        downloads.sheet_of(
            "Owners",
            _owner_frame(queries_salesforce.owners(release)),
            {
                "entity": "Of a",
                "field": "Field",
                "owner": "Owner",
                "override": "Staff may decide otherwise",
                "note": "Note",
            },
        ),
    ]


view.show("Salesforce", "What was read from Salesforce, and whether it agrees.", body, "view_crm")
