"""The command line, `polaris-load`: parses, prints, and turns every failure into an exit code."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from types import FrameType

import typer

from polaris.commands import (
    access,
    alerts,
    building,
    csv,
    dashboard,
    decide,
    decisions,
    demo,
    exporting,
    importing,
    linkage,
    nightly,
    releasing,
    requeue,
    retention,
    runs,
    salesforce,
    upcoming,
    watching,
)
from polaris.commands.layout import lay_out
from polaris.console import fail, say
from polaris.damage import explained
from polaris.errors import (
    EXIT_FAILURE,
    EXIT_LOCKED,
    EXIT_OK,
    BadInput,
    PolarisError,
    Stopped,
    is_stop,
)
from polaris.settings import is_importing_off

app = typer.Typer(
    name="polaris-load",
    help="Loads Pathful reports, rosters, CSV files and Salesforce, builds, gates and publishes.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _module in (
    importing,
    csv,
    salesforce,
    building,
    nightly,
    releasing,
    watching,
    decide,
    access,
    exporting,
    requeue,
    retention,
    upcoming,
    dashboard,
    demo,
):
    _module.register(app)
app.add_typer(runs.app, name="runs")
app.add_typer(linkage.app, name="linkage")
app.add_typer(alerts.app, name="alerts")
app.add_typer(decisions.app, name="decisions")
for _app in (app, runs.app, linkage.app, alerts.app, decisions.app):
    lay_out(_app)

# The library's own error for wrong arguments; it lies in another module from version to version.
_UsageError: type[Exception] = typer.BadParameter.__mro__[2]


# What a machine that does not import has no use for; they answer with exit code 5 (IMP-1a).
_IMPORTING = {"pathful", "roster", "csv", "sheet", "salesforce", "demo"}
# Whose failure somebody should hear of; a night is told of however it went.
_TOLD = {"pathful", "roster", "csv", "sheet", "salesforce", "build", "requeue", "nightly"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code (interface.md §2)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    signal.signal(signal.SIGTERM, _stop)
    code = _answered(given)
    name = given[0] if given else ""
    is_over = code not in {EXIT_OK, EXIT_LOCKED} or name == "nightly"
    if name in _TOLD and is_over and not {"--dry-run", "--help", "-h"} & set(given):
        from polaris.alerting import alert_send

        alert_send.after_command()
    return code


def _answered(given: list[str]) -> int:
    """The exit code of a command, however it ends."""
    as_json = "--json" in given
    for info in app.registered_commands:
        info.hidden = info.name in _IMPORTING and is_importing_off(os.environ)
    try:
        code = app(given, standalone_mode=False, prog_name="polaris-load")
        sys.stdout.flush()
    except PolarisError as error:
        return fail(error, as_json=as_json)
    except _UsageError as error:
        return fail(BadInput(_usage(error)), as_json=as_json)
    except BrokenPipeError:  # the reader of our output has gone: nobody is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILURE
    except BaseException as error:  # the end of the process: nothing may go on, or be silent
        if is_stop(error) or isinstance(error, typer.Abort):
            return fail(PolarisError("Stopped before it was finished."), as_json=as_json)
        if not isinstance(error, Exception):
            raise
        return fail(_unexpected(error), as_json=as_json)
    return code if isinstance(code, int) else EXIT_OK


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped


def _usage(error: Exception) -> str:
    """What is wrong with the arguments, and where the right ones are told."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "polaris-load"
    text = error.format_message() if hasattr(error, "format_message") else str(error)
    sentence = " ".join(text.split()).rstrip(".")
    return f"{sentence}; see `{command} --help`."


def _unexpected(error: Exception) -> PolarisError:
    """A defect of this program: the details go to a file, or to the screen when asked for."""
    from polaris.settings import load_settings

    sentence = " ".join(f"{type(error).__name__}: {error}".split())
    if os.environ.get("POLARIS_DEBUG"):
        say(traceback.format_exc())
    try:
        settings = load_settings()
        problem = explained(settings, error)
        if problem is not None:
            return problem
        folder = settings.home / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "errors.log"
        with path.open("a", encoding="utf-8") as file:
            file.write(traceback.format_exc() + "\n")
    except (OSError, PolarisError):
        return PolarisError(f"Something unforeseen happened: {sentence}.")
    return PolarisError(f"Something unforeseen happened: {sentence}; the details are in {path}.")


if __name__ == "__main__":
    sys.exit(main())
