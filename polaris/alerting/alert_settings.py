"""Reads the variables that say who hears of what is wrong, and how (platform.md §5.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from polaris.errors import BadInput

CHANNELS = ("email", "slack", "webhook")
SOURCES = ("pathful", "roster", "csv", "salesforce", "identity", "build", "nightly")


@dataclass(frozen=True)
class AlertSettings:
    """Who is told; without an address nobody is.

    Attributes:
        recipients: addresses that get a mail; the mail server is that of the summary.
        slack_url: a webhook that takes {"text": …}, a secret of its own; None for none.
        webhook_url: an address that takes the alert as JSON, likewise.
        off: (source, channel) pairs about which nobody is told.
        credentials_expire: the day on which the login of Salesforce ends, where somebody wrote it.
    """

    recipients: tuple[str, ...] = field(default=(), repr=False)
    slack_url: str | None = field(default=None, repr=False)
    webhook_url: str | None = field(default=None, repr=False)
    off: frozenset[tuple[str, str]] = frozenset()
    credentials_expire: date | None = None


def read_alerts(env: Mapping[str, str]) -> AlertSettings:
    """Reads the POLARIS_ALERT_ variables.

    Raises:
        BadInput: one holds something it may not; the message never repeats an address.
    """
    return AlertSettings(
        recipients=_recipients(env.get("POLARIS_ALERT_RECIPIENTS", "")),
        slack_url=_url(env, "POLARIS_ALERT_SLACK_URL"),
        webhook_url=_url(env, "POLARIS_ALERT_WEBHOOK_URL"),
        off=_off(env.get("POLARIS_ALERTS_OFF", "")),
        credentials_expire=_day(env.get("SF_CREDENTIALS_EXPIRE", "")),
    )


def _recipients(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not all("@" in part and part.isprintable() for part in found):
        raise BadInput(
            "POLARIS_ALERT_RECIPIENTS holds something that is no e-mail address; "
            "part them by commas."
        )
    return found


def _url(env: Mapping[str, str], name: str) -> str | None:
    """The message never repeats the address, for whoever knows it may write there."""
    text = env.get(name, "").strip()
    if not text:
        return None
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    if not is_url:
        raise BadInput(f"{name} must be an address such as https://hooks.example.org/….")
    return text


def _off(text: str) -> frozenset[tuple[str, str]]:
    """`roster, csv:email`: nothing about rosters, no mail about files of contracts."""
    found = set()
    for part in text.split(","):
        source, _, channel = part.strip().lower().partition(":")
        if not source:
            continue
        if source not in SOURCES or channel not in {"", *CHANNELS}:
            raise BadInput(
                f"POLARIS_ALERTS_OFF={part.strip()} is unknown; it may name "
                f"{', '.join(SOURCES)}, each alone or with :{', :'.join(CHANNELS)}."
            )
        found |= {(source, one) for one in ([channel] if channel else CHANNELS)}
    return frozenset(found)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(
            f"SF_CREDENTIALS_EXPIRE={text} is no date; write it as YYYY-MM-DD."
        ) from None
