"""Find volunteers: wide and narrow search, whom it leaves out, the file, and candidates."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import downloads
from dashboard.downloads import Sheet
from dashboard.sessions import candidate_page
from dashboard.volunteers import queries_find_volunteers
from tests.support import fake_release
from tests.support.dashboard_app import act_as, offered, open_page, text_of
from tests.support.fake_release_goals import change

IRIS, VERA, OMAR, ZED = "Iris Quade", "Vera Quade", "=Omar <b>Keller</b>", "Zed Nolan"
HEADER = (
    "First name,Last name,Email,Organization,Title,Industry,Skills,Local status,"
    "Times volunteered,Last volunteer date,Last non-internal email date,Last email date,Found in"
)


@pytest.fixture(autouse=True)
def release(page_home: Path) -> Path:
    return fake_release.publish(page_home)


@pytest.fixture
def sheets(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Sheet]]:
    return offered(monkeypatch)


def found(**query: str) -> dict[str, str]:
    """Name -> where the words were found."""
    frames = open_page("find_volunteers", **query).dataframe
    return dict(frames[0].value[["name", "places"]].to_numpy().tolist()) if frames else {}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("iris", {IRIS: "Name"}),
        ("ÍRIS", {IRIS: "Name"}),
        ("star", {IRIS: "Organization"}),
        ("welding", {IRIS: "Skill, Job title"}),
        ("architecture", {IRIS: "Session title"}),
        ("engineer", {IRIS: "Job title"}),
        ("manufacturing", {IRIS: "Industry"}),
        ('"public speaking"', {IRIS: "Skill"}),
        ('"speaking public"', {}),
        # Not those who are non-local.
        ("local", {IRIS: "Local status", ZED: "Local status"}),
        # Wide: any of the words.
        ("iris analyst", {IRIS: "Name", ZED: "Job title"}),
        # Signed up is not credited.
        ("finance", {ZED: "Industry"}),
    ],
)
def test_any_word_in_any_field_finds(text: str, places: dict[str, str]) -> None:
    assert found(q=text) == places


@pytest.mark.parametrize(
    ("text", "names"),
    [("iris welding", [IRIS]), ("iris analyst", []), ("quade architecture", [IRIS])],
)
def test_narrow_needs_every_word_in_some_field(text: str, names: list[str]) -> None:
    assert list(found(q=text, words="narrow")) == names


def test_kind_of_session_is_searched_in_words_and_filtered() -> None:
    assert "Kind of session" in found(q="virtual")[IRIS]
    assert list(found(kind="virtual_session", local="local")) == [IRIS]


def test_who_must_not_be_asked_is_counted_and_shown_on_request() -> None:
    app = open_page("find_volunteers", q="quade")
    assert app.dataframe[0].value["name"].tolist() == [IRIS]
    assert "Not listed: 1 person who must not be asked" in text_of(app)
    rows = open_page("find_volunteers", q="quade keller nils", all="True").dataframe[0].value
    asked = dict(rows[["name", "ask"]].to_numpy().tolist())
    assert asked == {IRIS: "Yes", VERA: "No", OMAR: "No", "Nils Brandt": "No"}
    assert found(q="ursa", all="True") == {}


@pytest.mark.parametrize("sql", ["is_recruitable = false", "is_deleted = true"])
def test_who_must_not_be_asked_is_kept_out(release: Path, sql: str) -> None:
    assert list(found(q="iris")) == [IRIS]
    change(release, f"update marts.dim_volunteers set {sql} where person_key = 'p-iris'")
    assert found(q="iris") == {}


def test_a_person_appears_once() -> None:
    rows = open_page("find_volunteers", q="iris quade welding star local").dataframe[0].value
    assert rows["name"].tolist().count(IRIS) == 1
    assert rows["name"].tolist()[0] == IRIS  # who has most of the words


def test_terms_are_words_and_phrases() -> None:
    terms = queries_find_volunteers.terms
    assert terms(' a "b c"  d" ""') == ("a", "b c", "d")
    assert len(terms(" ".join("abcdefghijkl"))) == 8
    assert terms("  ") == ()


def test_the_file_has_its_columns_and_only_a_header_when_nobody_is_found(
    sheets: dict[str, list[Sheet]],
) -> None:
    open_page("find_volunteers", q="keller", all="True")
    lines = downloads.as_csv(sheets["find"][0]).decode("utf-8-sig").splitlines()
    assert lines[0] == HEADER
    assert lines[1].startswith("'=Omar,<b>Keller</b>,omar.keller@example.org,'=Star Freight")
    assert "2026-02-03" in lines[1]
    app = open_page("find_volunteers", q="zzz")
    assert "Nobody fits" in text_of(app)
    assert downloads.as_csv(sheets["find"][0]).decode("utf-8-sig").splitlines() == [HEADER]


def test_addresses_are_masked_in_the_file_too(
    sheets: dict[str, list[Sheet]], monkeypatch: pytest.MonkeyPatch
) -> None:
    act_as(monkeypatch, "viewer")
    open_page("find_volunteers", q="iris")
    open_page("find_volunteers", event="e-next")
    text = "".join(downloads.as_csv(made[0]).decode("utf-8-sig") for made in sheets.values())
    assert text.count("i***@example.org") == 2
    assert "iris.quade" not in text


def test_candidates_come_by_rank_with_their_reasons() -> None:
    sessions = open_page("find_volunteers", look="session").dataframe[0].value
    assert sessions["title"].tolist() == ["Nursing Careers"]
    assert sessions["candidates"].tolist() == [2]
    app = open_page("find_volunteers", event="e-next")
    rows = app.dataframe[0].value
    assert rows["name"].tolist() == [IRIS, ZED]
    assert rows["score"].tolist() == [2.85, 1.35]
    assert "has a skill the event asks for (Welding)" in rows["reasons"].tolist()[0]
    assert "asks for Nursing" in text_of(app)


def test_the_pieces_of_a_bar_add_up_to_the_score(tmp_path: Path) -> None:
    from dashboard.release import current
    from polaris.settings import load_settings

    release = current(load_settings())
    assert release is not None
    rows = queries_find_volunteers.candidates(release, "e-next")
    pieces = candidate_page.parts(rows)
    for row in rows:
        mine = [one for one in pieces if one["rank"] == row["candidate_rank"]]
        assert sum(one["Points"] for one in mine) == pytest.approx(row["score"])
    assert [one["Reason"] for one in pieces if one["rank"] == 2] == [
        "Job fits", "Recently", "Often", "Near"
    ]  # fmt: skip


def test_a_session_that_needs_nobody_and_one_without_candidates(release: Path) -> None:
    assert "needs nobody any more" in text_of(open_page("find_volunteers", event="e-done"))
    change(release, "update marts.agg_event_staffing set is_needing_volunteers = true")
    change(release, "delete from marts.fct_recruitment_candidates")
    assert "Nobody suggests themselves" in text_of(open_page("find_volunteers", event="e-next"))
    change(release, "delete from marts.agg_event_staffing")
    app = open_page("find_volunteers", look="session")
    assert "No coming session needs volunteers" in text_of(app)


def test_without_a_volunteer_the_page_says_what_to_do(release: Path) -> None:
    change(release, "delete from marts.dim_volunteers")
    assert "No volunteer yet" in text_of(open_page("find_volunteers"))
