"""Teacher rosters: every row is checked before anything lands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import roster
from loaders.errors import InputError
from tests.support import workbooks as make

HEADERS = (*make.ROSTER_HEADERS, "District", "Target Sessions")


def refused(path: Path, *words: str) -> str:
    with pytest.raises(InputError) as caught:
        roster.prepare(path)
    message = caught.value.message
    assert path.name in message
    assert "\n" not in message
    # What the summary of a night says: why, without what stands in the file or its name.
    assert caught.value.hint
    assert not any(word in caught.value.hint for word in (path.name, "(", "@x", "ben"))
    for word in words:
        assert word in message
    return message


def test_template_lands(tmp_path: Path) -> None:
    rows = [make.roster_row(), make.roster_row(Name="Ben Okafor", Email=" BEN@Example.org ")]
    prepared = roster.prepare(make.write_csv(tmp_path / "r.csv", make.ROSTER_HEADERS, rows))
    assert prepared.report_type == "roster"
    assert (prepared.row_count, prepared.teacher_count) == (2, 2)
    assert prepared.warnings == ()
    assert prepared.arrow.column("email").to_pylist() == [
        "ana.ruiz@example.org",
        " BEN@Example.org ",
    ]
    assert prepared.arrow.column("target_sessions").to_pylist() == [None, None]
    assert json.loads(prepared.arrow.column("payload").to_pylist()[0])["Building"] == "Central High"


def test_alias_headers_and_optional_columns_land(tmp_path: Path) -> None:
    headers = ["School", "Teacher Name", "teacher_email", "Grade", "District", "target sessions"]
    row = ["Central High", "Ana Ruiz", "ana@example.org", 9, "Hickman Mills", 2]
    prepared = roster.prepare(make.write_xlsx(tmp_path / "r.xlsx", [*headers, "Room"], [[*row, 4]]))
    landed = prepared.arrow.to_pylist()[0]
    assert (landed["building"], landed["name"], landed["email"]) == tuple(row[:3])
    assert (landed["grade"], landed["target_sessions"]) == ("9", "2")
    assert prepared.unmapped_columns == ("Room",)


def test_blank_rows_do_not_land_and_are_reported(tmp_path: Path) -> None:
    rows = [make.roster_row(), None, ["  ", "", " ", None], make.roster_row(Email="b@example.org")]
    prepared = roster.prepare(make.write_xlsx(tmp_path / "r.xlsx", make.ROSTER_HEADERS, rows))
    assert prepared.arrow.column("row_number").to_pylist() == [2, 5]
    assert prepared.row_count == 2
    assert any("2 blank rows were ignored (first: row 3)" in w for w in prepared.warnings)


def test_repeated_address_lands_with_a_warning(tmp_path: Path) -> None:
    rows = [
        make.roster_row(Email="ana@example.org"),
        make.roster_row(Email="ben@example.org"),
        make.roster_row(Email=" ANA@example.org"),
    ]
    prepared = roster.prepare(make.write_csv(tmp_path / "r.csv", make.ROSTER_HEADERS, rows))
    assert (prepared.row_count, prepared.teacher_count) == (3, 2)
    assert prepared.duplicate_row_numbers == (4,)
    (warning,) = prepared.warnings
    assert "row 4 repeats that of row 2" in warning
    assert "@" not in warning


@pytest.mark.parametrize("field", ["Building", "Name", "Email"])
@pytest.mark.parametrize("blank", [None, "", "   "])
def test_one_row_without_a_required_field_refuses_the_roster(
    tmp_path: Path, field: str, blank: str | None
) -> None:
    rows = [make.roster_row(), make.roster_row(**{field: blank})]
    path = make.write_xlsx(tmp_path / "r.xlsx", make.ROSTER_HEADERS, rows)
    refused(path, f"row 3 lacks {field};", "nothing was changed")


@pytest.mark.parametrize("token", ["n/a", "NaN", "None", "nat", "NA"])
def test_spelled_out_blank_is_no_address(tmp_path: Path, token: str) -> None:
    path = make.write_csv(tmp_path / "r.csv", make.ROSTER_HEADERS, [make.roster_row(Email=token)])
    refused(path, "row 2 lacks Email")


def test_every_fault_of_a_row_is_named(tmp_path: Path) -> None:
    rows = [
        make.roster_row(),
        make.roster_row(Building=None, Name=None, Email="ana at home", Target_Sessions="two"),
        make.roster_row(Name=None),
    ]
    refused(
        make.write_csv(tmp_path / "r.csv", HEADERS, rows),
        "row 3 lacks Building and Name and has an Email without @ (ana at home) and has a Target "
        "Sessions that is no whole number (two)",
        "row 4 lacks Name",
    )


def test_long_lists_of_faults_are_cut(tmp_path: Path) -> None:
    rows = [make.roster_row(Email=None) for _ in range(25)]
    message = refused(
        make.write_csv(tmp_path / "r.csv", make.ROSTER_HEADERS, rows), "and 15 more rows"
    )
    assert "row 11 lacks" in message
    assert "row 12 lacks" not in message


@pytest.mark.parametrize(
    ("target", "is_fine"),
    [
        ("1", True),
        ("2.0", True),
        (" 3 ", True),
        ("0", True),
        ("n/a", True),
        ("", True),
        ("1.5", False),
        ("-1", False),
        ("one", False),
        ("1e3", False),
    ],
)
def test_target_sessions_is_a_whole_number(tmp_path: Path, target: str, is_fine: bool) -> None:
    path = make.write_csv(
        tmp_path / "r.csv", HEADERS, [make.roster_row(), make.roster_row(Target_Sessions=target)]
    )
    if is_fine:
        assert roster.prepare(path).row_count == 2
    else:
        refused(path, f"row 3 has a Target Sessions that is no whole number ({target})")


@pytest.mark.parametrize("rows", [[], [None, None], [["  ", " ", "", ""]]])
def test_roster_without_a_teacher_is_refused(tmp_path: Path, rows: list[list[str] | None]) -> None:
    path = make.write_xlsx(tmp_path / "r.xlsx", make.ROSTER_HEADERS, rows)
    refused(path, "has no teacher", "deactivate")


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = make.write_csv(tmp_path / "r.csv", ["Building", "Grade"], [["Central High", "9"]])
    refused(path, "(row 1) lacks the required columns Name, Email")


def test_building_and_school_together_are_refused(tmp_path: Path) -> None:
    path = make.write_csv(tmp_path / "r.csv", ["School", *make.ROSTER_HEADERS], [])
    refused(path, "'School' (column A) and 'Building' (column B) both mean Building")


@pytest.mark.parametrize(
    ("headers", "report"),
    [(make.SESSION_HEADERS, "Session Report"), (make.USER_HEADERS, "User Report")],
)
def test_pathful_report_is_told_apart(
    tmp_path: Path, headers: tuple[str, ...], report: str
) -> None:
    path = make.write_csv(tmp_path / "p.csv", headers, [make.session_row()])
    refused(path, f"is a {report}, not a teacher roster", "Email", "polaris-load pathful p.csv")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["a@x.example.org", "A@x.example.org ", "b@x.example.org", " C@example.org"]
        ),
        min_size=1,
        max_size=12,
    )
)
def test_teachers_and_repeats_add_up_to_rows(
    tmp_path_factory: pytest.TempPathFactory, emails: list[str]
) -> None:
    path = tmp_path_factory.mktemp("r") / "r.csv"
    rows = [make.roster_row(Email=email) for email in emails]
    prepared = roster.prepare(make.write_csv(path, make.ROSTER_HEADERS, rows))
    distinct = {email.strip().lower() for email in emails}
    assert prepared.teacher_count == len(distinct)
    assert prepared.teacher_count + len(prepared.duplicate_row_numbers) == prepared.row_count
