"""Real clients on the peer: they believe that they talk to https://login.salesforce.com."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce

if TYPE_CHECKING:
    from tests.support.salesforce_peer.peer import Peer


class Redirect(HTTPAdapter):
    """Sends what is meant for any host to one address."""

    def __init__(self, url: str) -> None:
        self.target = urlsplit(url)
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        """The same request, elsewhere; the host it was for travels in a header."""
        parts = urlsplit(str(request.url))
        request.headers["X-Original-Host"] = parts.netloc
        request.url = urlunsplit(
            (self.target.scheme, self.target.netloc, parts.path, parts.query, "")
        )
        return super().send(request, *args, **options)


def session(url: str) -> requests.Session:
    """A session that finds the peer behind every https address."""
    made = requests.Session()
    made.trust_env = False
    made.mount("https://", Redirect(url))
    return made


def client(peer: Peer, login: str, **options: Any) -> Salesforce:
    """simple-salesforce, logged in one of its ways; `options` go to it."""
    org = peer.org
    ways: dict[str, dict[str, Any]] = {
        "token": {
            "username": org.username,
            "password": org.password,
            "security_token": org.security_token,
        },
        "organization": {
            "username": org.username,
            "password": org.password,
            "organizationId": "00D000000000001",
        },
        "password": {
            "username": org.username,
            "password": org.password,
            "consumer_key": org.client_id,
            "consumer_secret": org.client_secret,
        },
        "jwt": {
            "username": org.username,
            "consumer_key": org.client_id,
            "privatekey_file": str(peer.key_file()) if login == "jwt" else "",
        },
        "client_credentials": {
            "consumer_key": org.client_id,
            "consumer_secret": org.client_secret,
            "domain": org.domain,
        },
    }
    return Salesforce(**{**ways[login], "session": peer.session(), **options})
