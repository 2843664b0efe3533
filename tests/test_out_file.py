"""What a command writes stands in the place of no folder, no device and nothing of the home."""

from __future__ import annotations

from pathlib import Path

import pytest

from polaris import export_log, linkage_training, out_file
from polaris.errors import BadInput
from polaris.settings import Settings
from tests.conftest import Command

COMMANDS = {
    "csv": ("export-violations",),
    "json": ("upcoming-events",),
    "diff": ("linkage", "train"),
}


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Weights that would change, so that `linkage train` has a diff to write."""
    seed = tmp_path / "seed.csv"
    seed.write_text("m\n0.8\n", encoding="utf-8")
    monkeypatch.setattr(
        linkage_training, "train", lambda _settings: linkage_training.Training(1, 1, ())
    )
    monkeypatch.setattr(linkage_training, "proposal", lambda _levels, _seed: "m\n0.9\n")
    monkeypatch.setattr(linkage_training, "LEVELS_FILE", seed)


@pytest.mark.usefixtures("learned")
@pytest.mark.parametrize("kind", COMMANDS)
def test_only_an_ordinary_file_is_written_over(
    command: Command, published: Path, settings: Settings, tmp_path: Path, kind: str
) -> None:
    words = COMMANDS[kind]
    report = settings.reports / f"report.{kind}"
    report.parent.mkdir(parents=True)
    report.write_text("as it was", encoding="utf-8")
    (link := tmp_path / f"link.{kind}").symlink_to(published)
    kept = {path: path.read_bytes() for path in (published, settings.current, report)}
    for out in (tmp_path, Path("/dev/null"), link, *kept):
        told = command(*words, "--out", out)
        assert told.exit_code == 2, out
        assert "is not written over; name another file with --out" in told.err
    assert {path: path.read_bytes() for path in kept} == kept
    assert export_log.read_all(settings) == []
    for out in (tmp_path / f"yesterday.{kind}", settings.home / f"yesterday.{kind}"):
        out.write_text("of yesterday", encoding="utf-8")
        assert command(*words, "--out", out).exit_code == 0
        assert "of yesterday" not in out.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    "name", ["inbox/people.csv", "reports/run/report.csv", "mappings/m.csv", "demo/rows.csv"]
)
def test_a_file_of_a_folder_of_the_home_is_not_written_over(settings: Settings, name: str) -> None:
    (there := settings.home / name).parent.mkdir(parents=True)
    there.write_text("external_id\n", encoding="utf-8")
    with pytest.raises(BadInput, match="stands on"):
        out_file.check(settings, there)
    out_file.check(settings, there.with_name("new.csv"))
    (own := settings.home / "own" / "people.csv").parent.mkdir()
    own.write_text("external_id\n", encoding="utf-8")
    out_file.check(settings, own)


def test_every_folder_that_the_settings_name_is_known(settings: Settings) -> None:
    folders = {
        *(settings.archive, settings.dbt_target, settings.inbox, settings.locks),
        *(settings.releases_dir, settings.reports, settings.scratch),
    }
    assert {folder.relative_to(settings.home).as_posix() for folder in folders} <= out_file._OURS
