"""What an answer of the CRM means: fine, worth another try, or the end of something."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from loaders.salesforce.errors import (
    BulkUnsupportedError,
    FieldUnknownError,
    GoneError,
    ObjectUnknownError,
    QuotaUsedUpError,
    SalesforceError,
    TransientError,
)

if TYPE_CHECKING:
    import requests

TRANSIENT_STATUSES = frozenset({406, 408, 409, 420, 429, 500, 502, 503, 504})
_TRANSIENT_CODES = frozenset(
    {"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT", "JOB_NOT_COMPLETE"}
)
_TEXT_SHOWN = 200
_BODY_READ = 100_000
# As in "api-usage=18/5000; per-app-api-usage=17/250(appName=x)": only the organization's own.
_USAGE = re.compile(r"(?<![\w-])api-usage=(\d+)/(\d+)")
_FIELD = re.compile(r"[Nn]o such column '([^']+)'|column '([^']+)'")


def usage_of(header: str | None) -> tuple[int, int] | None:
    """(used, allowed) calls of the day from a Sforce-Limit-Info header; None without it."""
    found = _USAGE.search(header or "")
    return (int(found[1]), int(found[2])) if found else None


def problem_of(response: requests.Response, what: str) -> SalesforceError | None:
    """What is wrong with an answer; None when nothing is.

    Args:
        response: not yet read; a failed one is read here.
        what: what was asked for, in words.
    """
    status = response.status_code
    if status < 300 and status != 204:
        return None
    code, text = _told(response)
    said = f"{what}: Salesforce answered {status}" + (f" {code}" if code else "")
    said += f" ({text[:_TEXT_SHOWN]}{'…' * (len(text) > _TEXT_SHOWN)})" if text else ""
    if code == "REQUEST_LIMIT_EXCEEDED" and "concurrent" not in text.lower():
        return QuotaUsedUpError(
            f"{said}. The calls of the organization are used up for today; what was read is kept "
            "and the next run goes on from there."
        )
    if code == "LIMIT_EXCEEDED":
        return QuotaUsedUpError(f"{said}. Run it again when the limit has been reset.")
    if (
        code in _TRANSIENT_CODES
        or code == "REQUEST_LIMIT_EXCEEDED"
        or status in TRANSIENT_STATUSES
        or status == 204
    ):
        return TransientError(f"{said}.", code or str(status), _retry_after(response))
    return _permanent(status, code, text, said)


def _permanent(status: int, code: str, text: str, said: str) -> SalesforceError:
    if code == "INVALID_FIELD":
        found = _FIELD.search(text)
        return FieldUnknownError(f"{said}.", (found[1] or found[2]) if found else "")
    if code == "INVALID_TYPE":
        return ObjectUnknownError(f"{said}.")
    if code == "INVALIDENTITY" or "not supported by the Bulk" in text or "compound data" in text:
        return BulkUnsupportedError(f"{said}.")
    if code == "INVALID_QUERY_LOCATOR" or status == 404:
        return GoneError(f"{said}.")
    is_refused = status == 403 or code.startswith("INSUFFICIENT_ACCESS")
    return SalesforceError(f"{said}.", cause="access refused" if is_refused else None)


def _told(response: requests.Response) -> tuple[str, str]:
    """Code and text of a failed answer, one line; both empty when it is no JSON of the CRM."""
    try:
        body: Any = json.loads(response.raw.read(_BODY_READ, decode_content=True) or b"null")
    except ValueError:
        return "", ""
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, dict):
        return "", ""
    return str(first.get("errorCode") or ""), " ".join(str(first.get("message") or "").split())


def _retry_after(response: requests.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else None
