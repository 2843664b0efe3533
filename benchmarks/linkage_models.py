"""Runs the models of `models/intermediate/identity` on people from anywhere, without the warehouse.

dbt compiles them once; the compiled statements then run in a DuckDB of their own, on the tables of
the CRM that they read, which are filled from a table of people.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb

from polaris import phone_numbers

ROOT = Path(__file__).parents[1]
PEOPLE_COLUMNS = (
    "record_id",
    "first_name",
    "middle_name",
    "last_name",
    "dob",
    "email",
    "phone",
    "street",
    "city",
    "state",
    "postal_code",
    "employer",
)
_FOLDER = "models/intermediate/identity"
# What is run: these and what they read of the folder.
_ENDS = ("int_identity__pairs", "int_identity__households")
_EMAIL = r"^[^@\s<>(),;:\"]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?[.])+[a-z0-9]{2,}$"
_DATES = "['%Y-%m-%d', '%m/%d/%Y', '%Y/%m/%d', '%Y%m%d', '%m-%d-%Y']"
# What the models read of the CRM, made from `people`. The order of the ids is that of the days.
_INPUTS = {
    "intermediate.int_crm__volunteer_contacts": """
        select record_id as survivor_id, record_id as speaker_id, 'volunteer' as contact_role,
            timestamptz '2020-01-01 00:00:00+00' as created_at
        from people""",
    "intermediate.int_salesforce__contacts": f"""
        select record_id as contact_id, middle_name, employer as primary_affiliation_id,
            cast(try_strptime(dob, {_DATES}) as date) as birth_date,
            timestamptz '2024-01-01 00:00:00+00' as modified_at
        from people""",
    "intermediate.int_crm__contact_roots": """
        select record_id as contact_id, record_id as survivor_id from people
    """,
    "intermediate.int_crm__contact_names": """
        select record_id as contact_id, first_name, last_name from people""",
    "intermediate.int_crm__contact_channels": f"""
        select record_id as contact_id, 'email' as kind, lower(trim(email)) as value, 1 as place,
            regexp_matches(lower(trim(email)), '{_EMAIL}') as is_valid
        from people where email is not null
        union all
        select record_id, 'phone', phone_e164, 1, phone_e164 is not null
        from people inner join phones using (phone)""",
    "intermediate.int_crm__addresses": """
        select record_id as contact_id, street, city, states.state_code, postal_code, 1 as place
        from people left join seeds.map_states as states on lower(trim(state)) = states.value
        where coalesce(street, city, postal_code) is not null""",
    "intermediate.int_crm__accounts": """
        select distinct employer as account_id, employer as account_name
        from people where employer is not null""",
    "intermediate.int_volunteers__records": """
        select '' as record_key, '' as external_system, '' as external_id, '' as first_name,
            '' as last_name, '' as middle_name, '' as preferred_name, date '2000-01-01' as dob,
            '' as street, '' as street2, '' as city, '' as state_code, '' as postal_code,
            '' as employer, '' as school_affiliation, now() as first_seen_at,
            now() as source_updated_at, '' as email, '' as alternate_emails, '' as phone,
            '' as alternate_phones
        where false""",
    "staging.stg_decisions__decisions": """
        select 1 as decision_seq, '' as decision_id, now() as decided_at, '' as actor,
            '' as action, '' as subject_type, '' as subject_key where false""",
    "intermediate.int_decisions__active": """
        select '' as decision_id, '' as action, '' as subject_key where false""",
    "intermediate.int_decisions__config": """
        select '' as config_key, cast(0 as double) as value, false as is_decided where false""",
}


@dataclass(frozen=True)
class Model:
    """One compiled model."""

    name: str
    kind: str
    sql: str


@dataclass(frozen=True)
class Compiled:
    """The models in their order, and the columns' types of every seed."""

    models: tuple[Model, ...]
    seeds: dict[str, dict[str, str]]


@lru_cache(maxsize=1)
def compiled() -> Compiled:
    """Compiles the models; about ten seconds."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "POLARIS_HOME": folder,
            "DBT_TARGET_PATH": folder,
            "DBT_LOG_PATH": folder,
            "POLARIS_LOGICAL_DATE": "2026-01-01",
        }
        command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet"]
        command += ["compile", "--select", f"path:{_FOLDER}"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        manifest = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
    nodes = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["original_file_path"].startswith(_FOLDER)
    }
    order: dict[str, None] = {}

    def visit(key: str) -> None:
        for parent in nodes[key]["depends_on"]["nodes"]:
            if parent in nodes and parent not in order:
                visit(parent)
        order[key] = None

    for key in sorted(nodes):
        if nodes[key]["name"] in _ENDS:
            visit(key)
    models = [
        Model(nodes[key]["name"], nodes[key]["config"]["materialized"], nodes[key]["compiled_code"])
        for key in order
    ]
    seeds = {
        node["name"]: node["config"]["column_types"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "seed"
    }
    return Compiled(tuple(models), seeds)


def connect(path: Path | str) -> duckdb.DuckDBPyConnection:
    """A database with the settings that the product's connections have."""
    connection = duckdb.connect(str(path))
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set threads = 1")
    phone_numbers.register(connection)
    return connection


def fill(connection: duckdb.DuckDBPyConnection, people: str) -> None:
    """Makes everything the models read.

    Args:
        connection: a fresh database of `connect`.
        people: SQL of a table with `record_id` and any of `PEOPLE_COLUMNS`, all text.
    """
    connection.execute("create schema if not exists seeds")
    needed = " ".join(model.sql for model in compiled().models) + '"map_states"'
    for name, types in compiled().seeds.items():
        if f'"{name}"' in needed:
            columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
            connection.execute(
                f"create or replace table seeds.{name} as "
                f"from read_csv('{ROOT}/seeds/{name}.csv', header = true, columns = {{{columns}}})"
            )
    # Births of other centuries and of people who are not born yet: the sets are invented.
    connection.execute("update seeds.rule_birth_ages set min_age = -50, max_age = 200")
    fill_people(connection, people)


def fill_people(connection: duckdb.DuckDBPyConnection, people: str) -> None:
    """Makes the tables of the CRM that the models read; the seeds are there.

    Args:
        connection: a database of `connect`.
        people: as for `fill`.
    """
    for schema in ("staging", "intermediate"):
        connection.execute(f"create schema if not exists {schema}")
    has = {row[0] for row in connection.execute(f"describe from ({people})").fetchall()}
    columns = ", ".join(
        (f"cast({name} as varchar)" if name in has else "cast(null as varchar)") + f" as {name}"
        for name in PEOPLE_COLUMNS
    )
    connection.execute(f"create or replace temp table people as select {columns} from ({people})")
    connection.execute(
        "create or replace temp table phones as select phone, phone_e164(phone) as phone_e164 "
        "from (select distinct phone from people where phone is not null)"
    )
    for table, sql in _INPUTS.items():
        connection.execute(f"create or replace table {table} as {sql}")
    connection.execute("drop table people")
    connection.execute("drop table phones")


def run(
    connection: duckdb.DuckDBPyConnection, database: str, models: Sequence[Model] = ()
) -> dict[str, float]:
    """Builds every model; returns the seconds each one took.

    Args:
        connection: a filled database of `connect`.
        database: its name inside DuckDB.
        models: what `compiled` gave, where it was called in another process.
    """
    seconds = {}
    for model in models or compiled().models:
        sql = model.sql.replace('"warehouse".', f'"{database}".')
        kind = "view" if model.kind == "view" else "table"
        begun = time.monotonic()
        connection.execute(f"create or replace {kind} intermediate.{model.name} as {sql}")
        seconds[model.name] = time.monotonic() - begun
    return seconds
