"""A dashboard of its own and a real Chromium for every test that asks for one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from polaris.settings import PROJECT_ROOT
from tests.support import (
    fake_release,
    fake_release_crm,
    fake_release_duplicates,
    fake_release_quality,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTH, HEIGHT = 1280, 1000


def _chromium() -> str:
    """Where Chromium is. Without it the tests fail under CI=true and are skipped elsewhere."""
    wanted = os.environ.get("POLARIS_CHROMIUM")
    found = wanted or shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    message = "Chromium is not installed (apt-get install chromium, or set POLARIS_CHROMIUM)."
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = _chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Starts the dashboard on a free port of this machine; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "POLARIS_HOME": str(home),
        "POLARIS_LOGICAL_DATE": fake_release.TODAY.isoformat(),
        "POLARIS_USER": "jordan",
    }
    environment.pop("POLARIS_DECISIONS_URL", None)
    command = [sys.executable, "-m", "streamlit", "run", str(PROJECT_ROOT / "dashboard" / "app.py")]
    home.mkdir(parents=True, exist_ok=True)
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, f"--server.port={port}", f"--secrets.files={home / 'secrets.toml'}"],
            cwd=PROJECT_ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_healthy(server, port, home / "server.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)


def _wait_until_healthy(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"The dashboard did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard on the invented release, for tests that change nothing."""
    home = tmp_path_factory.mktemp("reading")
    path = fake_release.publish(home)
    fake_release_quality.add(path)
    fake_release_duplicates.add(path)
    with served(home) as address:
        yield address


@pytest.fixture(scope="session")
def reading_crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same with sessions of Salesforce beside those of Pathful."""
    home = tmp_path_factory.mktemp("reading-crm")
    fake_release_crm.publish(home)
    with served(home) as address:
        yield address


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[str]:
    """A dashboard on an invented release of the test's own."""
    fake_release.publish(tmp_path)
    with served(tmp_path) as address:
        yield address


@pytest.fixture(scope="session")
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody who has been here before: the scripts of every page are read and compiled once."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def stranger(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody who comes for the first time, with no cookie and nothing kept."""
    context = browser.new_context(accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """A window of 1280 px that fails the test when a page opens a dialog or throws."""
    reads_only = request.node.get_closest_marker("reads_only")
    context = request.getfixturevalue("reader" if reads_only else "stranger")
    page = context.new_page()
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.set_default_timeout(30_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on(
        "dialog", lambda dialog: (problems.append(f"dialog: {dialog.message}"), dialog.dismiss())
    )
    yield page
    page.close()
    assert not problems, problems


@pytest.fixture
def visit(page: Page) -> Callable[[str], Page]:
    """Opens an address and waits until the page has been drawn."""

    def open_address(address: str) -> Page:
        page.goto(address)
        settled(page)
        return page

    return open_address


def settled(page: Page) -> None:
    """Waits until the server has answered and everything is drawn."""
    page.wait_for_selector("h1")
    page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
    page.wait_for_function("() => !document.querySelector('[data-stale=true]')")
    # Tables and charts are fetched and drawn after the rest of the page.
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stSkeleton]')"
        " && [...document.querySelectorAll('[data-testid=stDataFrame]')]"
        ".every((one) => !one.checkVisibility()"
        " || (one.querySelector('canvas') && one.clientWidth > 100))"
    )
    page.wait_for_timeout(400)
