"""Reads the environment, once, when a command needs it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from polaris.alerting.alert_settings import AlertSettings, read_alerts
from polaris.errors import BadInput
from polaris.salesforce_settings import SalesforceAccess, read_salesforce

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SITE_ZONE = ZoneInfo("America/Chicago")

# Every adapter the variable may name (interface.md §1).
ADAPTERS_KNOWN = ("csv", "salesforce", "pathful", "google_sheets")
# And salesforce, where its login is complete.
ADAPTERS_DEFAULT = ("pathful", "csv", "google_sheets")
TARGETS = ("duckdb",)
RULES_MODES = ("enforce", "warn")
SHEETS_URL = "https://docs.google.com"
DASHBOARD_URL = "http://127.0.0.1:8501"
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


@dataclass(frozen=True)
class Settings:
    """Where everything is and who is working.

    Attributes:
        home: POLARIS_HOME, absolute; everything the system writes is below it.
        logical_date: "today" of every rule.
        user: the actor written on runs and decisions.
        decisions_url: SQLAlchemy URL of the decision store, with its password.
        importer_enabled: False makes every importing command refuse with exit code 5.
        adapters: enabled sources, in the order given.
        target: the engine.
        salesforce: the login and the limits of the CRM.
        smtp_url: of the mail server, with its password; None sends no mail.
        mail_from: the sender of mail.
        dashboard_url: where people open the dashboard, without a slash at the end.
        summary_recipients: who gets the summary of a night by mail.
        webhook_url: which address gets it too, a secret of its own; None for none.
        rules_mode: of every rule that is not off (IMPORTER_RULES_MODE); None for what was decided.
        sheets_url: where Google Sheets are read, without a slash at the end.
        alerts: who hears at once of what is wrong.
        schedule: when nights run, in the words of whoever set it; None for unknown.
    """

    home: Path
    logical_date: date
    user: str
    decisions_url: str = field(repr=False)
    importer_enabled: bool = True
    adapters: tuple[str, ...] = ADAPTERS_DEFAULT
    target: str = "duckdb"
    salesforce: SalesforceAccess = field(default_factory=SalesforceAccess)
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    dashboard_url: str = DASHBOARD_URL
    summary_recipients: tuple[str, ...] = field(default=(), repr=False)
    webhook_url: str | None = field(default=None, repr=False)
    rules_mode: str | None = None
    sheets_url: str = SHEETS_URL
    alerts: AlertSettings = field(default_factory=AlertSettings)
    schedule: str | None = None

    @property
    def warehouse(self) -> Path:
        """The working database: raw and dbt schemas, one writer at a time."""
        return self.home / "warehouse.duckdb"

    @property
    def releases_dir(self) -> Path:
        """The published, immutable files."""
        return self.home / "releases"

    @property
    def current(self) -> Path:
        """The one-line pointer to the published release."""
        return self.releases_dir / "CURRENT"

    @property
    def decisions_path(self) -> Path:
        """The default decision store."""
        return self.home / "decisions.sqlite"

    @property
    def secrets_path(self) -> Path:
        """Secrets of the dashboard: the sign-in provider (docs/sign-in.md)."""
        return self.home / "secrets.toml"

    @property
    def ledger_path(self) -> Path:
        """The run ledger."""
        return self.home / "runs.sqlite"

    @property
    def inbox(self) -> Path:
        """Where uploads wait for their import."""
        return self.home / "inbox"

    @property
    def archive(self) -> Path:
        """Every landed file once, named by its SHA-256."""
        return self.home / "archive"

    @property
    def reports(self) -> Path:
        """One folder per run with its report."""
        return self.home / "reports"

    @property
    def locks(self) -> Path:
        """Lock files; the locks die with the process that holds them."""
        return self.home / "locks"

    @property
    def scratch(self) -> Path:
        """Copies dry runs work on; removed when they end."""
        return self.home / "scratch"

    @property
    def secret_key_path(self) -> Path:
        """What signs personal links; made when first needed, readable by its owner only."""
        return self.home / "secret_key"

    @property
    def dbt_target(self) -> Path:
        """Artifacts of dbt, kept so that partial parsing works."""
        return self.home / "dbt_target"


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Reads the settings.

    Args:
        env: the environment; None reads the process's own.

    Raises:
        BadInput: a variable holds something it may not; the message names it.
    """
    env = os.environ if env is None else env
    home = Path(env.get("POLARIS_HOME") or PROJECT_ROOT / "data").expanduser().absolute()
    if {"'", "%"}.intersection(str(home)):  # what lands files makes SQL and names of the path
        raise BadInput(f"POLARIS_HOME={home} has a ' or a % in its path; name another folder.")
    enabled = _flag(env, "IMPORTER_ENABLED", default=True)
    target = env.get("POLARIS_TARGET") or "duckdb"
    if target not in TARGETS:
        raise BadInput(f"POLARIS_TARGET={target} is unknown; it may be: {', '.join(TARGETS)}.")
    salesforce = read_salesforce(env)
    return Settings(
        home=home,
        logical_date=_logical_date(env.get("POLARIS_LOGICAL_DATE", "")),
        user=env.get("POLARIS_USER") or _os_user(),
        decisions_url=env.get("POLARIS_DECISIONS_URL") or f"sqlite:///{home}/decisions.sqlite",
        importer_enabled=enabled,
        adapters=_adapters(
            env.get("IMPORTER_ADAPTERS"), enabled=enabled, has_crm=salesforce.login is not None
        ),
        target=target,
        salesforce=salesforce,
        smtp_url=_smtp_url(env),
        mail_from=_mail_from(env),
        dashboard_url=_dashboard_url(env),
        summary_recipients=_summary_recipients(env),
        webhook_url=_webhook_url(env),
        rules_mode=_rules_mode(env),
        sheets_url=_sheets_url(env),
        alerts=read_alerts(env),
        schedule=env.get("IMPORTER_SCHEDULE", "").strip() or None,
    )


def is_importing_off(env: Mapping[str, str]) -> bool:
    """Whether IMPORTER_ENABLED says no, before anything else of the settings is read."""
    return env.get("IMPORTER_ENABLED", "").strip().lower() in _FALSE


def _rules_mode(env: Mapping[str, str]) -> str | None:
    """The mode of every rule that is not off, over the list and what was decided."""
    text = env.get("IMPORTER_RULES_MODE", "").strip().lower()
    if text and text not in RULES_MODES:
        raise BadInput(
            f"IMPORTER_RULES_MODE={text} is unknown; it may be: {', '.join(RULES_MODES)}."
        )
    return text or None


def _smtp_url(env: Mapping[str, str]) -> str | None:
    """The address of the mail server; the message never repeats it, for it holds a password."""
    text = env.get("POLARIS_SMTP_URL", "").strip()
    if not text:
        return None
    if not _is_url(text, {"smtp", "smtps"}):
        raise BadInput("POLARIS_SMTP_URL must read smtp://user:password@host:port, or smtps://….")
    if not env.get("POLARIS_MAIL_FROM", "").strip():
        raise BadInput("POLARIS_SMTP_URL is set but POLARIS_MAIL_FROM, the sender, is not.")
    return text


def _mail_from(env: Mapping[str, str]) -> str | None:
    text = env.get("POLARIS_MAIL_FROM", "").strip()
    if text and ("@" not in text or not text.isprintable()):
        raise BadInput(f"POLARIS_MAIL_FROM={text!r} is no e-mail address.")
    return text or None


def _summary_recipients(env: Mapping[str, str]) -> tuple[str, ...]:
    """Who reads the summary: a comma list, else the earlier name's one, else the sender."""
    for name in ("POLARIS_SUMMARY_RECIPIENTS", "DAILY_IMPORT_RECIPIENT"):
        text = env.get(name, "").strip()
        if not text:
            continue
        found = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        if not all("@" in part and part.isprintable() for part in found):
            raise BadInput(
                f"{name} holds something that is no e-mail address; part them by commas."
            )
        return found
    sender = _mail_from(env)
    return (sender,) if sender else ()


def _webhook_url(env: Mapping[str, str]) -> str | None:
    """The message never repeats the address, for whoever knows it may write there."""
    text = env.get("POLARIS_WEBHOOK_URL", "").strip()
    if text and not _is_url(text, {"http", "https"}):
        raise BadInput(
            "POLARIS_WEBHOOK_URL must be an address such as https://hooks.example.org/…."
        )
    return text or None


def _sheets_url(env: Mapping[str, str]) -> str:
    text = env.get("POLARIS_SHEETS_URL", "").strip() or SHEETS_URL
    if not _is_url(text, {"http", "https"}):
        raise BadInput(f"POLARIS_SHEETS_URL={text} is no address such as {SHEETS_URL}.")
    return text.rstrip("/")


def _dashboard_url(env: Mapping[str, str]) -> str:
    text = env.get("POLARIS_DASHBOARD_URL", "").strip() or DASHBOARD_URL
    if not _is_url(text, {"http", "https"}):
        raise BadInput(f"POLARIS_DASHBOARD_URL={text} is no address such as {DASHBOARD_URL}.")
    return text.rstrip("/")


def _is_url(text: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name, "").strip().lower()
    if not text:
        return default
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise BadInput(f"{name}={env[name]} is neither true nor false.")


def _logical_date(text: str) -> date:
    if not text.strip():
        return datetime.now(SITE_ZONE).date()
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"POLARIS_LOGICAL_DATE={text} is no date; write it as YYYY-MM-DD.") from None


def _adapters(text: str | None, *, enabled: bool, has_crm: bool) -> tuple[str, ...]:
    """Comma list, trimmed, lower-cased, without repetitions, order kept (platform.md IMP-1b)."""
    if text is None:
        return (*ADAPTERS_DEFAULT, *(["salesforce"] if has_crm else []))
    names = tuple(dict.fromkeys(n.strip().lower() for n in text.split(",") if n.strip()))
    unknown = [name for name in names if name not in ADAPTERS_KNOWN]
    if unknown:
        raise BadInput(
            f"IMPORTER_ADAPTERS names unknown adapters: {', '.join(unknown)}; "
            f"it may name: {', '.join(ADAPTERS_KNOWN)}."
        )
    if enabled and not names:
        raise BadInput(
            "IMPORTER_ENABLED is true but IMPORTER_ADAPTERS is empty; "
            f"name at least one of: {', '.join(ADAPTERS_KNOWN)}, or unset it."
        )
    return names


def _os_user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
