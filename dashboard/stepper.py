"""Previous and next beside a list, by button or keyboard."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import view


def steps(param: str, key: str, keys: Sequence[str]) -> str | None:
    """Draws the two buttons for the list `keys`, of which `key` is open.

    Args:
        param: the URL's parameter for what is open.
        key: of what is open.
        keys: of the list, in its order.

    Returns:
        What to open once `key` is decided: the next one, at the end of the list the one before;
        None when there is no other.
    """
    position = keys.index(key) if key in keys else -1
    before = keys[position - 1] if position > 0 else None
    after = keys[position + 1] if position + 1 < len(keys) else None
    with st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        for label, icon, shortcut, target in (
            ("Previous", ":material/arrow_upward:", "Alt+K", before),
            ("Next", ":material/arrow_downward:", "Alt+J", after),
        ):
            st.button(
                label,
                icon=icon,
                type="tertiary",
                shortcut=shortcut,
                disabled=target is None,
                on_click=view.go(param, target),
            )
    return after or before
