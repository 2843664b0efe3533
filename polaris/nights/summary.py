"""The summary of a night: as text, as data, by mail and to a webhook (salesforce.md §5.6).

It says what happened in ids and counts; no names or addresses of people are in it. A delivery that
fails is written down and fails nothing.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from polaris import mail
from polaris.build import write_file
from polaris.settings import Settings

if TYPE_CHECKING:
    from polaris.nights.night import Night, Step

_WORDS = {
    "succeeded": "SUCCESS",
    "partially_failed": "COMPLETED WITH ERRORS",
    "failed": "FAILED",
}
_STYLES = {"Success": "good", "FAILED": "bad", "Skipped": "plain"}
_TRIES = 3
_TIMEOUT = (5.0, 10.0)
_FIRST_WAIT = 1.0
# Slack takes a text alone; others get the data too.
_TEXT_ONLY = ("hooks.slack.com", "hooks.slack-gov.com")
_log = logging.getLogger(__name__)


def subject(night: Night) -> str:
    """The subject of the mail; the date is that of the start, UTC."""
    return f"Daily Import Report - {night.started_at:%Y-%m-%d} - {_WORDS[night.status]}"


def lines(night: Night) -> list[tuple[str, str]]:
    """The summary for a person: (style, text) per line."""
    style = "good" if night.status == "succeeded" else "bad"
    finished = night.finished_at or night.started_at
    seconds = (finished - night.started_at).total_seconds()
    dry = " (dry run: nothing was written or sent)" if night.dry_run else ""
    out = [
        (style, f"{subject(night)}{dry}"),
        ("plain", f"run {night.run_id}{' (weekly)' if night.weekly else ''}"),
        (
            "plain",
            f"{night.started_at:%Y-%m-%d %H:%M} to {finished:%H:%M} UTC, {seconds:,.1f} seconds",
        ),
        ("plain", ""),
    ]
    out += _table(night.steps)
    totals = night.totals
    if totals.get("rows_processed"):
        out += [
            ("plain", ""),
            (
                "plain",
                f"Records: {totals['rows_processed']:,} read, {totals['rows_created']:,} new, "
                f"{totals['rows_updated']:,} changed, {totals['rows_unmatched']:,} unmatched, "
                f"{totals['rows_invalid']:,} invalid",
            ),
        ]
    out += _work(night)
    if night.warnings:
        out += [("plain", ""), ("plain", "Warnings:")]
        out += [("warning", f"  {text}") for text in night.warnings]
    if night.watermarks:
        out += [("plain", ""), ("plain", "Read up to (UTC):")]
        out += [("plain", f"  {_mark(item)}") for item in night.watermarks]
    if night.deliveries:
        out += [("plain", "")]
        out += [
            (
                "plain" if item["status"] == "sent" else "warning",
                f"{item['channel']}: {_sent(item)}",
            )
            for item in night.deliveries
        ]
    return out


def text(night: Night) -> str:
    """The body of the mail."""
    return "\n".join(line for _, line in lines(night)) + "\n"


def write(settings: Settings, night: Night) -> None:
    """Keeps the summary in reports/<run_id>/nightly.txt and nightly.json."""
    write_file(settings, night.run_id, "nightly.txt", text(night))
    write_file(settings, night.run_id, "nightly.json", night.as_json())


def deliver(settings: Settings, night: Night) -> list[dict[str, Any]]:
    """Sends the summary to whoever is configured; never raises for what goes wrong on the way.

    Returns:
        {channel, status (sent|failed), recipients or host, tries} of each delivery; no addresses
        of people and no secret of the webhook.
    """
    done = []
    if mail.is_configured(settings) and settings.summary_recipients:
        done.append(_by_mail(settings, night))
    if settings.webhook_url is not None:
        host = urlsplit(settings.webhook_url).hostname or ""
        payload = _payload(night, text_only=host in _TEXT_ONLY)
        done.append(post(settings.webhook_url, payload))
    return done


def _by_mail(settings: Settings, night: Night) -> dict[str, Any]:
    body = text(night)
    sent = [
        mail.send(settings, recipient, subject(night), body)
        for recipient in settings.summary_recipients
    ]
    return {
        "channel": "mail",
        "status": "sent" if all(sent) else "failed",
        "recipients": len(sent),
        "delivered": sum(sent),
        "tries": 1,
    }


def post(url: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Sends JSON to an address, again where it was busy; never raises for what goes wrong.

    Returns:
        {channel, host, status (sent|failed), tries, reason where it failed}.
    """
    import requests
    from tenacity import RetryError, Retrying, retry_if_exception_type
    from tenacity.stop import stop_after_attempt
    from tenacity.wait import wait_exponential

    host = urlsplit(url).hostname or ""
    body = json.dumps(payload, default=str)
    answer = 0
    found: dict[str, Any] = {
        "channel": "webhook",
        "host": host,
        "status": "failed",
        "tries": 0,
    }
    retrying = Retrying(
        stop=stop_after_attempt(_TRIES),
        wait=wait_exponential(multiplier=_FIRST_WAIT),
        retry=retry_if_exception_type((_BusyError, requests.ConnectionError, requests.Timeout)),
    )
    try:
        for attempt in retrying:
            found["tries"] = attempt.retry_state.attempt_number
            with attempt:
                answer = _post(url, body)
    except RetryError as error:
        cause = error.last_attempt.exception()
        found["reason"] = (
            f"it answered {cause.args[0]}"
            if isinstance(cause, _BusyError)
            else type(cause).__name__
        )
    except requests.RequestException as error:
        found["reason"] = type(error).__name__
    else:
        if answer < 300:
            return found | {"status": "sent"}
        found["reason"] = f"it answered {answer}"
    # Only the kind: the address is a secret, and what libraries say repeats it.
    _log.error("the webhook did not take the message: %s", found["reason"])
    return found


class _BusyError(Exception):
    """The other side asks to come again, with the status of its answer."""


def _post(url: str, body: str) -> int:
    """The status of the answer; a redirect is not followed, for it is not who was configured."""
    import requests

    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            url,
            data=body.encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
            timeout=_TIMEOUT,
            allow_redirects=False,
        )
    if answer.status_code == 429 or answer.status_code >= 500:
        raise _BusyError(answer.status_code)
    return int(answer.status_code)


def _payload(night: Night, *, text_only: bool) -> dict[str, Any]:
    shown = {"text": f"{subject(night)}\n```\n{text(night)}```"}
    return shown if text_only else shown | {"summary": night.as_json()}


def _table(steps: list[Step]) -> list[tuple[str, str]]:
    rows = [
        (
            step.name,
            step.status,
            f"{step.seconds:,.1f}",
            "-" if step.records is None else f"{step.records:,}",
            step.message,
        )
        for step in steps
    ]
    heads = ("step", "status", "seconds", "records", "message")
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    out = []
    for style, row in zip(
        ["plain", *(_STYLES[step.status] for step in steps)], [heads, *rows], strict=True
    ):
        cells = [
            row[0].ljust(widths[0]),
            row[1].ljust(widths[1]),
            row[2].rjust(widths[2]),
            row[3].rjust(widths[3]),
            row[4],
        ]
        out.append((style, "  ".join(cells).rstrip()))
    return out


def _work(night: Night) -> list[tuple[str, str]]:
    parts = [
        f"{sum(counts.values()):,} {kind}"
        for kind, counts in night.open_work.items()
        if sum(counts.values())
    ]
    if night.pending_decisions:
        parts.append(f"{night.pending_decisions:,} decisions not yet built")
    return [("plain", ""), ("plain", f"Open work: {', '.join(parts)}")] if parts else []


def _mark(item: Mapping[str, Any]) -> str:
    if item["watermark"] is None:
        return f"{item['object']}: not yet"
    return (
        f"{item['object']}: {item['watermark'][:16].replace('T', ' ')} "
        f"({item['age_hours']:,} hours ago, {item['status']})"
    )


def _sent(item: Mapping[str, Any]) -> str:
    if item["status"] == "sent":
        return "summary sent"
    tries = f" after {item['tries']} tries" if item["tries"] > 1 else ""
    return f"the summary could not be delivered{tries}"
