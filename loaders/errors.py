"""The errors a loader raises for what a person can put right."""

from __future__ import annotations


class InputError(Exception):
    """A file that cannot be landed.

    Attributes:
        message: one sentence a person can act on: the file, the columns or rows, the next step.
        hint: what is wrong in words of ours alone, without what stands in the file or its name;
            None where there are none.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class WarehouseLockedError(Exception):
    """Another program has the warehouse file open.

    Attributes:
        message: one sentence that names the file, who holds it, and the next step.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
