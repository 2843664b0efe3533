"""Two processes on one home at the same moment, and a page whose release goes away beneath it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import streamlit as st

from polaris.deciding import decisions
from polaris.settings import Settings, load_settings
from tests.support import fake_release
from tests.support.dashboard_app import checked, open_page, press, stored, text_of
from tests.support.sources import raw, sessions
from tests.support.whole_commands import World

NEWER = "20260310T150000000Z-aaaaaa"


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=120)
    return process.returncode, said


def test_of_two_processes_that_decide_the_same_one_is_told_of_the_other(
    settings: Settings, published: Path, tmp_path: Path
) -> None:
    line = {"action": "ignore_ticket", "subject_key": "k-school"}
    files = []
    for actor in ("ada", "bo"):
        files.append(tmp_path / f"{actor}.jsonl")
        files[-1].write_text(json.dumps(line | {"actor": actor}) + "\n", encoding="utf-8")
    world = World(settings.home)
    both = [world.start("decide", file) for file in files]
    answers = sorted(ended(process) for process in both)
    (winner,) = decisions.read_all(settings)
    assert [code for code, _ in answers] == [0, 2]
    assert f"is ignored by ignore_ticket of {winner.actor}" in answers[1][1]
    assert "Traceback" not in answers[1][1]


def test_of_two_processes_that_import_the_same_file_its_rows_land_once(
    settings: Settings, tmp_path: Path
) -> None:
    file = sessions(tmp_path, "1.csv", 40)
    world = World(settings.home)
    both = [world.start("pathful", file, "--no-build") for _ in range(2)]
    codes = set()
    for process in both:
        code, said = ended(process)
        codes.add(code)
        assert "Traceback" not in said
        if code:
            assert "holds the warehouse" in said or "The warehouse is taken" in said
    assert codes in ({0}, {0, 4})  # the second may have come when the first was through
    assert raw(settings, "select count(*) from raw_pathful.session_report") == [(40,)]
    assert raw(settings, "select count(distinct rows_run_id) from raw_pathful.loads") == [(1,)]


def test_an_open_page_goes_on_when_its_release_is_replaced_and_removed(page_home: Path) -> None:
    """As when another dashboard publishes, and retention lets the old ones go."""
    old = fake_release.publish(page_home)
    app = open_page("unmatched", ticket="k-teacher")
    fake_release.publish(page_home, NEWER)
    old.unlink()
    app = press(app, "Ignore")
    assert [one[:2] for one in stored()] == [("ignore_ticket", "k-teacher")]
    assert NEWER in text_of(checked(app.run())).replace("\\", "")
    st.cache_resource.clear()  # as in a dashboard that has just been started
    assert not open_page("overview").error
    assert decisions.pending(load_settings())
