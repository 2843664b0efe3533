"""A build right after decisions were stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from polaris.errors import PolarisError

if TYPE_CHECKING:
    from polaris.build import BuildOptions
    from polaris.settings import Settings


def build_stored(
    settings: Settings, options: BuildOptions, stored: Mapping[str, Any]
) -> dict[str, Any]:
    """Builds what was just decided.

    Args:
        settings: where.
        options: of the build.
        stored: what the command has done so far, for its JSON where the build fails.

    Raises:
        PolarisError: of the build; it says that the decisions are stored all the same, so that
            nobody sends them twice.
    """
    from polaris.build import build
    from polaris.progress import terminal_progress

    try:
        with terminal_progress() as progress:
            return build(settings, options, progress)
    except PolarisError as error:
        error.message += " What was decided is stored; `polaris-load build` applies it."
        if error.result is None:
            error.result = dict(stored)
        raise
