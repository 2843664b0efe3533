"""The pairs of records of each run that still wait for a person, with the way to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import pending, view
from dashboard.duplicates import pair_state, queries_duplicate_people
from dashboard.duplicates.queries_duplicate_people import Wanted
from dashboard.runs import reports
from polaris.errors import PolarisError

HEAD = "Review"
_HELP = "Pairs of records of this run that a person has to look at; a click opens them."
_OPEN, _OPENED = "runs-waiting", "runs-waiting-opened"


def counts(context: view.Context) -> dict[str, int]:
    """How many pairs wait by the run that was the first to have both; what is answered does not."""
    if context.release is None:
        return {}
    try:
        decided = pair_state.states(pending.standing(context.settings))
    except PolarisError:  # the page says so; the release knows what waited when it was built
        decided = ()
    return queries_duplicate_people.waiting_of_runs(context.release, Wanted(decided=decided))


def follow() -> None:
    """Goes to the pairs of the run whose count was clicked, if one was."""
    run_id = st.session_state.pop(_OPENED, None)
    if run_id is not None:
        st.switch_page("screens/duplicate_volunteers.py", query_params={"run": run_id})


def labels(runs: Sequence[reports.Report]) -> list[str | None]:
    """The counts as they are clicked; where nothing waits, there is nothing to click."""
    return [f"{run['waiting']:,}" if run["waiting"] else None for run in runs]


def column(context: view.Context, run_ids: list[str], width: int) -> Any:
    """The column of counts, which open the pairs for whoever may see volunteers."""
    if not context.may("view_volunteers"):
        return st.column_config.TextColumn(HEAD, width=width, help=_HELP)

    def opened() -> None:
        click = st.session_state.get(_OPEN)
        if click is not None:
            st.session_state[_OPENED] = run_ids[click["row"]]

    return st.column_config.ButtonColumn(
        HEAD, width=width, help=_HELP, type="tertiary", key=_OPEN, on_click=opened
    )
