"""Errors a person can act on, each with the exit code of the command line."""

from __future__ import annotations

from typing import Any

EXIT_OK = 0
EXIT_FAILURE = 1
EXIT_BAD_INPUT = 2
EXIT_GATE_FAILED = 3
EXIT_LOCKED = 4
EXIT_NOT_READY = 5


class PolarisError(Exception):
    """A failure with one clear sentence for the user.

    Attributes:
        message: what is wrong, where, and the next step.
        exit_code: the process exit code (`EXIT_*`).
        result: what `--json` prints besides status and error, if anything is known.
        hint: what is wrong in words of ours alone, for who must read no names; None for none.
    """

    exit_code = EXIT_FAILURE

    def __init__(self, message: str, *, result: Any | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.result = result
        self.hint = hint


class BadInput(PolarisError):  # noqa: N818 the word a caller reads
    """A file, a header, a decision or an argument is wrong."""

    exit_code = EXIT_BAD_INPUT


class GateFailed(PolarisError):  # noqa: N818 the word a caller reads
    """The gate refused the data; nothing was published."""

    exit_code = EXIT_GATE_FAILED


class Locked(PolarisError):  # noqa: N818 the word a caller reads
    """Another run, or another program, holds the warehouse."""

    exit_code = EXIT_LOCKED


class NotReady(PolarisError):  # noqa: N818 the word a caller reads
    """An adapter is disabled or cannot work yet."""

    exit_code = EXIT_NOT_READY


class Paused(PolarisError):  # noqa: N818 the word a caller reads
    """Work ended half-way, whole as far as it came, because somebody asked for it: no failure."""

    exit_code = EXIT_OK


class Stopped(BaseException):
    """The process was told to end (SIGTERM); nothing half-done is kept."""


def is_stop(error: BaseException | None) -> bool:
    """Whether somebody told the process to end: DuckDB makes an error of its own of that word."""
    while error is not None and not isinstance(error, (KeyboardInterrupt, Stopped)):
        error = error.__cause__
    return error is not None
