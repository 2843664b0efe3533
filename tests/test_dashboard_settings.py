"""Settings: what holds, a draft and what it would do, applying it; rules and their modes."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from polaris import config
from polaris.settings import load_settings
from tests.support import fake_release, fake_release_duplicates
from tests.support.dashboard_app import (
    act_as,
    checked,
    labels,
    open_page,
    press,
    stored,
    text_of,
)


@pytest.fixture(autouse=True)
def home(page_home: Path) -> Path:
    fake_release_duplicates.add(fake_release.publish(page_home))
    return page_home


def typed(app: AppTest, key: str, value: float) -> AppTest:
    """The page with another number in the field of a setting."""
    box = next(one for one in app.number_input if one.label == key)
    return checked(box.set_value(value).run())


def test_every_setting_stands_there_with_its_default_and_range() -> None:
    app = open_page("settings")
    text = text_of(app).replace("\\", "")
    ready = [one for box in app.multiselect for one in box.options]
    for setting in config.listed().values():
        if setting.topic == "Completeness":
            assert setting.key.rpartition(".")[2].replace("_", " ") in ready
        else:
            assert setting.key in text
    assert "Default 90, from 30 to 3650" in text
    assert "Draft:" not in text


def test_a_draft_is_applied_with_a_reason_and_holds() -> None:
    app = typed(open_page("settings"), "retention.days", 120)
    assert "Draft: 1 change" in text_of(app)
    app = press(app, "Apply")
    assert "Say why the settings are changed" in app.error[0].value
    assert stored() == []
    app.text_input(key="settings-why").set_value("The board asked").run()
    app = press(app, "Apply")
    payload = {"key": "retention.days", "value": 120}
    assert stored() == [("set_config", "retention.days", payload, "The board asked")]
    assert config.value(load_settings(), "retention.days") == 120
    text = text_of(open_page("settings"))
    assert "Set to 120 by jordan" in text
    assert "The board asked" in text


def test_thresholds_say_which_pairs_they_would_move_and_cannot_cross() -> None:
    app = typed(open_page("settings"), "dedupe.auto_threshold", 0.99)
    assert "pairs that only their score decides" in text_of(app)
    app = typed(app, "dedupe.auto_threshold", 0.5)
    assert "must be less than dedupe.auto_threshold" in app.error[0].value.replace("\\", "")
    assert next(one for one in app.button if one.label == "Apply").disabled


def test_a_field_that_shall_not_count_is_a_switch_turned_off() -> None:
    app = open_page("settings")
    box = next(one for one in app.multiselect if one.label == "Volunteer")
    box.set_value([one for one in box.value if not one.endswith(".dob")]).run()
    app.text_input(key="settings-why").set_value("Nobody gives it").run()
    press(app, "Apply")
    key = "completeness.volunteer.dob"
    assert stored() == [("set_config", key, {"key": key, "value": False}, "Nobody gives it")]


def test_who_is_heard_first_is_said_in_words_and_changed_like_any_setting() -> None:
    app = open_page("settings")
    text = text_of(app)
    assert "the source with the **smallest number** is believed" in text
    assert "E-mail and phone: sign-ups on the website" in text.replace("\\", "")
    app = typed(app, "priority.contact.website", 1)
    assert "Obeyed from the next build on" in text_of(app)
    app.text_input(key="settings-why").set_value("Sign-ups are fresh").run()
    press(app, "Apply")
    key = "priority.contact.website"
    assert stored() == [("set_config", key, {"key": key, "value": 1}, "Sign-ups are fresh")]


def test_a_dropped_draft_leaves_everything_as_it_is() -> None:
    app = press(typed(open_page("settings"), "retention.days", 120), "Drop the draft")
    assert "Draft:" not in text_of(app)
    assert stored() == []


def test_a_rule_gets_another_mode_after_its_effect_is_said() -> None:
    app = open_page("settings")
    app.selectbox(key="settings-rule").select("VOL_EMAIL_FORMAT").run()
    app.selectbox(key="settings-mode").select("warn").run()
    assert "held back by nothing else would go on" in text_of(app)
    app.text_input(key="settings-rule-why").set_value("Only a test file").run()
    app.button(key="settings-rule-apply").click().run()
    payload = {"rule_code": "VOL_EMAIL_FORMAT", "source": "csv", "mode": "warn"}
    said = ("set_rule_mode", "VOL_EMAIL_FORMAT csv", payload, "Only a test file")
    assert stored() == [said]


def test_rules_of_every_source_are_there_and_some_are_always_said() -> None:
    app = open_page("settings")
    app.button_group(key="settings-rule-source").set_value("salesforce").run()
    listed = app.dataframe[-3].value.set_index("rule")
    assert listed.loc["unknown_event", "mode"] == "Always"
    assert "no session" in listed.loc["unknown_event", "why"]
    assert "unknown_event" not in app.selectbox(key="settings-rule").options
    app.selectbox(key="settings-rule").select("all_caps_name").run()
    assert [one[:3] for one in app.selectbox(key="settings-mode").options] == ["Off"]
    assert "the findings would be gone from the next build on" in text_of(app)
    app.text_input(key="settings-rule-why").set_value("Nobody minds").run()
    app.button(key="settings-rule-apply").click().run()
    payload = {"rule_code": "all_caps_name", "source": "salesforce", "mode": "off"}
    said = ("set_rule_mode", "all_caps_name salesforce", payload, "Nobody minds")
    assert stored() == [said]


@pytest.mark.parametrize("role", ["data_steward", "viewer"])
def test_others_read_only(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    act_as(monkeypatch, role)
    app = open_page("settings")
    assert "Only an administrator changes settings" in text_of(app)
    assert not app.number_input
    assert "Apply" not in labels(app)
