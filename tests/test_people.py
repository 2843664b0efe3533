"""The access list: who signs in as what, for which districts."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from polaris import people
from polaris.errors import BadInput
from polaris.people import Grant
from polaris.settings import PROJECT_ROOT, Settings
from tests.conftest import Command
from tests.support import fake_release


def write(settings: Settings, *lines: str) -> Path:
    settings.home.mkdir(parents=True, exist_ok=True)
    path = settings.home / "access.csv"
    path.write_text("\n".join(["email,role,districts", *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def published(settings: Settings) -> Path:
    return fake_release.publish(settings.home)


def test_the_list_in_the_repository_names_nobody(settings: Settings) -> None:
    assert people.list_path(settings) == PROJECT_ROOT / "seeds" / "ref_access.csv"
    assert people.read(settings) == {}
    assert people.find(settings, "jordan@example.org") is None


@pytest.mark.parametrize(
    ("line", "grant"),
    [
        (" Jo@Example.org , ADMIN ,", Grant("jo@example.org", "admin")),
        ("jo@example.org,,", Grant("jo@example.org", "viewer")),
        ("jo@example.org", Grant("jo@example.org", "viewer")),
        (
            "jo@example.org,district_admin,hickman  mills",
            Grant("jo@example.org", "district_admin", ("d-hickman",), ("Hickman Mills",)),
        ),
        (
            "jo@example.org,district_admin,Hickman Mills School District",
            Grant("jo@example.org", "district_admin", ("d-hickman",), ("Hickman Mills",)),
        ),
        (
            "jo@example.org,district_viewer,48072 | Grandview; GRANDVIEW SCHOOL DISTRICT",
            Grant(
                "jo@example.org",
                "district_viewer",
                ("d-hickman", "d-grandview"),
                ("Hickman Mills", "Grandview"),
            ),
        ),
    ],
)
def test_a_line_gives_a_role_and_districts_by_name_code_or_alias(
    settings: Settings, published: Path, line: str, grant: Grant
) -> None:
    write(settings, "", line, "other@example.org,data_steward,")
    assert people.find(settings, "  JO@example.ORG ") == grant
    assert people.find(settings, "nobody@example.org") is None
    assert people.find(settings, "") is None


def test_a_listed_district_no_release_has_gets_the_key_of_the_models(settings: Settings) -> None:
    write(settings, "jo@example.org,district_admin,KCKPS")
    grant = people.find(settings, "jo@example.org")
    assert grant is not None
    name = "Kansas City Kansas Public Schools"
    key = hashlib.md5(f"district|{name.lower()}".encode(), usedforsecurity=False).hexdigest()
    assert (grant.districts, grant.district_names) == ((key,), (name,))
    (macro,) = duckdb.sql(f"select md5(concat_ws('|', 'district', lower('{name}')))").fetchall()
    assert macro == (key,)


def test_a_district_that_only_the_release_knows_can_be_given(
    settings: Settings, published: Path
) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "insert into marts.dim_districts (district_key, district_name, district_code)"
            " values ('d-new', 'Riverbend', 'RB')"
        )
    write(settings, "a@example.org,district_admin,riverbend", "b@example.org,district_viewer,rb")
    assert [grant.districts for grant in people.read(settings).values()] == [("d-new",)] * 2


def test_a_whole_domain_gets_viewers_and_a_line_of_ones_own_wins(settings: Settings) -> None:
    write(settings, "*@example.org,viewer,", "jo@example.org,admin,")
    roles = {
        email: grant.role if (grant := people.find(settings, email)) else None
        for email in ("jo@example.org", "any@example.org", "any@sub.example.org", "*@example.org")
    }
    assert roles == {
        "jo@example.org": "admin",
        "any@example.org": "viewer",
        "any@sub.example.org": None,
        "*@example.org": "viewer",
    }
    assert people.find(settings, "any@example.org@example.org") is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("jo@example.org,root,", "line 3: the role 'root' is none of admin, data_steward"),
        ("jo@example.org,teacher,", "the role 'teacher' is none of"),
        ("jo,admin,", "'jo' is no e-mail address"),
        (",admin,", "'' is no e-mail address"),
        ("AMY@example.org ,viewer,", "line 3: amy@example.org is listed twice"),
        ("jo@example.org,district_admin,", "the role district_admin needs a district"),
        ("jo@example.org,district_admin,Atlantis", "the district Atlantis is not known"),
        ("jo@example.org,admin,Grandview", "the role admin has no districts"),
        ("*@example.org,admin,", "a whole domain may only be viewer, not admin"),
        ("jo@example.org,district_admin,Grandview,Center", "more than three cells"),
    ],
)
def test_a_wrong_list_names_its_lines_and_lets_nobody_in(
    settings: Settings, command: Command, line: str, words: str
) -> None:
    path = write(settings, "amy@example.org,admin,", line)
    for email in ("amy@example.org", "jo@example.org"):
        with pytest.raises(BadInput) as caught:
            people.find(settings, email)
        assert words in caught.value.message
        assert str(path) in caught.value.message
    assert command("access").exit_code == 2


def test_a_list_without_the_header_is_refused(settings: Settings) -> None:
    path = write(settings)
    for text in ("", "jo@example.org,admin\n", "e-mail,role\n"):
        path.write_text(text)
        with pytest.raises(BadInput, match="must begin with the header email,role,districts"):
            people.read(settings)
    path.write_bytes(b"email,role,districts\n\xff\n")
    with pytest.raises(BadInput, match="no UTF-8 text"):
        people.read(settings)


def test_a_change_of_the_list_counts_at_once(settings: Settings) -> None:
    write(settings, "jo@example.org,admin,")
    assert people.find(settings, "jo@example.org") == Grant("jo@example.org", "admin")
    write(settings)
    assert people.find(settings, "jo@example.org") is None


def test_the_command_lists_who_may_come_in(
    settings: Settings, published: Path, command: Command
) -> None:
    assert "lists nobody" in command("access").out
    path = write(
        settings, "zoe@example.org,district_admin,Grandview", "amy@example.org,data_steward,"
    )
    table = command("access").out.splitlines()
    assert [line.split()[0] for line in table[1:]] == ["amy@example.org", "zoe@example.org"]
    answer = command("access", "--json").json
    assert answer["file"] == str(path)
    assert answer["people"][1] == {
        "email": "zoe@example.org",
        "role": "district_admin",
        "districts": ["d-grandview"],
        "district_names": ["Grandview"],
    }
