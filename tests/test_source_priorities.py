"""Whose word is heard how early: what is decided, and the page on pairs agreeing with the model."""

from __future__ import annotations

import csv
from itertools import groupby
from typing import Any

import duckdb
import pytest

from dashboard.duplicates import pair_survivor, words_duplicates
from polaris import config, model_sql
from polaris.deciding import decisions
from polaris.errors import BadInput
from polaris.settings import PROJECT_ROOT, Settings
from tests.support.deciding import line, publish, revoke

SEED = PROJECT_ROOT / "seeds" / "rule_survivorship.csv"
FILES_FIRST = ["csv", "salesforce", "website", "pathful"]
CRM_FIRST = ["salesforce", "csv", "website", "pathful"]
DEFAULT = {
    "identity": FILES_FIRST,
    "contact": FILES_FIRST,
    "address": FILES_FIRST,
    "consent": FILES_FIRST,
    "birth": CRM_FIRST,
    "demographics": CRM_FIRST,
    "employer": CRM_FIRST,
}


@pytest.fixture(autouse=True)
def published(settings: Settings) -> None:
    publish(settings)


def decide(settings: Settings, key: str, value: int) -> decisions.Decision:
    said = line("set_config", key, "The board asked", key=key, value=value)
    return decisions.append(settings, [said], actor="ada", role="admin")[0]


def of_page(settings: Settings) -> dict[str, list[str]]:
    """The sources of every group in the order in which the page on pairs hears them."""
    known = pair_survivor.places(settings)
    ordered = sorted(known, key=lambda which: (which[0], known[which]))
    return {group: [one[1] for one in many] for group, many in groupby(ordered, lambda x: x[0])}


def of_model(settings: Settings) -> dict[str, list[str]]:
    """The same of the model, which hears what staff picked before all."""
    tables = ("rule_survivorship", "int_decisions__config")
    sql = model_sql.query("int_people__source_order", {name: name for name in tables})
    settings_now = [
        (key, now.value, config.listed()[key].default)
        for key, now in config.standing(settings).items()
    ]
    with SEED.open(encoding="utf-8", newline="") as file:
        rules = [
            (row["field_group"], row["config_key"] or None, row["source"])
            for row in csv.DictReader(file)
        ]
    with duckdb.connect() as con:
        con.execute(
            "create table rule_survivorship (field_group text, config_key text, source text)"
        )
        con.executemany("insert into rule_survivorship values (?, ?, ?)", rules)
        con.execute(
            "create table int_decisions__config"
            " (config_key text, value double, default_value double)"
        )
        con.executemany("insert into int_decisions__config values (?, ?, ?)", settings_now)
        rows = con.execute(f"select * from ({sql}) order by field_group, place").fetchall()
    found = {group: list(many) for group, many in groupby(rows, lambda row: row[0])}
    assert all([row[2] for row in many] == [0, 1, 2, 3, 4] for many in found.values())
    assert all(many[0][1] == "manual" for many in found.values())
    return {group: [row[1] for row in many[1:]] for group, many in found.items()}


def test_until_somebody_decides_the_order_is_that_of_the_dossier(settings: Settings) -> None:
    """platform.md 4.11; for what the CRM owns salesforce.md 4.1."""
    assert of_page(settings) == of_model(settings) == DEFAULT


def test_a_decided_place_turns_one_group_in_the_model_and_on_the_page(settings: Settings) -> None:
    decide(settings, "priority.contact.csv", 9)
    first = decide(settings, "priority.identity.pathful", 2)
    turned = DEFAULT | {
        "contact": ["salesforce", "website", "pathful", "csv"],
        # Of two at one place the one whose default is smaller.
        "identity": ["csv", "salesforce", "pathful", "website"],
    }
    assert of_page(settings) == of_model(settings) == turned
    taken_back = revoke(first.decision_id, "A mistake")
    decisions.append(settings, [taken_back], actor="ada", role="admin")
    assert of_page(settings) == of_model(settings) == turned | {"identity": FILES_FIRST}


def test_a_pair_shows_whose_value_the_next_build_keeps(settings: Settings) -> None:
    fields = {name for unit in words_duplicates.UNITS.values() for name in unit[1]}
    crm: dict[str, Any] = dict.fromkeys(fields, "x") | {"source": "salesforce", "external_id": "3"}
    file = crm | {"source": "csv", "external_id": "csv:1"}
    before = pair_survivor.by_rule((crm, file), [], pair_survivor.places(settings))
    assert (before["email"], before["dob"]) == ("right", "left")
    decide(settings, "priority.contact.salesforce", 1)
    tied = pair_survivor.by_rule((crm, file), [], pair_survivor.places(settings))
    assert tied == before
    decide(settings, "priority.contact.csv", 2)
    after = pair_survivor.by_rule((crm, file), [], pair_survivor.places(settings))
    assert after == before | {"email": "left", "phone": "left"}


@pytest.mark.parametrize("value", [0, 10, 1.5])
def test_a_place_is_a_whole_number_from_1_to_9(settings: Settings, value: float) -> None:
    key = "priority.birth.csv"
    said = line("set_config", key, "Agreed", key=key, value=value)
    with pytest.raises(BadInput, match="a whole number from 1 to 9"):
        decisions.append(settings, [said], actor="ada", role="admin")
