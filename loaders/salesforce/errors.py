"""What can go wrong with the CRM, told apart by what the loader does about it."""

from __future__ import annotations


class SalesforceError(Exception):
    """A failure with one sentence for a person; it names no record but by id.

    Attributes:
        message: what is wrong and the next step.
        cause: the same in two or three words, for summaries; no answer of the CRM is in it.
    """

    cause = "not readable"

    def __init__(self, message: str, *, cause: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if cause is not None:
            self.cause = cause


class NotInstalledError(SalesforceError):
    """The optional package is missing."""

    cause = "client not installed"


class RunEndsError(SalesforceError):
    """What is wrong is common to all objects: nothing else can be read in this run."""


class LoginRefusedError(RunEndsError):
    """The CRM does not let us in."""

    cause = "login refused"


class LoginFailedError(RunEndsError):
    """Whether the CRM lets us in is not known: its login cannot be reached, or has no time.

    The cause is that of the last attempt, so that nobody is called for a new secret.
    """


class QuotaUsedUpError(RunEndsError):
    """The organization's calls, or our share of them, are used up."""

    cause = "limit reached"


class ObjectUnknownError(SalesforceError):
    """The CRM has no such object, or does not show it to our user."""

    cause = "object missing"


class FieldUnknownError(SalesforceError):
    """A query named a field that the CRM has not, or does not show to our user.

    Attributes:
        field: its name; empty when the answer does not tell.
    """

    cause = "field missing"

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class GoneError(SalesforceError):
    """A query job, its results or a place in a list of pages is no longer there."""

    cause = "results gone"


class JobFailedError(SalesforceError):
    """The CRM could not answer a query job; the same job will not get better."""

    cause = "query failed"


class TooMuchError(JobFailedError):
    """A query is too much for the CRM at once; parts of it may not be."""


class BulkUnsupportedError(SalesforceError):
    """The object, or a field of it, cannot be read through the Bulk API."""

    cause = "query failed"


class CountDiffersError(SalesforceError):
    """Fewer or more rows came than the CRM announced."""

    cause = "records missing"


class TransientError(SalesforceError):
    """Worth another try.

    Attributes:
        kind: a short word for the count of retries.
        retry_after: seconds the CRM asked us to wait; None when it did not.
    """

    def __init__(self, message: str, kind: str, retry_after: float | None = None) -> None:
        super().__init__(message, cause="network" if kind == "network" else "Salesforce busy")
        self.kind = kind
        self.retry_after = retry_after
