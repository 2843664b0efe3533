"""Notes looks at what is sensitive, and closed doors, once in each session of a browser."""

from __future__ import annotations

import logging
from collections.abc import Callable

import streamlit as st

from dashboard import view
from polaris import access_log
from polaris.errors import PolarisError

_SEEN = "looked-at"
_log = logging.getLogger(__name__)


def at(context: view.Context, thing: str, key: str) -> None:
    """Notes that this person looks at a thing, such as the volunteer of a key."""
    name = context.release.name if context.release is not None else None
    person = context.person
    _once(
        f"{thing} {key}",
        lambda what: access_log.looked(context.settings, person.name, person.role, what, name),
    )


def closed(context: view.Context, page: str) -> None:
    """Notes that this person's role was refused a page."""
    person = context.person
    _once(
        f"page {page}",
        lambda _: access_log.denied(context.settings, person.name, person.role, page),
    )


def _once(what: str, note: Callable[[str], None]) -> None:
    """A page that is drawn again is no second look; a store that is away closes no page."""
    seen: set[str] = st.session_state.setdefault(_SEEN, set())
    if what in seen:
        return
    try:
        note(what)
    except PolarisError as error:
        _log.error("a look could not be noted: %s", error.message)
        return
    seen.add(what)
