"""Logging in: SOAP with the security token, and the three OAuth grants."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs

from tests.support.salesforce_peer.errors import invalid_session
from tests.support.salesforce_peer.ids import make_id
from tests.support.salesforce_peer.messages import Request, Response, answer
from tests.support.salesforce_peer.org import Org, key_pair

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SOAP = """<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope \
xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" \
xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:fault.partner.soap.sforce.com" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>{}</soapenv:Body>\
</soapenv:Envelope>"""
_FAULT = """<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {text}\
</faultstring><detail><sf:LoginFault xsi:type="sf:LoginFault"><sf:exceptionCode>{code}\
</sf:exceptionCode><sf:exceptionMessage>{text}</sf:exceptionMessage></sf:LoginFault></detail>\
</soapenv:Fault>"""
_RESULT = """<loginResponse><result><metadataServerUrl>{url}/services/Soap/m/{version}/{org}\
</metadataServerUrl><passwordExpired>false</passwordExpired><sandbox>false</sandbox>\
<serverUrl>{url}/services/Soap/u/{version}/{org}</serverUrl><sessionId>{token}</sessionId>\
<userId>{user}</userId></result></loginResponse>"""
_XML = "text/xml;charset=UTF-8"
_WHY_REFUSED = {
    "client_credentials": "no client credentials user enabled",
    "jwt": "user hasn't approved this consumer",
    "password": "authentication failure",
}


class RefusedLoginError(Exception):
    """The token endpoint says no."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.answer = answer({"error": error, "error_description": description}, 400)


class Auth:
    """Who may come in, and the tokens that are alive."""

    def __init__(self, org: Org, url: str, now: Callable[[], datetime]) -> None:
        self.org = org
        self.url = url
        self.now = now
        self.issued = 0
        self.alive: set[str] = set(org.tokens)
        self.dies_after: int | None = None

    @property
    def instance_url(self) -> str:
        """Where a login says that the org is."""
        return self.org.instance_url or self.url

    def issue(self) -> str:
        """A token that works."""
        self.issued += 1
        mark = hashlib.sha256(f"{self.org.username} {self.issued}".encode()).hexdigest()[:40]
        token = f"{make_id('00D', 1)[:15]}!AQ{mark}"
        self.alive.add(token)
        return token

    def check(self, request: Request) -> str:
        """The token of a data request; ApiError when it is not alive."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after < 0:
                self.dies_after = None
                self.alive.clear()
        if token not in self.alive:
            raise invalid_session()
        return token

    def login(self, request: Request) -> Response:
        """Answers a login of either kind."""
        if request.mode == "soap":
            return self.soap(request)
        try:
            return self.oauth(request)
        except RefusedLoginError as refused:
            return refused.answer

    # -- SOAP

    def soap(self, request: Request) -> Response:
        """User name, and password with the security token behind it."""
        text = request.body.decode()
        if float(request.version) >= 65:
            return _fault(
                "INVALID_OPERATION",
                "The SOAP Login operation is not available in the API version specified "
                f"({request.version}). Use a version earlier than 65.0 or another way to log in.",
            )
        if not self.org.soap_enabled or "token" in self.org.refused_logins:
            return _fault(
                "INVALID_OPERATION",
                "SOAP API login() is disabled by default in this org. Contact the org "
                "administrator to enable SOAP API login().",
            )
        given = (_element(text, "username"), _element(text, "password"))
        wanted = self.org.password + self.org.security_token
        if "organizationId" in text:
            wanted = self.org.password
        if given != (self.org.username, wanted):
            return _fault(
                "INVALID_LOGIN",
                "Invalid username, password, security token; or user locked out.",
            )
        result = _RESULT.format(
            url=self.instance_url,
            version=request.version,
            org=make_id("00D", 1)[:15],
            token=self.issue(),
            user=make_id("005", 1),
        )
        return Response(200, _SOAP.format(result).encode(), _XML)

    # -- OAuth

    def oauth(self, request: Request) -> Response:
        """The three grants."""
        form = {key: values[-1] for key, values in parse_qs(request.body.decode(), True).items()}
        grant = form.get("grant_type", "")
        flows = {"client_credentials": self.client_credentials, "password": self.by_password}
        if grant == JWT_GRANT:
            self.jwt(form.get("assertion", ""))
        elif grant in flows:
            flows[grant](form, request)
        else:
            raise RefusedLoginError("unsupported_grant_type", "grant type not supported")
        flow = "jwt" if grant == JWT_GRANT else grant
        if flow in self.org.refused_logins:
            raise RefusedLoginError("invalid_grant", _WHY_REFUSED[flow])
        token, user = self.issue(), make_id("005", 1)
        return answer(
            {
                "access_token": token,
                "instance_url": self.instance_url,
                "id": f"https://login.salesforce.com/id/{make_id('00D', 1)}/{user}",
                "token_type": "Bearer",
                "issued_at": str(int(self.now().replace(tzinfo=UTC).timestamp() * 1000)),
                "signature": base64.b64encode(hashlib.sha256(token.encode()).digest()).decode(),
                "scope": "api",
            }
        )

    def client(self, client_id: str | None, secret: str | None) -> None:
        """The app's own credentials."""
        if client_id != self.org.client_id:
            raise RefusedLoginError("invalid_client_id", "client identifier invalid")
        if secret != self.org.client_secret:
            raise RefusedLoginError("invalid_client", "invalid client credentials")

    def client_credentials(self, form: dict[str, str], request: Request) -> None:
        """Basic authorisation, or the same in the form."""
        basic = request.headers.get("authorization", "")
        if basic.startswith("Basic "):
            try:
                name, _, secret = base64.b64decode(basic[6:], validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise RefusedLoginError("invalid_client", "invalid client credentials") from None
            self.client(name, secret)
        else:
            self.client(form.get("client_id"), form.get("client_secret"))

    def by_password(self, form: dict[str, str], _request: Request) -> None:
        """User name and password beside the app's credentials."""
        self.client(form.get("client_id"), form.get("client_secret"))
        passwords = (self.org.password, self.org.password + self.org.security_token)
        if form.get("username") != self.org.username or form.get("password") not in passwords:
            raise RefusedLoginError("invalid_grant", "authentication failure")

    def jwt(self, assertion: str) -> None:
        """An assertion signed with the key whose other half the app knows."""
        import jwt

        audiences = [
            "https://login.salesforce.com",
            "https://test.salesforce.com",
            f"https://{self.org.domain}.salesforce.com",
            self.url,
        ]
        try:
            claims = jwt.decode(
                assertion,
                key_pair()[1],
                algorithms=["RS256"],
                audience=audiences,
                options={"require": ["iss", "sub", "aud", "exp"], "verify_exp": False},
            )
            expires = float(claims["exp"])
        except (jwt.PyJWTError, ValueError) as problem:
            raise RefusedLoginError("invalid_grant", f"invalid assertion: {problem}") from None
        if claims["iss"] != self.org.client_id:
            raise RefusedLoginError("invalid_client_id", "client identifier invalid")
        if claims["sub"] != self.org.username:
            raise RefusedLoginError("invalid_grant", "user hasn't approved this consumer")
        # simple-salesforce signs with the machine's clock, others may be told the peer's.
        clocks = (time.time(), self.now().replace(tzinfo=UTC).timestamp())
        if not any(0 < expires - clock <= 305 for clock in clocks):
            raise RefusedLoginError(
                "invalid_grant", "expired authorization code or audience is invalid"
            )


def _fault(code: str, text: str) -> Response:
    fault = _FAULT.format(code=code, text=html.escape(text, quote=False))
    return Response(500, _SOAP.format(fault).encode(), _XML)


def _element(text: str, name: str) -> str | None:
    found = re.search(rf"<(?:\w+:)?{name}>(.*?)</(?:\w+:)?{name}>", text, re.DOTALL)
    return html.unescape(found[1]) if found else None
