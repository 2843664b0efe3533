"""The way to a new roster: the template, and the import with district and year filled in."""

from __future__ import annotations

import streamlit as st

from dashboard import view
from dashboard.release import OpenRelease
from dashboard.teachers import queries_roster

TEMPLATE = "Building,Name,Email,Grade\r\n"


def draw(
    context: view.Context,
    release: OpenRelease,
    district: str | None,
    year: str | None,
    *,
    is_open: bool = False,
) -> None:
    """Template and link for those who may import; `district` and `year` are those on the screen."""
    # A roster comes with Pathful's adapter (IMPORTER_ADAPTERS).
    if not context.may("import") or "pathful" not in context.settings.adapters:
        return
    with st.expander("Import a roster", icon=":material/upload_file:", expanded=is_open):
        st.markdown(
            "A roster is the whole list of one district and academic year: teachers missing from "
            "it become inactive, and one incomplete row cancels the whole file. It is checked "
            "before anything is written."
        )
        years = queries_roster.offered_years(context.today)
        names = queries_roster.districts(release)
        district_box, year_box = st.columns([3, 1.6])
        keys = list(names)
        picked = district_box.selectbox(
            "District of the roster",
            keys,
            index=keys.index(district) if district in keys else None,
            format_func=lambda key: names.get(key, key),
            placeholder="Choose, or name a new one on the next page",
            key=f"roster-import-district-{district}",
        )
        wanted = year_box.selectbox(
            "Year of the roster",
            years,
            index=years.index(year) if year in years else 1,
            key=f"roster-import-year-{year}",
        )
        query = {"kind": "roster", "year": str(wanted)}
        if picked:
            query["district"] = names[picked]
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.page_link(
                "screens/import_file.py",
                label="Upload the roster",
                icon=":material/upload:",
                query_params=query,
            )
            st.download_button(
                "Template",
                TEMPLATE.encode(),
                "roster_template.csv",
                "text/csv",
                key="roster-template",
                icon=":material/download:",
                on_click="ignore",
            )
