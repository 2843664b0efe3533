"""What the tests of the night share: its inbox, a stand-in for the CRM, and its steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polaris import ledger
from polaris.settings import Settings

SIGNUPS = "event_ref,email,first_name\na1B000000000001,ana@example.org,Ana\n"


def inbox_of(settings: Settings) -> Path:
    """The folder of the night with those of two kinds of files in it."""
    path = settings.inbox / "nightly"
    for kind in ("pathful", "signups"):
        (path / kind).mkdir(parents=True)
    return path


def steps(result: dict[str, Any]) -> dict[str, str]:
    return {step["name"]: step["status"] for step in result["steps"]}


def crm(cause: str = "not readable", **errors: str) -> Callable[..., dict[str, Any]]:
    """Stands for `import_salesforce`; keeps the options it was given in `asked`."""

    def take(settings: Settings, options: Any, _progress: Any) -> dict[str, Any]:
        take.asked.append(options)  # type: ignore[attr-defined]
        start = ledger.RunStart(source="salesforce", command="salesforce", triggered_by="jordan")
        run_id = ledger.start_run(settings, start)
        objects = [
            {
                "object": name,
                "extracted": 7,
                "inserted": 4,
                "updated": 2,
                "deleted": 1,
                "unchanged": 0,
                "duplicates": 0,
                "invalid": 0,
                "mode": "delta",
                "transport": "rest",
                "calls": 1,
                "seconds": 0.5,
                "warnings": ["about one field"] if name == "Task" else [],
                "error": errors.get(name),
                "cause": cause if name in errors else None,
            }
            for name in ("Account", "Contact", "Task")
        ]
        status = "partially_failed" if errors else "succeeded"
        ledger.finish_run(settings, run_id, status, counts_json={"objects": objects})
        return {"run_id": run_id, "status": status, "objects": objects, "rows_processed": 21}

    take.asked = []  # type: ignore[attr-defined]
    return take


def crm_on(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Installs a stand-in for the CRM and switches the adapter on."""

    def install(take: Callable[..., Any]) -> Callable[..., Any]:
        monkeypatch.setenv("IMPORTER_ADAPTERS", "pathful,csv,salesforce")
        monkeypatch.setattr("polaris.salesforce.import_salesforce", take)
        return take

    return install
