"""A teacher's page on the invented release, for its tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.support.dashboard_app import open_page, text_of


def teacher(key: str, **query: str) -> AppTest:
    """Opens a teacher of Hickman Mills."""
    return open_page("progress", district="d-hickman", teacher=key, **query)


def plain(app: AppTest) -> str:
    """What the page says, without the backslashes that disarm Markdown."""
    return text_of(app).replace("\\", "")


def session(
    day: str, status: str, final: str | None, imported: str | None = None
) -> dict[str, Any]:
    """One of the teacher's sessions, as the page reads it."""
    return {
        "session_date": date.fromisoformat(day),
        "status": status,
        "attendance_status": final,
        "imported_attendance_status": imported or final,
        "override_decision_id": None,
    }
