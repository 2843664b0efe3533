"""`status`, `health` and `adapters`: how things are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import typer

from polaris.commands.options import Json
from polaris.console import print_json, print_lines, print_table
from polaris.errors import EXIT_FAILURE


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("status")(_status)
    app.command("health")(_health)
    app.command("adapters")(_adapters)


def _status(json: Json = False) -> None:
    """Show what is published, how fresh it is, and what waits for people.

    Example: polaris-load status
    """
    from polaris import releases, status
    from polaris.settings import load_settings

    settings = load_settings()
    found = status.status(settings)
    if json:
        print_json(found)
        return
    pointer = releases.pointer_problem(settings)
    if pointer is not None:
        print_lines([("bad", pointer)])
    elif found["release"] is None:
        landed = settings.warehouse.exists()
        then = "build` publishes what landed" if landed else "demo` shows how it goes"
        text = f"Nothing is published in {settings.home} yet; `polaris-load {then}."
        print_lines([("plain", text)])
    else:
        at = local(found["published_at"])
        as_of = f"as of {found['logical_date']}, published {at}"
        print_lines([("good", f"Published: {found['release']} ({as_of})")])
    for source in found["sources"]:
        style = {"fresh": "good", "stale": "warning"}.get(source["status"], "plain")
        last = local(source["last_success_at"])
        print_lines([(style, f"{words(source['source'])}: {source['status']}, last {last}")])
    nights = found["schedule"]
    if nights["said"]:
        following = f", next {local(nights['next_at'])}" if nights["next_at"] else ""
        print_lines([("plain", f"Nights: {nights['said']}{following}")])
    print_lines(_work_lines(found))
    if found["runs"]:
        print_lines([("plain", ""), ("plain", "Last runs:")])
        print_runs(found["runs"])


def _health(json: Json = False) -> None:
    """Say what is wrong; exits with 1 when something is broken.

    Example: polaris-load health --json
    """
    from polaris import status
    from polaris.settings import load_settings

    found = status.health(load_settings())
    if json:
        print_json(found)
    else:
        style = {"ok": "good", "error": "bad"}.get(found["status"], "warning")
        print_lines(
            [(style, f"Health: {found['status']}")]
            + [("bad", text) for text in found["problems"]]
            + [("warning", text) for text in found["warnings"]]
        )
    if found["status"] == "error":
        raise typer.Exit(EXIT_FAILURE)


def _adapters(json: Json = False) -> None:
    """Show which sources can be imported.

    Example: polaris-load adapters
    """
    from polaris import status
    from polaris.settings import load_settings

    found = status.adapters(load_settings())
    if json:
        print_json(found)
    else:
        rows = [[row["adapter"], row["status"], row["reason"]] for row in found]
        print_table(["adapter", "status", "why"], rows)


def print_runs(runs: list[dict[str, Any]]) -> None:
    """Runs as a table, times in Chicago; labels are a column where a run has one."""
    rows = [
        {
            "run": run["run_id"],
            "what": words(run["report_type"] or run["source"])
            + (" (dry run)" if run["dry_run"] else ""),
            "label": run["label"],
            "status": _how(run),
            "started": local(run["started_at"]),
            "seconds": run["duration_seconds"],
            "file": run["file"],
        }
        for run in runs
    ]
    silent = set() if any(row["label"] for row in rows) else {"label"}
    heads = [head for head in rows[0] if head not in silent] if rows else []
    print_table(heads, [[row[head] for head in heads] for row in rows])


def _how(run: dict[str, Any]) -> str:
    """How a run stands or ended; of those cancelled in the ledger some are only paused."""
    if run["status"] == "running":
        return f"running: {run['stage']}"
    left_out = ", left out" if run.get("is_left_out") else ""
    return ("paused" if run["is_paused"] else words(run["status"])) + left_out


def words(name: str) -> str:
    """A code as words."""
    return name.replace("_", " ")


def local(text: str | None) -> str:
    """An instant in Chicago, with its zone; an em dash for none."""
    from polaris.settings import SITE_ZONE

    if text is None:
        return "—"
    return f"{datetime.fromisoformat(text).astimezone(SITE_ZONE):%Y-%m-%d %H:%M %Z}"


def _work_lines(found: dict[str, Any]) -> list[tuple[str, str]]:
    out = []
    for kind, counts in found["open_work"].items():
        total = sum(counts.values())
        detail = ", ".join(f"{words(name)} {count:,}" for name, count in counts.items())
        style = "warning" if total else "good"
        out.append((style, f"Open {kind}: {total:,}" + (f" ({detail})" if detail else "")))
        if kind == "unmatched" and (for_pathful := found["waits_for_pathful"]):
            verb = "waits" if for_pathful == 1 else "wait"
            out.append(("plain", f"  {for_pathful:,} of them {verb} for Pathful, not for a person"))
    if found["decision_store"] is not None:
        out.append(("bad", found["decision_store"]))
    if found["pending_decisions"]:
        count = found["pending_decisions"]
        out.append(("warning", f"Decisions waiting for the next build: {count:,}"))
    return out
