"""Sends one text message through the mail server of POLARIS_SMTP_URL."""

from __future__ import annotations

import ipaddress
import logging
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

from polaris.settings import Settings

_TIMEOUT_SECONDS = 20
_PORTS = {"smtp": 25, "smtps": 465}
_log = logging.getLogger(__name__)


def is_configured(settings: Settings) -> bool:
    """Whether mail can be sent at all."""
    return bool(settings.smtp_url and settings.mail_from)


def send(settings: Settings, to: str, subject: str, text: str) -> bool:
    """Sends a message; what goes wrong is logged, without any address, and never raised.

    The connection is encrypted when the server offers it; a password never goes over one that is
    not, except on this machine.

    Returns:
        Whether the server took the message; False too where no server is configured.
    """
    if settings.smtp_url is None or settings.mail_from is None:
        return False
    try:
        _deliver(urlsplit(settings.smtp_url), _message(settings.mail_from, to, subject, text))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        # Only the kind: what servers answer repeats addresses.
        code = getattr(error, "smtp_code", "")
        _log.error("mail was not sent: %s %s", type(error).__name__, code)
        return False
    return True


def _message(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """Raises ValueError where an address or the subject holds a line break."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="polaris.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _deliver(server: SplitResult, message: EmailMessage) -> None:
    host = server.hostname or ""
    port = server.port or _PORTS[server.scheme]
    is_encrypted = server.scheme == "smtps"
    context = ssl.create_default_context()
    connection = (
        smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_SECONDS, context=context)
        if is_encrypted
        else smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)
    )
    with connection as smtp:
        smtp.ehlo()
        if not is_encrypted and smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo()
            is_encrypted = True
        if server.username:
            if not is_encrypted and not _is_this_machine(host):
                raise smtplib.SMTPNotSupportedError("the connection is not encrypted")
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(message)


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
