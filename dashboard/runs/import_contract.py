"""Files that follow a contract of ours, on the Import page: what one holds, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import view, words
from polaris import contract_fields, contracts_import

KIND = "csv"


def entity() -> str:
    """Asks what the file holds; a template of it is one click away."""
    from loaders.csv_contracts import ENTITIES

    names = list(ENTITIES)
    given = st.query_params.get("entity")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = str(
            st.selectbox(
                "What does it hold?",
                names,
                index=names.index(given) if given in names else 0,
                format_func=lambda name: words.label(name, words.REPORT_TYPES),
                key="import-entity",
                width=260,
            )
        )
        st.download_button(
            "Template",
            contracts_import.template(chosen),
            file_name=f"{chosen}.csv",
            mime="text/csv",
            key="import-template",
            icon=":material/download:",
            help="Every column there is, and one example row.",
            on_click="ignore",
        )
    contract = ENTITIES[chosen].contract
    needed = [name for name in contract.headers if name in contract.required]
    one_of = ENTITIES[chosen].one_of
    text = f"CSV or XLSX. Needed: {', '.join(needed)}" if needed else "CSV or XLSX"
    if one_of:
        text += f"{', and' if needed else '. Needed:'} one of {', '.join(one_of)}"
    st.markdown(words.inert(text + ". Usual other spellings of the headers are known."))
    return chosen


def options() -> list[str]:
    """Asks for what the file does not say; the options of the command."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        system = st.text_input(
            "Where it comes from (optional)",
            key="import-system",
            placeholder="csv",
            width=260,
            help="A short name of the system that wrote the file, always the same for it. A record "
            "is known by this name and its id, so the same id of two systems is two records.",
        )
        is_strict = st.checkbox(
            "Refuse columns that nothing is done with",
            key="import-strict",
            help="Otherwise they are kept and listed.",
        )
    given = (system or "").strip()
    return ([f"--source-system={given}"] if given else []) + (
        ["--strict-headers"] if is_strict else []
    )


def as_seen(context: view.Context, kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a file as this person may see it (platform.md 6.1)."""
    known = contract_fields.fields(kind.removesuffix("s"))
    return {
        name: contract_fields.masked(context.person.role, known[name], text)
        if name in known and isinstance(text, str)
        else text
        for name, text in row.items()
    }
