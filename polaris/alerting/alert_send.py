"""Tells whoever is configured of what is wrong, once in six hours and never too much at once.

A delivery that fails is written down and fails nothing (platform.md §5.7).
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from polaris import ledger, mail
from polaris.alerting import alert_log, alerts
from polaris.alerting.alert_log import FAILED, HELD, SENT, Delivery
from polaris.alerting.alerts import Alert
from polaris.errors import PolarisError
from polaris.nights import summary
from polaris.settings import Settings

_AGAIN_AFTER = timedelta(hours=6)
_MINUTE = timedelta(minutes=1)
# So many messages a minute take the channels at most.
_AT_MOST = {"email": 5, "slack": 10, "webhook": 20}
_MARKS = {"page": ":rotating_light:", "warn": ":warning:"}
_log = logging.getLogger(__name__)

# What came of a message: whether it was taken, the tries, and the kind of failure.
_Outcome = tuple[bool, int, str | None]


def channels(settings: Settings) -> tuple[str, ...]:
    """The channels that are configured; none, and nobody is told."""
    has = {
        "email": mail.is_configured(settings) and bool(settings.alerts.recipients),
        "slack": settings.alerts.slack_url is not None,
        "webhook": settings.alerts.webhook_url is not None,
    }
    return tuple(name for name, is_there in has.items() if is_there)


def send(
    settings: Settings, now: datetime | None = None, found: Sequence[Alert] | None = None
) -> list[Delivery]:
    """Tells of everything that stands, on every channel that has not heard of it for six hours.

    Of several alerts of one type, source and severity one message is sent: the first names the
    rest by their number.

    Args:
        settings: who is told, and where the log of deliveries is.
        now: the moment; the clock's when not given.
        found: the alerts; what stands now when not given.

    Returns:
        What was tried, also what was held back because too much went that way within a minute.

    Raises:
        PolarisError: the release cannot be read.
        sqlite3.Error: the ledger cannot be read or written.
    """
    moment = now or ledger.utc_now()
    if not channels(settings):
        return []
    groups: dict[tuple[str, str, str], list[Alert]] = {}
    for alert in alerts.standing(settings, moment) if found is None else found:
        groups.setdefault((alert.alert_type, alert.source, alert.severity), []).append(alert)
    done: list[Delivery] = []
    for name in channels(settings):
        past = [
            one
            for one in alert_log.since(settings, moment - _AGAIN_AFTER)
            # What was told at a time to come was told by a clock that was set back since.
            if one.channel == name and one.delivered_at <= moment + _MINUTE
        ]
        heard = {(one.alert_type, one.source, one.severity) for one in past if one.status == SENT}
        used = sum(one.status != HELD and one.delivered_at > moment - _MINUTE for one in past)
        for key, group in groups.items():
            if key in heard or (group[0].source, name) in settings.alerts.off:
                continue
            delivery = _of(moment, name, group[0])
            if used < _AT_MOST[name]:
                used += 1
                taken, tries, reason = _SENDERS[name](settings, group)
                state = SENT if taken else FAILED
                delivery = replace(delivery, status=state, tries=tries, reason=reason)
            alert_log.add(settings, delivery)
            done.append(delivery)
    return done


def send_quietly(settings: Settings) -> list[Delivery]:
    """`send` at the end of a run: whatever goes wrong is logged by its kind and fails nothing."""
    import duckdb

    if not channels(settings):
        return []
    try:
        return send(settings)
    except (PolarisError, OSError, sqlite3.Error, duckdb.Error) as error:
        _log.error("alerts were not sent: %s", type(error).__name__)
        return []


def after_command() -> None:
    """What the end of a command that failed, and of every night, sends."""
    from polaris.settings import load_settings

    try:
        settings = load_settings()
    except PolarisError:  # the command has said it
        return
    send_quietly(settings)


def text(settings: Settings, group: Sequence[Alert]) -> str:
    """A group of alerts for a person, in ids and figures."""
    out = []
    for alert in group:
        facts = alert.payload(settings)
        out += [
            alert.message,
            *(f"{name}: {facts[name]}" for name in facts if _is_told(name, facts[name])),
            "",
        ]
    return "\n".join(out).rstrip() + "\n"


def _is_told(name: str, value: Any) -> bool:
    return name != "message" and value is not None


def subject(group: Sequence[Alert]) -> str:
    """The subject of a mail: how urgent, what, of which source, how many."""
    first = group[0]
    more = f" and {len(group) - 1} more" if len(group) > 1 else ""
    what = first.alert_type.replace("_", " ")
    return f"[Polaris {first.severity}] {what}: {first.source}{more}"


def _of(moment: datetime, channel: str, alert: Alert) -> Delivery:
    """A delivery that is held back, until somebody was asked to take it."""
    return Delivery(
        delivered_at=moment,
        channel=channel,
        status=HELD,
        alert_type=alert.alert_type,
        source=alert.source,
        severity=alert.severity,
        run_id=alert.run_id,
        metric=alert.metric,
    )


def _by_mail(settings: Settings, group: Sequence[Alert]) -> _Outcome:
    body = text(settings, group)
    sent = [
        mail.send(settings, recipient, subject(group), body)
        for recipient in settings.alerts.recipients
    ]
    return all(sent), 1, None if all(sent) else "the mail server did not take it"


def _to_slack(settings: Settings, group: Sequence[Alert]) -> _Outcome:
    mark = _MARKS.get(group[0].severity, "")
    said = f"{mark} *{subject(group)}*\n```\n{text(settings, group)}```"
    return _posted(settings.alerts.slack_url, {"text": said})


def _to_webhook(settings: Settings, group: Sequence[Alert]) -> _Outcome:
    facts = [alert.payload(settings) for alert in group]
    return _posted(settings.alerts.webhook_url, {**facts[0], "alerts": facts})


def _posted(url: str | None, payload: Mapping[str, Any]) -> _Outcome:
    answer = summary.post(url or "", payload)
    return answer["status"] == "sent", int(answer["tries"]), answer.get("reason")


_SENDERS: dict[str, Callable[[Settings, Sequence[Alert]], _Outcome]] = {
    "email": _by_mail,
    "slack": _to_slack,
    "webhook": _to_webhook,
}
