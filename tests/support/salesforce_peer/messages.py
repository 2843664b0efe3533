"""A request as the peer understood it, and the answer it gives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

JSON = "application/json;charset=UTF-8"

# What a path asks for: kind of request by method and path below /services/data/vNN.N.
_KINDS: tuple[tuple[str, str, str], ...] = (
    ("GET", r"/sobjects/?", "sobjects"),
    ("GET", r"/sobjects/(?P<object>\w+)/describe/?", "describe"),
    ("GET", r"/sobjects/(?P<object>\w+)/deleted/?", "deleted"),
    ("GET", r"/sobjects/(?P<object>\w+)/updated/?", "updated"),
    ("GET", r"/(?P<mode>query|queryAll)/?", "query"),
    ("GET", r"/(?P<mode>query|queryAll)/(?P<record>[\w-]+)/?", "query_more"),
    ("GET", r"/limits/?", "limits"),
    ("GET", r"/limits/recordCount/?", "record_count"),
    ("POST", r"/jobs/query/?", "job_create"),
    ("GET", r"/jobs/query/?", "job_list"),
    ("GET", r"/jobs/query/(?P<record>\w+)/?", "job_poll"),
    ("GET", r"/jobs/query/(?P<record>\w+)/results/?", "job_results"),
    ("PATCH", r"/jobs/query/(?P<record>\w+)/?", "job_abort"),
    ("DELETE", r"/jobs/query/(?P<record>\w+)/?", "job_delete"),
)
_DATA = re.compile(r"/services/data/v(?P<version>\d+\.\d)(?P<rest>/.*)?$")
_FROM = re.compile(r"\bfrom\s+(\w+)", re.IGNORECASE)


@dataclass
class Request:
    """One request and what came of it.

    Attributes:
        kind: what it asks for; "unknown" when no such path exists.
        object: the object it is about, where the path, the query or the job says so.
        mode: `query` or `queryAll`, where that matters.
        record: the job or the query locator in the path.
        number: its place among all requests since the peer started.
        sent: the body of the answer had this many bytes (before compression).
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    kind: str = "unknown"
    object: str | None = None
    mode: str | None = None
    record: str | None = None
    version: str = ""
    number: int = 0
    status: int = 0
    rows: int | None = None
    sent: int = 0
    fault: str | None = None

    @property
    def json(self) -> dict[str, Any]:
        """The body, when it is a JSON object."""
        try:
            content = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    @property
    def soql(self) -> str | None:
        """The query it carries."""
        if self.kind == "query":
            return self.query.get("q")
        return str(self.json.get("query")) if self.kind == "job_create" else None


@dataclass
class Response:
    """An answer, before a fault may spoil it.

    Attributes:
        rows: how many records its body holds.
        cut_at: the connection is dropped after this many bytes of the body.
        is_dropped: it is dropped before anything was sent.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    rows: int | None = None
    cut_at: int | None = None
    is_dropped: bool = False
    compressed: Callable[[], bytes] | None = None


def answer(content: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(status, json.dumps(content).encode())


def understood(
    method: str, target: str, headers: dict[str, str], body: bytes, known: dict[str, str]
) -> Request:
    """Reads a request line; `known` says which job or locator is about which object."""
    parts = urlsplit(target)
    path = unquote(parts.path)
    query = {key: values[-1] for key, values in parse_qs(parts.query, True).items()}
    request = Request(method, path, query, headers, body)
    if method == "POST" and path.startswith("/services/Soap/"):
        request.kind, request.version = "login", path.rstrip("/").rsplit("/", 1)[-1]
        request.mode = "soap"
        return request
    if method == "POST" and path.rstrip("/") == "/services/oauth2/token":
        request.kind, request.mode = "login", "oauth"
        return request
    if method == "GET" and path.rstrip("/") == "/services/data":
        request.kind = "versions"
        return request
    found = _DATA.match(path)
    if found:
        request.version = found["version"]
        _place(request, found["rest"] or "/", known)
    return request


def _place(request: Request, rest: str, known: dict[str, str]) -> None:
    for method, pattern, kind in _KINDS:
        match = re.fullmatch(pattern, rest)
        if not match or method != request.method:
            continue
        groups = match.groupdict()
        request.kind, request.record, request.mode = kind, groups.get("record"), groups.get("mode")
        request.object = groups.get("object") or known.get(request.record or "")
        if request.soql and (found := _FROM.search(request.soql)):
            request.object = found[1]
        return
    if any(re.fullmatch(pattern, rest) for _, pattern, _ in _KINDS):
        request.kind = "wrong_method"
