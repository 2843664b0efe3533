"""Entry point of the dashboard: `polaris-load dashboard`, or `streamlit run dashboard/app.py`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import pages

_HERE = Path(__file__).parent

st.set_page_config(page_title="Polaris", page_icon=str(_HERE / "icon.svg"), layout="wide")
st.logo(str(_HERE / "logo.svg"), size="large")
st.html(_HERE / "frame.css")
pages.navigation().run()
