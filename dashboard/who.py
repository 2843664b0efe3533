"""Who is at the screen and what that person may do (docs/sign-in.md)."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import streamlit as st

from polaris import access, people
from polaris.errors import PolarisError
from polaris.settings import Settings

# A sign-in is good for a working day even where the provider's tokens live for minutes, and never
# for longer than a day.
VALID_AT_LEAST = timedelta(hours=12)
VALID_AT_MOST = timedelta(hours=24)
# An open page of an ended sign-in stays readable so long, so that what was typed is not lost.
STAYS_OPEN = timedelta(hours=1)
_ASK = "the administrator of Polaris in your organisation"
_SEEN_VALID = "who-seen-valid"
_BROWSER_COOKIE = "_streamlit_xsrf"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Person:
    """The person a request acts for.

    Attributes:
        name: the actor written on runs and decisions.
        role: as the access policy knows it.
        how: a sentence on where the role comes from, shown on every page.
        districts: the district keys a district role is limited to; empty for staff.
        email: that signed in; None in local mode.
        expires_at: when the sign-in ends, UTC; None in local mode.
    """

    name: str
    role: str
    how: str
    districts: tuple[str, ...] = ()
    email: str | None = None
    expires_at: datetime | None = None

    def is_expired(self) -> bool:
        """Whether the sign-in has ended."""
        return self.expires_at is not None and _now() >= self.expires_at


class NotAllowedError(Exception):
    """The dashboard may not answer this request."""


class SignInNeededError(NotAllowedError):
    """Nobody is signed in, or the sign-in has ended."""


class UnknownPersonError(NotAllowedError):
    """Somebody signed in who is not on the list."""


def _now() -> datetime:
    return datetime.now(UTC)


def has_ended(settings: Settings, person_then: Person) -> bool:
    """Whether the sign-in of a page drawn earlier has ended and nobody signed in again since."""
    if not person_then.is_expired():
        return False
    try:
        return person(settings).is_expired()
    except NotAllowedError:
        return True


def is_configured() -> bool:
    """Whether a sign-in provider stands in the secrets."""
    return bool(st.secrets.load_if_toml_exists()) and "auth" in st.secrets


def person(settings: Settings) -> Person:
    """Who is at the screen.

    With a provider in the secrets: the person who signed in, with the role and the districts of
    the access list. Without one: the local user as administrator, on this machine only.

    Raises:
        SignInNeededError: nobody is signed in, or the sign-in has ended.
        UnknownPersonError: whoever signed in is not on the list, or the address is not verified.
        NotAllowedError: no provider, and the request may come from beyond this machine.
    """
    if is_configured():
        return _signed_in(settings, dict(st.user), _now())
    _require_this_machine()
    return Person(
        settings.user,
        access.ADMIN,
        f"Local mode: {settings.user} works as administrator, nobody signs in.",
    )


def _require_this_machine() -> None:
    """Without sign-in everybody who gets through is an administrator: only this machine may.

    A proxy in front makes strangers look local, and a foreign host name that points here is how a
    web page would reach in; both show in the headers.
    """
    headers = st.context.headers
    is_forwarded = any(headers.get(name) for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP"))
    host = headers.get("Host")
    if (
        not is_loopback(str(st.get_option("server.address") or ""))
        or is_forwarded
        or (host is not None and not is_loopback(_host_name(host)))
    ):
        raise NotAllowedError(
            "Nobody signs in to this dashboard, so it answers only on this machine. "
            "Start it with `polaris-load dashboard` and open it here, or configure sign-in."
        )


def _signed_in(settings: Settings, claims: Mapping[str, Any], now: datetime) -> Person:
    if not claims.get("is_logged_in"):
        raise SignInNeededError("Sign in to see the dashboard.")
    email = str(claims.get("email") or "").strip().lower()
    if not email or not _is_verified(claims.get("email_verified")):
        raise UnknownPersonError(
            "The sign-in provider does not vouch for your e-mail address, so it is not known who "
            f"you are. Ask {whom_to_ask()}."
        )
    expires_at = _expiry(claims, email, now)
    if now >= expires_at + STAYS_OPEN or (
        now >= expires_at and st.session_state.get(_SEEN_VALID) != email
    ):
        raise SignInNeededError("Your sign-in has ended. Sign in again.")
    try:
        found = people.find(settings, email)
    except PolarisError as error:
        _log.error("%s", error.message)  # it may name people, so strangers do not read it
        raise UnknownPersonError(
            f"The access list cannot be used, so nobody can come in. Tell {whom_to_ask()}: the "
            "server's log says what is wrong with it."
        ) from None
    if found is None:
        raise UnknownPersonError(
            f"You are signed in as {email}, and this address is not on the list of people who may "
            f"use this dashboard. Ask {whom_to_ask()} to add it."
        )
    if now < expires_at:
        st.session_state[_SEEN_VALID] = email
    return Person(
        name=email,
        role=access.effective_role(found.role),
        how=f"Signed in as {email}{_of(found.district_names)}.",
        districts=tuple(found.districts),
        email=email,
        expires_at=expires_at,
    )


def _of(districts: Sequence[str]) -> str:
    return f", for {', '.join(districts)}" if districts else ""


def _is_verified(claim: Any) -> bool:
    """Whether the provider vouches for the address; some write the claim as text, some not at all.

    An address nobody vouches for may be anybody's, so a missing claim counts only where the
    secrets say that the provider hands out no other addresses.
    """
    if claim is None:
        return bool(_secret("email_is_verified_by_provider"))
    return claim is True or str(claim).lower() == "true"


def _expiry(claims: Mapping[str, Any], email: str, now: datetime) -> datetime:
    """When the sign-in ends: the token's own end or 12 hours, the later, but 24 hours at most.

    Signing in again in another tab of the same browser carries this one on.
    """
    issued, ends = (_instant(claims.get(name)) for name in ("iat", "exp"))
    if issued is None or ends is None:
        raise SignInNeededError("The sign-in does not say when it was made. Sign in again.")
    expires_at = min(max(ends, issued + VALID_AT_LEAST), issued + VALID_AT_MOST)
    browser = _browser()
    with _LATEST_LOCK:
        latest = _latest()
        for key in [key for key, end in latest.items() if end + STAYS_OPEN < now]:
            del latest[key]
        if not browser:
            return expires_at
        latest[email, browser] = max(expires_at, latest.get((email, browser), expires_at))
        return latest[email, browser]


def _browser() -> str:
    """What tells this browser from another one; "" without a browser.

    Streamlit masks the token of its cookie anew with every answer.
    """
    from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string

    cookie = st.context.cookies.get(_BROWSER_COOKIE)
    token, _ = decode_xsrf_token_string(cookie) if cookie else (None, None)
    return token.hex() if token else ""


_LATEST_LOCK = Lock()


@st.cache_resource(show_spinner=False)
def _latest() -> dict[tuple[str, str], datetime]:
    """The end of the last sign-in per person and browser."""
    return {}


def _instant(claim: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(claim), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def whom_to_ask() -> str:
    """Who can put somebody on the list, as the secrets name them."""
    return str(_secret("contact") or _ASK)


def _secret(name: str) -> Any:
    section = st.secrets.get("polaris", {}) if is_configured() else {}
    return section.get(name)


def _host_name(host: str) -> str:
    """The name in a Host header, without the port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def is_loopback(address: str) -> bool:
    """Whether an address or host name means this machine."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
