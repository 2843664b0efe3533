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
    building,
    csv,
    dashboard,
    decide,
    demo,
    exporting,
    importing,
    nightly,
    releasing,
    requeue,
    runs,
    salesforce,
    upcoming,
    watching,
)
from polaris.commands.layout import lay_out
from polaris.console import fail, say
from polaris.errors import EXIT_FAILURE, EXIT_OK, BadInput, PolarisError, Stopped

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
    upcoming,
    dashboard,
    demo,
):
    _module.register(app)
app.add_typer(runs.app, name="runs")
for _app in (app, runs.app):
    lay_out(_app)

# The library's own error for wrong arguments; it lies in another module from version to version.
_UsageError: type[Exception] = typer.BadParameter.__mro__[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code (interface.md §2)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    signal.signal(signal.SIGTERM, _stop)
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
    except (KeyboardInterrupt, typer.Abort, Stopped):
        return fail(PolarisError("Stopped before it was finished."), as_json=as_json)
    except Exception as error:  # noqa: BLE001 the end of the process: nothing may go on, or be silent
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
        folder = load_settings().home / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "errors.log"
        with path.open("a", encoding="utf-8") as file:
            file.write(traceback.format_exc() + "\n")
    except (OSError, PolarisError):
        return PolarisError(f"Something unforeseen happened: {sentence}.")
    return PolarisError(f"Something unforeseen happened: {sentence}; the details are in {path}.")


if __name__ == "__main__":
    sys.exit(main())
