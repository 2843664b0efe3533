"""A backfill that somebody paused after its first window, as the windows themselves end it."""

from __future__ import annotations

import pytest

from polaris import ledger, salesforce_windows
from polaris.errors import Paused
from polaris.settings import Settings


def paused_backfill(settings: Settings) -> str:
    """Its run in the ledger."""
    start = ledger.RunStart("salesforce", "salesforce --label backfill", "jordan", label="backfill")
    run_id = ledger.start_run(settings, start)
    ledger.set_stage(settings, run_id, "window 1 of 3: reading Case")
    run = ledger.get_run(settings, run_id)
    assert run is not None
    salesforce_windows.pause(settings, run)
    plan = salesforce_windows.Plan((None,) * 3)
    with pytest.raises(Paused):
        salesforce_windows.pause_if_asked(settings, run_id, plan, 1)
    return run_id
