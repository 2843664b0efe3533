"""The numbers and switches an administrator may set (platform.md §11.1), and what they are today.

What there is stands in the seed `rule_config`, which dbt reads too. What holds is the newest
standing decision `set_config`, else the default: read here from the store, so that a setting of a
command or a page holds from the moment it is decided; the models obey it from the next build.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from polaris.settings import PROJECT_ROOT, Settings

SEED_FILE = PROJECT_ROOT / "seeds" / "rule_config.csv"
RULES_FILE = PROJECT_ROOT / "seeds" / "rule_handling.csv"
MESSAGES_FILE = PROJECT_ROOT / "seeds" / "rule_data_quality.csv"
MODES_FILE = PROJECT_ROOT / "seeds" / "rule_modes.csv"
SET_CONFIG = "set_config"
SET_RULE_MODE = "set_rule_mode"
MODES = ("off", "warn", "enforce")
# Whose rows the rules judge by their mode; the rules of the other sources have none.
MODE_SOURCES = ("csv",)
# The first of each must be less than the second.
ORDERED = (
    ("dedupe.review_threshold", "dedupe.auto_threshold"),
    ("freshness.warn_hours", "freshness.page_hours"),
    ("reject.warn", "reject.page"),
)
_WORDS = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True)
class Setting:
    """One key of the list.

    Attributes:
        key: such as `retention.days`.
        topic: what it is about, as pages group it.
        value_type: number, integer or boolean.
        default: until somebody decides; a boolean is 1 or 0.
        lowest: the least it may be.
        highest: the most it may be.
        unit: of the number; "" for none.
        meaning: a sentence for people.
    """

    key: str
    topic: str
    value_type: str
    default: float
    lowest: float
    highest: float
    unit: str
    meaning: str

    def said(self, value: float) -> str:
        """A value as people read it, without its unit."""
        if self.value_type == "boolean":
            return "yes" if value else "no"
        return f"{value:g}"

    @property
    def range(self) -> str:
        """The values it may have, in words."""
        if self.value_type == "boolean":
            return "true or false"
        kind = "a whole number" if self.value_type == "integer" else "a number"
        return f"{kind} from {self.lowest:g} to {self.highest:g}"


@dataclass(frozen=True)
class Standing:
    """What a setting or a rule's mode is, and who made it so.

    Attributes:
        value: a number of a setting, the mode of a rule.
        decision_id: of the decision; None where nobody decided, as the following.
        actor: who decided.
        decided_at: when, UTC.
        reason: why.
    """

    value: Any
    decision_id: str | None = None
    actor: str | None = None
    decided_at: Any = None
    reason: str | None = None


@lru_cache(maxsize=1)
def listed() -> dict[str, Setting]:
    """Every setting by its key."""
    with SEED_FILE.open(encoding="utf-8", newline="") as file:
        return {row["config_key"]: _setting(row) for row in csv.DictReader(file)}


def _setting(row: Mapping[str, str]) -> Setting:
    return Setting(
        key=row["config_key"],
        topic=row["topic"],
        value_type=row["value_type"],
        default=float(row["default_value"]),
        lowest=float(row["lowest"]),
        highest=float(row["highest"]),
        unit=row["unit"],
        meaning=row["meaning"],
    )


@lru_cache(maxsize=1)
def rules() -> tuple[str, ...]:
    """The rules that have a mode."""
    with RULES_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(row["rule_code"] for row in csv.DictReader(file))


@lru_cache(maxsize=1)
def messages() -> dict[str, str]:
    """What each rule says, by its code."""
    with MESSAGES_FILE.open(encoding="utf-8", newline="") as file:
        return {row["rule_code"]: row["message"] for row in csv.DictReader(file)}


@lru_cache(maxsize=1)
def listed_modes() -> dict[tuple[str, str], str]:
    """The mode of each rule and source until somebody decides."""
    with MODES_FILE.open(encoding="utf-8", newline="") as file:
        listed = {(row["rule_code"], row["source"]): row["mode"] for row in csv.DictReader(file)}
    return {
        (rule, source): listed.get((rule, source), "enforce")
        for rule in rules()
        for source in MODE_SOURCES
    }


def number(setting: Setting, value: Any) -> float | None:
    """A value given in JSON or as text as the setting's number; None where it may not be that."""
    if isinstance(value, str):
        # Other digits than ours are numbers to Python and none to the models.
        text = value.strip().lower() if value.isascii() else ""
        if setting.value_type == "boolean":
            return _WORDS.get(text)
        try:
            value = float(text)
        except ValueError:
            return None
    if isinstance(value, bool):
        return float(value) if setting.value_type == "boolean" else None
    if not isinstance(value, int | float) or setting.value_type == "boolean":
        return None
    if not math.isfinite(value) or (setting.value_type == "integer" and value != int(value)):
        return None
    return float(value) if setting.lowest <= value <= setting.highest else None


def problem(payload: Mapping[str, Any]) -> str | None:
    """What is wrong with the payload of a set_config on its own; None for nothing."""
    key = str(payload["key"])
    setting = listed().get(key)
    if setting is None:
        return f"there is no setting {key[:50]!r}; there are: {', '.join(listed())}"
    if number(setting, payload["value"]) is None:
        return f"{key} must be {setting.range}, not {str(payload['value'])[:50]}"
    return None


def rule_problem(payload: Mapping[str, Any]) -> str | None:
    """What is wrong with the rule of a set_rule_mode; None for nothing."""
    if payload["rule_code"] not in rules():
        return f"there is no rule {str(payload['rule_code'])[:50]!r} with a mode"
    if payload["source"] not in MODE_SOURCES:
        return (
            f"the mode of a rule can be set for {', '.join(MODE_SOURCES)},"
            f" not for {str(payload['source'])[:50]}"
        )
    return None


def order_problem(values: Mapping[str, float], keys: Iterable[str]) -> str | None:
    """Two settings of which one must be less than the other, but is not, among those of `keys`."""
    asked = set(keys)
    for less, more in ORDERED:
        if {less, more} & asked and values[less] >= values[more]:
            words = f"{less} would be {values[less]:g} and {more} {values[more]:g}"
            return f"{less} must be less than {more}, but {words}"
    return None


def standing(settings: Settings) -> dict[str, Standing]:
    """What every setting is today, by its key.

    Raises:
        PolarisError: the store cannot be reached.
    """
    found = {key: Standing(setting.default) for key, setting in listed().items()}
    for item in _decided(settings, SET_CONFIG):
        setting = listed().get(str(item.payload.get("key")))
        value = number(setting, item.payload.get("value")) if setting else None
        if setting is not None and value is not None:
            found[setting.key] = _by(item, value)
    return found


def modes(settings: Settings) -> dict[tuple[str, str], Standing]:
    """The mode of every rule and source today.

    Raises:
        PolarisError: the store cannot be reached.
    """
    found = {key: Standing(mode) for key, mode in listed_modes().items()}
    for item in _decided(settings, SET_RULE_MODE):
        key = (str(item.payload.get("rule_code")), str(item.payload.get("source")))
        if key in found and item.payload.get("mode") in MODES:
            found[key] = _by(item, item.payload["mode"])
    return found


def value(settings: Settings, key: str) -> float:
    """What one setting is today; a switch is 1 or 0.

    Raises:
        PolarisError: the store cannot be reached.
    """
    return float(standing(settings)[key].value)


def _by(item: Any, found: Any) -> Standing:
    return Standing(found, item.decision_id, item.actor, item.decided_at, item.reason)


def _decided(settings: Settings, action: str) -> list[Any]:
    from polaris import decisions

    stored = decisions.read_all(settings)
    revoked = {item.revokes for item in stored if item.revokes}
    return [item for item in stored if item.action == action and item.decision_id not in revoked]
