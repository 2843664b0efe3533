"""The line on pages with figures of Salesforce that says when these figures are old."""

from __future__ import annotations

import streamlit as st

from dashboard import words
from dashboard.release import OpenRelease

_OLD = """
select label, watermark
from ops.crm_objects
where status = 'stale'
order by watermark nulls first, object_name
"""


def draw(release: OpenRelease | None) -> None:
    """Names the objects that were not read within their limit, the oldest first.

    Freshness is a fact of the whole release, whatever part of it the person sees.
    """
    old = release.rows(_OLD) if release is not None else []
    if not old:
        return
    named = ", ".join(str(row["label"]) for row in old)
    read = old[0]["watermark"]
    until = (
        f" :small[What is newer than {words.inert(words.moment(read))} is missing.]" if read else ""
    )
    st.markdown(
        f":yellow-badge[:material/history: Not read from Salesforce lately: {words.inert(named)}]"
        + until
    )
