"""Entry point of the dashboard: `polaris-load dashboard`, or `streamlit run dashboard/app.py`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent

st.set_page_config(page_title="Polaris", page_icon=str(_HERE / "icon.svg"), layout="wide")
st.logo(str(_HERE / "logo.svg"), size="large")
st.html("<style>.stMainBlockContainer{padding-left:2.5rem;padding-right:2.5rem}</style>")
st.navigation(
    [
        st.Page("screens/overview.py", title="Overview", icon=":material/home:", default=True),
        st.Page("screens/progress.py", title="Teacher progress", icon=":material/school:"),
        st.Page("screens/events.py", title="Sessions", icon=":material/event:"),
        st.Page("screens/unmatched.py", title="Unmatched", icon=":material/rule:"),
        st.Page("screens/runs.py", title="Runs", icon=":material/history:"),
        st.Page("screens/import_file.py", title="Import", icon=":material/upload_file:"),
    ],
    position="top",
).run()
