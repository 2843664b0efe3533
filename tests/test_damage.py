"""What a machine did to our files becomes a sentence, and what is a defect of ours does not."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Callable
from types import SimpleNamespace

import duckdb
import pytest
from sqlalchemy.exc import DatabaseError

from polaris import damage, ledger, releases
from polaris.errors import PolarisError
from polaris.settings import Settings
from polaris.workplace import recorded


def _wrapped(error: Exception) -> Exception:
    """As dlt tells what went wrong below it."""
    outer = RuntimeError("Pipeline execution failed at stage load")
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize(
    "error",
    [
        duckdb.IOException("IO Error: Could not write file: No space left on device"),
        _wrapped(OSError(errno.ENOSPC, "No space left on device")),
        DatabaseError("insert", {}, sqlite3.OperationalError("database or disk is full")),
        OSError(errno.EFBIG, "File too large"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_full_disk_is_the_same_sentence_whoever_met_it(
    settings: Settings, error: Exception
) -> None:
    run_id = ledger.start_run(settings, ledger.RunStart("build", "build", "jordan"))
    with pytest.raises(PolarisError, match="free some space"), recorded(settings, [run_id]):
        raise error
    run = ledger.get_run(settings, run_id)
    assert run is not None
    assert run.status == "failed"
    assert "free some space" in str(run.error_summary)


@pytest.mark.parametrize("make", [lambda: ZeroDivisionError("no such number"), KeyboardInterrupt])
def test_a_defect_stays_a_defect(settings: Settings, make: Callable[[], BaseException]) -> None:
    assert damage.explained(settings, make()) is None
    assert damage.explained(settings, duckdb.CatalogException("no such table")) is None
    settings.home.mkdir()
    for number, words in ((errno.ENOENT, "gone"), (errno.EACCES, "Permission denied")):
        assert damage.explained(settings, OSError(number, words, "/elsewhere/file")) is None
    inside = settings.home / "file"
    assert damage.explained(settings, OSError(errno.ENOENT, "gone", inside)) is None
    assert damage.explained(settings, duckdb.IOException("some file is short")) is None
    assert damage.explained(settings, sqlite3.OperationalError("no such table")) is None
    built = duckdb.CatalogException(f"{settings.warehouse} has no such table")
    assert damage.explained(settings, built) is None


def test_what_a_machine_did_is_told_of_the_file_it_did_it_to(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(error: Exception) -> str:
        found = damage.explained(settings, error)
        assert found is not None
        return found.message

    missing = OSError(errno.ENOENT, "gone", settings.home / "file")
    assert f"{settings.home} cannot be used: gone (file)" in told(missing)
    settings.releases_dir.mkdir(parents=True)
    names = [f"2026031{day}T141530123Z-4f2a9c" for day in (0, 1)]
    for name in names:
        releases.release_path(settings, name).touch()
    short = duckdb.IOException(f"{releases.release_path(settings, names[1])} is short")
    assert f"The release {names[1]} cannot be read" in told(short)
    assert f"rollback {names[0]}" in told(short)
    assert f"damaged: {settings.warehouse} is short. What is" in told(
        _wrapped(duckdb.IOException(f"{settings.warehouse}\nis short."))
    )
    assert "open in another program" in told(duckdb.IOException("Could not set lock on file x"))
    cut = sqlite3.OperationalError("disk I/O error")
    assert "the list of runs, is damaged" in told(cut)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    assert "free some space" in told(cut)
