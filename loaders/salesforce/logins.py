"""What the answer to a login means, in words: refused, busy, or no answer at all."""

from __future__ import annotations

from typing import Any

from loaders.salesforce.credentials import Credentials
from loaders.salesforce.errors import LoginFailedError, SalesforceError, TransientError

NO_SUCH_LOGIN = (
    "Salesforce has no login with user name, password and security token in API version {version} "
    "(64.0 is the last one, and it retires in 2027); set SF_CLIENT_ID, SF_CLIENT_SECRET and "
    "SF_DOMAIN, or SF_USERNAME, SF_CLIENT_ID and SF_PRIVATE_KEY_FILE, instead."
)
CHECK = {
    "client_credentials": "check SF_CLIENT_ID, SF_CLIENT_SECRET and SF_DOMAIN, and that the app "
    "has a user to run as",
    "jwt": "check SF_USERNAME, SF_CLIENT_ID and SF_PRIVATE_KEY_FILE, that the user is approved "
    "for the app, and this machine's clock",
    "token": "check SF_USERNAME, SF_PASSWORD and SF_SECURITY_TOKEN",
}


def no_answer(status: int) -> TransientError:
    """A login answered with a page of something in between, or cut off."""
    return TransientError(
        f"the login: Salesforce answered {status} with something that is no answer to it; run it "
        "again, and check SF_INSTANCE_URL and SF_DOMAIN if it stays so.",
        str(status),
    )


def busy(status: int) -> TransientError:
    """A login that Salesforce had no time for."""
    return TransientError(
        f"the login: Salesforce answered {status}; run it again when it is less busy.", str(status)
    )


def failed(error: SalesforceError) -> LoginFailedError:
    """What a login came to after its last attempt, as a sentence that ends the run."""
    said = error.message.removeprefix("the login: ")
    return LoginFailedError(f"The login: {said}", cause=error.cause)


def refusal(mine: Credentials, error: Any) -> str:
    """What a refused login said, and what to check."""
    text = " ".join(str(error.auth_message).split())
    if mine.kind == "token" and ("SOAP" in text or "login()" in text):
        hint = (
            "this login is being retired: set SF_CLIENT_ID, SF_CLIENT_SECRET and SF_DOMAIN, or "
            "SF_USERNAME, SF_CLIENT_ID and SF_PRIVATE_KEY_FILE, instead"
        )
    else:
        hint = CHECK[mine.kind]
    return f"Salesforce refused the login ({error.code}: {text.rstrip('.')[:200]}); {hint}."


def is_soap_fault(error: Any) -> bool:
    """A refused SOAP login comes as status 500 with a code of letters."""
    return isinstance(error.code, str) and not error.code.isdigit()
