"""The line on pages with figures of Salesforce that says when these figures are old."""

from __future__ import annotations

import streamlit as st

from dashboard import words
from dashboard.release import OpenRelease
from dashboard.sources import queries_salesforce


def draw(release: OpenRelease | None) -> None:
    """Names the objects that were not read within their limit, the oldest first.

    Freshness is a fact of the whole release, whatever part of it the person sees.
    """
    rows = queries_salesforce.objects(release) if release is not None else []
    old = [row for row in rows if row["status"] in {"stale", "page"}]
    if not old:
        return
    is_all = all(row["status"] in {"stale", "page", "never"} for row in rows)
    named = "everything" if is_all else ", ".join(str(row["label"]) for row in old)
    known = [row["watermark"] for row in old]
    read = None if None in known else min(known)
    until = (
        f" :small[What is newer than {words.inert(words.moment(read))} is missing.]" if read else ""
    )
    st.markdown(
        f":yellow-badge[:material/history: Not read from Salesforce lately: {words.inert(named)}]"
        + until
    )
