"""A box that opens a row of a list by its name: the buttons in a table need a mouse."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from dashboard import words


def box(page: str, names: Mapping[str, str], open_: Callable[[str], None]) -> None:
    """The box, below a list.

    Args:
        page: in the name of the widget.
        names: of the rows on the screen: key -> name; those that are the same are told apart.
        open_: what opens a row, by its key.
    """
    key = f"{page}-by-name"

    def chosen() -> None:
        value = st.session_state.get(key)
        if value is not None:
            st.session_state[key] = None
            open_(value)

    st.selectbox(
        "Open by name",
        list(names),
        index=None,
        format_func=lambda one: words.plain(names.get(one)),
        placeholder="Open by name",
        key=key,
        on_change=chosen,
        label_visibility="collapsed",
        width=360,
    )


def into(param: str) -> Callable[[str], None]:
    """Opens by the address, as the buttons of a list do."""

    def open_(value: str) -> None:
        st.query_params[param] = value

    return open_
