"""The invented organisation: its credentials, limits and habits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

ENVIRONMENT_NAMES = (
    "SF_USERNAME",
    "SF_PASSWORD",
    "SF_SECURITY_TOKEN",
    "SF_DOMAIN",
    "SF_CLIENT_ID",
    "SF_CLIENT_SECRET",
    "SF_PRIVATE_KEY_FILE",
    "SF_INSTANCE_URL",
)


@dataclass
class Org:
    """What can be chosen about the peer.

    Attributes:
        now: the clock stands still at this moment until it is moved; None: it runs with the
            machine's.
        refused_logins: of client_credentials, jwt, password, token: those the org has not enabled.
        soap_enabled: whether the `token` login (SOAP) is.
        page_size: records per page of a query, where the caller asks for no fewer.
        bulk_page_rows: the same for the results of a bulk job.
        polls_until_complete: polls of a job that find it InProgress.
        results_header_every_page: False: only the first page of results has the header row.
        record_count_error: by how much /limits/recordCount is off, as a share.
        count_with_deleted: whether it counts the records in the bin.
        bulk_unsupported: objects that only REST can query.
        deleted_latest_lag: /deleted knows nothing younger than this.
        limit_info: "org", or "full" for every part that Sforce-Limit-Info can have.
        instance_url: where the login says the org lives; None: at the peer.
        gzip: whether answers are compressed for those who ask.
    """

    now: datetime | None = None
    username: str = "importer@example.org"
    password: str = "a-<pass>&word"
    security_token: str = "tokentokentoken"
    client_id: str = "3MVG9invented"
    client_secret: str = "invented-secret"
    domain: str = "polaris.my"
    refused_logins: frozenset[str] = frozenset()
    soap_enabled: bool = True
    api_version_max: str = "66.0"
    daily_api_limit: int = 100_000
    daily_api_used: int = 0
    bulk_job_limit: int = 10_000
    bulk_storage_mb: int = 976_562
    page_size: int = 2000
    bulk_page_rows: int = 100_000
    polls_until_complete: int = 1
    results_header_every_page: bool = True
    gzip: bool = True
    record_count_error: float = 0.0
    count_with_deleted: bool = False
    bulk_unsupported: frozenset[str] = frozenset()
    deleted_latest_lag: timedelta = timedelta(0)
    limit_info: str = "org"
    instance_url: str | None = None
    tokens: set[str] = field(default_factory=set)


@cache
def key_pair() -> tuple[str, str]:
    """The private and the public key of the JWT login, PEM; made once per process."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()
