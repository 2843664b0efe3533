"""What the warehouse was built by, and when incremental models have to be made anew."""

from __future__ import annotations

import duckdb
import pytest

from polaris import ledger
from polaris.decisions import Decision
from polaris.project_state import has_changed, remember
from polaris.settings import Settings


def test_a_report_that_is_left_out_or_counts_again_makes_incremental_models_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What later loads were compared with is another; of other files every build makes all anew."""
    monkeypatch.setattr("polaris.project_state.checksum", lambda _settings: "one")
    report, file, roster = (
        ledger.start_run(settings, ledger.RunStart(source, source, "jordan"))
        for source in ("pathful", "csv", "roster")
    )
    duckdb.connect(str(settings.warehouse)).close()

    def said(number: str, action: str, key: str, revokes: str | None = None) -> Decision:
        at, subject = ledger.utc_now(), "run" if revokes is None else "decision"
        return Decision(
            int(number), number, at, "ada", "admin", action, subject, key, {}, "why", revokes
        )

    decided: list[Decision] = []
    remember(settings, decided)
    for word, anew in (
        (said("1", "set_status", "an event"), False),
        (said("2", "exclude_load", file), False),
        (said("3", "revoke", "2", "2"), False),
        (said("4", "exclude_load", report), True),
        (said("5", "revoke", "4", "4"), True),
        (said("6", "revoke", "5", "5"), True),
        (said("7", "include_load", report), True),
        (said("8", "exclude_load", "a run whose ledger was lost"), True),
        (said("9", "exclude_load", roster), True),
    ):
        decided.append(word)
        assert has_changed(settings, decided) is anew, word.decision_id
        remember(settings, decided)
        assert not has_changed(settings, decided)
