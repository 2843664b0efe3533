"""A machine that does not import, or not everything: its pages (platform.md IMP-1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import pages
from tests.support import fake_release
from tests.support.dashboard_app import open_page, text_of


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    return page_home


def test_without_importing_its_page_says_so_and_no_other_offers_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert pages.is_open("import_file", "admin")
    monkeypatch.setenv("IMPORTER_ENABLED", "false")
    assert not pages.is_open("import_file", "admin")
    assert "Importing is switched off on this machine" in open_page("import_file").error[0].value
    roster = open_page("roster")
    assert "Import a roster" not in [one.label for one in roster.expander]
    for name in ("overview", "runs", "data_quality"):
        assert "switched off" not in text_of(open_page(name))


def test_only_what_an_adapter_is_switched_on_for_is_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def offered() -> list[str]:
        return list(open_page("import_file").button_group[0].options)

    assert len(offered()) == 3
    monkeypatch.setenv("IMPORTER_ADAPTERS", "csv")
    assert [str(one) for one in offered()] == ["Volunteers, events and more"]
    assert "Import a roster" not in [one.label for one in open_page("roster").expander]
