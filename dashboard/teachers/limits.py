"""A cap on what may be asked for without signing in, counted in this process."""

from __future__ import annotations

import time
from collections import deque
from threading import Lock

import streamlit as st

_WINDOW_SECONDS = 60.0
_NAMES_AT_MOST = 10_000
_LOCK = Lock()


@st.cache_resource(show_spinner=False)
def _asked() -> dict[str, deque[float]]:
    return {}


def allow(name: str, at_most: int) -> bool:
    """Whether one more of `name` is within `at_most` a minute; if so it counts."""
    now = time.monotonic()
    with _LOCK:
        asked = _asked()
        for other in [key for key, times in asked.items() if now - times[-1] > _WINDOW_SECONDS]:
            del asked[other]
        times = asked.setdefault(name, deque()) if len(asked) < _NAMES_AT_MOST else deque()
        while times and now - times[0] > _WINDOW_SECONDS:
            times.popleft()
        if len(times) >= at_most:
            return False
        times.append(now)
        return True
