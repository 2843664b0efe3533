"""The three ways to log in to the CRM."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# The login with a security token is SOAP login(), which ends with this version of the API.
LAST_TOKEN_VERSION = 64.0
DEFAULT_VERSION = "62.0"


@dataclass(frozen=True)
class Credentials:
    """A complete login.

    Attributes:
        kind: `client_credentials`, `jwt` or `token`.
        domain: `login`, `test`, or the part of My Domain before `.salesforce.com`.
        client_id: consumer key of the app (client_credentials, jwt).
        client_secret: its secret (client_credentials).
        username: (jwt, token).
        password: (token).
        security_token: (token).
        private_key_file: PEM file (jwt).
        redirect_to: `http://127.0.0.1:PORT` sends every request there instead; None for the CRM.
        version: of the API, as `62.0`.
    """

    kind: str
    domain: str
    client_id: str | None = field(default=None, repr=False)
    client_secret: str | None = field(default=None, repr=False)
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    security_token: str | None = field(default=None, repr=False)
    private_key_file: Path | None = None
    redirect_to: str | None = None
    version: str = DEFAULT_VERSION

    def arguments(self) -> dict[str, Any]:
        """The arguments of `simple_salesforce.SalesforceLogin` for this login."""
        common = {"domain": self.domain, "sf_version": self.version}
        if self.kind == "client_credentials":
            own = {"consumer_key": self.client_id, "consumer_secret": self.client_secret}
        elif self.kind == "jwt":
            own = {
                "username": self.username,
                "consumer_key": self.client_id,
                "privatekey_file": str(self.private_key_file),
            }
        else:
            own = {
                "username": self.username,
                "password": self.password,
                "security_token": self.security_token,
            }
        return common | own
