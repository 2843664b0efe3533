"""Signing in: who gets in as what, when a sign-in ends, and that nothing is lost then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import who
from polaris.commands.dashboard import check_secrets
from polaris.deciding import decisions
from polaris.errors import BadInput
from polaris.settings import load_settings
from tests.support import fake_release, oidc_provider
from tests.support.dashboard_app import APP, checked, open_page, press, text_of

LIST = (
    "email,role,districts\n"
    "jo@example.org,admin,\n"
    "lee@example.org,district_admin,Hickman Mills\n"
    "*@example.net,viewer,\n"
)


@pytest.fixture(autouse=True)
def home(page_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    fake_release.publish(page_home)
    (page_home / "access.csv").write_text(LIST, encoding="utf-8")
    monkeypatch.setattr("dashboard.who.is_configured", lambda: True)
    monkeypatch.setattr("dashboard.who._secret", {"contact": "Robin Example"}.get)
    monkeypatch.setattr("dashboard.sign_in._providers", lambda: ["default"])
    return page_home


def sign_in(monkeypatch: pytest.MonkeyPatch, who_: str | None, /, **claims: Any) -> None:
    """As if the provider had signed this address in now; a claim that is None is not there."""
    now = datetime.now(UTC).timestamp()
    user = {"is_logged_in": True, "email": who_, "email_verified": True, "iat": now}
    user |= {"exp": now + 3600} | claims
    known = {name: value for name, value in user.items() if value is not None}
    monkeypatch.setattr("streamlit.user", known if who_ else {"is_logged_in": False})


def first_page() -> AppTest:
    return checked(AppTest.from_file(str(APP), default_timeout=60).run())


def test_nobody_sees_anything_before_signing_in(monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, None)
    app = first_page()
    text = text_of(app)
    assert "Sign in to see the dashboard" in text
    assert "Robin Example" in text
    assert [button.label for button in app.button] == ["Sign in"]
    assert not app.metric


@pytest.mark.parametrize(
    ("email", "role"),
    [
        ("Jo@Example.org ", "Administrator"),
        ("lee@example.org", "District administrator"),
        ("whoever@example.net", "Viewer"),
    ],
)
def test_the_list_says_who_gets_in_as_what(
    email: str, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(monkeypatch, email)
    app = first_page()
    text = text_of(app).replace("\\", "")
    assert f"**{role}**" in text
    assert f"Signed in as {email.strip().lower()}" in text
    assert ("for Hickman Mills" in text) is (role == "District administrator")
    assert "Sign out" in [button.label for button in app.button]


@pytest.mark.parametrize(
    ("email", "claims", "why"),
    [
        ("stranger@example.com", {}, "not on the list"),
        ("jo@example.org.evil.example", {}, "not on the list"),
        ("jo@example.org", {"email_verified": False}, "does not vouch"),
        ("jo@example.org", {"email_verified": None}, "does not vouch"),
        ("jo@example.org", {"email_verified": "false"}, "does not vouch"),
        ("jo@example.org", {"email": None}, "does not vouch"),
    ],
)
def test_who_is_not_known_is_told_whom_to_ask(
    email: str, claims: dict[str, Any], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(monkeypatch, email, **claims)
    app = first_page()
    text = text_of(app).replace("\\", "")
    assert why in text
    assert "Robin Example" in text
    assert "Sign out" in [button.label for button in app.button]
    assert not app.metric


def test_a_provider_that_never_says_verified_is_trusted_only_where_the_secrets_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dashboard.who._secret", {"email_is_verified_by_provider": True}.get)
    sign_in(monkeypatch, "jo@example.org", email_verified=None)
    assert first_page().metric
    sign_in(monkeypatch, "jo@example.org", email_verified=False)
    assert not first_page().metric


@pytest.mark.parametrize(
    ("issued", "ends", "hours"),
    [(0, 1, 12), (0, 13, 13), (0, 700, 24)],
)
def test_a_sign_in_is_good_for_twelve_hours_or_as_long_as_its_token_but_a_day_at_most(
    issued: int, ends: int, hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = datetime(2026, 3, 10, 8, tzinfo=UTC)
    user = {
        "is_logged_in": True,
        "email": "jo@example.org",
        "email_verified": "true",
        "iat": (start + timedelta(hours=issued)).timestamp(),
        "exp": (start + timedelta(hours=ends)).timestamp(),
    }
    signed_in = who._signed_in(load_settings(), user, start)
    assert signed_in.expires_at == start + timedelta(hours=hours)
    for passed, is_over in ((timedelta(0), False), (timedelta(hours=hours), True)):
        monkeypatch.setattr("dashboard.who._now", lambda passed=passed: start + passed)
        assert signed_in.is_expired() is is_over
    st.session_state.clear()
    with pytest.raises(who.SignInNeededError):
        who._signed_in(load_settings(), user, start + timedelta(hours=hours))
    for name in ("iat", "exp"):
        with pytest.raises(who.SignInNeededError):
            who._signed_in(load_settings(), user | {name: "soon"}, start)


def test_when_a_sign_in_ends_nothing_is_stored_and_what_was_typed_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sign_in(monkeypatch, "jo@example.org")
    app = open_page("unmatched", ticket="k-company")
    key = "notes-k-company"
    app = checked(app.text_input(key=key).set_value("A guest, once").run())
    later = datetime.now(UTC) + timedelta(hours=12, seconds=5)
    monkeypatch.setattr("dashboard.who._now", lambda: later)
    app = press(app, "Ignore")
    text = text_of(app)
    assert "Your sign-in has ended, so nothing was stored" in text
    assert app.text_input(key=key).value == "A guest, once"
    assert [one.proto.label for one in app.get("link_button")] == ["Sign in again"]
    assert decisions.read_all(load_settings()) == []
    assert "Sign in again" in text_of(open_page_signed_out())  # a new tab does not get in
    sign_in(monkeypatch, "jo@example.org", iat=later.timestamp(), exp=later.timestamp() + 60)
    press(app, "Ignore")
    assert [item.actor for item in decisions.read_all(load_settings())] == ["jo@example.org"]


def open_page_signed_out() -> AppTest:
    app = first_page()
    assert not app.metric
    return app


def test_signing_in_again_in_another_tab_of_the_browser_carries_a_page_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    st.session_state.clear()
    now = datetime.now(UTC)
    claims = {"is_logged_in": True, "email": "jo@example.org", "email_verified": True}
    old = claims | {"iat": (now - timedelta(hours=13)).timestamp(), "exp": now.timestamp() - 1}
    new = claims | {"iat": now.timestamp(), "exp": now.timestamp() + 60}
    monkeypatch.setattr("dashboard.who._browser", lambda: "one")
    with pytest.raises(who.SignInNeededError):
        who._signed_in(load_settings(), old, now)
    who._signed_in(load_settings(), new, now)
    assert not who._signed_in(load_settings(), old, now).is_expired()
    st.session_state.clear()
    monkeypatch.setattr("dashboard.who._browser", lambda: "another")
    with pytest.raises(who.SignInNeededError):
        who._signed_in(load_settings(), old, now)


def test_a_wrong_list_keeps_everybody_out_in_words(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (home / "access.csv").write_text("email,role,districts\njo@example.org,king,\n")
    sign_in(monkeypatch, "jo@example.org")
    app = first_page()
    assert "The access list cannot be used" in text_of(app)
    assert "king" not in text_of(app)
    assert "king" in caplog.text
    assert not app.metric


def test_navigation_and_pages_follow_the_role(monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(monkeypatch, "lee@example.org")
    app = first_page()
    with pytest.raises(ValueError, match="navigation page"):
        app.switch_page("screens/import_file.py")
    sign_in(monkeypatch, "jo@example.org")
    assert "Import" in text_of(open_page("import_file"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "polaris.example.org"},
        {"Host": "localhost:8501", "X-Forwarded-For": "203.0.113.7"},
        {"Host": "127.0.0.1:8501", "Forwarded": "for=203.0.113.7"},
    ],
)
def test_without_sign_in_a_proxy_or_a_foreign_host_name_gets_nothing(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.who.is_configured", lambda: False)
    assert first_page().metric
    monkeypatch.setattr("streamlit.context", _Context(headers))
    app = first_page()
    assert "answers only on this machine" in text_of(app)
    assert not app.metric


class _Context:
    def __init__(self, headers: dict[str, str]) -> None:
        self.headers = headers
        self.cookies: dict[str, str] = {}


def test_secrets_are_checked_before_the_server_starts(tmp_path: Path) -> None:
    path = tmp_path / "secrets.toml"
    assert check_secrets(path) is False
    provider = oidc_provider.Provider("http://127.0.0.1:1")
    good = provider.secrets_toml("http://127.0.0.1:8501")
    path.write_text(good)
    assert check_secrets(path) is True
    path.write_text(good.replace("client_id", "klient_id"))
    with pytest.raises(BadInput, match=r"lacks auth.client_id"):
        check_secrets(path)
    path.write_text('[auth]\nredirect_uri = "x"\ncookie_secret = "short"\n[auth.okta]\n')
    with pytest.raises(BadInput, match=r"auth.okta.client_id, auth.okta.client_secret"):
        check_secrets(path)
    path.write_text(good.replace('cookie_secret = "', 'cookie_secret = "short" # '))
    with pytest.raises(BadInput, match="shorter than 32"):
        check_secrets(path)
    path.write_text("[auth")
    with pytest.raises(BadInput, match="no TOML"):
        check_secrets(path)
