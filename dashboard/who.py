"""Who is at the screen and what that person may do."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import streamlit as st

from polaris.settings import Settings


@dataclass(frozen=True)
class Person:
    """The person a request acts for.

    Attributes:
        name: the actor written on runs and decisions.
        role: as the access policy knows it.
        how: a sentence on where the role comes from, shown on every page.
    """

    name: str
    role: str
    how: str


class NotAllowedError(Exception):
    """The dashboard may not answer this request."""


def person(settings: Settings) -> Person:
    """The local user as admin.

    Raises:
        NotAllowedError: the server listens beyond this machine: nobody signs in here, so nobody
            else may be served.
    """
    if not is_loopback(str(st.get_option("server.address") or "")):
        raise NotAllowedError(
            "Nobody signs in to this dashboard, so it answers only on this machine. "
            "Start it with `polaris-load dashboard` and open it here."
        )
    return Person(settings.user, "admin", f"Local mode: {settings.user} works as administrator.")


def is_loopback(address: str) -> bool:
    """Whether an address or host name means this machine."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
