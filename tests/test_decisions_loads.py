"""A word that what a file brought is left out: who may, of which runs, once, and taking it back."""

from __future__ import annotations

import shutil

import pytest

from polaris import ledger, releases
from polaris.build import rollback
from polaris.deciding import decisions
from polaris.errors import BadInput
from polaris.settings import Settings
from tests.support.deciding import line, publish, revoke, show_in_release
from tests.support.fake_release import FIRST_RUN, LAST_RUN

OUT = line("exclude_load", FIRST_RUN, "The e-mails were lost")
BACK = line("include_load", FIRST_RUN, "They were asked to be blank")


@pytest.fixture(autouse=True)
def published(settings: Settings) -> None:
    publish(settings)


def refused(settings: Settings, *lines: dict[str, object], role: str = "admin") -> str:
    with pytest.raises(BadInput) as caught:
        decisions.append(settings, lines, actor="ada", role=role)
    return caught.value.message


def test_a_file_is_left_out_once_and_counts_again(settings: Settings) -> None:
    (said,) = decisions.append(settings, [OUT], actor="ada", role="admin")
    assert f"run {FIRST_RUN} is excluded" in refused(settings, OUT)
    assert "needs a reason" in refused(settings, revoke(said.decision_id))
    undo = revoke(said.decision_id, "They were asked to be blank")
    decisions.append(settings, [undo], actor="ada", role="admin")
    decisions.append(settings, [OUT], actor="ada", role="admin")


def test_a_file_counts_again_by_a_word_of_its_own(settings: Settings) -> None:
    assert "needs it to be excluded" in refused(settings, BACK)
    _, back = decisions.append(settings, [OUT, BACK], actor="ada", role="admin")
    assert f"run {FIRST_RUN} is included" in refused(settings, BACK)
    undo = revoke(back.decision_id, "They were lost after all")
    decisions.append(settings, [undo], actor="ada", role="admin")
    assert f"run {FIRST_RUN} is excluded" in refused(settings, OUT)
    decisions.append(settings, [BACK], actor="ada", role="admin")
    told = "update ops.audit_log set is_standing = true where action like '%clude_load'"
    show_in_release(settings, told)
    decisions.append(settings, [OUT], actor="ada", role="admin")


def test_a_report_of_pathful_is_left_out(settings: Settings) -> None:
    (said,) = decisions.append(
        settings, [line("exclude_load", LAST_RUN, "The wrong year")], actor="ada", role="admin"
    )
    assert said.subject_key == LAST_RUN


def test_a_published_file_is_left_out_after_a_rollback(settings: Settings) -> None:
    """The release before it does not know its run; the word stands until it is taken back."""
    start = ledger.RunStart(source="pathful", command="pathful bad.csv", triggered_by="ada")
    run = ledger.start_run(settings, start)
    before = releases.current_name(settings)
    newer = releases.release_path(settings, run)  # a run's id and a release's name look alike
    shutil.copyfile(releases.release_path(settings, str(before)), newer)
    settings.current.write_text(run, encoding="utf-8")
    ledger.finish_run(settings, run, "succeeded", file_sha256="0" * 64, release=run)
    assert rollback(settings, None)["release"] == before
    out = line("exclude_load", run, "Wrong export")
    decisions.append(settings, [out], actor="ada", role="admin")
    told = refused(settings, out)
    assert told.startswith(f"No decision was stored: run {run} is excluded")
    assert "line" not in told
    back = line("include_load", run, "It was right")
    decisions.append(settings, [back], actor="ada", role="admin")


def test_what_the_release_leaves_out_is_out_already(settings: Settings) -> None:
    decisions.append(settings, [OUT], actor="ada", role="admin")
    told = f"update ops.audit_log set subject_key = '{FIRST_RUN}', is_standing = true"
    show_in_release(settings, f"{told} where action = 'exclude_load'")
    assert f"run {FIRST_RUN} is excluded" in refused(settings, OUT)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (line("exclude_load", LAST_RUN, "x"), "is of salesforce; exclude_load is for files"),
        (line("include_load", LAST_RUN, "x"), "needs it to be excluded"),
        (line("exclude_load", "20200101T000000000Z-cccccc", "x"), "there is no run"),
        (line("exclude_load", FIRST_RUN), "exclude_load needs a reason"),
    ],
)
def test_what_makes_no_sense_is_refused(
    settings: Settings, bad: dict[str, object], words: str
) -> None:
    show_in_release(
        settings, f"update ops.import_runs set source = 'salesforce' where run_id = '{LAST_RUN}'"
    )
    assert words in refused(settings, OUT, bad)
    assert decisions.read_all(settings) == []


def test_a_steward_may_not(settings: Settings) -> None:
    assert "may not exclude_load" in refused(settings, OUT, role="data_steward")
