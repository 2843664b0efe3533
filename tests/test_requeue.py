"""Findings go out as a CSV file, are corrected offline and come back (platform.md §3.4, R-22)."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from polaris import contract_fields, export_log, quality_export, requeue
from polaris.deciding import decisions
from polaris.errors import BadInput
from polaris.quality_rows import Fixes
from polaris.quality_search import Wanted
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import fake_release_quality as fake
from tests.support.deciding import line, publish, revoke, show_in_release

Line = dict[str, str]
Correct = Callable[..., Path]
NOW = datetime(2026, 3, 10, 15, 4, 5, tzinfo=UTC)


@pytest.fixture
def published(settings: Settings) -> Path:
    return publish(settings)


@pytest.fixture
def exported(settings: Settings, published: Path, tmp_path: Path) -> Path:
    """Every open finding, as an administrator gets them."""
    path = tmp_path / "export.csv"
    quality_export.export(settings, Wanted(), path, NOW)
    return path


def lines_of(path: Path) -> list[Line]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def line_of(path: Path, key: str) -> Line:
    return next(one for one in lines_of(path) if one["violation_key"] == key)


def number_of(path: Path, key: str) -> int:
    keys = [one["violation_key"] for one in lines_of(path)]
    return keys.index(key) + 2


def corrected(path: Path, changes: dict[str, Line], *, delimiter: str = ",") -> Path:
    """The export as a spreadsheet saves it after some cells were changed, by finding."""
    lines = lines_of(path)
    for one in lines:
        one.update(changes.get(one["violation_key"], {}))
    out = path.with_name("corrected.csv")
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(lines)
    return out


def refused(settings: Settings, file: Path) -> str:
    with pytest.raises(BadInput) as caught:
        requeue.requeue(settings, file)
    assert decisions.read_all(settings) == []
    return str(caught.value)


def decide(settings: Settings, *lines: dict[str, Any]) -> list[decisions.Decision]:
    return decisions.append(settings, lines, actor="jordan", role="admin")


def test_a_file_that_nobody_changed_stores_nothing(settings: Settings, exported: Path) -> None:
    assert "no cell of export.csv was changed" in refused(settings, exported)
    assert "no cell of" in refused(settings, corrected(exported, {}, delimiter=";"))
    exported.write_text(exported.read_text("utf-8-sig").replace("\n", ",,\n"), "utf-16")
    assert "no cell of" in refused(settings, exported)


def test_only_changed_cells_come_back_as_one_correction_per_line(
    settings: Settings, exported: Path
) -> None:
    """Formulas, numbers with a plus and zeros in front make the round trip."""
    changes = {
        fake.BAD_EMAIL: {"email": "ana@example.org", "employer": "'=SUM(A1)", "notes": ""},
        fake.BAD_PHONE: {"email": "ana@example.org", "phone": "'+18165550142"},
        fake.NO_CONTACT: {"phone": "+1 816 555 0199"},
        fake.EVENT: {"title": "Plant visit"},
    }
    done = requeue.requeue(settings, corrected(exported, changes))
    assert (done.row_count, done.cell_count) == (3, 6)
    assert done.line_count - done.unchanged_count == 4
    stored = {item.subject_key: item for item in decisions.read_all(settings)}
    assert [item.decision_id for item in stored.values()] == list(done.decision_ids)
    email = {"email": "ana@example.org"}
    assert {key: item.payload for key, item in stored.items()} == {
        fake.BAD_EMAIL: email | {"employer": "=SUM(A1)", "notes": ""},
        fake.BAD_PHONE: email | {"phone": "+18165550142"},
        fake.NO_CONTACT: {"phone": "+1 816 555 0199"},
        fake.EVENT: {"title": "Plant visit"},
    }
    assert {item.action for item in stored.values()} == {"dq_fix"}
    assert {(item.actor, item.role) for item in stored.values()} == {("jordan", "admin")}


def test_what_a_spreadsheet_does_by_itself_is_no_change(settings: Settings, exported: Path) -> None:
    changes = {fake.BAD_EMAIL: {"dob": "02/03/2015", "postal_code": "2139", "first_name": " Ana "}}
    assert "no cell of" in refused(settings, corrected(exported, changes))


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"email": "ana(at)example"}, fake.BAD_EMAIL, "email is no e-mail address"),
        ({"phone": "555"}, fake.BAD_EMAIL, "phone is no phone number"),
        ({"title": "x", "capacity": "many"}, fake.EVENT, "capacity is no whole number"),
        ({"email": "x@example.org"}, fake.EVENT, "of the kind event takes no email"),
        ({"phone": "8165550142"}, fake.CRM, "Salesforce owns this record; correct it there"),
        ({"title": "x"}, fake.PATHFUL, "Pathful owns this row"),
        ({"external_id": "A-9"}, fake.BAD_EMAIL, "external_id cannot be changed"),
        ({"rule_code": "x", "record_key": "y"}, fake.EVENT, "record_key, rule_code cannot be"),
        ({"violation_key": "0" * 32}, fake.EVENT, "the release has no finding"),
        ({"violation_key": ""}, fake.EVENT, "it has no violation_key"),
        ({"row_fingerprint": "0" * 32, "title": "x"}, fake.EVENT, "changed since the export"),
        ({"row_fingerprint": "", "title": "x"}, fake.EVENT, "changed since the export"),
    ],
)
def test_one_line_that_cannot_be_taken_refuses_the_file(
    settings: Settings, exported: Path, changes: Line, key: str, words: str
) -> None:
    good = {fake.NO_CONTACT: {"phone": "816 555 0199"}}
    message = refused(settings, corrected(exported, good | {key: changes}))
    assert message.startswith("Nothing was stored, 1 of ")
    assert f"line {number_of(exported, key)}: " in message
    assert words in message
    for value in changes.values():
        assert len(value) < 10 or value not in message


def test_every_bad_line_is_named(settings: Settings, exported: Path) -> None:
    changes = {fake.BAD_EMAIL: {"email": "no"}, fake.EVENT: {"capacity": "no"}}
    message = refused(settings, corrected(exported, changes))
    assert "2 of " in message
    for key in changes:
        assert f"line {number_of(exported, key)}: " in message


def test_lines_of_one_row_may_not_contradict_each_other(settings: Settings, exported: Path) -> None:
    changes = {
        fake.BAD_EMAIL: {"email": "ana@example.org"},
        fake.BAD_PHONE: {"email": "anna@example.org"},
    }
    first, second = sorted(number_of(exported, key) for key in changes)
    message = refused(settings, corrected(exported, changes))
    assert f"line {second}: it gives email another value than line {first}" in message


def test_a_finding_stands_in_a_file_once(settings: Settings, exported: Path) -> None:
    with exported.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(line_of(exported, fake.EVENT).values())
    message = refused(settings, exported)
    assert f"its finding stands in line {number_of(exported, fake.EVENT)} already" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it lacks violation_key and row_fingerprint"),
        (b"violation_key,email\nx,y\n", "it lacks row_fingerprint"),
        (b"violation_key,row_fingerprint,colour\nx,y,z\n", "no contract knows: colour"),
        (b"violation_key,row_fingerprint,email,email\nx,y,a,b\n", "has email more than once"),
        (b"violation_key,row_fingerprint\n\n , \n", "no line below its header"),
        (b"violation_key,row_fingerprint\nx,y,z\n", "line 2: it has more cells than columns"),
        (b"PK\x03\x04\x00\x00", "is no CSV file"),
    ],
)
def test_a_file_that_is_no_export_is_told_so(
    settings: Settings, published: Path, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "other.csv"
    file.write_bytes(content)
    assert words in refused(settings, file)
    assert "cannot be read" in refused(settings, tmp_path / "absent.csv")


def test_a_row_that_changed_since_the_export_is_stale(settings: Settings, exported: Path) -> None:
    """By a correction of somebody else, or by a later file; an untouched line is none the less."""
    changes = {fake.BAD_EMAIL: {"email": "ana@example.org"}}
    (other,) = decide(settings, line("dq_fix", fake.BAD_PHONE, employer="Acme"))
    file = corrected(exported, changes)
    with pytest.raises(BadInput, match="its row was changed since the export"):
        requeue.requeue(settings, file)
    decide(settings, revoke(other.decision_id))
    done = requeue.requeue(settings, corrected(exported, changes), dry_run=True)
    assert done.row_count == 1
    later = '{"First": "Ana", "E-mail": "ana@gmial.con"}'
    show_in_release(
        settings,
        f"update queues.queue_dq_violations set payload_json = '{later}' where external_id = 'A-1'",
    )
    with pytest.raises(BadInput, match="its row was changed since the export"):
        requeue.requeue(settings, file)
    untouched = {fake.EVENT: {"title": "Plant visit"}}
    assert requeue.requeue(settings, corrected(exported, untouched)).row_count == 1


def test_a_correction_waits_for_no_build_to_be_corrected_again(
    settings: Settings, exported: Path, tmp_path: Path
) -> None:
    requeue.requeue(settings, corrected(exported, {fake.EVENT: {"title": "Plnt visit"}}))
    again = tmp_path / "again.csv"
    quality_export.export(settings, Wanted(), again, NOW)
    assert line_of(again, fake.EVENT)["title"] == "Plnt visit"
    requeue.requeue(settings, corrected(again, {fake.EVENT: {"title": "Plant visit"}}))
    assert [item.payload for item in decisions.read_all(settings)] == [
        {"title": "Plnt visit"},
        {"title": "Plant visit"},
    ]


def test_a_finding_set_aside_lends_its_line_to_an_open_one_of_the_row(
    settings: Settings, published: Path, tmp_path: Path
) -> None:
    show_in_release(
        settings,
        "update queues.queue_dq_violations set status = 'suppressed'"
        f" where violation_key = '{fake.BAD_EMAIL}'",
    )
    path = tmp_path / "all.csv"
    quality_export.export(settings, Wanted(state=None), path, NOW)
    requeue.requeue(settings, corrected(path, {fake.BAD_EMAIL: {"email": "ana@example.org"}}))
    (stored,) = decisions.read_all(settings)
    assert stored.subject_key == min(fake.BAD_PHONE, fake.MINOR)
    with pytest.raises(BadInput, match=r"line \d+: violation .* is suppressed"):
        requeue.requeue(settings, corrected(path, {fake.SET_ASIDE: {"employer": "Acme"}}))


def test_a_masked_export_cannot_come_back(
    settings: Settings, published: Path, tmp_path: Path
) -> None:
    more = {"last_seen_at": None}
    found = [row | more | {"record_violations": [row["violation_key"]]} for row in fake.rows()]
    for role, hidden in (("admin", 0), ("data_steward", 4), ("viewer", 5)):
        made = quality_export.sheet(found, Fixes([]), role)
        assert made.masked_count == hidden
        path = tmp_path / f"{role}.csv"
        path.write_bytes(quality_export.as_csv(made))
    ana = line_of(tmp_path / "viewer.csv", fake.BAD_EMAIL)
    assert (ana["email"], ana["phone"]) == ("a***@gmial.con", "***5501")
    assert (ana["dob"], ana["street"], ana["notes"]) == ("****-**-**", "hidden", "hidden")
    assert ana["row_fingerprint"] == "masked"
    ana = line_of(tmp_path / "data_steward.csv", fake.BAD_EMAIL)
    assert (ana["email"], ana["dob"], ana["street"]) == ("ana@gmial.con", "****-**-**", "hidden")
    student = line_of(tmp_path / "data_steward.csv", fake.STUDENT)
    assert (student["first_name"], student["graduation_year"]) == ("hidden", "1850")
    assert "was exported with hidden values" in refused(settings, tmp_path / "data_steward.csv")


def test_the_commands_export_check_store_and_build(
    command: Command,
    settings: Settings,
    published: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built = []

    def build(_settings: Settings, options: Any, _progress: Any) -> dict[str, str]:
        built.append(options.decisions_only)
        return {"release": "made"}

    monkeypatch.setattr("polaris.build.build", build)
    path = tmp_path / "out.csv"
    answer = command("export-violations", "--severity", "warning", "--out", path, "--json")
    assert {one["severity"] for one in lines_of(path)} == {"warn"}
    (taken,) = export_log.read_all(settings)
    count = taken.row_count if taken.name == "data-quality" else None
    assert answer.json["rows"] == answer.json["total"] == len(lines_of(path)) == count
    file = corrected(path, {fake.STUDENT: {"graduation_year": "2030"}})
    dry = command("requeue", file, "--dry-run", "--json")
    assert dry.json | {"lines": 0} == {
        "status": "succeeded",
        "dry_run": True,
        "lines": 0,
        "unchanged": len(lines_of(path)) - 1,
        "rows": 1,
        "cells": 1,
        "decisions": [],
    }
    assert decisions.read_all(settings) == []
    assert built == []
    assert "Dry run: nothing was stored." in command("requeue", file, "--dry-run").out
    done = command("requeue", file, "--json")
    assert done.json["build"] == {"release": "made"}
    assert built == [True]
    (stored,) = decisions.read_all(settings)
    assert json.loads(json.dumps(stored.payload)) == {"graduation_year": "2030"}
    again = command("requeue", file, "--no-build")
    assert again.exit_code == 2
    assert "no cell of corrected.csv was changed" in again.err  # it says so already
    assert built == [True]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--severity", "fatal"), "--severity fatal is unknown"),
        (("--rule", "VOL_EMAIL_FORMT"), "is no rule; near are: VOL_EMAIL_FORMAT"),
        (("--status", "fix_pending"), "--status fix_pending is unknown"),
    ],
)
def test_a_filter_that_is_none_is_told_so(
    command: Command, published: Path, arguments: tuple[str, ...], words: str
) -> None:
    answer = command("export-violations", *arguments)
    assert answer.exit_code == 2
    assert words in " ".join(answer.err.split())


def test_without_a_release_there_is_nothing_to_export_or_take_back(
    command: Command, settings: Settings, tmp_path: Path
) -> None:
    assert command("export-violations").exit_code == 2
    (file := tmp_path / "x.csv").write_text("violation_key,row_fingerprint\nx,y\n")
    assert "Nothing is published yet" in command("requeue", file).err
    assert set(contract_fields.entities()) == {
        *("volunteer", "event", "shift", "student", "organization", "affiliation")
    }


def test_the_status_of_an_affiliation_is_not_that_of_its_finding(
    settings: Settings, published: Path, tmp_path: Path
) -> None:
    """Both are called status, so the row's own column has another name."""
    key = f"{0xF00:032x}"
    finding = fake.rows()[0] | {
        "violation_key": key,
        "entity_type": "affiliation",
        "external_id": "A-1",
        "record_key": "csv:A-1",
        "rule_code": "AFF_STATUS",
        "payload_json": json.dumps({"external_id": "A-1", "status": "Curent", "role": "Board"}),
    }
    fake.add(published, [finding])
    file = tmp_path / "export.csv"
    quality_export.export(settings, Wanted(), file, NOW)
    line = line_of(file, key)
    assert (line["status"], line["row_status"]) == ("open", "Curent")
    requeue.requeue(settings, corrected(file, {key: {"row_status": "Current"}}))
    (stored,) = decisions.read_all(settings)
    assert (stored.subject_key, stored.payload) == (key, {"status": "Current"})
