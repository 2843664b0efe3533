"""What the warehouse was built by, and when incremental models have to be made anew."""

from __future__ import annotations

import duckdb
import pytest

from polaris import ledger
from polaris.deciding.decisions import Decision
from polaris.project_state import begin, has_changed, is_whole, published, remember
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


def test_tables_that_show_a_decision_that_is_stored_no_more_are_not_whole(
    settings: Settings,
) -> None:
    """An older backup of the store came back: nothing new tells what has to be made anew."""
    at = ledger.utc_now()
    kept, lost = (
        Decision(n, str(n), at, "ada", "admin", "set_status", "event", "e", {}, "why", None)
        for n in (1, 2)
    )
    settings.home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        for schema in ("raw_pathful", "raw_roster", "raw_csv", "raw_salesforce"):
            connection.execute(f"create schema {schema}")
            connection.execute(f"create table {schema}.loads (run_id varchar)")
        connection.execute("create schema ops")
        connection.execute("create table ops.import_runs (run_id varchar, load_seq bigint)")
        connection.execute(
            "create table ops.audit_log as select * from (values ('1', 'manual'), "
            "('2', 'manual'), ('a change by a file', 'import')) as shown (decision_id, source)"
        )
    published(settings)
    assert is_whole(settings, [kept, lost])
    assert not is_whole(settings, [kept])
    begin(settings)
    assert not is_whole(settings, [kept, lost])
