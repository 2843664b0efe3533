"""Fixtures of the thread: settings on an empty home, the command line, a build without dbt."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# `from tests.support import …` works however pytest is started.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from polaris.settings import Settings
from tests.support import parsed
from tests.support.whole_commands import FirstImport, World

if TYPE_CHECKING:
    from polaris.deciding.decisions import Decision

TODAY = date(2026, 3, 10)
# What a developer may have set: no test sends a mail with it, or logs in.
_NOT_OURS = (
    "IMPORTER_ADAPTERS",
    "IMPORTER_ENABLED",
    "IMPORTER_RULES_MODE",
    "POLARIS_SHEETS_URL",
    "POLARIS_ALERTS_OFF",
    "POLARIS_ALERT_RECIPIENTS",
    "POLARIS_ALERT_SLACK_URL",
    "POLARIS_ALERT_WEBHOOK_URL",
    "POLARIS_DASHBOARD_URL",
    "POLARIS_DECISIONS_URL",
    "POLARIS_MAIL_FROM",
    "POLARIS_SMTP_URL",
    "POLARIS_SUMMARY_RECIPIENTS",
    "POLARIS_WEBHOOK_URL",
    "SF_CREDENTIALS_EXPIRE",
)


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


@functools.wraps(duckdb.connect)
def _connect(
    database: str | Path = ":memory:", read_only: bool = False, config: Any = None, **more: Any
) -> duckdb.DuckDBPyConnection:
    """As the real one, for tables of a few rows: sharing out the work takes longer than the work.

    And to find out how to compress each column takes half the time of writing a warehouse.
    """
    return _REAL_CONNECT(database, read_only, _OF_FEW_ROWS | (config or {}), **more)


_OF_FEW_ROWS = {"threads": "1", "force_compression": "uncompressed"}
_REAL_CONNECT = duckdb.connect
duckdb.connect = _connect


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with what takes long, so that several processes end at about the same time.

    Stories come after other long tests: the first one has dbt compile the project, and all that
    begin meanwhile would wait for it.
    """

    def place(item: pytest.Item) -> int:
        if item.path.name.startswith(_SHARING):
            return 1
        return 0 if any(map(item.get_closest_marker, ("slow", "browser"))) else 2

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Gives the tests of a file that share something dear to one process; any other, one by one.

    The marks that pytest-xdist has for this have no effect with pytest 9.2 (its issue 1386).
    """
    return _ByWhatIsShared(config, log)


# Files whose tests share a warehouse that is dear to build.
_SHARING = ("test_story_", "test_student_pipeline")
# And those whose tests share a sample that takes seconds to make, in each process that asks.
_OF_SAMPLES = (
    "test_benchmark_",
    "test_decisions_postgres",
    "test_demo_crm",
    "test_demo_matching",
    "test_demo_score",
    "test_demo_sources",
    "test_linkage_training",
)
# These share one, the home of `first_import`.
_OF_ONE_HOME = (
    "test_imports_end_to_end",
    "test_imports_full_disk",
    "test_imports_killed",
    "test_imports_narrow_builds",
)


class _ByWhatIsShared(LoadScopeScheduling):
    """Keeps a story, or the tests of a browser, together."""

    def _split_scope(self, nodeid: str) -> str:
        file = Path(nodeid.partition("::")[0])
        if file.stem in _OF_ONE_HOME:
            return "first_import"
        shares = file.parent.name == "browser" or file.name.startswith((*_SHARING, *_OF_SAMPLES))
        return str(file) if shares else nodeid


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty POLARIS_HOME on 2026-03-10, in the environment too."""
    path = tmp_path / "home"
    monkeypatch.setenv("POLARIS_HOME", str(path))
    monkeypatch.setenv("POLARIS_LOGICAL_DATE", TODAY.isoformat())
    monkeypatch.setenv("POLARIS_USER", "jordan")
    for name in (*_NOT_OURS, *(name for name in os.environ if name.startswith("SF_"))):
        monkeypatch.delenv(name, raising=False)
    return path


@pytest.fixture
def page_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty POLARIS_HOME to open pages on; what they cached is forgotten afterwards."""
    import streamlit as st

    from tests.support import dashboard_app

    dashboard_app.environment(monkeypatch, tmp_path)
    yield tmp_path
    st.cache_resource.clear()
    st.cache_data.clear()


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
def published(settings: Settings) -> Path:
    """The invented release with something to decide of every kind."""
    from tests.support import deciding

    return deciding.publish(settings)


@pytest.fixture
def decide(settings: Settings, published: Path) -> Callable[..., list[Decision]]:
    """Stores lines as an admin called jordan, on that release."""
    from polaris.deciding import decisions

    def store(*lines: dict[str, Any], **who: Any) -> list[Decision]:
        return decisions.append(settings, lines, **({"actor": "jordan", "role": "admin"} | who))

    return store


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


@pytest.fixture(scope="session")
def first_import(tmp_path_factory: pytest.TempPathFactory) -> FirstImport:
    """A home with a first import in it, made once for the tests of whole commands."""
    shared = parsed.shared(tmp_path_factory.getbasetemp())
    return FirstImport.make(tmp_path_factory.mktemp("world"), shared)


@pytest.fixture
def world(first_import: FirstImport) -> World:
    """That home as the first import left it, and the command line on it."""
    return first_import.again()
