"""What answers the requests: finds the part that is asked, keeps the count and the log."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.support.salesforce_peer import errors
from tests.support.salesforce_peer.auth import Auth
from tests.support.salesforce_peer.bulk import Bulk
from tests.support.salesforce_peer.errors import ApiError
from tests.support.salesforce_peer.faults import Faults
from tests.support.salesforce_peer.messages import Request, Response, answer
from tests.support.salesforce_peer.org import Org
from tests.support.salesforce_peer.rest import Rest
from tests.support.salesforce_peer.store import Store, utc


@dataclass
class Drift:
    """A change of an object that happens once it was described."""

    object: str
    change: Callable[[], None]


class App:
    """An invented organisation, without its address."""

    def __init__(self, org: Org, url: str) -> None:
        self.org = org
        self.url = url
        self.skew = timedelta(0)
        self.moved = timedelta(0)
        self.store = Store(self._clock)
        self.auth = Auth(org, url, self._clock)
        self.rest = Rest(org, self.store)
        self.bulk = Bulk(org, self.store, self.rest)
        self.faults = Faults()
        self.lock = threading.Lock()
        self._log: list[Request] = []
        self._number = 0
        self._drifts: list[Drift] = []

    # -- the clock

    def _clock(self) -> datetime:
        return utc((self.org.now or datetime.now(UTC)) + self.moved)

    @property
    def now(self) -> datetime:
        """The org's time, UTC."""
        return self._clock().replace(tzinfo=UTC)

    def advance(self, **span: float) -> None:
        """Moves the clock on, by `minutes=10` or what else timedelta takes."""
        self.moved += timedelta(**span)
        self.store.settle()

    def set_time(self, moment: datetime) -> None:
        """Moves the clock to a moment."""
        self.moved += moment - self.now
        self.store.settle()

    # -- what was asked

    def log(self) -> list[Request]:
        """All requests so far."""
        with self.lock:
            return list(self._log)

    def requests(self, kind: str, name: str | None = None) -> list[Request]:
        """Those of one kind, about one object."""
        return [
            request
            for request in self.log()
            if request.kind == kind
            and (name is None or name.lower() == (request.object or "").lower())
        ]

    def clear_log(self) -> None:
        """Forgets them."""
        with self.lock:
            self._log.clear()

    # -- answering

    def known(self) -> dict[str, str]:
        """Which object a job is about."""
        return {name: job.object for name, job in self.bulk.jobs.items()}

    def handle(self, request: Request) -> Response:
        """The answer to a request, faults and all."""
        with self.lock:
            self._number += 1
            request.number = self._number
            self._log.append(request)
        self.store.settle()
        response = self.faults.through(request, lambda: self._proper(request))
        if request.fault == "expire":
            self.auth.alive.clear()
        if request.kind not in ("login", "versions") and response.status != 401:
            response.headers.setdefault("Sforce-Limit-Info", self._limit_info())
        request.status, request.rows = response.status, response.rows
        request.sent = len(response.body)
        return response

    def _proper(self, request: Request) -> Response:
        try:
            return self._routed(request)
        except ApiError as refusal:
            return Response(refusal.status, refusal.body(), headers=dict(refusal.headers))

    def _routed(self, request: Request) -> Response:
        if request.kind == "login":
            return self.auth.login(request)
        if request.kind == "versions":
            return answer(_versions(self.org.api_version_max))
        if not request.version:
            raise errors.not_found()
        self.auth.check(request)
        self._count(request)
        if not 31 <= float(request.version) <= float(self.org.api_version_max):
            old = float(request.version) < 31
            raise ApiError(
                410 if old else 404,
                "GONE" if old else "NOT_FOUND",
                "The requested resource is no longer available"
                if old
                else "The requested resource does not exist",
            )
        if request.kind == "wrong_method":
            raise ApiError(
                405, "METHOD_NOT_ALLOWED", f"HTTP Method '{request.method}' not allowed."
            )
        jobs = {
            "job_create": self.bulk.create,
            "job_list": self.bulk.listed,
            "job_poll": self.bulk.poll,
            "job_results": self.bulk.results,
            "job_abort": self.bulk.abort,
            "job_delete": self.bulk.delete,
        }
        if request.kind == "unknown":
            raise errors.not_found()
        function = jobs.get(request.kind) or getattr(self.rest, request.kind)
        response: Response = function(request)
        if request.kind == "describe":
            self._drift(str(request.object))
        return response

    def _count(self, request: Request) -> None:
        """Every data request costs one; /limits says so even when none is left."""
        with self.lock:
            if self.rest.calls >= self.org.daily_api_limit and request.kind != "limits":
                raise ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
            self.rest.calls += 1

    def _drift(self, name: str) -> None:
        due = [drift for drift in self._drifts if drift.object.lower() == name.lower()]
        self._drifts = [drift for drift in self._drifts if drift not in due]
        for drift in due:
            drift.change()

    def _limit_info(self) -> str:
        used = f"api-usage={self.rest.calls}/{self.org.daily_api_limit}"
        if self.org.limit_info == "org":
            return used
        return f"{used}; api-bursts=1/750; per-app-api-usage=17/250(appName=polaris)"


def _versions(newest: str) -> list[dict[str, str]]:
    return [
        {"label": f"v{number}", "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
        for number in range(31, int(float(newest)) + 1)
    ]
