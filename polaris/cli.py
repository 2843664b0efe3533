"""The command line, `polaris-load`: parses, prints, and turns every failure into an exit code."""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
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
    linkage,
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
app.add_typer(linkage.app, name="linkage")
for _app in (app, runs.app, linkage.app):
    lay_out(_app)

# The library's own error for wrong arguments; it lies in another module from version to version.
_UsageError: type[Exception] = typer.BadParameter.__mro__[2]


# What the system says of a folder that may not be, or cannot be, written to.
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENOTDIR}


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


def _home_problem(error: Exception) -> str | None:
    """Why the folder that everything is written to cannot be used; None when that is not it."""
    from polaris.settings import load_settings

    try:
        home = load_settings().home
    except PolarisError:
        return None
    reason = str(error)
    if isinstance(error, OSError) and error.filename is not None:
        place, reason = Path(os.fsdecode(error.filename)), error.strerror or reason
        is_closed = error.errno in _CLOSED or not home.exists()
        is_home = is_closed and place.is_relative_to(home)
    else:  # what SQLite says of a ledger that may not be written
        is_home = "readonly database" in reason or "unable to open database file" in reason
    if not is_home:
        return None
    return (
        f"{home} cannot be used ({reason}), and everything is written there; give this user the "
        "right to write, free some space, or set POLARIS_HOME to another folder."
    )


def _unexpected(error: Exception) -> PolarisError:
    """A defect of this program: the details go to a file, or to the screen when asked for."""
    from polaris.settings import load_settings

    sentence = " ".join(f"{type(error).__name__}: {error}".split())
    if os.environ.get("POLARIS_DEBUG"):
        say(traceback.format_exc())
    problem = _home_problem(error)
    if problem is not None:
        return PolarisError(problem)
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
