"""Talks to the CRM: login, retries, time limits, and what the calls cost.

The packages for it (requests, tenacity, simple-salesforce) are imported when they are needed.
simple-salesforce knows the logins; it has no time limits, retries or counts, so they are here.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from xml.parsers.expat import ExpatError

from loaders.salesforce import logins
from loaders.salesforce.answers import TRANSIENT_STATUSES, problem_of, usage_of
from loaders.salesforce.credentials import LAST_TOKEN_VERSION, Credentials
from loaders.salesforce.errors import (
    LoginRefusedError,
    NotInstalledError,
    QuotaUsedUpError,
    SalesforceError,
    TransientError,
)

if TYPE_CHECKING:
    import requests

T = TypeVar("T")
INSTALL = "pip install 'polaris-warehouse[salesforce]'"
_CHUNK = 1 << 20
_NO_CODE = "UNKNOWN_EXCEPTION_CODE"  # simple-salesforce's word where the body has none
_NUL, _REPLACEMENT = b"\0", "\N{REPLACEMENT CHARACTER}".encode()


@dataclass(frozen=True)
class Pace:
    """How patient the client is; everything in seconds.

    Attributes:
        attempts: how often a call is tried.
        first_wait: upper bound of the first random wait; it doubles with each.
        longest_wait: where it stops doubling.
        longest_asked: a longer wait that the CRM asks for is not waited.
        most_ahead: the clock of the CRM is believed so far ahead of this machine's.
        connect_timeout: for a connection.
        read_timeout: without any byte.
        first_poll: between two looks at a job; it grows.
        longest_poll: where it stops growing.
        longest_job: how long a query job may take.
        usage_share: of the organization's daily calls; beyond it we stop.
    """

    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0
    longest_asked: float = 300.0
    most_ahead: float = 600.0
    connect_timeout: float = 10.0
    read_timeout: float = 120.0
    first_poll: float = 0.2
    longest_poll: float = 5.0
    longest_job: float = 4 * 3600.0
    usage_share: float = 0.8


@dataclass
class Spent:
    """What a client has used so far.

    Attributes:
        calls: answers received, logins included.
        bytes: of bodies, as they came out of their compression.
        retries: by kind.
        used: calls of the whole organization today, as the CRM last told.
        allowed: calls it may make in a day.
    """

    calls: int = 0
    bytes: int = 0
    retries: Counter[str] = field(default_factory=Counter)
    used: int | None = None
    allowed: int | None = None


class Client:
    """One logged-in connection; the login happens with the first call.

    Raises:
        NotInstalledError: simple-salesforce is not installed.
    """

    def __init__(self, credentials: Credentials, pace: Pace | None = None) -> None:
        from loaders.salesforce.session import session

        if find_spec("simple_salesforce") is None:
            raise NotInstalledError(
                f"The Salesforce client is not installed on this machine; install it with: "
                f"{INSTALL}"
            )
        self.credentials = credentials
        self.pace = pace or Pace()
        self.spent = Spent()
        self.skew = timedelta(0)
        timeout = (self.pace.connect_timeout, self.pace.read_timeout)
        self._http = session(credentials.redirect_to, timeout, self._note)
        self._token: tuple[str, str] | None = None
        self._locked_out: SalesforceError | None = None
        self._login_lock = threading.Lock()

    def now(self) -> datetime:
        """Now by the clock of the CRM, as its last answer told it; whole seconds, UTC.

        One that is far ahead is not believed: what changes until then would never be asked for.
        """
        ahead = min(self.skew.total_seconds(), self.pace.most_ahead)
        return (datetime.now(UTC) + timedelta(seconds=ahead)).replace(microsecond=0)

    def path(self, rest: str) -> str:
        """The path of a REST resource of our version."""
        return f"/services/data/v{self.credentials.version}/{rest}"

    def get(self, path: str, what: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON of a resource; numbers stay the text they are written in."""
        return self.call("GET", path, what, self._json, params=params)

    def post(self, path: str, what: str, body: Mapping[str, Any]) -> Any:
        """The JSON that answers a posted JSON."""
        return self.call("POST", path, what, self._json, json=dict(body))

    def delete(self, path: str, what: str) -> None:
        """Deletes a resource, or says why not."""
        self.call("DELETE", path, what, lambda response: None, fine={204: None})

    def download(
        self, path: str, what: str, params: Mapping[str, str], target: Path
    ) -> Mapping[str, str]:
        """Writes a body into a file, whole or not at all, and returns the headers.

        NUL bytes, which no table takes, become the replacement character.
        """

        def take(response: requests.Response) -> Mapping[str, str]:
            temporary = target.with_name(f".{target.name}.new")
            with temporary.open("wb") as file:
                for chunk in response.iter_content(_CHUNK):
                    self.spent.bytes += len(chunk)
                    file.write(chunk.replace(_NUL, _REPLACEMENT) if _NUL in chunk else chunk)
            temporary.replace(target)
            return response.headers

        return self.call("GET", path, what, take, params=params, headers={"Accept": "text/csv"})

    def call(
        self,
        method: str,
        path: str,
        what: str,
        take: Callable[[requests.Response], T],
        *,
        fine: Mapping[int, None] | None = None,
        **more: Any,
    ) -> T:
        """One call with its body, tried again while that may help.

        Args:
            method: of HTTP.
            path: from `/services` on.
            what: what is asked for, in words, for the message.
            take: reads the body of a good answer; when the network ends it, the call starts anew.
            fine: statuses that are good besides 2xx with a body.
            more: for `requests`.

        Raises:
            SalesforceError: of the kind that fits; transient ones after the last attempt.
        """

        def once() -> T:
            renewed = False
            self._refuse_beyond_share()
            while True:
                token, base = self._logged_in()
                headers = {"Authorization": f"Bearer {token}", **more.get("headers", {})}
                with self._http.request(
                    method, base + path, stream=True, **{**more, "headers": headers}
                ) as response:
                    if response.status_code == 401:
                        if renewed:
                            raise LoginRefusedError(
                                f"{what}: Salesforce refused a session twice that it had just "
                                "given; check the user's API permission and login policies."
                            )
                        renewed = True
                        self._forget(token)
                        continue
                    if response.status_code not in (fine or {}):
                        problem = problem_of(response, what)
                        if problem is not None:
                            raise problem
                    return take(response)

        return self._tried(once, what)

    def login(self) -> str:
        """Logs in, and returns the address of the organization.

        Raises:
            LoginRefusedError: it was refused.
            LoginFailedError: it could not be tried, or got no answer, after its last attempt.
        """
        return self._logged_in()[1]

    def _logged_in(self) -> tuple[str, str]:
        """The session and the address, after a login if there is none.

        One that failed is not tried again: every call needs it, and each would wait as long.
        """
        with self._login_lock:
            if self._locked_out is not None:
                raise self._locked_out
            if self._token is None:
                try:
                    self._token = self._tried(self._login, "the login")
                except LoginRefusedError as error:
                    self._locked_out = error
                    raise
                except SalesforceError as error:
                    self._locked_out = logins.failed(error)
                    raise self._locked_out from None
            return self._token

    def _forget(self, token: str) -> None:
        """Gives up a session that has expired, unless somebody renewed it meanwhile."""
        with self._login_lock:
            if self._token is not None and self._token[0] == token:
                self._token = None

    def _login(self) -> tuple[str, str]:
        from simple_salesforce.exceptions import SalesforceAuthenticationFailed
        from simple_salesforce.login import SalesforceLogin

        mine = self.credentials
        if mine.kind == "token" and float(mine.version) > LAST_TOKEN_VERSION:
            raise LoginRefusedError(logins.NO_SUCH_LOGIN.format(version=mine.version))
        self._login_status = 0
        try:
            token, host = SalesforceLogin(**mine.arguments(), session=self._http)
        except SalesforceAuthenticationFailed as error:
            if error.code == _NO_CODE:
                raise logins.no_answer(self._login_status) from None
            if self._login_status in TRANSIENT_STATUSES and not logins.is_soap_fault(error):
                raise logins.busy(self._login_status) from None
            raise LoginRefusedError(logins.refusal(mine, error)) from None
        except ExpatError:
            raise logins.no_answer(self._login_status) from None
        except (AttributeError, KeyError, TypeError):  # a body simple-salesforce did not expect
            if self._login_status in TRANSIENT_STATUSES:
                raise logins.busy(self._login_status) from None
            said = f"the login: Salesforce answered {self._login_status} with something unexpected"
            raise LoginRefusedError(f"{said}; {logins.CHECK[mine.kind]}.") from None
        except (OSError, ValueError) as error:
            import requests

            if isinstance(error, requests.exceptions.InvalidJSONError):
                raise logins.no_answer(self._login_status) from None
            if isinstance(error, requests.RequestException):
                raise
            raise LoginRefusedError(
                f"SF_PRIVATE_KEY_FILE {mine.private_key_file} cannot be used "
                f"({type(error).__name__}); it must be the unencrypted PEM key of the app."
            ) from None
        return str(token), f"https://{host}"

    def _tried(self, once: Callable[[], T], what: str) -> T:
        """The result of `once`, tried again with growing random waits while that may help."""
        import requests
        import tenacity

        def wait(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.retry_after if isinstance(error, TransientError) else None
            return max(asked or 0.0, float(jitter(state)))

        def count(state: tenacity.RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            self.spent.retries[getattr(error, "kind", "network")] += 1

        def guarded() -> T:
            try:
                return once()
            except TransientError as error:
                if (error.retry_after or 0) > self.pace.longest_asked:
                    ask = f"It asks us to wait {error.retry_after:,.0f} seconds; run it then."
                    raise SalesforceError(f"{error.message} {ask}", cause=error.cause) from None
                raise
            except requests.exceptions.SSLError as error:
                said = f"{what}: the certificate was refused ({error})."
                raise SalesforceError(said, cause="certificate refused") from None
            except (
                requests.ConnectionError,
                requests.Timeout,
                requests.exceptions.ChunkedEncodingError,
                requests.exceptions.ContentDecodingError,
            ) as error:
                raise TransientError(
                    f"{what}: the connection to Salesforce failed ({type(error).__name__}); "
                    "check the network and run it again.",
                    "network",
                ) from None

        jitter = tenacity.wait_random_exponential(
            multiplier=self.pace.first_wait, max=self.pace.longest_wait
        )
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            stop=tenacity.stop_after_attempt(self.pace.attempts),
            wait=wait,
            before_sleep=count,
            reraise=True,
        )
        return retrying(guarded)

    def _json(self, response: requests.Response) -> Any:
        import requests

        content = response.content
        self.spent.bytes += len(content)
        try:
            return json.loads(content, parse_float=str, parse_int=str)
        except ValueError:
            raise requests.exceptions.ContentDecodingError("no JSON") from None

    def _note(self, response: requests.Response, **_: Any) -> None:
        """Counts an answer, and learns the time and the usage from it."""
        self.spent.calls += 1
        self._login_status = response.status_code
        told = usage_of(response.headers.get("Sforce-Limit-Info"))
        if told is not None:
            self.spent.used, self.spent.allowed = told
        try:
            theirs = parsedate_to_datetime(response.headers["Date"])
        except (KeyError, ValueError):
            return
        self.skew = theirs.astimezone(UTC) - datetime.now(UTC)

    def _refuse_beyond_share(self) -> None:
        used, allowed = self.spent.used, self.spent.allowed
        if used is None or not allowed or used < allowed * self.pace.usage_share:
            return
        raise QuotaUsedUpError(
            f"{used:,} of the organization's {allowed:,} daily calls are used, and Polaris stops "
            f"at {self.pace.usage_share:.0%} to leave the rest to others; what was read is kept "
            "and the next run goes on from there."
        )


def paused(pace: Pace, began: float, seconds: float, what: str) -> float:
    """Waits before the next look at a job; returns the wait that follows.

    Raises:
        SalesforceError: the job takes too long.
    """
    if time.monotonic() - began > pace.longest_job:
        raise SalesforceError(
            f"{what} is not ready after {pace.longest_job / 60:,.0f} minutes; the next run looks "
            "at the same job again.",
            cause="query too slow",
        )
    time.sleep(seconds)
    return min(seconds * 1.5, pace.longest_poll)
