"""`alerts list|send|log`: what somebody should hear of, and who was told."""

from __future__ import annotations

from typing import Any

import typer

from polaris.commands.options import Json
from polaris.console import print_json, print_lines, print_table

app = typer.Typer(
    help="What somebody should hear of, and who was told.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def _list(json: Json = False) -> None:
    """Show what is wrong now: old sources, unusual loads, failed runs, logins that end.

    Example: polaris-load alerts list
    """
    from polaris import ledger
    from polaris.alerting import alerts
    from polaris.settings import load_settings

    settings = load_settings()
    found = [alert.payload(settings) for alert in alerts.standing(settings, ledger.utc_now())]
    if json:
        print_json(found)
    elif not found:
        print_lines([("good", "Nothing to tell anybody.")])
    else:
        print_table(
            ["severity", "what", "source", "measured", "allowed", "since", "message"],
            [
                [
                    one["severity"],
                    one["type"].replace("_", " "),
                    one["source"],
                    _figure(one["measured"]),
                    _figure(one["threshold"]),
                    _local(one["first_seen"]),
                    one["message"],
                ]
                for one in found
            ],
        )


@app.command("send")
def _send(json: Json = False) -> int:
    """Tell whoever is configured; the same thing at most once in six hours. Made for a schedule.

    POLARIS_ALERT_RECIPIENTS, POLARIS_ALERT_SLACK_URL and POLARIS_ALERT_WEBHOOK_URL say who;
    POLARIS_ALERTS_OFF names sources about which nobody is told. A delivery that fails is in
    `alerts log` and is tried again by the next call, by mail only for those who did not get it;
    exits with 1 when nobody took anything.

    Example: polaris-load alerts send
    """
    from polaris.alerting import alert_send
    from polaris.settings import load_settings

    settings = load_settings()
    done = alert_send.send(settings)
    nobody_took_it = bool(done) and not any(one.reached for one in done)
    if json:
        print_json([_row(one) for one in done])
        return int(nobody_took_it)
    if not alert_send.channels(settings):
        print_lines([("warning", "Nobody is configured to be told; see `alerts send --help`.")])
    elif not done:
        print_lines([("good", "Nothing new to tell anybody.")])
    print_lines(
        [
            (
                "good" if one.status == "sent" else "warning",
                f"{one.channel}: {one.status}, {one.severity} {one.alert_type} of {one.source}"
                + (f" ({one.why_not})" if one.why_not else ""),
            )
            for one in done
        ]
    )
    return int(nobody_took_it)


@app.command("log")
def _show_log(json: Json = False) -> None:
    """Show what was sent in the last thirty days, newest first, and what could not be.

    Example: polaris-load alerts log --json
    """
    from polaris import ledger
    from polaris.alerting import alert_log
    from polaris.settings import load_settings

    found = alert_log.newest(load_settings(), ledger.utc_now())
    if json:
        print_json([_row(one) for one in found])
    elif not found:
        print_lines([("plain", "Nothing was sent in the last thirty days.")])
    else:
        heads = ["delivered_at", "channel", "status", "severity", "alert_type", "source", "reason"]
        rows = [_row(one) | {"reason": one.why_not} for one in found]
        print_table(heads, [[row[name] for name in heads] for row in rows])


def _row(delivery: Any) -> dict[str, Any]:
    from dataclasses import asdict

    from polaris import report

    found = asdict(delivery) | {"delivered_at": report.instant(delivery.delivered_at)}
    del found["heard"]  # marks that only comparing can read
    return found


def _figure(value: float | None) -> str:
    return "—" if value is None else f"{value:,.4g}"


def _local(text: str | None) -> str:
    from polaris.commands.watching import local

    return local(text)
