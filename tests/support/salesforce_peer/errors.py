"""What the API answers when it refuses."""

from __future__ import annotations

import json
from typing import Any, Self


class ApiError(Exception):
    """A refusal: HTTP status, error code, message."""

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}

    @classmethod
    def at(cls, code: str, query: str, place: int, message: str, width: int = 1) -> Self:
        """One that points into a query, with the excerpt as Salesforce shows it."""
        start, end = max(0, place - 34), place + max(width, 1) + 20
        row = query.count("\n", 0, place) + 1
        excerpt = query[start:end].replace("\n", " ")
        caret = " " * (place - start) + "^"
        column = place - (query.rfind("\n", 0, place) + 1) + 1
        return cls(
            400, code, f"\n{excerpt}\n{caret}\nERROR at Row:{row}:Column:{column}\n{message}"
        )

    def body(self) -> bytes:
        """As JSON, the form of every error of the data API."""
        content: list[dict[str, Any]] = [{"message": self.message, "errorCode": self.code}]
        return json.dumps(content).encode()


def invalid_session() -> ApiError:
    """The token is unknown or has died."""
    return ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")


def not_found() -> ApiError:
    """No such path, object or job."""
    return ApiError(404, "NOT_FOUND", "The requested resource does not exist")


def no_such_column(query: str, place: int, field: str, entity: str) -> ApiError:
    """A field that the object has not, or that its user may not see."""
    return ApiError.at(
        "INVALID_FIELD",
        query,
        place,
        f"No such column '{field}' on entity '{entity}'. If you are attempting to use a custom "
        "field, be sure to append the '__c' after the custom field name. Please reference your "
        "WSDL or the describe call for the appropriate names.",
        len(field),
    )


def no_such_type(query: str, place: int, entity: str) -> ApiError:
    """An object that does not exist."""
    return ApiError.at(
        "INVALID_TYPE",
        query,
        place,
        f"sObject type '{entity}' is not supported. If you are attempting to use a custom object, "
        "be sure to append the '__c' after the entity name. Please reference your WSDL or the "
        "describe call for the appropriate names.",
        len(entity),
    )
