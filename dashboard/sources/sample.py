"""Says of the data of `polaris-load demo` why they are old."""

from __future__ import annotations

import streamlit as st

from polaris.settings import Settings


def old(settings: Settings) -> None:
    """One sentence where the installation holds the sample; nothing on any other."""
    from polaris.demo.command import MARKER

    if (settings.home / MARKER).exists():
        st.caption(
            "This is the sample of `polaris-load demo`. Its Salesforce stands still, so it counts "
            "as old on every day but its own."
        )
