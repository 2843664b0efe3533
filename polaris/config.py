"""The numbers and switches an administrator may set (platform.md §11.1), and what they are today.

What there is stands in the seed `rule_config`, which dbt reads too. What holds is the newest
standing decision `set_config`, else the default: read here from the store, so that a setting of a
command or a page holds from the moment it is decided; the models obey it from the next build.
"""

from __future__ import annotations

import csv
import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from polaris.settings import PROJECT_ROOT, Settings

SEED_FILE = PROJECT_ROOT / "seeds" / "rule_config.csv"
MESSAGES_FILE = PROJECT_ROOT / "seeds" / "rule_data_quality.csv"
MODES_FILE = PROJECT_ROOT / "seeds" / "rule_modes.csv"
SET_CONFIG = "set_config"
SET_RULE_MODE = "set_rule_mode"
MODES = ("off", "warn", "enforce")
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


@dataclass(frozen=True)
class Rule:
    """A rule that judges rows.

    Attributes:
        code: of rule_data_quality.
        source: whose rows it judges: csv, pathful, roster or salesforce.
        mode: until somebody decides.
        fixed_because: why it has no other mode; "" where it may have one.
        severity: while it is enforced: error, warn or info.
        holds_back: whether its error holds a row back.
        message: what it says.
    """

    code: str
    source: str
    mode: str
    fixed_because: str
    severity: str
    holds_back: bool
    message: str

    @property
    def modes(self) -> tuple[str, ...]:
        """Those that differ for it: what is no error is the same as a warning.

        Of files of ours one rule judges some rows harder than it says (DOM-201).
        """
        if self.fixed_because:
            return (self.mode,)
        if self.severity == "error" or self.source == "csv":
            return MODES
        return tuple(mode for mode in MODES if mode != "warn")


@lru_cache(maxsize=1)
def rules() -> dict[str, Rule]:
    """Every rule that judges rows, by its code."""
    with MESSAGES_FILE.open(encoding="utf-8", newline="") as file:
        said = {row["rule_code"]: row for row in csv.DictReader(file)}
    with MODES_FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["rule_code"]: _rule(row, said[row["rule_code"]]) for row in csv.DictReader(file)
        }


def _rule(row: Mapping[str, str], said: Mapping[str, str]) -> Rule:
    return Rule(
        code=row["rule_code"],
        source=row["source"],
        mode=row["mode"],
        fixed_because=row["fixed_because"],
        severity=said["severity"],
        holds_back=said["is_quarantining"] == "true",
        message=said["message"],
    )


@lru_cache(maxsize=1)
def listed_modes() -> dict[tuple[str, str], str]:
    """The mode of each rule and its source until somebody decides, where it may have others."""
    return {
        (rule.code, rule.source): rule.mode for rule in rules().values() if not rule.fixed_because
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
        return f"there is no setting {key[:50]!r}; {_near(key, listed())}"
    if number(setting, payload["value"]) is None:
        return f"{key} must be {setting.range}, not {str(payload['value'])[:50]}"
    return None


def rule_problem(payload: Mapping[str, Any]) -> str | None:
    """What is wrong with the rule of a set_rule_mode; None for nothing."""
    code = str(payload["rule_code"])
    rule = rules().get(code)
    if rule is None:
        return f"there is no rule {code[:50]!r} that judges rows; {_near(code, rules())}"
    if payload["source"] != rule.source:
        return f"the rule {code} judges rows of {rule.source}, not of {str(payload['source'])[:50]}"
    if rule.fixed_because:
        return f"the rule {code} is always enforced: {rule.fixed_because.rstrip('.')}"
    return None


def _near(name: str, known: Iterable[str]) -> str:
    """Which of the known names somebody may have meant."""
    forms = {one.lower(): one for one in known}
    given = name.strip().lower()
    near = difflib.get_close_matches(given, forms, n=3, cutoff=0.6)
    # A part of a name is not close to the whole.
    near += [one for one in forms if len(given) > 2 and given in one and one not in near]
    if not near:
        return "the page Settings lists them"
    return f"did you mean {' or '.join(forms[one] for one in near[:3])}?"


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
    from polaris.deciding import decision_store

    stored = decision_store.read_all(settings)
    revoked = {item.revokes for item in stored if item.revokes}
    return [item for item in stored if item.action == action and item.decision_id not in revoked]
