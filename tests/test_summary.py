"""The summary of a night, sent to a real mail server and a real web server of this machine."""

from __future__ import annotations

import email
import email.policy
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from polaris import ledger
from polaris.errors import BadInput
from polaris.nights import summary
from polaris.nights.night import Night, Step
from polaris.settings import Settings, load_settings
from tests.conftest import Command
from tests.support.fake_build import FakeBuild
from tests.support.receivers import Hook, Inbox, mail_server, web_server

RECIPIENTS = ("it@example.org", "data@example.org")


@pytest.fixture
def night() -> Night:
    return Night(
        run_id="20260310T080000000Z-abc123",
        weekly=True,
        started_at=datetime(2026, 3, 10, 8, 0, tzinfo=UTC),
        finished_at=datetime(2026, 3, 10, 8, 3, 20, 500_000, tzinfo=UTC),
        status="partially_failed",
        steps=[
            Step(
                "salesforce Account", "Success", 12.34, 1_200, "4 new, 2 changed, 0 deleted", "r1"
            ),
            Step("salesforce Contact", "FAILED", 1.0, 0, "see `polaris-load runs show r1`", "r1"),
            Step("files", "Skipped", message="No file waits in inbox/nightly."),
        ],
        totals={
            "rows_processed": 1_200,
            "rows_created": 4,
            "rows_updated": 2,
            "rows_unmatched": 1,
            "rows_invalid": 0,
        },
        open_work={"unmatched": {"teacher": 3, "event": 2}, "flags": {}},
        pending_decisions=2,
        warnings=["roster is stale: last imported 400 hours ago."],
        watermarks=[
            {
                "object": "Account",
                "watermark": "2026-03-10T07:55:00.000+00:00",
                "age_hours": 21.1,
                "status": "fresh",
            }
        ],
    )


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    with mail_server() as opened:
        yield opened


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Hook, str]]:
    monkeypatch.setattr(summary, "_FIRST_WAIT", 0.0)
    with web_server() as (kept, address):
        yield kept, f"{address}/hook/secret-token"


def test_the_text_tells_every_step_and_what_waits(night: Night) -> None:
    assert summary.text(night) == (
        "Daily Import Report - 2026-03-10 - COMPLETED WITH ERRORS\n"
        "run 20260310T080000000Z-abc123 (weekly)\n"
        "2026-03-10 08:00 to 08:03 UTC, 200.5 seconds\n"
        "\n"
        "step                status   seconds  records  message\n"
        "salesforce Account  Success     12.3    1,200  4 new, 2 changed, 0 deleted\n"
        "salesforce Contact  FAILED       1.0        0  see `polaris-load runs show r1`\n"
        "files               Skipped      0.0        -  No file waits in inbox/nightly.\n"
        "\n"
        "Records: 1,200 read, 4 new, 2 changed, 1 unmatched, 0 invalid\n"
        "\n"
        "Open work: 5 unmatched, 2 decisions not yet built\n"
        "\n"
        "Warnings:\n"
        "  roster is stale: last imported 400 hours ago.\n"
        "\n"
        "Read up to (UTC):\n"
        "  Account: 2026-03-10 07:55 (21.1 hours ago, fresh)\n"
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("succeeded", "SUCCESS"),
        ("partially_failed", "COMPLETED WITH ERRORS"),
        ("failed", "FAILED"),
    ],
)
def test_the_subject_says_how_it_went(night: Night, status: str, words: str) -> None:
    night.status = status
    assert summary.subject(night) == f"Daily Import Report - 2026-03-10 - {words}"


def test_it_is_kept_as_text_and_as_data(night: Night, settings: Settings) -> None:
    summary.write(settings, night)
    folder = settings.reports / night.run_id
    assert (folder / "nightly.txt").read_text() == summary.text(night)
    kept = json.loads((folder / "nightly.json").read_text())
    assert kept["duration_seconds"] == 200.5
    assert kept["runs"] == ["r1"]
    assert [step["status"] for step in kept["steps"]] == ["Success", "FAILED", "Skipped"]


def test_mail_reaches_every_recipient(
    night: Night, settings: Settings, inbox: tuple[Inbox, str]
) -> None:
    kept, url = inbox
    given = replace(
        settings, smtp_url=url, mail_from="polaris@example.org", summary_recipients=RECIPIENTS
    )
    (done,) = summary.deliver(given, night)
    assert (done["channel"], done["status"], done["delivered"]) == ("mail", "sent", 2)
    assert [envelope.rcpt_tos for envelope in kept.messages] == [[to] for to in RECIPIENTS]
    message = email.message_from_bytes(kept.messages[0].content, policy=email.policy.default)
    assert message["Subject"] == "Daily Import Report - 2026-03-10 - COMPLETED WITH ERRORS"
    assert message["To"] == RECIPIENTS[0]
    assert message.get_content().split("\n")[4].startswith("step")
    assert not any(to in json.dumps(done) for to in RECIPIENTS)


def test_a_mailbox_that_does_not_exist_fails_the_delivery_and_not_the_others(
    night: Night, settings: Settings, inbox: tuple[Inbox, str]
) -> None:
    kept, url = inbox
    kept.refused = RECIPIENTS[0]
    given = replace(
        settings, smtp_url=url, mail_from="polaris@example.org", summary_recipients=RECIPIENTS
    )
    (done,) = summary.deliver(given, night)
    assert (done["status"], done["recipients"], done["delivered"]) == ("failed", 2, 1)
    assert len(kept.messages) == 1


def test_a_webhook_gets_the_text_as_slack_wants_it_and_the_data(
    night: Night, settings: Settings, hook: tuple[Hook, str]
) -> None:
    kept, url = hook
    (done,) = summary.deliver(replace(settings, webhook_url=url), night)
    assert (done["status"], done["tries"], done["host"]) == ("sent", 1, "127.0.0.1")
    assert "secret-token" not in json.dumps(done)
    (body,) = kept.bodies
    assert body["text"].startswith("Daily Import Report - 2026-03-10 - COMPLETED WITH ERRORS")
    assert summary.text(night) in body["text"]
    assert body["summary"]["runs"] == ["r1"]
    assert set(summary._payload(night, text_only=True)) == {"text"}


@pytest.mark.parametrize(
    ("answers", "status", "tries"),
    [
        ([503, 429, 200], "sent", 3),
        ([500, 502, 503, 200], "failed", 3),
        ([404, 200], "failed", 1),
        ([302, 200], "failed", 1),
    ],
)
def test_a_busy_webhook_is_tried_three_times_and_a_refusing_one_once(  # noqa: PLR0917
    night: Night,
    settings: Settings,
    hook: tuple[Hook, str],
    answers: list[int],
    status: str,
    tries: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    kept, url = hook
    kept.answers = list(answers)
    (done,) = summary.deliver(replace(settings, webhook_url=url), night)
    assert (done["status"], done["tries"], len(kept.bodies)) == (status, tries, tries)
    assert set(kept.paths) == {"/hook/secret-token"}, "no redirect is followed"
    assert "secret-token" not in caplog.text
    assert bool(caplog.text) == (status == "failed")


def test_nobody_there_fails_nothing_and_is_in_the_ledger(
    command: Command,
    no_dbt: FakeBuild,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(summary, "_FIRST_WAIT", 0.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("POLARIS_WEBHOOK_URL", f"http://127.0.0.1:{port}/hook/secret-token")
    monkeypatch.setenv("POLARIS_SMTP_URL", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("POLARIS_MAIL_FROM", "polaris@example.org")
    done = command("nightly", "--json")
    assert (done.exit_code, done.json["status"]) == (0, "succeeded")
    assert [
        (item["channel"], item["status"], item["tries"]) for item in done.json["deliveries"]
    ] == [
        ("mail", "failed", 1),
        ("webhook", "failed", 3),
    ]
    run = ledger.list_runs(settings)[0]
    assert json.loads(run.warnings_json) == [
        "The summary did not reach the mail.",
        "The summary did not reach the webhook.",
    ]
    text = (settings.reports / run.run_id / "nightly.txt").read_text()
    assert "webhook: the summary could not be delivered after 3 tries" in text
    assert "secret-token" not in text + done.out + done.err


def test_nothing_configured_sends_nothing(night: Night, settings: Settings) -> None:
    assert summary.deliver(settings, night) == []


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, ()),
        ({"POLARIS_SUMMARY_RECIPIENTS": " a@x.org, b@x.org,a@x.org "}, ("a@x.org", "b@x.org")),
        ({"DAILY_IMPORT_RECIPIENT": "c@x.org"}, ("c@x.org",)),
        (
            {"POLARIS_SUMMARY_RECIPIENTS": "a@x.org", "DAILY_IMPORT_RECIPIENT": "c@x.org"},
            ("a@x.org",),
        ),
        ({"POLARIS_MAIL_FROM": "polaris@x.org"}, ("polaris@x.org",)),
    ],
)
def test_who_gets_the_summary(env: dict[str, str], expected: tuple[str, ...]) -> None:
    assert load_settings(env).summary_recipients == expected


@pytest.mark.parametrize(
    "env",
    [
        {"POLARIS_SUMMARY_RECIPIENTS": "a@x.org, somebody"},
        {"DAILY_IMPORT_RECIPIENT": "somebody"},
        {"POLARIS_WEBHOOK_URL": "hooks.example.org/secret-token"},
        {"POLARIS_WEBHOOK_URL": "ftp://hooks.example.org/secret-token"},
    ],
)
def test_addresses_that_are_none_are_refused_without_repeating_them(env: dict[str, str]) -> None:
    with pytest.raises(BadInput) as raised:
        load_settings(env)
    assert next(iter(env)) in raised.value.message
    assert "secret-token" not in raised.value.message


def test_the_secret_address_is_in_no_repr() -> None:
    given = load_settings({"POLARIS_WEBHOOK_URL": "https://hooks.example.org/secret-token"})
    assert given.webhook_url is not None
    assert "secret-token" not in repr(given)
