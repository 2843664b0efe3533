"""Personal links for teachers on the active roster, and the mail that carries them."""

from __future__ import annotations

import base64
import logging
import socket
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from aiosmtpd.controller import Controller

from polaris import mail, teacher_links
from polaris.errors import BadInput, PolarisError
from polaris.settings import Settings, load_settings
from polaris.teacher_links import BrokenLinkError, ExpiredLinkError
from tests.conftest import Command
from tests.support import fake_release

ANA = "ana.ruiz@example.org"


@pytest.fixture
def published(settings: Settings) -> Path:
    return fake_release.publish(settings.home)


def change(path: Path, sql: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)


class Inbox:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append(envelope)
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    handler = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=30)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


def test_a_link_opens_the_record_of_its_teacher(settings: Settings, published: Path) -> None:
    token = teacher_links.issue(settings, f"  {ANA.upper()} ")
    assert token is not None
    assert teacher_links.read(settings, token) == ANA
    payload = token.partition(".")[0]
    decoded = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    assert b"ana" not in decoded.lower()
    assert teacher_links.link(settings, token) == f"http://127.0.0.1:8501/my_progress?link={token}"


def test_only_the_active_roster_of_this_year_or_later_gets_a_link(
    settings: Settings, published: Path
) -> None:
    change(
        published,
        """
        update marts.fct_teacher_roster set is_active = false where teacher_key = 't-ben';
        insert into marts.fct_teacher_roster
            (roster_key, teacher_key, district_key, virtual_year, email, is_active)
        values ('r-old', 't-old', 'd-hickman', '2024-2025', 'old@example.org', true),
            ('r-next', 't-next', 'd-hickman', '2026-2027', 'Next@Example.org ', true),
            ('r-late', 't-late', 'd-center', '2023-2024', 'late@example.org', true),
            ('r-gone', 't-gone', 'd-center', '2022-2023', 'gone@example.org', true),
            ('r-none', 't-none', 'd-center', '2023-2024', '', true);
        """,
    )
    addresses = teacher_links.active_addresses(settings)
    assert {ANA, "next@example.org", "late@example.org"} <= addresses
    for unknown in ("ben.okafor@example.org", "old@example.org", "gone@example.org", "", "x@y.z"):
        assert teacher_links.issue(settings, unknown) is None


def test_a_link_ends_after_48_hours(
    settings: Settings, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = teacher_links.issue(settings, ANA)
    assert token is not None
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 48 * 3600 - 60)
    assert teacher_links.read(settings, token) == ANA
    monkeypatch.setattr(time, "time", lambda: now + 48 * 3600 + 60)
    with pytest.raises(ExpiredLinkError, match="48 hours"):
        teacher_links.read(settings, token)


def test_a_link_that_was_changed_or_made_elsewhere_opens_nothing(
    settings: Settings, published: Path, tmp_path: Path
) -> None:
    token = teacher_links.issue(settings, ANA)
    assert token is not None
    elsewhere = replace(settings, home=tmp_path / "elsewhere")
    fake_release.publish(elsewhere.home)
    foreign = teacher_links.issue(elsewhere, ANA)
    head, _, tail = token.partition(".")
    assert foreign is not None
    for bad in ("", "x", token[:-1], token + "x", f"A{head}.{tail}", foreign, "é", "x" * 5000):
        with pytest.raises(BrokenLinkError, match="Ask for a new one"):
            teacher_links.read(settings, bad)


def test_a_link_ends_with_the_place_on_the_roster(settings: Settings, published: Path) -> None:
    token = teacher_links.issue(settings, ANA)
    assert token is not None
    change(
        published, f"update marts.fct_teacher_roster set is_active = false where email = '{ANA}'"
    )
    with pytest.raises(BrokenLinkError):
        teacher_links.read(settings, token)


def test_the_secret_is_made_once_and_for_its_owner_only(
    settings: Settings, published: Path
) -> None:
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda _: teacher_links.issue(settings, ANA), range(8)))
    assert all(token and teacher_links.read(settings, token) == ANA for token in tokens)
    assert stat.S_IMODE(settings.secret_key_path.stat().st_mode) == 0o600
    assert [path.name for path in settings.home.glob("secret_key*")] == ["secret_key"]
    settings.secret_key_path.write_text("short")
    with pytest.raises(PolarisError, match="is damaged"):
        teacher_links.issue(settings, ANA)


def test_without_a_release_nobody_gets_a_link(settings: Settings) -> None:
    assert teacher_links.issue(settings, ANA) is None


def test_the_mail_goes_to_the_teacher_and_nobody_else_learns_anything(
    settings: Settings,
    published: Path,
    inbox: tuple[Inbox, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    handler, url = inbox
    mailing = replace(
        settings,
        smtp_url=url,
        mail_from="polaris@example.org",
        dashboard_url="https://p.example.org",
    )
    teacher_links.request(mailing, ANA)
    teacher_links.request(mailing, ANA.upper())  # asked twice, mailed once
    teacher_links.request(mailing, "stranger@example.org")
    deadline = time.monotonic() + 15
    while not handler.messages and time.monotonic() < deadline:
        time.sleep(0.02)
    (message,) = handler.messages
    assert (message.mail_from, message.rcpt_tos) == ("polaris@example.org", [ANA])
    text = message.content.decode()
    token = text.replace("=\r\n", "").partition("my_progress?link=")[2].split()[0].strip()
    assert "https://p.example.org/my_progress?link=" in text
    assert teacher_links.read(settings, token.removeprefix("3D")) == ANA
    assert ANA not in caplog.text


def test_mail_never_raises_and_never_logs_an_address(
    settings: Settings, inbox: tuple[Inbox, str], caplog: pytest.LogCaptureFixture
) -> None:
    handler, url = inbox
    caplog.set_level(logging.DEBUG, logger="polaris")
    assert not mail.send(settings, ANA, "Hi", "There")  # not configured
    ready = replace(settings, smtp_url=url, mail_from="polaris@example.org")
    nowhere = replace(ready, smtp_url="smtp://user:secret@127.0.0.1:1")
    assert not mail.send(nowhere, ANA, "Hi", "There")
    assert not mail.send(ready, f"{ANA}\nBcc: all@example.org", "Hi", "There")
    assert not mail.send(ready, ANA, "Hi\r\nBcc: all@example.org", "There")
    assert mail.send(ready, ANA, "Hi", "Zażółć")
    assert len(handler.messages) == 1
    assert "mail was not sent: ConnectionRefusedError" in caplog.text
    for private in (ANA, "secret", "all@example.org"):
        assert private not in caplog.text


def test_the_command_prints_or_mails_a_link(
    settings: Settings,
    published: Path,
    command: Command,
    inbox: tuple[Inbox, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POLARIS_DASHBOARD_URL", "https://p.example.org/x/")
    printed = command("teacher-link", ANA)
    assert printed.exit_code == 0, printed.err
    assert printed.out.startswith("https://p.example.org/x/my_progress?link=")
    assert command("teacher-link", "stranger@example.org").exit_code == 2
    assert command("teacher-link", ANA, "--send").exit_code == 5
    monkeypatch.setenv("POLARIS_SMTP_URL", inbox[1])
    monkeypatch.setenv("POLARIS_MAIL_FROM", "polaris@example.org")
    answer = command("teacher-link", ANA, "--send", "--json")
    assert answer.json == {"status": "succeeded", "valid_hours": 48, "sent": True}
    assert len(inbox[0].messages) == 1


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"POLARIS_SMTP_URL": "mail.example.org"}, "must read smtp://"),
        ({"POLARIS_SMTP_URL": "http://user:hunter2@mail.example.org"}, "must read smtp://"),
        ({"POLARIS_SMTP_URL": "smtp://user:hunter2@mail.example.org:x"}, "must read smtp://"),
        ({"POLARIS_SMTP_URL": "smtp://user:hunter2@mail.example.org"}, "POLARIS_MAIL_FROM"),
        ({"POLARIS_MAIL_FROM": "nobody"}, "POLARIS_MAIL_FROM='nobody'"),
        ({"POLARIS_DASHBOARD_URL": "javascript:alert(1)"}, "POLARIS_DASHBOARD_URL"),
    ],
)
def test_a_wrong_setting_is_named_without_its_password(
    variables: dict[str, str], words: str
) -> None:
    with pytest.raises(BadInput) as caught:
        load_settings(variables)
    assert words in caught.value.message
    assert "hunter2" not in caught.value.message


def test_the_password_of_the_mail_server_is_in_no_text_of_the_settings() -> None:
    settings = load_settings(
        {
            "POLARIS_SMTP_URL": "smtps://u:hunter2@mail.example.org",
            "POLARIS_MAIL_FROM": "p@example.org",
        }
    )
    assert settings.smtp_url == "smtps://u:hunter2@mail.example.org"
    assert "hunter2" not in repr(settings)
    assert load_settings({}).dashboard_url == "http://127.0.0.1:8501"
