"""Tells whoever is configured of what is wrong, once in six hours and never too much at once.

The six hours are those of each recipient: who took a mail is not mailed again because another was
refused. A delivery that fails is written down and fails nothing (platform.md §5.7).
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from polaris import ledger, mail
from polaris.alerting import alert_log, alerts
from polaris.alerting.alert_log import FAILED, HELD, PARTLY, SENT, Delivery
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

_Key = tuple[str, str, str]


@dataclass(frozen=True)
class _Outcome:
    """What came of a message.

    Attributes:
        reached: those who took it, of those who were asked.
        tries: how often the other side was asked.
        reason: the kind of failure, where somebody did not take it.
    """

    reached: tuple[str, ...]
    tries: int
    reason: str | None


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
    """Tells of everything that stands, whoever has not heard of it for six hours.

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
    groups: dict[_Key, list[Alert]] = {}
    for alert in alerts.standing(settings, moment) if found is None else found:
        groups.setdefault((alert.alert_type, alert.source, alert.severity), []).append(alert)
    return [one for name in channels(settings) for one in _tell(settings, moment, name, groups)]


def _tell(
    settings: Settings, moment: datetime, channel: str, groups: Mapping[_Key, list[Alert]]
) -> Iterator[Delivery]:
    """Tells one channel, and gives each delivery once it is written down.

    What was not tried for longest goes first, so that a recipient who is refused for ever does not
    use up what a minute takes before others have heard of everything.
    """
    past = [
        one
        for one in alert_log.since(settings, moment - _AGAIN_AFTER)
        # What was told at a time to come was told by a clock that was set back since.
        if one.channel == channel and one.delivered_at <= moment + _MINUTE
    ]
    used = sum(one.status != HELD and one.delivered_at > moment - _MINUTE for one in past)
    tried = {_key(one): one.delivered_at for one in past if one.status != HELD}
    never = moment - _AGAIN_AFTER - _MINUTE
    for key, group in sorted(groups.items(), key=lambda item: tried.get(item[0], never)):
        if (group[0].source, channel) in settings.alerts.off:
            continue
        before = [one for one in past if _key(one) == key]
        waiting = [
            one
            for one in _recipients(settings, channel)
            if not any(delivery.has_reached(one) for delivery in before)
        ]
        if not waiting:
            continue
        delivery = _of(moment, channel, group[0])
        if used < _AT_MOST[channel]:
            used += 1
            delivery = _after(delivery, waiting, _SENDERS[channel](settings, group, waiting))
        alert_log.add(settings, delivery)
        yield delivery


def _key(delivery: Delivery) -> _Key:
    return delivery.alert_type, delivery.source, delivery.severity


def _recipients(settings: Settings, channel: str) -> tuple[str, ...]:
    """Who hears on a channel: of mail each address, of the others whoever listens there."""
    return settings.alerts.recipients if channel == "email" else (channel,)


def _after(delivery: Delivery, asked: Sequence[str], outcome: _Outcome) -> Delivery:
    """The delivery with what came of it."""
    reached, refused = len(outcome.reached), len(asked) - len(outcome.reached)
    return replace(
        delivery,
        status=SENT if not refused else PARTLY if reached else FAILED,
        tries=outcome.tries,
        reason=outcome.reason,
        reached=reached,
        refused=refused,
        heard=alert_log.marks(outcome.reached),
    )


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


def _by_mail(settings: Settings, group: Sequence[Alert], asked: Sequence[str]) -> _Outcome:
    title, body = subject(group), text(settings, group)
    reached = tuple(one for one in asked if mail.send(settings, one, title, body))
    reason = None if len(reached) == len(asked) else "the mail server did not take it"
    return _Outcome(reached, 1, reason)


def _to_slack(settings: Settings, group: Sequence[Alert], asked: Sequence[str]) -> _Outcome:
    mark = _MARKS.get(group[0].severity, "")
    said = f"{mark} *{subject(group)}*\n```\n{text(settings, group)}```"
    return _posted(settings.alerts.slack_url, {"text": said}, asked)


def _to_webhook(settings: Settings, group: Sequence[Alert], asked: Sequence[str]) -> _Outcome:
    facts = [alert.payload(settings) for alert in group]
    return _posted(settings.alerts.webhook_url, {**facts[0], "alerts": facts}, asked)


def _posted(url: str | None, payload: Mapping[str, Any], asked: Sequence[str]) -> _Outcome:
    answer = summary.post(url or "", payload)
    reached = tuple(asked) if answer["status"] == "sent" else ()
    return _Outcome(reached, int(answer["tries"]), answer.get("reason"))


_SENDERS: dict[str, Callable[[Settings, Sequence[Alert], Sequence[str]], _Outcome]] = {
    "email": _by_mail,
    "slack": _to_slack,
    "webhook": _to_webhook,
}
