"""Apply now on every page: what waits, the build while it runs, and how it ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import fake_release
from tests.support.dashboard_app import (
    checked,
    end_job,
    open_page,
    press,
    text_of,
    waiting_command,
    work_as,
)


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release.publish(page_home)
    return page_home


def ignore(ticket: str, actor: str = "sam") -> None:
    line = {"action": "ignore_ticket", "subject_type": "ticket", "subject_key": ticket}
    decisions.append(load_settings(), [line], actor=actor, role="admin")


def command(monkeypatch: pytest.MonkeyPatch, then: str) -> None:
    monkeypatch.setattr("dashboard.jobs.COMMAND", waiting_command(then))


@pytest.mark.parametrize("page", ["overview", "progress", "events", "unmatched", "runs"])
def test_what_waits_is_said_on_every_page(page: str) -> None:
    assert "stored" not in text_of(open_page(page))
    ignore("k-teacher")
    text = text_of(open_page(page)).replace("\\", "")
    assert "**1 decision stored**, applied at the next build." in text
    assert "Anna Ruis: the ticket is ignored" in text


def test_apply_now_builds_what_decisions_change_and_shows_its_end(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignore("k-teacher")
    publish = (
        "from tests.support import fake_release\n"
        "home = pathlib.Path(os.environ['POLARIS_HOME'])\n"
        "known = json.loads((home / 'ids.json').read_text())\n"
        "path = fake_release.publish(home, '20260310T150000000Z-aaaaaa')\n"
        "import duckdb\n"
        "with duckdb.connect(str(path)) as new:\n"
        "    rows = [{'decision_id': one} for one in known]\n"
        "    fake_release.insert(new, 'ops.audit_log', rows)\n"
        "print(json.dumps({'given': sys.argv[1:]}))"
    )
    ids = [item.decision_id for item in decisions.read_all(load_settings())]
    (home / "ids.json").write_text(json.dumps(ids))
    command(monkeypatch, publish)
    app = press(open_page("overview"), "Apply now")
    assert "**Applying decisions**" in text_of(app)
    assert "Apply now" not in [button.label for button in app.button]
    other = open_page("events")  # another person at the same time
    assert "**Applying decisions**" in text_of(other)
    ignore("k-company")  # while it runs: it waits for the next one
    folder = end_job(home)
    app = checked(app.run())
    text = text_of(app).replace("\\", "")
    assert "Applied: a new release is published. Anna Ruis: the ticket is ignored." in text
    assert "20260310T150000000Z-aaaaaa" in text
    assert "**1 decision stored**" in text
    given = json.loads((folder / "output.json").read_text())["given"]
    assert given == ["build", "--decisions", "--json"]
    assert "Applied" in text_of(checked(other.run()))
    assert "Applied" not in text_of(checked(app.run()))


def test_a_build_that_failed_says_why_and_what_waits_still_waits(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignore("k-teacher")
    command(monkeypatch, "print(json.dumps({'error': 'The gate refused it.'})); sys.exit(3)")
    app = press(open_page("unmatched"), "Apply now")
    end_job(home)
    text = text_of(checked(app.run()))
    assert "The gate refused it" in text
    assert "**1 decision stored**" in text


def test_a_store_that_cannot_be_reached_is_said_and_the_page_still_works(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLARIS_DECISIONS_URL", f"sqlite:///{home}/missing/decisions.sqlite")
    app = open_page("overview")
    assert "The decision store cannot be used" in text_of(app).replace("\\", "")
    assert app.metric


def test_who_may_not_build_sees_no_button(monkeypatch: pytest.MonkeyPatch) -> None:
    ignore("k-teacher")
    work_as(monkeypatch, "viewer")
    app = open_page("overview")
    assert "Apply now" not in [button.label for button in app.button]


def publishing(ids: str) -> str:
    """A build whose release shows the decisions of the file `ids`."""
    return (
        "from tests.support import fake_release\n"
        "home = pathlib.Path(os.environ['POLARIS_HOME'])\n"
        f"known = json.loads((home / '{ids}').read_text())\n"
        "path = fake_release.publish(home, '20260310T150000000Z-aaaaaa')\n"
        "import duckdb\n"
        "with duckdb.connect(str(path)) as new:\n"
        "    rows = [{'decision_id': one} for one in known]\n"
        "    fake_release.insert(new, 'ops.audit_log', rows)\n"
        "print('{}')"
    )


def test_the_end_names_what_was_applied_to_whoever_reloaded_the_page(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignore("k-teacher")
    ignore("k-company")
    made = [item.decision_id for item in decisions.read_all(load_settings())]
    (home / "ids.json").write_text(json.dumps(made[:1]))  # the other is not in the release
    command(monkeypatch, publishing("ids.json"))
    press(open_page("overview"), "Apply now")
    reloaded = open_page("overview")
    elsewhere = open_page("events")
    folder = end_job(home)
    for app in (reloaded, elsewhere):
        text = text_of(checked(app.run())).replace("\\", "")
        assert "Applied: a new release is published. Anna Ruis: the ticket is ignored." in text
        assert "Acme Robotics Inc: the ticket is ignored" not in text.split("published.")[1][:60]
    assert set(json.loads((folder / "decisions.json").read_text())) == set(made)


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_a_list_that_is_lost_still_tells_the_end(
    content: str | None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignore("k-teacher")
    (home / "ids.json").write_text("[]")
    command(monkeypatch, publishing("ids.json"))
    app = press(open_page("overview"), "Apply now")
    told = next((home / "inbox").iterdir()) / "decisions.json"
    told.unlink() if content is None else told.write_text(content)
    end_job(home)
    assert "Applied: a new release is published." in text_of(checked(app.run()))
