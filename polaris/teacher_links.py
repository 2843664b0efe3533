"""Personal links: a roster teacher sees the own record without signing in (pathful.md 6.6).

A link is good for 48 hours and only while the address is on the active roster. It is signed with a
secret of this installation and holds no address, so that none stands in a browser's history or a
proxy's log.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import threading
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from polaris import damage, mail, releases
from polaris.errors import PolarisError
from polaris.settings import Settings

if TYPE_CHECKING:
    from itsdangerous import URLSafeTimedSerializer

VALID_HOURS = 48
PAGE = "my_progress"
PARAMETER = "link"
_PURPOSE = "polaris-teacher-link"
_SECRET_BYTES = 32
_TOKEN_AT_MOST = 500
# One address gets at most one mail in this time, whoever asks for it how often.
_MAIL_EVERY_SECONDS = 60.0
_mailed_at: dict[str, float] = {}
_mailed_lock = threading.Lock()


class TeacherLinkError(PolarisError):
    """A personal link opens nothing; the message says what to do."""


class ExpiredLinkError(TeacherLinkError):
    """The link is older than 48 hours."""


class BrokenLinkError(TeacherLinkError):
    """The link was changed, cut short, is not of this installation, or its address has left."""


def issue(settings: Settings, email: str) -> str | None:
    """A token for an address of the active roster; None for every other address.

    Raises:
        PolarisError: the secret or the release cannot be read.
    """
    address = email.strip().lower()
    secret = _secret(settings)
    if address not in active_addresses(settings):
        return None
    token = _serializer(secret).dumps(_mark(secret, address))
    return token if isinstance(token, str) else token.decode("ascii")


def read(settings: Settings, token: str) -> str:
    """The roster address a token stands for, in lower case.

    Raises:
        ExpiredLinkError: 48 hours are over.
        BrokenLinkError: the token is not of this installation, or its address is not on the active
            roster any more.
        PolarisError: the secret or the release cannot be read.
    """
    from itsdangerous import BadData, SignatureExpired

    secret = _secret(settings)
    broken = BrokenLinkError("This link does not open a record. Ask for a new one.")
    if len(token) > _TOKEN_AT_MOST:
        raise broken
    try:
        mark = _serializer(secret).loads(token, max_age=VALID_HOURS * 3600)
    except SignatureExpired:
        raise ExpiredLinkError(
            f"This link was good for {VALID_HOURS} hours and is over. Ask for a new one."
        ) from None
    except BadData:
        raise broken from None
    for address in active_addresses(settings):
        if isinstance(mark, str) and hmac.compare_digest(_mark(secret, address), mark):
            return address
    raise broken


def link(settings: Settings, token: str) -> str:
    """The address to open in a browser."""
    return f"{settings.dashboard_url}/{PAGE}?{PARAMETER}={token}"


def send(settings: Settings, email: str) -> bool:
    """Mails a link to an address of the active roster.

    Returns:
        Whether a mail went out; False where the address is not on the roster, too.
    """
    token = issue(settings, email)
    if token is None:
        return False
    return mail.send(
        settings,
        email.strip().lower(),
        "Your virtual sessions",
        "Hello,\n\n"
        "with this link you see your virtual sessions and your goal:\n\n"
        f"{link(settings, token)}\n\n"
        f"It is yours alone and good for {VALID_HOURS} hours. If you did not ask for it, nothing\n"
        "needs to be done.\n",
    )


def request(settings: Settings, email: str) -> None:
    """Mails a link in the background: neither the answer nor its time says who is on the roster."""
    mark = hashlib.sha256(email.strip().lower().encode("utf-8", "replace")).hexdigest()
    now = time.monotonic()
    with _mailed_lock:
        for old in [key for key, at in _mailed_at.items() if now - at > _MAIL_EVERY_SECONDS]:
            del _mailed_at[old]
        if mark in _mailed_at:
            return
        _mailed_at[mark] = now
    threading.Thread(target=_send_quietly, args=(settings, email), daemon=True).start()


def _send_quietly(settings: Settings, email: str) -> None:
    import logging

    try:
        send(settings, email)
    except PolarisError as error:
        logging.getLogger(__name__).error("no link was sent: %s", error.message)


def active_addresses(settings: Settings) -> frozenset[str]:
    """Addresses of the active roster of the current release, in lower case.

    The roster of a district is that of this school year and later ones; where it has none of these
    yet, its newest.
    """
    path = releases.current_release(settings)
    if path is None:
        return frozenset()
    import duckdb

    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            rows = connection.execute(
                """
                select distinct lower(trim(email))
                from (
                    select
                        email, is_active, virtual_year,
                        max(virtual_year) over (partition by district_key) as newest_year
                    from marts.fct_teacher_roster
                )
                where is_active and email like '%_@_%'
                    and virtual_year >= least(newest_year, $this_year)
                """,
                {"this_year": _school_year(settings.logical_date)},
            ).fetchall()
    except duckdb.Error as error:
        raise damage.release(settings, path.stem, error) from None
    return frozenset(address for (address,) in rows)


def _school_year(day: date) -> str:
    """August to July (pathful.md 5.3)."""
    first = day.year if day.month >= 8 else day.year - 1
    return f"{first}-{first + 1}"


def _serializer(secret: bytes) -> URLSafeTimedSerializer:
    from itsdangerous import URLSafeTimedSerializer

    return URLSafeTimedSerializer(
        secret, salt=_PURPOSE, signer_kwargs={"digest_method": hashlib.sha256}
    )


def _mark(secret: bytes, address: str) -> str:
    """What stands for an address in a token; without the secret nobody can tell whose it is."""
    return hmac.new(secret, f"{_PURPOSE}:{address}".encode(), hashlib.sha256).hexdigest()[:32]


def _secret(settings: Settings) -> bytes:
    """The installation's secret, made when first needed; of two makers at once one wins."""
    path = settings.secret_key_path
    try:
        if not path.exists():
            _make_secret(path)
        found = path.read_bytes()
    except OSError as error:
        raise PolarisError(f"The secret {path} cannot be used: {error.strerror}.") from None
    if len(found) < _SECRET_BYTES:
        raise PolarisError(f"The secret {path} is damaged; remove it, and ask for new links.")
    return found


def _make_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(_SECRET_BYTES).encode())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was faster: its secret counts
            os.link(draft, path)
    finally:
        draft.unlink()
