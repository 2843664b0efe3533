"""`decide`: store decisions of people."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from polaris.commands.options import Json
from polaris.console import print_json, print_lines
from polaris.errors import BadInput


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("decide")(_decide)


def _decide(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="JSON lines, one decision each; - reads the input."),
    ],
    build: Annotated[bool, typer.Option("--build", help="Build and publish at once.")] = False,
    json: Json = False,
) -> None:
    """Store decisions after checking every line: all of them, or none.

    A line is {"action": …, "subject_key": …, "payload": {…}, "reason": …}. One of each group:

      ticket    {"action": "match_teacher", "subject_key": KEY,
                 "payload": {"teacher_key": KEY}}
      event     {"action": "set_status", "subject_key": KEY,
                 "payload": {"status": "Cancelled"}}
      people    {"action": "tag_teacher", "subject_key": KEY,
                 "payload": {"teacher_key": KEY}}
      website   {"action": "set_page_visible", "subject_key": KEY,
                 "payload": {"visible": true}}
      credit    {"action": "override_attendance", "subject_key": KEY,
                 "payload": {"teacher_key": KEY, "effect": "add"},
                 "reason": "Presenter no-show"}
      flag      {"action": "resolve_flag", "subject_key": KEY,
                 "reason": "Checked by phone"}
      roster    {"action": "deactivate_teacher", "subject_key": KEY,
                 "payload": {"category": "Retired"}}
      teachers  {"action": "merge", "subject_key": PAIR,
                 "payload": {"survivor": "left"}}
      volunteer {"action": "merge", "subject_key": PAIR,
                 "payload": {"winners": {"email": "right"}}}
      finding   {"action": "dq_suppress", "subject_key": KEY,
                 "reason": "Checked by phone"}
      issue     {"action": "resolve_issue", "subject_key": KEY,
                 "reason": "Credit was given"}
      semester  {"action": "archive_semester", "subject_key": "2025-2026/fall"}
      config    {"action": "set_config", "subject_key": "retention.days",
                 "payload": {"key": "retention.days", "value": 120},
                 "reason": "As agreed with the board"}
      undo      {"action": "revoke", "revokes": DECISION_ID,
                 "reason": "Wrong teacher"}

    Every action with its fields stands in seeds/rule_decision_actions.csv.

    Example: polaris-load decide decisions.jsonl --build
    """
    result = _decided(file, build=build)
    if json:
        print_json(result)
    else:
        print_lines(_lines(result))


def _decided(file: Path, *, build: bool) -> dict[str, Any]:
    """Stores the lines of a file, and says what came of it."""
    from polaris import access
    from polaris.build import BuildOptions
    from polaris.commands.applying import build_stored
    from polaris.deciding import decision_shape, decisions
    from polaris.settings import load_settings

    settings = load_settings()
    lines = decision_shape.parse(_read(file))
    if not lines:
        raise BadInput(f"{file} holds no decision.")
    stored = decisions.append(
        settings,
        list(lines.values()),
        actor=settings.user,
        role=access.ADMIN,
        numbers=list(lines),
    )
    result: dict[str, Any] = {
        "status": "succeeded",
        "stored": len(stored),
        "decisions": [
            {
                "decision_id": item.decision_id,
                "action": item.action,
                "subject_key": item.subject_key,
            }
            for item in stored
        ],
    }
    if build:
        result["build"] = build_stored(settings, BuildOptions(), result)
    result["pending"] = len(decisions.pending(settings))
    return result


def _lines(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The result in sentences, each with its kind."""
    stored, pending = result["stored"], result["pending"]
    out = [("good", f"{stored} {'decision' if stored == 1 else 'decisions'} stored.")]
    if "build" in result:
        out.append(("good", f"Published as {result['build']['release']}."))
    elif pending:
        out.append(("plain", f"{pending} wait for the next build; run `polaris-load build`."))
    return out


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadInput(f"{file} is no UTF-8 text.") from None
