"""`csv signups`: the header contract, what lands, and what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders import csv_contracts
from loaders.csv_contracts import ENTITIES, prepare, system_name
from loaders.errors import InputError
from polaris import ledger
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import raw_tables
from tests.support.fake_build import FakeBuild
from tests.support.sources import raw

SIGNUPS = ENTITIES["signups"]
HEADER = "event_ref,email,first_name,last_name,rsvp_status"
ANA = "a1B000000000001,ana@example.org,Ana,Ruiz,confirmed"
BO = "a1B000000000001,bo@example.org,Bo,Lindqvist,pending"


def file(folder: Path, *lines: str, name: str = "signups.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def test_headers_are_found_by_any_of_their_names(tmp_path: Path) -> None:
    path = file(
        tmp_path, "Session-ID,E-Mail,Given.Name, SURNAME ,Attended?,Attended", "e,a@x.org,A,R,?,yes"
    )
    found = prepare(path, SIGNUPS)
    assert found.present_columns == (
        "event_ref",
        "email",
        "first_name",
        "last_name",
        "attended_flag",
    )
    assert found.unmapped_columns == ("Attended?",)
    row = found.arrow.to_pylist()[0]
    assert (row["event_ref"], row["email"], row["attended_flag"]) == ("e", "a@x.org", "yes")
    assert row["external_id"] is None
    assert '"Attended?":"?"' in row["payload"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_name_with_an_accent_is_read_in_any_of_the_three_encodings(
    tmp_path: Path, encoding: str
) -> None:
    path = file(tmp_path, HEADER, ANA.replace("Ana,", "Zoé,"), encoding=encoding)
    found = prepare(path, SIGNUPS)
    assert found.arrow["first_name"].to_pylist() == ["Zoé"]
    assert found.present_columns[0] == "event_ref"
    said = [text for text in found.warnings if "not in UTF-8" in text]
    assert bool(said) == (encoding == "cp1252")


def test_everything_wrong_with_a_header_is_told_in_one_sentence(tmp_path: Path) -> None:
    path = file(tmp_path, "first_name,First,shoe size", "Ana,Ana,38")
    with pytest.raises(InputError) as raised:
        prepare(path, SIGNUPS, strict_headers=True)
    message = raised.value.message
    assert "lacks the required column event_ref" in message
    assert "one of the columns email or volunteer_ref" in message
    assert "'first_name' (column A) and 'First' (column B) both mean first_name" in message
    assert "the unexpected columns shoe size (--strict-headers)" in message
    assert message.count(". ") == 1, "one sentence and the next step"


def test_unexpected_columns_are_kept_unless_headers_are_strict(tmp_path: Path) -> None:
    path = file(tmp_path, "event_ref,email,shoe size", "e,ana@example.org,38")
    assert prepare(path, SIGNUPS).unmapped_columns == ("shoe size",)
    with pytest.raises(InputError, match="unexpected columns shoe size"):
        prepare(path, SIGNUPS, strict_headers=True)


def test_a_file_may_name_people_by_the_id_of_the_crm_alone(tmp_path: Path) -> None:
    path = file(tmp_path, "event_id;contact_id", "e;003000000000001")
    found = prepare(path, SIGNUPS)
    assert found.arrow["volunteer_ref"].to_pylist() == ["003000000000001"]
    assert found.delimiter == ";"


def test_a_system_is_one_word() -> None:
    assert system_name(None) == "csv"
    assert system_name(" Website ") == "website"
    for name in ("", "  ", "two words", "a/b", "-", "x" * 65, "|"):
        with pytest.raises(InputError, match="--source-system"):
            system_name(name)


def test_the_table_is_the_contract() -> None:
    defined = {name for name, _ in raw_tables.raw_tables()["raw_csv.signups"]}
    stamped = {"run_id", "row_number", "payload", "file_sha256", "landed_at"}
    assert defined - stamped == set(SIGNUPS.contract.headers)


def test_a_file_lands_as_read_and_again_not_at_all(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    path = file(tmp_path, HEADER, ANA, "", BO)
    first = command("csv", "signups", path, "--source-system", "Website", "--json")
    assert first.exit_code == 0, first.err
    report = first.json
    assert (report["source"], report["report_type"]) == ("csv", "signups")
    assert report["rows_processed"] == report["rows_created"] == 3
    assert report["release"]
    assert raw(settings, "select row_number, email from raw_csv.signups order by 1") == [
        (2, "ana@example.org"),
        (3, None),
        (4, "bo@example.org"),
    ]
    load = raw(settings, "select load_seq, external_system, row_count from raw_csv.loads")
    assert load == [(1, "website", 3)]

    again = command("csv", "signups", path, "--source-system", "website", "--json").json
    assert (again["rows_created"], again["rows_updated"], again["rows_skipped"]) == (0, 0, 3)
    assert again["skipped_by_reason"] == {"unchanged": 3}
    assert any("not landed again" in text for text in again["warnings"])
    assert raw(settings, "select count(*) from raw_csv.signups") == [(3,)]
    assert raw(settings, "select count(distinct load_seq) from raw_csv.loads") == [(2,)]

    # The same bytes of another system are other sign-ups.
    command("csv", "signups", path, "--source-system", "portal")
    assert raw(settings, "select count(*) from raw_csv.signups") == [(6,)]
    assert (settings.archive / report["file_sha256"]).read_bytes() == path.read_bytes()


def test_a_header_without_rows_is_a_success(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    done = command("csv", "signups", file(tmp_path, HEADER), "--json")
    assert (done.exit_code, done.json["rows_processed"]) == (0, 0)
    assert any("no rows" in text for text in done.json["warnings"])
    command("csv", "signups", file(tmp_path, HEADER, ANA, name="b.csv"))
    assert raw(
        settings, "select run_id = rows_run_id, row_count from raw_csv.loads order by 2"
    ) == [
        (True, 0),
        (True, 1),
    ]


def test_a_bad_header_lands_nothing_and_is_a_run(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    done = command("csv", "signups", file(tmp_path, "email", "ana@example.org"), "--json")
    assert done.exit_code == 2
    assert "lacks the required column event_ref" in done.json["error"]
    assert ledger.list_runs(settings)[0].status == "failed"
    assert no_dbt.builds == []


def test_an_entity_nobody_knows_and_an_adapter_that_is_off_are_refused(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file(tmp_path, HEADER, ANA)
    assert command("csv", "shoes", path).exit_code == 2
    assert command("csv", "signups", path, "--source-system", "two words").exit_code == 2
    monkeypatch.setenv("IMPORTER_ADAPTERS", "pathful")
    assert command("csv", "signups", path).exit_code == 5


def test_what_a_killed_landing_left_is_discarded(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    raw_tables.create_raw_tables(settings.home)
    raw_tables.query(
        settings.home, "insert into raw_csv.signups (run_id, row_number) values ('torn', 2)"
    )
    command("csv", "signups", file(tmp_path, HEADER, ANA))
    assert raw(settings, "select count(*) from raw_csv.signups where run_id = 'torn'") == [(0,)]
    assert raw(settings, "select count(*) from raw_csv.signups") == [(1,)]


def test_the_whole_row_can_be_withdrawn(
    command: Command, no_dbt: FakeBuild, settings: Settings, tmp_path: Path
) -> None:
    from polaris.withdraw import withdraw

    run = command("csv", "signups", file(tmp_path, HEADER, ANA), "--json").json["run_id"]
    assert withdraw(settings.warehouse, [run]) == 1
    assert raw(settings, "select count(*) from raw_csv.signups") == [(0,)]
    assert (
        csv_contracts.previously_landed(
            settings.warehouse, "any", report_type="signups", external_system="csv"
        )
        is None
    )
