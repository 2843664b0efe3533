"""Who hears of what is wrong: through a real mail server and real web servers of this machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from loaders.salesforce.credentials import Credentials
from polaris import cli, ledger
from polaris.alerting import alert_log, alert_send, alerts
from polaris.alerting.alert_log import Delivery
from polaris.alerting.alert_settings import AlertSettings, read_alerts
from polaris.alerting.alerts import Alert
from polaris.errors import BadInput
from polaris.nights import summary
from polaris.salesforce_settings import SalesforceAccess
from polaris.settings import Settings
from tests.conftest import Command
from tests.support import fake_release
from tests.support.receivers import EVERYBODY, Hook, Inbox, mail_server, web_server

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
OLD = Alert(
    "freshness", "salesforce", "page", "run-1", "salesforce", 30.0, 24.0,
    "The source is older than allowed.", "source_health", NOW - timedelta(hours=6),
)  # fmt: skip


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    with mail_server() as opened:
        yield opened


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Hook, str]]:
    monkeypatch.setattr(summary, "_FIRST_WAIT", 0.0)
    with web_server() as (kept, address):
        yield kept, address


@pytest.fixture
def told(settings: Settings, hook: tuple[Hook, str], inbox: tuple[Inbox, str]) -> Settings:
    """Settings with every channel."""
    return replace(
        settings,
        smtp_url=inbox[1],
        mail_from="polaris@example.org",
        dashboard_url="https://polaris.example.org",
        alerts=AlertSettings(
            recipients=("it@example.org", "data@example.org"),
            slack_url=f"{hook[1]}/slack/secret-token",
            webhook_url=f"{hook[1]}/hook/secret-token",
        ),
    )


def failed_run(settings: Settings, ended: datetime, **columns: Any) -> str:
    start = ledger.RunStart(source="salesforce", command="salesforce", triggered_by="jo")
    run_id = ledger.start_run(settings, start)
    ledger.finish_run(settings, run_id, "failed", finished_at=ended, **columns)
    return run_id


def kinds(found: list[Alert]) -> list[tuple[str, str]]:
    return [(one.alert_type, one.severity) for one in found]


def test_every_channel_hears_with_figures_and_a_link_and_no_secret_is_kept(
    told: Settings, hook: tuple[Hook, str], inbox: tuple[Inbox, str]
) -> None:
    done = alert_send.send(told, NOW, [OLD])
    assert [(one.channel, one.status) for one in done] == [
        ("email", "sent"), ("slack", "sent"), ("webhook", "sent")
    ]  # fmt: skip
    assert len(inbox[0].messages) == 2
    mail = inbox[0].messages[0].content.decode()
    assert "Subject: [Polaris page] freshness: salesforce" in mail
    for said in ("measured: 30.0", "threshold: 24.0", "run_id: run-1", "source: salesforce"):
        assert said in mail
    assert "link: https://polaris.example.org/source_health" in mail
    (slack, shown), (path, body) = zip(hook[0].paths, hook[0].bodies, strict=True)
    assert slack == "/slack/secret-token"
    assert "freshness: salesforce" in shown["text"]
    assert path == "/hook/secret-token"
    assert body | {"alerts": None} == {
        "type": "freshness",
        "source": "salesforce",
        "severity": "page",
        "run_id": "run-1",
        "link": "https://polaris.example.org/source_health",
        "metric": "salesforce",
        "measured": 30.0,
        "threshold": 24.0,
        "message": "The source is older than allowed.",
        "first_seen": "2026-03-10T03:00:00.000+00:00",
        "alerts": None,
    }
    kept = told.ledger_path.read_bytes()
    assert b"secret-token" not in kept
    assert b"it@example.org" not in kept


def test_the_same_thing_is_told_once_in_six_hours_and_a_worse_one_at_once(told: Settings) -> None:
    warned = replace(OLD, severity="warn")
    assert len(alert_send.send(told, NOW, [warned])) == 3
    assert alert_send.send(told, NOW + timedelta(hours=5, minutes=59), [warned]) == []
    assert len(alert_send.send(told, NOW + timedelta(hours=3), [OLD])) == 3
    other = replace(warned, source="csv")
    assert len(alert_send.send(told, NOW + timedelta(hours=3), [other])) == 3
    assert len(alert_send.send(told, NOW + timedelta(hours=6, seconds=1), [warned])) == 3


def test_what_was_told_by_a_clock_that_ran_ahead_silences_nobody(told: Settings) -> None:
    assert len(alert_send.send(told, NOW + timedelta(days=400), [OLD])) == 3
    assert [one.status for one in alert_send.send(told, NOW, [OLD])] == ["sent"] * 3
    assert alert_send.send(told, NOW + timedelta(hours=1), [OLD]) == []


def test_no_channel_gets_more_than_its_share_in_a_minute_and_the_rest_comes_later(
    told: Settings, inbox: tuple[Inbox, str]
) -> None:
    many = [replace(OLD, alert_type=f"kind_{number:02}") for number in range(25)]
    counts = {"email": 5, "slack": 10, "webhook": 20}
    done = alert_send.send(told, NOW, many)
    for channel, most in counts.items():
        states = [one.status for one in done if one.channel == channel]
        assert states == ["sent"] * most + ["held"] * (25 - most)
    assert len(inbox[0].messages) == 10
    later = alert_send.send(told, NOW + timedelta(seconds=61), many)
    assert [one.alert_type for one in later if (one.channel, one.status) == ("email", "sent")] == [
        f"kind_{number:02}" for number in range(5, 10)
    ]


def test_a_channel_that_fails_is_written_down_fails_nothing_and_is_tried_again(
    told: Settings, hook: tuple[Hook, str], inbox: tuple[Inbox, str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    hook[0].answer, inbox[0].refused = 500, EVERYBODY
    done = alert_send.send(told, NOW, [OLD])
    assert [(one.channel, one.status, one.tries) for one in done] == [
        ("email", "failed", 1), ("slack", "failed", 3), ("webhook", "failed", 3)
    ]  # fmt: skip
    assert [one.reason for one in done[1:]] == ["it answered 500"] * 2
    assert "secret-token" not in caplog.text
    assert "example.org" not in caplog.text
    hook[0].answer, inbox[0].refused = 200, ""
    again = alert_send.send(told, NOW + timedelta(minutes=2), [OLD])
    assert [one.status for one in again] == ["sent"] * 3
    assert [one.status for one in alert_log.newest(told, NOW)] == ["sent"] * 3 + ["failed"] * 3


def by_mail_only(told: Settings, *recipients: str) -> Settings:
    only = recipients or told.alerts.recipients
    return replace(
        told, alerts=replace(told.alerts, recipients=only, slack_url=None, webhook_url=None)
    )


def who_got(inbox: Inbox) -> list[str]:
    return [address for message in inbox.messages for address in message.rcpt_tos]


def outcome(done: list[Delivery]) -> list[tuple[str, int | None, int | None, str | None]]:
    return [(one.status, one.reached, one.refused, one.reason) for one in done]


def test_who_got_a_mail_is_not_mailed_again_when_another_was_refused(
    told: Settings, inbox: tuple[Inbox, str]
) -> None:
    told, kept = by_mail_only(told), inbox[0]
    kept.refused = "data@example.org"
    partly = ("partly", 1, 1, "the mail server did not take it")
    assert outcome(alert_send.send(told, NOW, [OLD])) == [partly]
    refused = ("failed", 0, 1, "the mail server did not take it")
    for minutes in (10, 20, 350):
        later = NOW + timedelta(minutes=minutes)
        assert outcome(alert_send.send(told, later, [OLD])) == [refused]
    assert who_got(kept) == ["it@example.org"]
    kept.refused = ""
    assert outcome(alert_send.send(told, NOW + timedelta(minutes=355), [OLD])) == [
        ("sent", 1, 0, None)
    ]
    assert alert_send.send(told, NOW + timedelta(minutes=359), [OLD]) == []
    assert who_got(kept) == ["it@example.org", "data@example.org"]
    # Each has six hours of their own.
    assert outcome(alert_send.send(told, NOW + timedelta(minutes=361), [OLD])) == [
        ("sent", 1, 0, None)
    ]
    assert who_got(kept)[2:] == ["it@example.org"]
    assert outcome(alert_log.newest(told, NOW + timedelta(hours=7)))[-2:] == [refused, partly]


def test_the_log_holds_no_address_and_who_is_named_in_another_spelling_is_the_same(
    told: Settings, inbox: tuple[Inbox, str]
) -> None:
    told = by_mail_only(told)
    alert_send.send(told, NOW, [OLD])
    alert_send.send(told, NOW + timedelta(minutes=1), [replace(OLD, source="csv")])
    kept = told.ledger_path.read_bytes()
    assert b"example.org" not in kept
    with sqlite3.connect(told.ledger_path) as connection:
        (first,), (second,) = connection.execute("select heard from alert_deliveries").fetchall()
    assert len(set(first.split()) | set(second.split())) == 6, "two deliveries cannot be compared"
    shouted = by_mail_only(told, "IT@example.org", "data@example.org")
    assert alert_send.send(shouted, NOW + timedelta(minutes=2), [OLD]) == []
    joined = by_mail_only(told, "it@example.org", "new@example.org")
    assert outcome(alert_send.send(joined, NOW + timedelta(minutes=2), [OLD])) == [
        ("sent", 1, 0, None)
    ]
    assert who_got(inbox[0])[4:] == ["new@example.org"]


def test_the_commands_say_how_many_were_refused(
    command: Command, told: Settings, inbox: tuple[Inbox, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = by_mail_only(told)
    monkeypatch.setenv("POLARIS_SMTP_URL", inbox[1])
    monkeypatch.setenv("POLARIS_MAIL_FROM", "polaris@example.org")
    monkeypatch.setenv("POLARIS_ALERT_RECIPIENTS", ",".join(told.alerts.recipients))
    failed_run(told, ledger.utc_now())
    inbox[0].refused = "data@example.org"
    first = command("alerts", "send")
    assert first.exit_code == 0, "somebody took it"
    assert "partly, warn run_failed of salesforce" in first.out
    assert "(the mail server did not take it (1 of 2))" in first.out
    second = command("alerts", "send", "--json")
    assert second.exit_code == 1
    (again,) = second.json
    assert [again[name] for name in ("status", "reached", "refused")] == ["failed", 0, 1]
    assert "heard" not in again
    assert "(1 of 2)" in command("alerts", "log").out
    assert who_got(inbox[0]) == ["it@example.org"]


def test_what_is_refused_for_ever_does_not_keep_others_from_being_told(
    told: Settings, inbox: tuple[Inbox, str]
) -> None:
    told, inbox[0].refused = by_mail_only(told), "data@example.org"
    many = [replace(OLD, alert_type=f"kind_{number}") for number in range(7)]
    alert_send.send(told, NOW, many)
    assert who_got(inbox[0]) == ["it@example.org"] * 5
    done = alert_send.send(told, NOW + timedelta(minutes=2), many)
    assert [(one.alert_type, one.status) for one in done[:3]] == [
        ("kind_5", "partly"), ("kind_6", "partly"), ("kind_0", "failed")
    ]  # fmt: skip
    assert who_got(inbox[0]) == ["it@example.org"] * 7


def test_what_an_earlier_version_wrote_down_counts(
    told: Settings, inbox: tuple[Inbox, str]
) -> None:
    told.home.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(told.ledger_path) as connection:
        connection.execute(
            "create table alert_deliveries (delivered_at text not null, channel text not null, "
            "status text not null, alert_type text not null, source text not null, "
            "severity text not null, run_id text, metric text not null, tries integer not null, "
            "reason text)"
        )
        row = "2026-03-10T08:00:00.000000+00:00', 'email', 'sent', 'freshness', 'salesforce"
        connection.execute(
            f"insert into alert_deliveries values ('{row}', 'page', null, 'salesforce', 1, null)"
        )
    assert alert_send.send(by_mail_only(told), NOW, [OLD]) == []
    assert outcome(alert_log.newest(told, NOW)) == [("sent", None, None, None)]
    assert len(alert_send.send(by_mail_only(told), NOW + timedelta(hours=6), [OLD])) == 1


def test_several_of_one_kind_are_one_message(told: Settings, inbox: tuple[Inbox, str]) -> None:
    alert_send.send(told, NOW, [OLD, replace(OLD, metric="other")])
    assert len(inbox[0].messages) == 2
    told_of = inbox[0].messages[0].content.decode()
    assert "freshness: salesforce and 1 more" in told_of
    assert "metric: other" in told_of


def test_a_source_is_switched_off_on_one_channel_or_all(told: Settings) -> None:
    off = read_alerts({"POLARIS_ALERTS_OFF": "csv, Salesforce:email"}).off
    quiet = replace(told, alerts=replace(told.alerts, off=off))
    done = alert_send.send(quiet, NOW, [OLD, replace(OLD, source="csv")])
    assert [(one.channel, one.source) for one in done] == [
        ("slack", "salesforce"), ("webhook", "salesforce")
    ]  # fmt: skip


def test_nobody_is_told_where_nobody_is_configured(settings: Settings) -> None:
    assert alert_send.send(settings, NOW, [OLD]) == []
    assert not settings.ledger_path.exists()


def test_deliveries_are_never_changed(settings: Settings) -> None:
    alert_log.add(settings, Delivery(NOW, "email", "sent", "t", "s", "warn", None, "m"))
    with sqlite3.connect(settings.ledger_path) as connection:
        for sql in ("update alert_deliveries set status = 'x'", "delete from alert_deliveries"):
            with pytest.raises(sqlite3.IntegrityError, match="never"):
                connection.execute(sql)


def test_a_failed_run_calls_somebody_after_half_an_hour_unless_a_later_one_went_well(
    settings: Settings,
) -> None:
    failed_run(settings, NOW, report_type="salesforce")
    assert kinds(alerts.standing(settings, NOW + timedelta(minutes=29))) == [("run_failed", "warn")]
    (late,) = alerts.standing(settings, NOW + timedelta(minutes=30))
    assert (late.severity, late.link) == ("page", f"runs?run={late.run_id}")
    good = ledger.start_run(settings, ledger.RunStart("salesforce", "salesforce", "jo"))
    ledger.finish_run(settings, good, "succeeded", report_type="salesforce")
    assert alerts.standing(settings, NOW + timedelta(hours=1)) == []


def test_a_refused_login_and_an_allowance_used_up_are_told_as_such(settings: Settings) -> None:
    for cause, kind in (("login refused", "credentials_expired"), ("limit reached", "rate_limit")):
        failed_run(settings, NOW, counts_json={"objects": [{"cause": cause}]})
        assert [one.alert_type for one in alerts.standing(settings, NOW)] == [kind]
    login = Credentials("client_credentials", "acme.my", client_id="a", client_secret="b")
    for ends, found in (
        (date(2026, 3, 25), []),
        (date(2026, 3, 24), [("credentials_expired", "warn")]),
        (date(2026, 3, 10), [("credentials_expired", "warn")]),  # it works to the end of the day
        (date(2026, 3, 9), [("credentials_expired", "page")]),
    ):
        ending = replace(
            settings,
            home=settings.home / "other",
            salesforce=SalesforceAccess(login=login),
            alerts=AlertSettings(credentials_expire=ends),
        )
        assert kinds(alerts.standing(ending, NOW)) == found


def test_what_the_release_knows_is_told_with_what_calls_somebody_first(settings: Settings) -> None:
    fake_release.publish(settings.home)
    assert kinds(alerts.standing(settings, NOW)) == [
        ("count_mismatch", "page"),
        ("anomaly", "warn"),
    ]


def test_the_commands_show_send_and_keep(
    command: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch, hook: tuple[Hook, str]
) -> None:
    fake_release.publish(settings.home)
    assert "What is here is not what the source has." in command("alerts", "list").out
    assert "Nobody is configured" in command("alerts", "send").out
    monkeypatch.setenv("POLARIS_ALERT_WEBHOOK_URL", f"{hook[1]}/hook")
    sent = command("alerts", "send", "--json").json
    assert [(one["channel"], one["status"], one["alert_type"]) for one in sent] == [
        ("webhook", "sent", "count_mismatch"), ("webhook", "sent", "anomaly")
    ]  # fmt: skip
    assert command("alerts", "send", "--json").json == []
    assert [one["alert_type"] for one in command("alerts", "log", "--json").json] == [
        "anomaly", "count_mismatch"
    ]  # fmt: skip


def test_a_command_that_fails_tells_and_one_that_did_nothing_does_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, hook: tuple[Hook, str]
) -> None:
    monkeypatch.setenv("POLARIS_HOME", str(settings.home))
    monkeypatch.setenv("POLARIS_ALERT_WEBHOOK_URL", f"{hook[1]}/hook")
    bad = settings.home / "bad.csv"
    bad.parent.mkdir(parents=True, exist_ok=True)
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    assert cli.main(["pathful", str(bad), "--dry-run"]) != 0
    assert hook[0].bodies == []
    assert cli.main(["pathful", str(bad)]) == 2
    assert hook[0].bodies == [], "who gave the command was told"
    run = ledger.start_run(settings, ledger.RunStart("build", "build", "ada"))
    ledger.finish_run(settings, run, "failed", error_summary="A model failed.")
    assert cli.main(["pathful", str(bad)]) == 2
    assert [body["type"] for body in hook[0].bodies] == ["run_failed"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("POLARIS_ALERT_RECIPIENTS", "it@example.org, none", "no e-mail address"),
        ("POLARIS_ALERT_SLACK_URL", "hooks/secret", "must be an address"),
        ("POLARIS_ALERT_SLACK_URL", "https:///secret", "must be an address"),
        ("POLARIS_ALERT_SLACK_URL", "https://a.example.org:0/secret", "must be an address"),
        ("POLARIS_ALERT_SLACK_URL", "https://a.example.org:x/secret", "must be an address"),
        ("POLARIS_ALERT_WEBHOOK_URL", "ftp://a.example.org/secret", "must be an address"),
        ("POLARIS_ALERTS_OFF", "csv:fax", "is unknown"),
        ("POLARIS_ALERTS_OFF", "moon", "is unknown"),
        ("SF_CREDENTIALS_EXPIRE", "soon", "is no date"),
    ],
)
def test_a_wrong_setting_is_refused_without_its_secret(name: str, value: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        read_alerts({name: value})
    assert "secret" not in caught.value.message
