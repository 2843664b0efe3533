"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON; nothing else on standard output.")
]
RunId = Annotated[
    str, typer.Argument(metavar="RUN_ID", help="The run, or the beginning of its id.")
]
