"""One correction for all rows that follow a pattern, such as a mistyped mail domain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from dashboard import decide, event_forms, view, words
from dashboard.decide import BULK_LIMIT
from dashboard.quality import quality_state, queries_quality
from dashboard.release import OpenRelease
from polaris import contract_fields
from polaris.contract_fields import Field
from polaris.quality_rows import FIX, Fixes, Violation
from polaris.quality_search import Wanted

_LOOKED_AT = 20_000
_PREVIEW_HEIGHT = 300
_ENDS, _IS, _HAS = "ends with", "is exactly", "contains"


@dataclass(frozen=True)
class _Change:
    """What becomes of one row.

    Attributes:
        key: the finding the correction is stored for.
        record: the row, for people.
        before: what the field says.
        after: what it would say.
        problem: why it cannot say that; None where it can.
    """

    key: str
    record: str
    before: str
    after: str
    problem: str | None


def draw(context: view.Context, release: OpenRelease, wanted: Wanted, fixes: Fixes) -> None:
    """The tool, for those who may correct rows and a filter that shows open ones."""
    if wanted.state != "open" or not event_forms.may(context, FIX):
        return
    there = set(queries_quality.values(release, "entity_type"))
    kinds = [name for name in contract_fields.entities() if name in there]
    if wanted.entity is not None:
        kinds = [name for name in kinds if name == wanted.entity]
    if not kinds:
        return
    with st.expander("Correct many rows alike", icon=":material/find_replace:"):
        st.markdown(
            "Among the open findings of the filter above, write one text for another in a field."
        )
        entity, field, how = _where(context, kinds)
        find_box, put_box = st.columns(2)
        find = find_box.text_input("Find", key="quality-bulk-find", placeholder="gmial.con").strip()
        put = put_box.text_input("Write instead", key="quality-bulk-put", placeholder="gmail.com")
        if not find:
            return
        open_ones = replace(wanted, entity=entity)
        changes = _changes(release, open_ones, fixes, field, _CHANGES[how](find, put.strip()))
        _preview(context, changes, field)


def _where(context: view.Context, kinds: list[str]) -> tuple[str, Field, str]:
    kind_box, field_box, how_box = st.columns(3)
    entity = kind_box.selectbox(
        "Kind of row", kinds, format_func=str.capitalize, key="quality-bulk-entity"
    )
    known = contract_fields.fields(entity)
    # A pattern on what somebody may not read would read it all the same.
    seen = [name for name in known if contract_fields.sees(context.person.role, known[name])]
    name = field_box.selectbox(
        "Field",
        seen,
        index=seen.index("email") if "email" in seen else 0,
        format_func=lambda one: known[one].label if one in known else one,
        key=f"quality-bulk-field-{entity}",
    )
    how = how_box.selectbox("The field", list(_CHANGES), key="quality-bulk-how")
    return entity, known[name], how


def _changes(
    release: OpenRelease,
    wanted: Wanted,
    fixes: Fixes,
    field: Field,
    change: Callable[[str], str | None],
) -> list[_Change]:
    """What would change, one per row of a source."""
    text = str(st.session_state["quality-bulk-find"]).strip()
    found = queries_quality.saying(release, wanted, text, fixes.keys(), _LOOKED_AT)
    changes: dict[Any, _Change] = {}
    for row in found:
        one = Violation(row)
        if one.owner_problem is not None:
            continue
        before = fixes.corrected(one, row["record_violations"]).get(field.name, "")
        after = change(before) if before else None
        if after is None or after == before:
            continue
        # The finding about the field itself tells best what the correction is for.
        if one.record in changes and row["field"] != field.name:
            continue
        record = words.plain(row["external_id"] or row["record_key"])
        changes[one.record] = _Change(
            one.key, record, before, after, contract_fields.problem(field, after)
        )
    return list(changes.values())


def _preview(context: view.Context, changes: list[_Change], field: Field) -> None:
    import pandas as pd

    if not changes:
        st.markdown("No open row says that.")
        return
    shown = changes[:BULK_LIMIT]
    good = [one for one in shown if one.problem is None]
    frame = pd.DataFrame(
        {
            "record": [one.record for one in shown],
            "before": [one.before for one in shown],
            "after": [one.after for one in shown],
            "problem": [one.problem for one in shown],
        }
    )
    text = st.column_config.TextColumn
    columns = {
        "record": text("Record", width=110),
        "before": text(f"{field.label} now", width=190),
        "after": text("Becomes", width=190),
    }
    if len(good) < len(shown):
        columns["problem"] = text("Left out because", width=200)
    height = min(_PREVIEW_HEIGHT, 38 + 35 * len(shown))
    view.table(frame, columns, height=height, key="quality-bulk-list", alt="Rows that change")
    if len(changes) > BULK_LIMIT:
        st.caption(
            f"The first {BULK_LIMIT} of {words.counted(len(changes), 'row')}; once they are "
            "stored the next ones come."
        )
    st.text_input("Why (optional)", key="quality-bulk-why")
    st.button(
        f"Correct {words.counted(len(good), 'row')}",
        key="quality-bulk-go",
        type="primary",
        disabled=not good,
        on_click=_store,
        args=(context, good, field.name),
    )


def _store(context: view.Context, changes: list[_Change], name: str) -> None:
    why = event_forms.read("quality-bulk-why")
    if decide.is_too_long("The reason is", why):
        return
    lines = [
        decide.line(FIX, quality_state.SUBJECT, one.key, {name: one.after}, why) for one in changes
    ]

    def emptied() -> None:
        st.session_state["quality-bulk-why"] = ""
        st.query_params.pop("finding", None)

    event_forms.store(context, lines, emptied)


def _ending(find: str, put: str) -> Callable[[str], str | None]:
    def change(text: str) -> str | None:
        plain = text.rstrip()
        if not plain.lower().endswith(find.lower()):
            return None
        return plain[: len(plain) - len(find)] + put

    return change


def _exact(find: str, put: str) -> Callable[[str], str | None]:
    return lambda text: put if text.strip().lower() == find.lower() else None


def _anywhere(find: str, put: str) -> Callable[[str], str | None]:
    def change(text: str) -> str | None:
        place = text.lower().find(find.lower())
        if place < 0 or len(text.lower()) != len(text):
            return None
        return text[:place] + put + text[place + len(find) :]

    return change


_CHANGES: Mapping[str, Callable[[str, str], Callable[[str], str | None]]] = {
    _ENDS: _ending,
    _IS: _exact,
    _HAS: _anywhere,
}
