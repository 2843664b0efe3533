"""An OpenID Connect provider on this machine that signs in whoever the test names.

It has what a relying party uses: discovery, an authorization endpoint that sends the browser
straight back, a token endpoint that checks the client and the code, and its public keys (RS256).
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "polaris-tests"
CLIENT_SECRET = "not-a-secret"


@dataclass
class Provider:
    """A running provider; change its attributes to change who signs in next.

    Attributes:
        issuer: its address.
        email: of whoever signs in.
        claims: further claims of the token; None takes one out.
        authorizations: how often a browser was sent to it.
    """

    issuer: str
    email: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    authorizations: int = 0
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "test"}))

    def secrets_toml(self, dashboard: str) -> str:
        """The secrets of a dashboard at this address."""
        return (
            "[auth]\n"
            f'redirect_uri = "{dashboard}/oauth2callback"\n'
            f'cookie_secret = "{secrets.token_hex(32)}"\n'
            f'client_id = "{CLIENT_ID}"\n'
            f'client_secret = "{CLIENT_SECRET}"\n'
            f'server_metadata_url = "{self.issuer}/.well-known/openid-configuration"\n'
            "[polaris]\n"
            'contact = "Robin Example"\n'
        )


class _Handler(BaseHTTPRequestHandler):
    provider: ClassVar[Provider]

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/.well-known/openid-configuration":
            self._json(_metadata(self.provider.issuer))
        elif url.path == "/jwks":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        elif url.path == "/authorize":
            self._authorize(query)
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.provider.codes.pop(form.get("code", ""), None)
        if urlsplit(self.path).path != "/token" or asked is None or not self._is_client(form):
            self.send_error(400)
            return
        now = int(time.time())
        claims = {
            "iss": self.provider.issuer,
            "aud": CLIENT_ID,
            "sub": self.provider.email,
            "iat": now,
            "exp": now + 3600,
            "nonce": asked.get("nonce"),
            "email": self.provider.email,
            "email_verified": True,
        } | self.provider.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": "test"}, claims, self.provider.key)
        self._json(
            {"access_token": "opaque", "token_type": "Bearer", "expires_in": 3600}
            | {"id_token": token}
        )

    def _authorize(self, query: dict[str, str]) -> None:
        if query.get("client_id") != CLIENT_ID or "openid" not in query.get("scope", ""):
            self.send_error(400)
            return
        self.provider.authorizations += 1
        code = secrets.token_urlsafe()
        self.provider.codes[code] = query
        answer = urlencode({"code": code, "state": query["state"]})
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{answer}")
        self.end_headers()

    def _is_client(self, form: dict[str, str]) -> bool:
        given = (form.get("client_id"), form.get("client_secret"))
        header = self.headers.get("Authorization", "")
        if header.startswith("Basic "):
            name, _, secret = base64.b64decode(header[6:]).decode().partition(":")
            given = (name, secret)
        return given == (CLIENT_ID, CLIENT_SECRET)

    def _json(self, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _metadata(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


@contextmanager
def running() -> Iterator[Provider]:
    """Starts a provider on a free port of this machine."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider = Provider(f"http://127.0.0.1:{server.server_address[1]}")
    handler.provider = provider
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
