"""When something goes wrong: which request an action is for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.salesforce_peer.act import Action, Proper
from tests.support.salesforce_peer.messages import Request, Response

Match = str | Callable[[Request], bool]


@dataclass
class Fault:
    """An action and the requests it is for.

    Attributes:
        seen: matching requests so far.
        fired: how often it acted.
    """

    match: Match
    action: Action
    nth: tuple[int, ...] = ()
    every: int | None = None
    times: int | None = None
    seen: int = 0
    fired: int = 0

    def is_for(self, request: Request) -> bool:
        """Whether it is about requests of this kind (and object)."""
        if callable(self.match):
            return self.match(request)
        kind, _, name = self.match.partition(":")
        if kind not in ("*", request.kind):
            return False
        return not name or name.lower() == (request.object or "").lower()

    def is_due(self) -> bool:
        """Counts a matching request; whether this is one to act on."""
        self.seen += 1
        due = not (self.nth or self.every)
        due = due or self.seen in self.nth or bool(self.every and self.seen % self.every == 0)
        due = due and (self.times is None or self.fired < self.times)
        self.fired += due
        return due


class Faults:
    """The faults that are set; those that are due act, the first one nearest to the answer."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.active: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Sets one."""
        with self.lock:
            self.active.append(fault)
        return fault

    def clear(self) -> None:
        """Forgets all."""
        with self.lock:
            self.active.clear()

    def through(self, request: Request, proper: Proper) -> Response:
        """The answer to a request, spoilt if a fault is due."""
        with self.lock:
            due = [item for item in self.active if item.is_for(request) and item.is_due()]
        answer = proper
        for fault in due:
            answer = _wrapped(fault.action, request, answer)
        return answer()


def _wrapped(action: Action, request: Request, proper: Proper) -> Proper:
    return lambda: action(request, proper)
