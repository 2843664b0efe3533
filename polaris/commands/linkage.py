"""`linkage train`: what stewards' answers teach about comparing people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from polaris.commands.options import Json
from polaris.console import print_json, print_lines, print_table

if TYPE_CHECKING:
    from polaris.linkage_training import Training

app = typer.Typer(
    help="How records of one person are found.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def _linkage() -> None:
    """A group of commands, though it has only one."""


@app.command("train")
def _train(
    *,
    out: Annotated[
        Path | None,
        typer.Option(help="The file for the diff; reports/rule_match_levels.diff when not given."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Also change the seed rule_match_levels itself.")
    ] = False,
    json: Json = False,
) -> None:
    """Learn from merged volunteers how much each agreement says; writes a diff to be read.

    Nothing changes by itself: the diff is of the seed rule_match_levels, and --write applies it.
    Refused where many merged pairs have different first names, for then families were merged.

    Example: polaris-load linkage train --out weights.diff
    """
    from polaris import linkage_training as training
    from polaris import out_file
    from polaris.build import write_atomically
    from polaris.settings import load_settings

    settings = load_settings()
    if out is not None:
        out_file.check(settings, out, ("diff", "patch"))
    done = training.train(settings)
    seed = training.LEVELS_FILE
    made = training.proposal(done.levels, seed)
    text = training.diff(made, seed)
    path = out or settings.reports / "rule_match_levels.diff"
    if text:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
        if write:
            write_atomically(seed, made)
    result: dict[str, Any] = {
        "status": "succeeded",
        "confirmed_pairs": done.confirmed,
        "drawn_pairs": done.drawn,
        "changes": [_change(one) for one in done.levels if one.has_changed],
        "path": str(path) if text else None,
        "written": bool(text and write),
    }
    if json:
        print_json(result)
    else:
        _print(done, result)


def _print(done: Training, result: Mapping[str, Any]) -> None:
    """What was learned, as sentences and a table of what changes."""
    print_lines(
        [
            (
                "plain",
                f"Learned from {done.confirmed:,} pairs that people merged and {done.drawn:,} pairs"
                " of different people.",
            )
        ]
    )
    if result["path"] is None:
        print_lines([("good", "Nothing would change.")])
        return
    print_table(
        ["feature", "level", "merged pairs", "m", "u", "bits"],
        [
            [
                one.feature,
                one.label,
                f"{one.confirmed} of {one.compared}",
                f"{one.m_before:g} to {one.m:g}",
                f"{one.u_before:g} to {one.u:g}",
                f"{one.bits_more:+.2f}",
            ]
            for one in done.levels
            if one.has_changed
        ],
    )
    if result["written"]:
        print_lines([("good", "The seed is changed; `polaris-load build` applies it.")])
    else:
        print_lines(
            [("good", f"The diff is in {result['path']}; with --write the seed is changed.")]
        )


def _change(one: Any) -> dict[str, Any]:
    return {
        "feature": one.feature,
        "level": one.level,
        "label": one.label,
        "confirmed": one.confirmed,
        "compared": one.compared,
        "m_before": one.m_before,
        "m": one.m,
        "u_before": one.u_before,
        "u": one.u,
        "bits_more": round(one.bits_more, 4),
    }
