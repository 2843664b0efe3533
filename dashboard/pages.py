"""Every page: its file, its name, where it stands in the navigation and who may see it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import looked, sign_in, view, who
from dashboard.who import NotAllowedError, SignInNeededError, UnknownPersonError
from polaris import access, teacher_links
from polaris.settings import is_importing_off, load_settings

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """A page of the navigation.

    Attributes:
        name: of its file under screens, and its address.
        title: in the navigation.
        icon: of Material Symbols.
        section: of the navigation; "" for none.
        activity: of the access policy, or an action of the catalogue, that the role needs.
    """

    name: str
    title: str
    icon: str
    section: str
    activity: str

    @property
    def is_switched_off(self) -> bool:
        """Whether the page is for importing, on a machine that does not import (IMP-1a)."""
        return self.activity == "import" and is_importing_off(os.environ)

    def is_open_to(self, role: str) -> bool:
        """Whether that role may see the page."""
        return access.may(role, self.activity) or access.may_decide(role, self.activity)


PAGES = (
    Page("overview", "Overview", "home", "", "view_marts"),
    Page("progress", "Teacher progress", "school", "Progress", "view_marts"),
    Page("no_shows", "No-shows", "event_busy", "Progress", "view_marts"),
    Page("session_credit", "Session credit", "add_task", "Progress", "override_attendance"),
    Page("year_end", "Year-end", "bar_chart", "Progress", "view_year_end"),
    Page("events", "Sessions", "event", "Sessions", "view_marts"),
    Page("flags", "Flags", "flag", "Sessions", "view_flags"),
    Page("drafts", "Draft review", "edit_calendar", "Sessions", "view_drafts"),
    Page("recruitment", "Recruitment", "person_search", "Sessions", "view_recruitment"),
    Page("unmatched", "Unmatched", "rule", "People", "view_queues"),
    Page("companies", "Companies", "apartment", "People", "view_all_districts"),
    Page("duplicates", "Duplicates", "join_inner", "People", "view_all_districts"),
    Page("roster", "Roster", "groups", "People", "view_roster"),
    Page("issues", "Issue reports", "report", "People", "view_queues"),
    Page("volunteers", "Volunteers", "volunteer_activism", "Volunteers", "view_volunteers"),
    Page("organizations", "Organizations", "domain", "Volunteers", "view_volunteers"),
    Page("find_volunteers", "Find volunteers", "travel_explore", "Volunteers", "view_volunteers"),
    Page(
        "duplicate_volunteers",
        "Duplicate volunteers",
        "group_remove",
        "Volunteers",
        "view_volunteers",
    ),
    Page("publishing", "Publish sessions", "publish", "Volunteers", "set_page_visible"),
    Page("impact", "Impact", "insights", "Impact", "view_impact"),
    Page("district_impact", "District year-end", "summarize", "Impact", "view_impact"),
    Page("students", "Students", "backpack", "Impact", "view_student_figures"),
    Page("import_file", "Import", "upload_file", "Operations", "import"),
    Page("source_health", "Source health", "monitor_heart", "Operations", "view_health"),
    Page("data_quality", "Data quality", "verified", "Operations", "view_health"),
    Page("completeness", "Completeness", "checklist", "Operations", "view_health"),
    Page("trends", "Trends", "trending_up", "Operations", "view_health"),
    Page("salesforce", "Salesforce", "cloud_sync", "Operations", "view_crm"),
    Page("runs", "Runs", "history", "Operations", "view_runs"),
    Page("audit", "Audit", "fact_check", "Operations", "view_audit"),
    Page("mappings", "Mappings", "alt_route", "Operations", "view_health"),
    Page("settings", "Settings", "settings", "Operations", "view_health"),
)
_TEACHER = teacher_links.PAGE


def navigation() -> StreamlitPage:
    """The page that the address names, among those the person may see.

    Who is not signed in, or not on the list, gets the page that says so wherever the address
    leads, but a teacher's own page is open to whoever holds its link, without a navigation.
    """
    own = _page(Page(_TEACHER, "My sessions", "badge", "", ""), visibility="hidden")
    is_teacher = teacher_links.PARAMETER in st.query_params
    try:
        role = who.person(load_settings()).role
    except (SignInNeededError, UnknownPersonError):
        return st.navigation([*_signing_in(), own], position="hidden")
    except NotAllowedError:
        role = access.ADMIN  # every page says itself that it does not answer
    sections: dict[str, list[StreamlitPage]] = {}
    for page in PAGES:
        if _is_open(page, role):
            sections.setdefault(page.section, []).append(_page(page))
        else:
            shown = _switched_off if page.is_switched_off else _closed(page)
            closed = st.Page(shown, title=page.title, url_path=page.name, visibility="hidden")
            sections[""].append(closed)
    sections[""].append(own)
    return st.navigation(sections, position="hidden" if is_teacher else "top")


def _switched_off() -> None:
    """What stands under the address of a page for importing on a machine that does not import."""

    def body(_: view.Context) -> None:
        st.error(
            "Importing is switched off on this machine (IMPORTER_ENABLED is false). "
            "Everything that is published can be read as ever.",
            icon=":material/block:",
        )

    view.show("Importing is switched off", "", body)


def _closed(page: Page) -> Callable[[], None]:
    """What stands under the address of a page that the role may not see."""

    def body(context: view.Context) -> None:
        view.refused("see this page")
        looked.closed(context, page.name)

    def closed() -> None:
        view.show("Not for your role", "", body)

    return closed


def is_open(name: str, role: str) -> bool:
    """Whether a page exists and that role may see it; a link to another one would fail."""
    page = next((page for page in PAGES if page.name == name), None)
    return page is not None and _is_open(page, role)


def _signing_in() -> list[StreamlitPage]:
    """The sign-in page under every address, so that a link does not end in "page not found"."""
    first = st.Page(sign_in.page, title="Sign in", url_path="sign_in", default=True)
    others = [
        st.Page(sign_in.page, title="Sign in", url_path=page.name)
        for page in PAGES
        if page.name != "overview"
    ]
    return [first, *others]


def _is_open(page: Page, role: str) -> bool:
    if page.is_switched_off or not (_HERE / "screens" / f"{page.name}.py").exists():
        return False
    return page.is_open_to(role)


def _page(page: Page, visibility: Literal["visible", "hidden"] = "visible") -> StreamlitPage:
    return st.Page(
        f"screens/{page.name}.py",
        title=page.title,
        icon=f":material/{page.icon}:",
        default=page.name == "overview",
        visibility=visibility,
    )
