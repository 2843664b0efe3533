"""Opens pages of the dashboard without a browser, on an invented release."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

from dashboard import downloads, words
from dashboard.downloads import Sheet
from dashboard.who import Person
from polaris.deciding import decisions
from polaris.settings import PROJECT_ROOT, load_settings
from tests.support import fake_release
from tests.support.kept import kept

APP = PROJECT_ROOT / "dashboard" / "app.py"

# Each AppTest reads the metadata of every installed package, which takes longer than most pages.
manifest_scanner.scan_component_manifests = functools.cache(
    manifest_scanner.scan_component_manifests
)
# A server compiles each script once; each AppTest would do so for itself.
_SCRIPTS = ScriptCache()
app_test.ScriptCache = local_script_runner.ScriptCache = lambda: _SCRIPTS


def environment(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Points the settings at `home`, on the release's own day, as the person jordan."""
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("POLARIS_HOME", str(home))
    monkeypatch.setenv("POLARIS_LOGICAL_DATE", fake_release.TODAY.isoformat())
    monkeypatch.setenv("POLARIS_USER", "jordan")
    monkeypatch.delenv("POLARIS_DECISIONS_URL", raising=False)


def work_as(
    monkeypatch: pytest.MonkeyPatch, role: str, *districts: str, name: str = "jordan"
) -> Person:
    """From now on the person at the screen has this role, limited to these districts if any."""
    someone = Person(name, role, f"Signed in as {role}.", districts=districts)
    monkeypatch.setattr("dashboard.who.person", lambda _settings: someone)
    return someone


def stored() -> list[tuple[str, str, dict[str, Any], str | None]]:
    """What was decided: action, subject (of a revoke the decision), payload, reason."""
    return [
        (item.action, item.subject_key, item.payload, item.reason)
        for item in decisions.read_all(load_settings())
    ]


def labels(app: AppTest) -> list[str]:
    """The labels of the buttons on the page."""
    return [button.label for button in app.button]


def add_rows(home: Path, table: str, rows: list[dict[str, Any]]) -> None:
    """More rows for the published release."""
    import streamlit as st

    st.cache_resource.clear()  # a page may have it open
    st.cache_data.clear()
    _add(home / "releases" / f"{fake_release.NAME}.duckdb", table, rows)


@kept
def _add(path: Path, table: str, rows: list[dict[str, Any]]) -> None:
    import duckdb

    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        fake_release.insert(connection, table, rows)


def act_as(monkeypatch: pytest.MonkeyPatch, role: str, *districts: str) -> None:
    """The same as `work_as`, for somebody called kim."""
    work_as(monkeypatch, role, *districts, name="kim")


def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Sheet]]:
    """What the download buttons of pages hold from now on: their key -> the tables."""
    found: dict[str, list[Sheet]] = {}

    def buttons(_: Person, __: str, key: str, made: Callable[[], Sequence[Sheet]]) -> None:
        found[key] = list(made())

    monkeypatch.setattr(downloads, "buttons", buttons)
    return found


def open_page(page: str, /, **query: str) -> AppTest:
    """Opens a page as a link would; it must not have failed."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.switch_page(f"screens/{page}.py")
    app.query_params.update(query)
    return checked(app.run())


def is_closed(app: AppTest) -> bool:
    """Whether the role has no such page; a page that refuses by itself has its own title."""
    return [title.value for title in app.title] == ["Not for your role"]


def checked(app: AppTest) -> AppTest:
    """The page again, after making sure that it drew without an exception."""
    assert not app.exception, [error.value for error in app.exception]
    return app


def text_of(app: AppTest) -> str:
    """Everything the page says outside its tables."""
    kinds: list[Any] = [
        app.title,
        app.subheader,
        app.markdown,
        app.caption,
        app.error,
        app.warning,
        app.info,
        app.success,
        app.toast,
    ]
    text = "\n".join(str(element.value) for kind in kinds for element in kind)
    return text.replace(words.NO_LINK, "")  # an address reads as one


def everything(app: AppTest) -> str:
    """All the page says: texts, tables, labels, charts, options of filters and links."""
    said = [text_of(app), *(frame.value.to_csv() for frame in app.dataframe)]
    said += [str(widget.options) for widget in app.selectbox]
    said += [str(metrics(app)), *(button.label for button in app.button)]
    said += [str(one.proto) for kind in ("page_link", "vega_lite_chart") for one in app.get(kind)]
    return "\n".join(said).replace("\\", "")


def metrics(app: AppTest) -> dict[str, str]:
    """The metric cards: label -> value."""
    return {metric.label: metric.value for metric in app.metric}


def press(app: AppTest, label: str, position: int = 0) -> AppTest:
    """Presses the button with that label and runs the page again."""
    found = [button for button in app.button if button.label == label]
    assert found, f"no button {label!r}; there are {[button.label for button in app.button]}"
    return checked(found[position].click().run())


def waiting_command(then: str) -> tuple[str, ...]:
    """A command that waits for the file `go` before it does its work."""
    script = (
        "import json, os, pathlib, sys, time\n"
        "go = pathlib.Path(os.environ['POLARIS_HOME'], 'go')\n"
        "deadline = time.monotonic() + 30\n"
        "while not go.exists() and time.monotonic() < deadline: time.sleep(0.02)\n"
    )
    return (sys.executable, "-c", script + then)


def end_job(home: Path) -> Path:
    """Lets the command end and returns the folder of its job."""
    (home / "go").touch()
    folder = next((home / "inbox").iterdir())
    deadline = time.monotonic() + 20
    while not (folder / "exit_code").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return folder
