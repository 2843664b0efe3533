"""The HTTP session under everything: time limits, and the way to a server on this machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter


class _Session(requests.Session):
    """A session that never waits for ever."""

    def __init__(self, timeout: tuple[float, float]) -> None:
        super().__init__()
        self._timeout = timeout

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", self._timeout)
        return super().request(*args, **kwargs)


class _ToLoopback(HTTPAdapter):
    """Sends what was meant for https://anything to a server on this machine instead.

    simple-salesforce builds only https addresses below salesforce.com.
    """

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = urlsplit(base)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(request.url or "")
        request.headers["X-Forwarded-Host"] = parts.netloc
        request.url = urlunsplit(parts._replace(scheme=self._base.scheme, netloc=self._base.netloc))
        return super().send(request, *args, **kwargs)


def session(
    redirect_to: str | None, timeout: tuple[float, float], note: Callable[..., None]
) -> requests.Session:
    """A session; `timeout` is for connecting and reading, `note` is told of every answer."""
    made = _Session(timeout)
    made.hooks["response"].append(note)
    if redirect_to is not None:
        made.trust_env = False  # no proxy stands between this machine and itself
        made.mount("https://", _ToLoopback(redirect_to))
    return made
