"""Salesforce: fresh or not, what came, what agrees, who owns what, and Sync now."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard import jobs, words_crm
from dashboard.sources import crm_objects
from tests.support import fake_release
from tests.support.dashboard_app import (
    act_as,
    end_job,
    is_closed,
    labels,
    metrics,
    open_page,
    press,
    text_of,
    waiting_command,
)

LOGIN = {"SF_CLIENT_ID": "app", "SF_CLIENT_SECRET": "hush", "SF_DOMAIN": "acme.my"}


@pytest.fixture(autouse=True)
def home(page_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (*LOGIN, "SF_USERNAME", "SF_PASSWORD", "SF_SECURITY_TOKEN", "SF_INSTANCE_URL"):
        monkeypatch.delenv(name, raising=False)
    return page_home


@pytest.fixture
def release(home: Path) -> Path:
    return fake_release.publish(home)


def connected(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LOGIN.items():
        monkeypatch.setenv(name, value)


def test_the_summary_counts_objects_and_what_disagrees(release: Path) -> None:
    app = open_page("salesforce")
    shown = metrics(app)
    assert shown["Objects up to date"] == "2 of 4"
    assert shown["Getting old"] == "1"
    assert shown["New in the last load"] == "42"
    assert shown["Changed in the last load"] == "18"
    assert shown["Counts that disagree"] == "1"
    assert "Getting old: Events." in text_of(app)


def test_the_sample_says_why_it_is_old(release: Path, home: Path) -> None:
    assert "polaris-load demo" not in text_of(open_page("salesforce"))
    (home / "demo.json").touch()
    text = text_of(open_page("salesforce"))
    assert "Overdue" in text
    assert "This is the sample of `polaris-load demo`" in text


def test_a_card_says_how_old_an_object_is_what_came_and_what_is_wrong(release: Path) -> None:
    text = text_of(open_page("salesforce")).replace("\\", "")
    assert "Volunteers, teachers and students" in text
    assert "Read up to: Mar 10, 2026, 2:00 AM CDT" in text
    assert "**40** new, **12** changed, **3** unchanged, **1** deleted" in text
    assert "Fields that are gone in Salesforce: Old__c." in text
    assert "2 records held back by an error rule." in text
    assert "What it refers to is older: Accounts (was read 30.0 hours before)." in text
    assert "Age: 4 days" in text
    assert "1,191, and 9 deleted" in text
    assert "Never read" in text


def test_an_object_that_was_only_tried_out_grows_old_too(release: Path) -> None:
    with duckdb.connect(str(release)) as connection:
        connection.execute(
            "update ops.crm_objects set watermark = null, watermark_age_hours = null,"
            " measured_at = timestamptz '2026-03-10 14:00:00+00',"
            " last_success_at = timestamptz '2026-03-06 07:00:00+00',"
            " status = 'stale' where object_name = 'Session__c'"
        )
    text = text_of(open_page("salesforce")).replace("\\", "")
    assert re.search(r"Age: \d{3,} days", text)
    assert "Overdue" in text


def test_the_bars_are_the_last_seven_days_and_no_other(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: dict[str, Any] = {}
    monkeypatch.setattr(
        "dashboard.sources.crm_objects.st.vega_lite_chart",
        lambda spec, key: drawn.update({key: spec}),
    )
    open_page("salesforce")
    days = drawn["crm-bars-Contact"]["datasets"]["days"]
    assert len(days) == 21
    new = {row["Day"]: row["Rows"] for row in days if row["What"] == "New"}
    assert [count for count in new.values() if count] == [34, 38, 40]


def test_counts_that_disagree_come_first_and_outcomes_add_up(release: Path) -> None:
    app = open_page("salesforce")
    checks, outcomes = app.dataframe[0].value, app.dataframe[1].value
    assert checks["state"].tolist() == ["Disagrees", "Agrees", "Agrees", "Agrees"]
    assert (checks["object"][0], checks["difference"][0]) == ("Sessions", -100)
    of_people = outcomes[outcomes["object"] == "Participations"]
    assert of_people["count"].tolist() == [80, 6, 4]
    assert round(of_people["share"].sum()) == 100
    assert "Same person twice in one session" in of_people["outcome"].tolist()
    assert not set(outcomes["outcome"]) & set(words_crm.OUTCOMES)


def test_the_fields_say_who_owns_them_and_who_may_say_otherwise(release: Path) -> None:
    app = open_page("salesforce")
    fields, owners = app.dataframe[2].value, app.dataframe[3].value
    assert sorted(fields["label"]) == ["<b>Pet</b>", "=Shirt size"]
    title = owners[owners["field"] == "Title"].iloc[0]
    assert (title["owner"], title["override"]) == ("Salesforce", "No")
    reason = owners[owners["field"] == "Cancellation reason"].iloc[0]
    assert reason["override"] == "Yes: Cancellation reason set"


def test_without_a_login_the_page_names_the_variables_and_offers_no_button(release: Path) -> None:
    app = open_page("salesforce")
    text = text_of(app).replace("\\", "")
    assert "Salesforce is not connected" in text
    assert "SF_CLIENT_ID, SF_CLIENT_SECRET and SF_DOMAIN" in text
    assert "Sync now" not in labels(app)


def test_sync_now_starts_the_command_in_the_background_and_says_how_it_ended(
    release: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(monkeypatch)
    script = "pathlib.Path(os.environ['POLARIS_HOME'], 'asked').write_text(' '.join(sys.argv[1:]))"
    monkeypatch.setattr(jobs, "COMMAND", waiting_command(script))
    app = press(open_page("salesforce"), "Sync now")
    assert "Sync now" not in labels(app)
    assert "Reading Salesforce" in text_of(app)
    end_job(home)
    assert (home / "asked").read_text() == "salesforce --json"
    assert "a new release is published" in text_of(app.run())
    assert "hush" not in text_of(app)


def test_a_sync_that_fails_says_why(
    release: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(monkeypatch)
    script = "print('The login was refused.', file=sys.stderr); sys.exit(4)"
    monkeypatch.setattr(jobs, "COMMAND", waiting_command(script))
    app = press(open_page("salesforce"), "Sync now")
    end_job(home)
    assert "The login was refused" in text_of(app.run())
    assert "Sync now" in labels(app)


@pytest.mark.parametrize(
    ("role", "may_sync"), [("admin", True), ("data_steward", True), ("viewer", False)]
)
def test_staff_see_it_and_those_who_import_may_sync(
    release: Path, monkeypatch: pytest.MonkeyPatch, role: str, may_sync: bool
) -> None:
    connected(monkeypatch)
    act_as(monkeypatch, role)
    app = open_page("salesforce")
    assert metrics(app)
    assert ("Sync now" in labels(app)) is may_sync


@pytest.mark.parametrize("role", ["district_admin", "district_viewer"])
def test_a_district_has_no_such_page(
    release: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    act_as(monkeypatch, role, "d-hickman")
    assert is_closed(open_page("salesforce"))


def test_before_the_first_sync_the_page_says_what_to_do(home: Path) -> None:
    fake_release.publish(home, empty=True)
    assert "Salesforce has not been read yet" in text_of(open_page("salesforce"))


def test_nothing_but_never_read_objects_is_not_read_yet(release: Path) -> None:
    with duckdb.connect(str(release)) as connection:
        connection.execute("update ops.crm_objects set status = 'never'")
    assert "Salesforce has not been read yet" in text_of(open_page("salesforce"))


@pytest.mark.parametrize(
    ("hours", "words"), [(None, "\N{EM DASH}"), (1.2, "1 hour"), (47, "47 hours"), (72, "3 days")]
)
def test_ages(hours: float | None, words: str) -> None:
    assert crm_objects.age(hours) == words


@pytest.mark.parametrize("text", [None, "", "{}", "no json", '"x"'])
def test_what_is_no_list_of_texts_is_none(text: str | None) -> None:
    assert crm_objects.texts(text) == []
