"""Fixtures of the thread: settings on an empty home, the command line, a build without dbt."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

# `from tests.support import …` works however pytest is started.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from polaris.settings import Settings

TODAY = date(2026, 3, 10)


@dataclass(frozen=True)
class Answer:
    """What a command did."""

    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Answer]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps together what shares something dear, and begins with it: a story's builds, a browser.

    Several processes then end at about the same time.
    """
    for item in items:
        if _is_dear(item):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=lambda item: not _is_dear(item))


def _is_dear(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("slow", "browser"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty POLARIS_HOME on 2026-03-10, in the environment too."""
    path = tmp_path / "home"
    monkeypatch.setenv("POLARIS_HOME", str(path))
    monkeypatch.setenv("POLARIS_LOGICAL_DATE", TODAY.isoformat())
    monkeypatch.setenv("POLARIS_USER", "jordan")
    for name in ("POLARIS_DECISIONS_URL", "IMPORTER_ENABLED", "IMPORTER_ADAPTERS"):
        monkeypatch.delenv(name, raising=False)
    return path


@pytest.fixture
def settings(home: Path) -> Settings:
    """The settings of that home."""
    return Settings(
        home=home,
        logical_date=TODAY,
        user="jordan",
        decisions_url=f"sqlite:///{home}/decisions.sqlite",
    )


@pytest.fixture
def command(home: Path, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs `polaris-load` in this process."""
    from polaris.cli import main

    def run(*arguments: str | Path) -> Answer:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Answer(code, said.out, said.err)

    return run


@pytest.fixture
def no_dbt(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Builds and gates without dbt and Great Expectations; the warehouse is filled by plain SQL."""
    from tests.support.fake_build import FakeBuild

    fake = FakeBuild()
    fake.install(monkeypatch)
    return fake
