"""The step of a night that lets go of what is past its time, where somebody switched it on.

Before the build, so that what the night publishes is without it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from polaris import config, retention
from polaris.errors import is_stop
from polaris.nights.night import FAILED, SUCCESS, Night, Step, since
from polaris.settings import Settings

SWITCH = "retention.nightly"
_FAILED = "nothing was let go of; `polaris-load retention` says why"


def let_go(
    settings: Settings, night: Night, retain: Callable[[], retention.Retention] | None = None
) -> None:
    """Adds the step, with how many things went; none where the switch says no.

    Args:
        settings: whose home.
        night: gets the step.
        retain: what does it; None for `retention.retain`.
    """
    began = time.monotonic()
    try:
        if not config.value(settings, SWITCH):
            return
        done = retain() if retain else retention.retain(settings, None, dry_run=False)
    except Exception as error:  # what fails here must not stop the night
        if is_stop(error):
            raise
        words = f"{type(error).__name__}: {_FAILED}"
        night.steps.append(Step("retention", FAILED, since(began), message=words))
        return
    total = sum(done.counts.values())
    words = f"{total:,} things from before {done.before:%Y-%m-%d} "
    words += "would go" if done.dry_run else "are gone"
    parts = ", ".join(f"{name} {count:,}" for name, count in done.counts.items() if count)
    words += f": {parts}" if parts else ""
    run_id = done.run_id or None
    night.steps.append(Step("retention", SUCCESS, since(began), total, words, run_id))
