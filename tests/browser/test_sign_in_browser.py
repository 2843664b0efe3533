"""Signing in through a real provider with a real browser: staff, a district, a stranger, out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from polaris import teacher_links
from polaris.settings import load_settings
from tests.browser.conftest import served, settled
from tests.support import fake_release, oidc_provider
from tests.support.oidc_provider import Provider

pytestmark = pytest.mark.browser

LIST = "email,role,districts\njo@example.org,admin,\nlee@example.org,district_admin,Hickman Mills\n"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with oidc_provider.running() as provider:
        yield provider


@pytest.fixture
def guarded(provider: Provider, tmp_path: Path) -> Iterator[str]:
    """A dashboard that requires sign-in."""
    fake_release.publish(tmp_path)
    (tmp_path / "access.csv").write_text(LIST, encoding="utf-8")
    secrets = provider.secrets_toml("http://127.0.0.1:{port}")
    (tmp_path / "secrets.toml").write_text(secrets, encoding="utf-8")
    with served(tmp_path) as address:
        yield address


def sign_in(page: Page, provider: Provider, address: str, email: str) -> None:
    provider.email = email
    page.goto(address)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_have_count(0)
    settled(page)


def sign_out(page: Page, person: str | None) -> None:
    if person is not None:
        page.get_by_role("button", name=person).click()
    with page.expect_response(lambda answer: "/auth/logout" in answer.url):
        page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_people_sign_in_as_what_the_list_says_and_out_again(
    guarded: str, provider: Provider, page: Page
) -> None:
    page.goto(f"{guarded}/events?event=e-done")
    expect(page.get_by_text("Sign in to see the dashboard")).to_be_visible()
    assert "Robotics" not in page.content()

    sign_in(page, provider, guarded, "jo@example.org")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(page.get_by_text("Grandview").first).to_be_visible()
    page.goto(f"{guarded}/events?event=e-off")  # the sign-in holds for another address
    expect(page.get_by_role("heading", name="=Finance & Banking")).to_be_visible()
    sign_out(page, "jo@example.org")
    page.goto(f"{guarded}/events?event=e-off")
    expect(page.get_by_text("Sign in to see the dashboard")).to_be_visible()

    sign_in(page, provider, guarded, "lee@example.org")
    expect(page.get_by_text("Hickman Mills").first).to_be_visible()
    assert "Grandview" not in page.content()
    page.goto(f"{guarded}/events?event=e-off")
    settled(page)
    assert "Finance" not in page.content()
    page.goto(f"{guarded}/events?event=e-done")
    expect(page.get_by_role("heading", name="Robotics at Work")).to_be_visible()
    page.goto(f"{guarded}/import_file")
    settled(page)
    expect(page.get_by_text("Your role may not see this page")).to_be_visible()
    expect(page.locator("input[type=file]")).to_have_count(0)
    sign_out(page, "lee@example.org")

    sign_in(page, provider, guarded, "stranger@example.org")
    expect(page.get_by_text("not on the list")).to_be_visible()
    expect(page.get_by_text("Robin Example").first).to_be_visible()
    sign_out(page, None)

    provider.claims = {"email_verified": False}
    sign_in(page, provider, guarded, "jo@example.org")
    expect(page.get_by_text("does not vouch")).to_be_visible()


def test_a_teacher_opens_the_own_record_without_signing_in(
    guarded: str, page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLARIS_HOME", str(tmp_path))
    monkeypatch.setenv("POLARIS_LOGICAL_DATE", fake_release.TODAY.isoformat())
    token = teacher_links.issue(load_settings(), "ana.ruiz@example.org")
    page.goto(f"{guarded}/my_progress?{teacher_links.PARAMETER}={token}")
    expect(page.get_by_role("heading", name="Ana Ruiz")).to_be_visible()
    settled(page)
    expect(page.locator("[data-testid='stTopNavLink']")).to_have_count(0)
    page.get_by_label("Which session, and what happened?").fill("Robotics is missing")
    page.get_by_role("button", name="Report an issue").click()
    expect(page.get_by_text("Your report was received")).to_be_visible()
    page.goto(f"{guarded}/my_progress?{teacher_links.PARAMETER}=broken")
    expect(page.get_by_text("does not open a record")).to_be_visible()
