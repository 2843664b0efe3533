"""What a run led to beside its rows: pairs, corrections, changes, and whether its counts agree."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import view, words, words_crm
from dashboard.release import OpenRelease
from dashboard.runs import queries_runs, reports

_FIELDS = {"dob": "Date of birth", "phone_e164": "Phone", "email": "E-mail", "state_code": "State"}


def draw(context: view.Context, release: OpenRelease, row: dict[str, Any]) -> None:
    """The section below the report; nothing where there is nothing to tell.

    Args:
        context: who looks.
        release: the release.
        row: the run, of ops.import_runs.
    """
    told = _sentences(reports.metrics(row))
    if row.get("mapping_version") is not None:
        told.append(
            f"Mapping of names: version {row['mapping_version']:,} "
            f"(`{words.plain(str(row['mapping_checksum'])[:8])}`)"
        )
    if told:
        st.markdown("\n".join(f"- {one}" for one in told))
    if reports.metrics(row).get("dedupe") and context.may("view_volunteers"):
        st.page_link(
            "screens/duplicate_volunteers.py",
            label="The pairs that wait for a person",
            icon=":material/group:",
        )
    _checks(queries_runs.checks(release, row["run_id"]))


def _sentences(metrics: dict[str, Any]) -> list[str]:
    told = []
    for found in (metrics.get("dedupe") or {}).values():
        pairs = words.counted(found["rows_total_suggestions"], "pair")
        told.append(
            f"{pairs} of records look alike since this run: {found['rows_auto_merged']:,} merged "
            f"by rule, {found['rows_manual_review']:,} for a person to decide"
        )
    if fixes := metrics.get("remediation"):
        told.append(
            f"{words.counted(fixes['attempts'], 'correction')} of its findings: "
            f"{fixes['succeeded']:,} mended, {fixes['failed']:,} open still"
        )
    for changes in _changes(metrics):
        fields = sorted(changes["groups"].items(), key=lambda item: (-item[1], item[0]))
        named = ", ".join(f"{words.label(name, _FIELDS)} {count:,}" for name, count in fields)
        count = words.counted(changes["stats"]["fields_changed"], "change")
        told.append(f"{count} of what was known of people: {words.inert(named)}")
    return told


def _changes(metrics: dict[str, Any]) -> list[dict[str, Any]]:
    """What the rule of who is heard first changed of known people, of each kind of record."""
    counted = (metrics.get("core") or {}).values()
    return [counts["survivorship"] for counts in counted if "survivorship" in counts]


def _checks(found: list[dict[str, Any]]) -> None:
    wrong = [one for one in found if not one["is_within_tolerance"]]
    for one in wrong:
        check = words.label(one["check_name"], words_crm.CHECKS)
        st.warning(
            f"**{words.inert(check)}** ({words.inert(one['object_name'])}): "
            f"{one['warehouse_count']:,} here, {one['source_count']:,} expected.",
            icon=":material/balance:",
        )
    if found and not wrong:
        st.caption(f"{words.counted(len(found), 'count')} compared with the source: all agree.")
