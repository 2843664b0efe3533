"""A damaged file behind the pages: they say which and what to do, and show no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from polaris import ledger
from polaris.deciding import decision_engine, decision_store
from tests.support import fake_release
from tests.support.dashboard_app import open_page, text_of

NO_DATABASE = b"no database at all" * 300


@pytest.mark.parametrize(
    ("page", "file", "words"),
    [
        ("source_health", "runs.sqlite", "the list of runs, is damaged. Put it back"),
        ("settings", "decisions.sqlite", "put it back from a backup"),
        ("overview", "releases/CURRENT", f"polaris-load rollback {fake_release.NAME}` repairs"),
    ],
)
def test_a_damaged_file_is_said_with_what_mends_it(
    page_home: Path, page: str, file: str, words: str
) -> None:
    fake_release.publish(page_home)
    ledger._engine.cache_clear()
    decision_engine.connected.cache_clear()
    decision_store._seen.clear()
    (page_home / file).write_bytes(NO_DATABASE)
    app = open_page(page)
    assert words in text_of(app).replace("\\", "")
