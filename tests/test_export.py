"""Exports: guarded against formulas, limited to the release, readable in a spreadsheet."""

from __future__ import annotations

import csv
import errno
import io
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from polaris import export_log
from polaris.errors import PolarisError
from polaris.export import guarded
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import fake_release

NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "plain",
    "a=b",
    "",
    "naïve",
]


@pytest.fixture
def published(settings: Settings) -> Path:
    """The invented release with a table of nasty values."""
    path = fake_release.publish(settings.home)
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(
            "create table marts.nasty (id bigint, words varchar, amount double, is_it boolean,"
            " day date, happened_at timestamptz, many varchar[])"
        )
        connection.executemany(
            "insert into marts.nasty values (?, ?, -1.5, true, '2026-03-10',"
            " '2026-03-10 14:15:30+00', ['=x'])",
            [[number, words] for number, words in enumerate(NASTY)],
        )
        connection.execute("insert into marts.nasty (id) values (99)")
    return path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("text", NASTY[:8])
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", NASTY[8:])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


def test_a_csv_holds_the_rows_guarded_and_typed(
    command: Command, published: Path, tmp_path: Path
) -> None:
    out = tmp_path / "nasty.csv"
    answer = command("export", "nasty", "--out", out, "--json")
    assert answer.exit_code == 0, answer.err
    assert answer.json["rows"] == len(NASTY) + 1
    assert answer.json["release"] == fake_release.NAME
    content = out.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    found = {int(row["id"]): row for row in rows(content.decode("utf-8-sig"))}
    assert [found[n]["words"] for n in range(8)] == [f"'{text}" for text in NASTY[:8]]
    assert found[11]["words"] == "naïve"
    assert found[0]["amount"] == "-1.5"
    assert found[0]["is_it"] == "true"
    assert found[0]["day"] == "2026-03-10"
    assert found[0]["happened_at"] == "2026-03-10T14:15:30Z"
    assert found[0]["many"] == '["=x"]'
    assert set(found[99].values()) == {"99", ""}


def test_a_workbook_holds_the_rows_and_says_how_fresh_they_are(
    command: Command, published: Path, tmp_path: Path
) -> None:
    out = tmp_path / "nasty.xlsx"
    assert command("export", "marts.nasty", "--out", out).exit_code == 0
    workbook = load_workbook(out)
    sheet, about = workbook["nasty"], workbook["about"]
    values = {row[0]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert [values[n][1] for n in range(8)] == [f"'{text}" for text in NASTY[:8]]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert values[0][2] == -1.5
    assert values[0][4] == datetime(2026, 3, 10)
    assert values[0][5] == "2026-03-10 09:15:30 CDT"
    assert values[99][1] is None
    facts = dict(about.iter_rows(values_only=True))
    assert facts["release"] == fake_release.NAME
    assert facts["as of"] == fake_release.TODAY.isoformat()
    assert facts["published"] == "2026-03-10 09:15:30 CDT"


def test_a_condition_chooses_rows(command: Command, published: Path, tmp_path: Path) -> None:
    where = ("--where", "unmatched_type = 'teacher' and status = 'pending'")
    answer = command("export", "queue_unmatched", *where, "--out", "-")
    assert answer.exit_code == 0
    assert [row["ticket_key"] for row in rows(answer.out)] == ["k-teacher"]


@pytest.mark.parametrize(
    "where",
    [
        "no_such_column = 1",
        "true); drop table marts.dim_events; select (1",
        "id in (select 1 from read_csv('/etc/passwd'))",
        "true) union all (select * from read_text('/etc/passwd')",
        "id = (",
    ],
)
def test_a_condition_can_neither_break_out_nor_read_files(
    command: Command, published: Path, tmp_path: Path, where: str
) -> None:
    out = tmp_path / "x.csv"
    answer = command("export", "nasty", "--where", where, "--out", out)
    assert answer.exit_code == 2
    assert len(answer.err.strip().splitlines()) == 1
    assert not out.exists()
    assert list(tmp_path.glob(".x.csv*")) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("no_such_table",),
        ("raw_pathful.loads",),
        ("nasty; drop table x",),
        ("nasty", "--format", "pdf"),
        ("nasty", "--out", "nasty.pdf"),
        ("nasty", "--format", "xlsx", "--out", "-"),
        ("nasty", "--out", "-", "--json"),
        ("nasty", "--out", "/no/such/folder/x.csv"),
    ],
)
def test_wrong_arguments_are_bad_input(
    command: Command, published: Path, arguments: tuple[str, ...]
) -> None:
    answer = command("export", *arguments)
    assert answer.exit_code == 2
    assert len(answer.err.strip().splitlines()) == 1


def test_an_export_stands_in_the_log_before_it_is_a_file(
    command: Command,
    settings: Settings,
    published: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """salesforce.md 9.4: as the pages' exports do; what is refused took nothing."""
    refused = (("--where", "no_such_column = 1"), ("--out", tmp_path / "no" / "x.csv"))
    for arguments in refused:
        assert command("export", "nasty", *arguments).exit_code == 2
    assert export_log.read_all(settings) == []
    assert command("export", "nasty", "--where", "id < 3", "--out", "-").exit_code == 0
    assert command("export", "marts.nasty", "--out", tmp_path / "n.xlsx").exit_code == 0
    taken = [
        (one.actor, one.role, one.name, one.file_format, one.row_count, one.release)
        for one in export_log.read_all(settings)
    ]
    of_all = (settings.user, "admin", "nasty")
    assert taken == [
        (*of_all, "csv", 3, fake_release.NAME),
        (*of_all, "xlsx", len(NASTY) + 1, fake_release.NAME),
    ]

    def full(*_: object) -> None:
        raise PolarisError("The decision store cannot be used: disk full.")

    monkeypatch.setattr("polaris.export_log.add", full)
    assert command("export", "nasty", "--out", tmp_path / "late.csv").exit_code != 0
    assert not (tmp_path / "late.csv").exists()


def test_nothing_published_is_bad_input(command: Command) -> None:
    assert command("export", "dim_events").exit_code == 2


def test_the_file_is_named_after_the_table_when_no_name_is_given(
    command: Command, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("export", "DIM_SCHOOLS").exit_code == 0
    assert command("export", "ops.releases", "--format", "xlsx").exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} >= {"dim_schools.csv", "releases.xlsx"}


def test_dates_survive_the_round_trip(command: Command, published: Path, tmp_path: Path) -> None:
    out = tmp_path / "events.csv"
    assert command("export", "dim_events", "--out", out).exit_code == 0
    days = {row["session_date"] for row in rows(out.read_text("utf-8-sig"))}
    assert {date.fromisoformat(day) for day in days if day}


def test_a_folder_a_device_and_a_file_of_the_home_are_never_written_over(
    command: Command, published: Path, settings: Settings, tmp_path: Path
) -> None:
    """The export of yesterday is; what everything stands on is not."""
    release = published.read_bytes()
    link = tmp_path / "link.csv"
    link.symlink_to(published)
    for out in (tmp_path, Path("/dev/null"), published, settings.current, link):
        told = command("export", "nasty", "--format", "csv", "--out", out)
        assert told.exit_code == 2, out
        assert "another file with --out" in told.err
    assert published.read_bytes() == release
    assert export_log.read_all(settings) == []


def test_what_cannot_be_written_is_told(
    command: Command, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    for name in ("a.csv", "a.xlsx"):
        told = command("export", "nasty", "--out", tmp_path / name)
        assert told.exit_code == 2
        assert "cannot be written: No space left on device" in told.err
    assert not [*tmp_path.glob("*a.*")]
