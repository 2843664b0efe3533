"""Settings and the modes of rules are decided: ranges, order, who may, what holds afterwards."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest

from dashboard.runs import uploads
from polaris import config, quality_export, retention
from polaris.deciding import decisions
from polaris.errors import BadInput
from polaris.settings import PROJECT_ROOT, Settings
from tests.support.deciding import line, publish, revoke

AUTO, REVIEW = "dedupe.auto_threshold", "dedupe.review_threshold"


@pytest.fixture(autouse=True)
def published(settings: Settings) -> None:
    publish(settings)


def setting(key: str, value: Any, reason: str = "Agreed in the team") -> dict[str, Any]:
    return line("set_config", key, reason, key=key, value=value)


def mode(rule: str, said: str, source: str = "csv") -> dict[str, Any]:
    return line("set_rule_mode", rule, "Agreed", rule_code=rule, source=source, mode=said)


def about(subject: str, said: dict[str, Any]) -> dict[str, Any]:
    """The same decision under another subject."""
    return said | {"subject_key": subject}


def decide(settings: Settings, *lines: dict[str, Any]) -> list[decisions.Decision]:
    return decisions.append(settings, lines, actor="ada", role="admin")


def refused(settings: Settings, *lines: dict[str, Any], role: str = "admin") -> str:
    with pytest.raises(BadInput) as caught:
        decisions.append(settings, lines, actor="ada", role=role)
    return caught.value.message


def test_a_setting_holds_from_its_decision_until_it_is_taken_back(settings: Settings) -> None:
    assert config.value(settings, "retention.days") == 90
    decide(settings, setting("retention.days", 120))
    (last,) = decide(settings, setting("retention.days", "365"))
    now = config.standing(settings)["retention.days"]
    assert (now.value, now.actor, now.reason) == (365, "ada", "Agreed in the team")
    decide(settings, revoke(last.decision_id, "Too long"))
    assert config.value(settings, "retention.days") == 120
    assert config.standing(settings)["delta.sigma"].decision_id is None


def test_commands_and_pages_obey_at_once(settings: Settings) -> None:
    assert "files of 25 MB at most" in uploads.limit(settings)
    decide(settings, setting("upload.max_mb", 5), setting("export.max_rows", 100))
    assert "files of 5 MB at most" in uploads.limit(settings)
    assert quality_export.most_rows(settings) == 100
    decide(settings, setting("retention.days", 30))
    assert retention.retain(settings, None, dry_run=True).days == 30


def test_a_rules_mode_holds_likewise(settings: Settings) -> None:
    assert config.modes(settings)["VOL_EMAIL_MX", "csv"].value == "off"
    (said,) = decide(settings, mode("VOL_CONTACT_REQUIRED", "warn"))
    assert config.modes(settings)["VOL_CONTACT_REQUIRED", "csv"].value == "warn"
    assert "already warn for csv" in refused(settings, mode("VOL_CONTACT_REQUIRED", "warn"))
    decide(settings, revoke(said.decision_id, "Too lax"))
    assert config.modes(settings)["VOL_CONTACT_REQUIRED", "csv"].value == "enforce"
    decide(settings, about("config", mode("all_caps_name", "off", source="salesforce")))
    assert config.modes(settings)["all_caps_name", "salesforce"].value == "off"


def test_every_rule_about_rows_has_a_mode_or_says_why_not() -> None:
    """What says why a row went nowhere cannot be silenced; a row of a file may be let in."""
    listed = config.rules()
    with config.MESSAGES_FILE.open(encoding="utf-8", newline="") as file:
        assert {row["rule_code"] for row in csv.DictReader(file)} == set(listed)
    fixed = {rule.code for rule in listed.values() if rule.fixed_because}
    holding = {rule.code for rule in listed.values() if rule.holds_back}
    let_in = {code for code in holding if code.isupper()} | {"signup_negative_hours"}
    let_in -= {"ORG_NAME_REQUIRED", "EVENT_START_DATE_REQUIRED"}
    assert fixed == holding - let_in | {"invalid_status"}
    assert {rule.source for rule in listed.values()} == {"csv", "pathful", "roster", "salesforce"}


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (setting("retention.days", 10), "a whole number from 30 to 3650, not 10"),
        (setting("retention.days", 90.5), "a whole number from 30 to 3650, not 90.5"),
        (setting("retention.days", True), "a whole number from 30 to 3650, not True"),
        (setting(AUTO, 1.01), "a number from 0 to 1, not 1.01"),
        (setting(AUTO, "nan"), "a number from 0 to 1, not nan"),
        (setting("dedupe.auto_enabled", 1), "true or false, not 1"),
        (setting("retention.day", 90), "no setting 'retention.day'; did you mean retention.days"),
        (setting("Alert_Size", 9), "did you mean queue.alert_size?"),
        (setting("zz", 9), "there is no setting 'zz'; the page Settings lists them"),
        (about("delta.sigma", setting("reject.warn", 0.05)), "but what is set is 'reject.warn'"),
        (about("REF-40", mode("REF-401", "off")), "subject_key is 'REF-40', but what is set is"),
        (setting(" export.max_rows ", 200), "there is no setting ' export.max_rows '"),
        (setting("queue.alert_size", "\uff16\uff10"), "a whole number from 1 to 100000"),
        (setting("retention.days", 90), "nothing changes: retention.days is already 90"),
        (setting("retention.days", 100, reason=""), "set_config needs a reason"),
        (setting(AUTO, 0.8), "would be 0.8 and dedupe.auto_threshold 0.8"),
        (setting(REVIEW, 0.99), "must be less than dedupe.auto_threshold"),
        (setting("reject.page", 0.05), "reject.warn must be less than reject.page"),
        (mode("VOL_CONTACT_REQUIRED", "never"), "mode must be one of: off, warn, enforce"),
        (mode("ref_401", "off"), "no rule 'ref_401' that judges rows; did you mean REF-401"),
        (mode("REF-401", "off", source="pathful"), "REF-401 judges rows of csv, not of pathful"),
        (
            mode("unknown_event", "warn", source="salesforce"),
            "the rule unknown_event is always enforced: There is no session that",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    settings: Settings, bad: dict[str, Any], words: str
) -> None:
    said = refused(settings, bad)
    assert words in said
    assert not said.endswith("?.")
    assert decisions.read_all(settings) == []


def test_two_thresholds_are_judged_as_they_will_be_together(settings: Settings) -> None:
    both = decide(settings, setting(AUTO, 0.7), setting(REVIEW, 0.6))
    assert config.value(settings, AUTO) == 0.7
    # Taking back one of the two alone would leave the floor of asking above that of merging.
    decide(settings, setting(AUTO, 0.99))
    decide(settings, setting(REVIEW, 0.97))
    high = decisions.read_all(settings)[-2]
    assert "must be less than" in refused(settings, revoke(high.decision_id, "x"))
    assert len(both) == 2


@pytest.mark.parametrize("role", ["data_steward", "viewer", "district_admin"])
def test_only_an_administrator_may(settings: Settings, role: str) -> None:
    assert "may not set_config" in refused(settings, setting(AUTO, 0.9), role=role)
    assert "may not set_rule_mode" in refused(settings, mode("REF-401", "off"), role=role)


def test_the_defaults_of_matching_are_those_of_its_own_lists() -> None:
    for name, key, column in (
        ("rule_match_params", "name", "value"),
        ("rule_match_weights", "feature", "weight"),
    ):
        prefix = "dedupe." if name == "rule_match_params" else "dedupe.weights."
        with (PROJECT_ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            listed = {prefix + row[key]: float(row[column]) for row in csv.DictReader(file)}
        shared = listed.keys() & config.listed().keys()
        assert shared
        assert {one: listed[one] for one in shared} == {
            one: config.listed()[one].default for one in shared
        }


def test_every_setting_is_obeyed_somewhere() -> None:
    """A key that nothing reads would be a switch without a wire."""
    folders = ("models", "macros", "polaris", "dashboard", "seeds")
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in folders
        for path in (PROJECT_ROOT / folder).rglob("*")
        if path.suffix in {".py", ".sql", ".csv"}
        and path.name not in {"config.py", "rule_config.csv"}
    )
    by_prefix = ("dedupe.", "completeness.")  # models put these names together
    unread = [
        key
        for key in config.listed()
        if not key.startswith(by_prefix) and not re.search(rf"""['",]{re.escape(key)}['",]""", code)
    ]
    assert not unread


def test_the_page_on_settings_accounts_for_every_key() -> None:
    text = (PROJECT_ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+\.[a-z_.*]+)`", text)) - {"dbt_project.yml"}
    for key, setting in config.listed().items():
        group = next((one for one in named if one.endswith("*") and key.startswith(one[:-1])), None)
        assert key in named or group, key
        assert setting.lowest <= setting.default <= setting.highest, key
    # platform.md 11.1
    fixed = {"normalise.strip_plus_tags", "normalise.default_region", "normalise.site_timezone"}
    fixed |= {"salesforce.batch", "salesforce.filter_volunteers", "salesforce.lookback_minutes"}
    assert fixed <= named
    assert {one for one in named if not one.endswith("*")} - set(config.listed()) == fixed
