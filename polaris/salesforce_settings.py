"""Reads the variables of the CRM: whichever login is complete is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from loaders.salesforce.credentials import DEFAULT_VERSION, Credentials
from polaris.errors import BadInput

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_HOST = ".salesforce.com"
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*", re.IGNORECASE)
_SHARED = {"login", "test"}  # no organization of its own, so no client credentials
_LACKING = (
    "no login is configured: set SF_CLIENT_ID, SF_CLIENT_SECRET and SF_DOMAIN (the app's own), or "
    "SF_USERNAME, SF_CLIENT_ID and SF_PRIVATE_KEY_FILE (JWT), or SF_USERNAME, SF_PASSWORD and "
    "SF_SECURITY_TOKEN (being retired)"
)


@dataclass(frozen=True)
class SalesforceAccess:
    """How the CRM is reached.

    Attributes:
        login: a complete login; None when there is none.
        lacking: what to set then.
        usage_share: of the organization's daily calls, beyond which we stop; 0 to 1.
        most_missing: share of the known records that a full list may lack before none of them
            counts as deleted.
        first_wait: seconds, upper bound of the first wait before a call is tried again.
    """

    login: Credentials | None = field(default=None, repr=False)
    lacking: str = _LACKING
    usage_share: float = 0.8
    most_missing: float = 0.05
    first_wait: float = 1.0


def read_salesforce(env: Mapping[str, str]) -> SalesforceAccess:
    """Reads the SF_ variables (interface.md §1).

    Raises:
        BadInput: one holds something it may not; the message never repeats a secret.
    """
    return SalesforceAccess(
        login=_login(env),
        usage_share=_number(env, "SF_MAX_API_USAGE", 80, 1, 100) / 100,
        most_missing=_number(env, "SF_MAX_MISSING", 5, 0, 100) / 100,
        first_wait=_number(env, "SF_RETRY_SECONDS", 1, 0, 60),
    )


def _login(env: Mapping[str, str]) -> Credentials | None:
    def given(name: str) -> str | None:
        return env.get(name, "").strip() or None

    redirect_to, from_url = _instance(given("SF_INSTANCE_URL"))
    domain = _domain(given("SF_DOMAIN")) or from_url
    client_id, secret = given("SF_CLIENT_ID"), given("SF_CLIENT_SECRET")
    username, password = given("SF_USERNAME"), given("SF_PASSWORD")
    token, key_file = env.get("SF_SECURITY_TOKEN"), given("SF_PRIVATE_KEY_FILE")
    version = _version(given("SF_API_VERSION"))
    if client_id and secret and domain and domain not in _SHARED:
        return Credentials(
            "client_credentials",
            domain,
            client_id=client_id,
            client_secret=secret,
            redirect_to=redirect_to,
            version=version,
        )
    domain = _domain(given("SF_DOMAIN")) or "login"
    if username and client_id and key_file:
        return Credentials(
            "jwt",
            domain,
            client_id=client_id,
            username=username,
            private_key_file=Path(key_file).expanduser().absolute(),
            redirect_to=redirect_to,
            version=version,
        )
    if username and password and token is not None:
        return Credentials(
            "token",
            domain,
            username=username,
            password=password,
            security_token=token.strip(),
            redirect_to=redirect_to,
            version=version,
        )
    return None


def _instance(text: str | None) -> tuple[str | None, str | None]:
    """(where to send everything, the domain it tells) of SF_INSTANCE_URL."""
    if text is None:
        return None, None
    wrong = BadInput(
        f"SF_INSTANCE_URL={text} must read https://yourdomain.my.salesforce.com, or "
        "http://127.0.0.1:PORT for a server on this machine; over plain http anywhere else the "
        "login could be read on the way."
    )
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme == "http" and host in _LOOPBACK:
        name = f"[{host}]" if ":" in host else host
        return f"http://{name}" + (f":{port}" if port else ""), "loopback.my"
    if parts.scheme != "https" or not host:
        raise wrong
    return None, _domain(host)


def _domain(text: str | None) -> str | None:
    """`acme.my` of `acme.my`, `acme.my.salesforce.com` or its address."""
    if text is None:
        return None
    host = urlsplit(text).hostname if "://" in text else text.strip("/").lower()
    domain = (host or "").removesuffix(_HOST)
    if domain and not _DOMAIN.fullmatch(domain):
        raise BadInput(f"SF_DOMAIN={text} is no domain; write it as yourdomain.my.")
    return domain or None


def _version(text: str | None) -> str:
    number = (text or DEFAULT_VERSION).lower().removeprefix("v")
    whole, dot, tenth = number.partition(".")
    if not (whole.isascii() and whole.isdigit() and (not dot or tenth == "0") and int(whole) >= 50):
        raise BadInput(f"SF_API_VERSION={text} is no version of the API; write it as 62.0.")
    return f"{int(whole)}.0"


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> float:
    text = env.get(name, "").strip()
    try:
        number = float(text or default)
    except ValueError:
        number = -1.0
    if not low <= number <= high:
        raise BadInput(f"{name}={text} must be a number from {low} to {high}.")
    return number
