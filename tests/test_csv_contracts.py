"""The contracts of all kinds of files: headers, versions, templates, files as people make them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from loaders import csv_contracts
from loaders.csv_contracts import ENTITIES, Entity, prepare, template
from loaders.errors import InputError
from polaris import ledger
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import raw_tables
from tests.support.fake_build import FakeBuild
from tests.support.sources import raw

VOLUNTEERS = ENTITIES["volunteers"]
HEADER = "external_id,first_name,last_name,email"
ANA = "0042,Ana,Ruiz,ana@example.org"
REORDERED = (
    b"LAST_NAME,Email,external id,FIRST-name\nRuiz,ana@example.org,0042,Ana\nL,b@x.org,0043,B\n"
)
BO = "0043,Bo,Lindqvist,bo@example.org"


def file(folder: Path, text: str | bytes, name: str = "volunteers.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_every_entity_of_the_interface_is_read_and_has_its_table() -> None:
    assert sorted(ENTITIES) == sorted(
        ["volunteers", "events", "shifts", "signups", "students", "organizations", "affiliations"]
    )
    tables = raw_tables.raw_tables()
    stamped = {"run_id", "row_number", "payload", "file_sha256", "landed_at"}
    for entity in ENTITIES.values():
        defined = {name for name, _ in tables[f"raw_csv.{entity.name}"]}
        assert defined - stamped == set(entity.contract.headers), entity.name


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.name)
def test_a_template_is_a_file_that_is_read(tmp_path: Path, entity: Entity) -> None:
    found = prepare(file(tmp_path, template(entity)), entity, strict_headers=True)
    assert found.present_columns == tuple(entity.contract.headers)
    assert found.row_count == 1
    row = found.arrow.to_pylist()[0]
    assert {name: row[name] for name in entity.examples} == dict(entity.examples)


@pytest.mark.parametrize(
    ("entity", "headers", "expected"),
    [
        (
            "volunteers",
            "Source_ID,Given.Name,SURNAME, E-mail ,Mobile,Birthdate,ZIP Code,Race,BGC-Status",
            "external_id first_name last_name email phone dob race_ethnicity postal_code "
            "background_check_status",
        ),
        (
            "events",
            "Event ID,Event Name,Start Date,End Date,Session_Type,Status,Available Slots",
            "external_id title start_at end_at program_type event_status capacity",
        ),
        (
            "shifts",
            "Shift ID,Session-ID,Starts At,Slots",
            "external_id event_ref start_at capacity",
        ),
        (
            "students",
            "Record ID,First,Last,Student Number,Grad Year,School Code",
            "external_id first_name last_name student_id graduation_year school_ref",
        ),
        (
            "organizations",
            "Account ID,Organization,Type,EIN",
            "external_id name organization_type tax_id",
        ),
        (
            "affiliations",
            "Contact ID,Account ID,Primary,Started On",
            "contact_external_id organization_external_id is_primary start_date",
        ),
    ],
)
def test_headers_are_found_by_any_of_their_names(
    tmp_path: Path, entity: str, headers: str, expected: str
) -> None:
    values = ",".join("x" for _ in headers.split(","))
    found = prepare(file(tmp_path, f"{headers}\n{values}\n"), ENTITIES[entity])
    assert set(found.present_columns) == set(expected.split())
    assert found.unmapped_columns == ()


@pytest.mark.parametrize(
    ("entity", "header", "sentence"),
    [
        ("volunteers", "first_name,email", "lacks the required column last_name"),
        ("volunteers", "first_name,last_name,city", "one of the columns email or phone or "),
        ("volunteers", HEADER + ",Primary Email", "both mean email"),
        ("volunteers", HEADER + ",race,ethnicity", "both mean race_ethnicity"),
        ("events", "title", "lacks the required columns external_id, start_at"),
        ("shifts", "start_at", "lacks the required column event_ref"),
        ("students", "email", "lacks the required columns first_name, last_name"),
        ("organizations", "external_id", "lacks the required column name"),
        ("affiliations", "role", "contact_external_id, organization_external_id"),
    ],
)
def test_a_header_that_lacks_or_doubles_a_column_refuses_the_file(
    tmp_path: Path, entity: str, header: str, sentence: str
) -> None:
    with pytest.raises(InputError) as raised:
        prepare(file(tmp_path, header + "\n"), ENTITIES[entity])
    assert sentence in raised.value.message
    assert f"is no file of {entity}" in raised.value.message


def test_a_row_names_a_system_by_the_pattern_of_the_option() -> None:
    macro = Path(__file__).parents[1] / "macros" / "contracts" / "system_token.sql"
    assert f"'{csv_contracts._SYSTEM.pattern}'" in macro.read_text("utf-8")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Session ID,Title,Date,Status,Name,SignUp Role,Partner", "looks like a session report"),
        ("external_id,title,start_at", "looks like a file of events"),
        ("external_id,event_ref,role", ""),  # of sign-ups, but for whose it is
        ("first_name,shoe_size", ""),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path: Path, header: str, words: str) -> None:
    with pytest.raises(InputError) as raised:
        prepare(file(tmp_path, header + "\n"), VOLUNTEERS)
    assert words in raised.value.message
    assert words or "looks like" not in raised.value.message


def test_a_file_that_fits_another_kind_better_is_read_with_a_warning(tmp_path: Path) -> None:
    header = "external_id,first_name,last_name,email,student_number,grade,shoe_size"
    found = prepare(file(tmp_path, f"{header}\n1,K,N,,7,9,40\n"), VOLUNTEERS)
    (warning,) = found.warnings
    assert "fit a file of students better, which would use student_number, grade too" in warning
    assert prepare(file(tmp_path, f"{HEADER}\n{ANA}\n"), ENTITIES["students"]).warnings == ()


def test_a_workbook_is_refused_by_its_sheet_and_row(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Read me"
    sheet.append([])
    sheet.append(["Volunteers of 2026"])
    book.create_sheet("Data").append(HEADER.split(","))
    book.save(tmp_path / "people.xlsx")
    with pytest.raises(InputError) as raised:
        prepare(tmp_path / "people.xlsx", VOLUNTEERS)
    assert "people.xlsx (sheet 'Read me', row 2) is no file of volunteers" in raised.value.message
    assert "if it is in 'Data', move that to the front" in raised.value.message


@pytest.mark.parametrize(
    ("versions", "refused"),
    [
        (["1.3", "1", "v1.0", ""], None),
        (["1.0", "2.0"], "2.0"),
        (["v3"], "v3"),
        (["10.1"], "10.1"),
        (["soon", "1.x"], None),
    ],
)
def test_a_newer_version_of_the_contract_refuses_the_file(
    tmp_path: Path, versions: list[str], refused: str | None
) -> None:
    rows = "".join(f"{ANA},{version}\n" for version in versions)
    path = file(tmp_path, f"{HEADER},contract_version\n{rows}")
    if refused is None:
        assert prepare(path, VOLUNTEERS).row_count == len(versions)
        return
    with pytest.raises(InputError, match=f"follows version {refused} of the contract"):
        prepare(path, VOLUNTEERS)


@pytest.mark.parametrize(
    ("again", "warning"),
    [
        ([HEADER], "Row 3 says the header again and counts as blank."),
        ([HEADER.upper(), f" {HEADER}"], "2 rows say the header again (row 3 is the first)"),
    ],
)
def test_a_header_in_the_middle_is_no_row(tmp_path: Path, again: list[str], warning: str) -> None:
    """It would be somebody called first_name, or an organization called name."""
    found = prepare(file(tmp_path, "\n".join([HEADER, ANA, *again, BO]) + "\n"), VOLUNTEERS)
    assert warning in found.warnings[0]
    ids = found.arrow["external_id"].to_pylist()
    assert ids == ["0042", *[None] * len(again), "0043"]
    named = file(tmp_path, f"{HEADER}\n1,First_Name,Last_Name,a@example.org\n")
    assert prepare(named, VOLUNTEERS).warnings == ()


def test_a_row_after_a_blank_one_keeps_its_number(tmp_path: Path) -> None:
    found = prepare(file(tmp_path, f"{HEADER}\n{ANA}\n,,,\n \n{BO}\n,,,\n"), VOLUNTEERS)
    numbers = found.arrow["row_number"].to_pylist()
    assert dict(zip(numbers, found.arrow["external_id"].to_pylist(), strict=True)) == {
        2: "0042",
        3: None,
        4: " ",
        5: "0043",
    }


@pytest.mark.parametrize(
    ("content", "delimiter", "warned"),
    [
        (f"{HEADER}\r\n{ANA}\r\n{BO}\r\n".encode(), ",", False),
        (f"{HEADER}\n{ANA}\n{BO}".replace(",", ";").encode(), ";", False),
        (f"{HEADER}\n{ANA}\n{BO}".replace(",", "\t").encode(), "\t", False),
        (f"{HEADER}\n{ANA}\n{BO}".encode("utf-8-sig"), ",", False),
        (f"{HEADER}\n{ANA}\n{BO}".replace("Bo", "Bó").encode("cp1252"), ",", True),
        (f"\n\n{HEADER}\n{ANA}\n{BO}\n".encode(), ",", False),
        (REORDERED, ",", False),
    ],
    ids=["crlf", "semicolons", "tabs", "mark", "cp1252", "blank lines first", "other order"],
)
def test_a_file_is_read_however_it_was_written(
    tmp_path: Path, content: bytes, delimiter: str, warned: bool
) -> None:
    found = prepare(file(tmp_path, content), VOLUNTEERS)
    assert found.arrow["external_id"].to_pylist() == ["0042", "0043"]
    assert found.arrow["first_name"].to_pylist()[0] == "Ana"
    assert found.arrow["email"].to_pylist()[0] == "ana@example.org"
    assert found.delimiter == delimiter
    assert any("not in UTF-8" in text for text in found.warnings) == warned


def test_a_quoted_line_break_is_part_of_its_cell(tmp_path: Path) -> None:
    rows = [[*ANA.split(","), "one\ntwo, three"], [*BO.split(","), 'said "no"']]
    text = io.StringIO()
    csv.writer(text).writerows([[*HEADER.split(","), "notes"], *rows])
    found = prepare(file(tmp_path, text.getvalue()), VOLUNTEERS)
    assert found.arrow["notes"].to_pylist() == ["one\ntwo, three", 'said "no"']
    assert found.arrow["row_number"].to_pylist() == [2, 3]


def test_a_file_of_volunteers_lands_once_and_again_not_at_all(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    path = file(tmp_path, f"{HEADER},shoe size\n{ANA},38\n,,,\n{BO},44\n")
    first = command("csv", "volunteers", path, "--source-system", "Website", "--json").json
    assert (first["report_type"], first["rows_processed"]) == ("volunteers", 3)
    assert first["unmapped_columns"] == ["shoe size"]
    again = command("csv", "volunteers", path, "--source-system", "website", "--json").json
    assert again["skipped_by_reason"] == {"unchanged": 3}
    assert raw(settings, "select count(*), count(external_id) from raw_csv.volunteers") == [(3, 2)]
    # The same bytes as another kind of file would be another landing; here they are no such file.
    assert command("csv", "students", path, "--strict-headers").exit_code == 2
    assert raw(settings, "select count(*) from raw_csv.loads") == [(2,)]


@pytest.mark.parametrize("entity", sorted(ENTITIES))
def test_a_header_without_rows_is_a_success(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path, entity: str
) -> None:
    header = template(ENTITIES[entity]).splitlines(keepends=True)[0]
    done = command("csv", entity, file(tmp_path, header), "--json")
    assert (done.exit_code, done.json["rows_processed"]) == (0, 0), done.err
    assert any("no rows" in text for text in done.json["warnings"])


def test_a_refused_file_is_a_failed_run_and_lands_nothing(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    done = command("csv", "volunteers", file(tmp_path, f"{HEADER},ingest_version\n{ANA},2.0\n"))
    assert done.exit_code == 2
    assert "follows version 2.0" in done.err
    assert ledger.list_runs(settings)[0].status == "failed"
    assert not settings.warehouse.exists() or raw(
        settings, "select count(*) from information_schema.tables where table_name = 'volunteers'"
    ) == [(0,)]
    assert no_dbt.builds == []


def test_a_template_is_written_once_and_changes_nothing(
    command: Command, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "organizations.csv"
    done = command("csv", "organizations", path, "--template")
    assert done.exit_code == 0, done.err
    assert path.read_bytes() == template(ENTITIES["organizations"])
    assert command("csv", "organizations", path, "--template").exit_code == 2
    assert command("csv", "shoes", tmp_path / "b.csv", "--template").exit_code == 2
    assert command("csv", "events", tmp_path / "no" / "b.csv", "--template").exit_code == 2
    assert ledger.list_runs(settings) == []


def test_the_rows_of_every_entity_can_be_withdrawn(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    from polaris.withdraw import withdraw

    for entity in ("volunteers", "affiliations"):
        path = file(tmp_path, template(ENTITIES[entity]), f"{entity}.csv")
        run = command("csv", entity, path, "--json").json["run_id"]
        assert withdraw(settings.warehouse, [run]) == 1
        assert raw(settings, f"select count(*) from raw_csv.{entity}") == [(0,)]


def test_every_rule_about_files_has_a_hint_and_an_owner() -> None:
    seeds = Path(__file__).parents[1] / "seeds"
    rules = {
        row["rule_code"]: row
        for row in csv.DictReader((seeds / "rule_data_quality.csv").open(encoding="utf-8"))
    }
    handled = {
        row["rule_code"]: row
        for row in csv.DictReader((seeds / "rule_handling.csv").open(encoding="utf-8"))
    }
    models = Path(__file__).parents[1] / "models" / "intermediate" / "contracts"
    text = "".join(path.read_text(encoding="utf-8") for path in models.glob("*.sql"))
    emitted = {code for code in handled if f"'{code}'" in text}
    assert emitted == set(handled) - {"VOL_EMAIL_MX"}, "the online check is off and not built"
    for code in handled:
        assert rules[code]["remediation_hint"], code
        assert handled[code]["owner"], code
