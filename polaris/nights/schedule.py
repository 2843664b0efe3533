"""When the night is to begin, as somebody decided it, and when it is to begin next.

Nothing is started by it: that is for whoever runs `polaris-load nightly`, at the time said here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from polaris import config
from polaris.settings import SITE_ZONE, Settings

HOUR, MINUTE = "schedule.hour", "schedule.minute"


@dataclass(frozen=True)
class Schedule:
    """When nights begin.

    Attributes:
        at: the time of day in the site's zone; None where nobody decided.
        words: IMPORTER_SCHEDULE, which counts where nobody decided; None for nothing said.
    """

    at: time | None
    words: str | None

    @property
    def said(self) -> str | None:
        """When nights begin, in words; None where nobody said."""
        return self.words if self.at is None else f"every night at {self.at:%H:%M}"

    def next_at(self, now: datetime) -> datetime | None:
        """When the next night is to begin, in the site's zone; None where nobody decided."""
        return None if self.at is None else next_at(self.at, now)


def of(settings: Settings) -> Schedule:
    """When nights begin, as it is decided today.

    Raises:
        PolarisError: the decision store cannot be reached.
    """
    standing = config.standing(settings)
    hour, minute = int(standing[HOUR].value), int(standing[MINUTE].value)
    return Schedule(None if hour < 0 else time(hour, minute), settings.schedule)


def next_at(at: time, now: datetime, zone: tzinfo = SITE_ZONE) -> datetime:
    """The first moment after `now` at which the clocks of a zone show a time of day.

    Where a day has no such time, because clocks go forward over it, its night begins as much later
    as they go; where a day has it twice, at the first.
    """
    today = now.astimezone(zone).date()
    for days in range(3):
        # By way of UTC, for a time that no clock shows becomes one that they do show.
        begins = datetime.combine(today + timedelta(days), at, zone).astimezone(UTC)
        if begins > now:
            break
    return begins.astimezone(zone)
