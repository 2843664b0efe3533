"""What landing records of the CRM costs, beside the least any program has to do.

    python -m benchmarks.salesforce                     # 295,266 records, three rounds
    python -m benchmarks.salesforce --times 0.1 --rounds 1
    python -m benchmarks.salesforce --build             # also builds and publishes them

The records are the 145,266 students of the known partition, 100,000 volunteers and 50,000
participations. A server of our own on this machine (tests/support/salesforce_peer) plays the CRM
in a process of its own. `floor` makes the same query jobs with `requests`, reads the very same
pages and parses them with the same settings, and keeps nothing. `backfill` is `polaris-load
salesforce --no-build` into an empty home: login, description, jobs, pages spooled, hashed,
compared, landed, marked. `again` reads everything once more and lands nothing; `nothing` is a
night in which nothing changed, which is what starting the command costs, and `delta` one in which
one record in a hundred did. `build` is `polaris-load build` on all of it and 4,000 sessions, twice;
`marts` is salesforce_floor.py on the same warehouse. The scenarios take turns; a figure is the
median of the rounds, and every answer is checked.

The rate that counts is records per second of wall time of the whole command, its start included;
the other one goes without the start of either process.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import requests

from benchmarks import measure
from loaders.salesforce.bulk import PAGE_ROWS
from loaders.salesforce.objects import BY_NAME, SYSTEM_FIELDS
from polaris.demo.crm_students import REAL_COUNT, students

ROOT = Path(__file__).resolve().parents[1]
OBJECTS = ("Contact", "Session_Participant__c")
STUDENTS, VOLUNTEERS, PARTICIPATIONS = REAL_COUNT, 100_000, 50_000
SESSIONS = 4_000  # for the build only; they are no part of what is timed
ONE_IN = 100  # records changes in a night
# What the ids begin with; digits alone have the checksum AAA.
_CONTACT, _PARTICIPANT, _SESSION = "003", "701", "702"
# Where this org's describe differs from the usual one: grades are words, too.
_TYPES = {"Contact": {"Current_Grade__c": "string", "Legacy_Grade__c": "string"}}
_FLOOR = """
import io, json, os, sys, time
import pyarrow as pa, pyarrow.csv as csv, requests
base = os.environ["SF_INSTANCE_URL"]
token = requests.post(base + "/services/oauth2/token", data={"grant_type": "client_credentials"},
    auth=(os.environ["SF_CLIENT_ID"], os.environ["SF_CLIENT_SECRET"])).json()["access_token"]
http = requests.Session(); http.headers["Authorization"] = "Bearer " + token
data = base + "/services/data/v62.0/"
rows, begun = 0, time.monotonic()
for name, fields in json.loads(sys.argv[1]).items():
    query = "SELECT " + ",".join(fields) + " FROM " + name
    job = http.post(data + "jobs/query",
        json={"operation": "queryAll", "query": query, "contentType": "CSV"}).json()["id"]
    while http.get(data + "jobs/query/" + job).json()["state"] != "JobComplete":
        time.sleep(0.1)
    locator = ""
    while locator != "null":
        page = http.get(data + "jobs/query/" + job + "/results",
            params={"maxRecords": sys.argv[2], **({"locator": locator} if locator else {})})
        rows += csv.read_csv(io.BytesIO(page.content),
            read_options=csv.ReadOptions(use_threads=False),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(column_types=dict.fromkeys(fields, pa.string()),
                null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True),
        ).num_rows
        locator = page.headers["Sforce-Locator"]
print(json.dumps([rows, time.monotonic() - begun]))
"""


def main() -> None:
    options = _options()
    shutil.rmtree(options.work, ignore_errors=True)
    (options.work / "data").mkdir(parents=True)
    sizes = _write_records(options.work / "data", options.times)
    costs: dict[str, list[measure.Cost]] = {}
    for number in range(options.rounds):
        with _server(options.work) as (env, url):
            for name, cost in _round(options, number, env, url, sizes):
                print(f"round {number + 1}: {name} {cost.wall_seconds:.2f} s", file=sys.stderr)
                costs.setdefault(name, []).append(cost)
    _print(sum(sizes.values()), {name: measure.middle(found) for name, found in costs.items()})


def _round(
    options: argparse.Namespace,
    number: int,
    env: dict[str, str],
    url: str,
    sizes: dict[str, int],
) -> Iterator[tuple[str, measure.Cost]]:
    """One turn of every scenario."""
    rows = sum(sizes.values())
    home = options.work / f"home-{number}"
    env = dict(os.environ) | env | {"POLARIS_HOME": str(home), "SF_MAX_API_USAGE": "100"}
    floor, said = measure.run([sys.executable, "-c", _FLOOR, _fields(), str(PAGE_ROWS)], env, ROOT)
    found, inside = json.loads(said)
    _check("floor", found, rows)
    yield "floor", floor
    yield "floor, started", replace(floor, wall_seconds=inside)
    landing = [*_COMMAND, "--objects", ",".join(OBJECTS), "--no-build", "--json"]
    cost, said = measure.run(landing, env, ROOT)
    _check("backfill", json.loads(said)["rows_created"], rows)
    yield "backfill", cost
    yield "backfill, started", replace(cost, wall_seconds=json.loads(said)["duration_seconds"])
    cost, said = measure.run([*landing, "--full"], env, ROOT)
    _check("again", json.loads(said)["skipped_by_reason"]["unchanged"], rows)
    yield "again", cost
    cost, said = measure.run(landing, env, ROOT)
    _check("nothing", json.loads(said)["rows_updated"], 0)
    yield "nothing", cost
    changed = _change(url, sizes)
    cost, said = measure.run(landing, env, ROOT)
    _check("delta", json.loads(said)["rows_updated"], changed)
    yield "delta", cost
    if options.build:
        measure.run([*_COMMAND, "--objects", "Session__c", "--no-build"], env, ROOT)
        result, day = home / "marts.duckdb", datetime.now(UTC).date().isoformat()
        script = Path(__file__).with_name("salesforce_floor.py")
        marts = [sys.executable, str(script), str(home / "warehouse.duckdb"), str(result), day]
        cost, said = measure.run(marts, env, ROOT)
        made = json.loads(said)
        _check("marts", made["dim_students"] + made["dim_volunteers"], sizes["Contact"])
        _check("marts", made["dim_events"], SESSIONS)
        yield "marts", cost
        for name in ("first build", "build"):
            cost, said = measure.run([*_BUILD, "--json"], env, ROOT)
            yield name, cost


_COMMAND = (sys.executable, "-m", "polaris.cli", "salesforce")
_BUILD = (sys.executable, "-m", "polaris.cli", "build")


def _fields() -> str:
    return json.dumps({name: (*SYSTEM_FIELDS, *BY_NAME[name].fields) for name in OBJECTS})


def _write_records(folder: Path, times: float) -> dict[str, int]:
    """Invented records with about as many filled fields as real ones have; how many of each."""
    pupils = students(round(STUDENTS * times))
    volunteers, participations = round(VOLUNTEERS * times), round(PARTICIPATIONS * times)
    connection = duckdb.connect()
    connection.register("pupils", pupils)
    stamp = "strftime(timestamp '2026-01-01 06:00:00' + to_seconds(n % 1000000), '%xT%XZ')"
    connection.execute(
        f"""
        copy (
            select * from pupils
            union all by name
            select
                {_numbered(_CONTACT)} as "Id",
                'Volunteer' as "Contact_Type__c", 'Given' || n % 997 as "FirstName",
                'Family' || n as "LastName", 'p' || n || '@example.org' as "Email",
                '816-555-' || lpad((n % 10000)::varchar, 4, '0') as "Phone",
                'Engineer ' || n % 50 as "Title", 'Labs' as "Department",
                (n % 400 + 1) || ' Elm Street' as "MailingStreet", 'Kansas City' as "MailingCity",
                'MO' as "MailingState", lpad((n % 99999)::varchar, 5, '0') as "MailingPostalCode",
                (n % 11)::varchar as "Number_of_Attended_Volunteer_Sessions__c",
                if(n % 9 = 0, 'Met at the "fair",' || chr(10) || 'calls back', null)
                    as "Description",
                {stamp} as "SystemModstamp", {stamp} as "LastModifiedDate"
            from range({volunteers}) as people (n)
        ) to '{folder / "Contact.parquet"}' (format parquet)
        """
    )
    connection.execute(
        f"""
        copy (
            select
                {_numbered(_PARTICIPANT)} as "Id", 'SP-' || n as "Name",
                {_numbered(_CONTACT, f"n % {max(1, volunteers)}")} as "Contact__c",
                {_numbered(_SESSION, f"n % {SESSIONS}")} as "Session__c",
                'Volunteer' as "Participant_Type__c", 'Attended' as "Status__c",
                '1.5' as "Delivery_Hours__c",
                {stamp} as "SystemModstamp", {stamp} as "LastModifiedDate"
            from range({participations}) as signups (n)
        ) to '{folder / "Session_Participant__c.parquet"}' (format parquet)
        """
    )
    connection.execute(
        f"""
        copy (
            select
                {_numbered(_SESSION)} as "Id", 'Session ' || n as "Name",
                'Career Speaker' as "Session_Type__c", 'In-Person' as "Format__c",
                'Completed' as "Session_Status__c",
                strftime(timestamp '2023-08-01 15:00:00' + to_hours(6 * n), '%xT%XZ')
                    as "Start_Date_and_Time__c",
                {stamp} as "SystemModstamp", {stamp} as "LastModifiedDate"
            from range({SESSIONS}) as sessions (n)
        ) to '{folder / "Session__c.parquet"}' (format parquet)
        """
    )
    (folder / "types.json").write_text(json.dumps(_TYPES), encoding="utf-8")
    return {"Contact": pupils.num_rows + volunteers, "Session_Participant__c": participations}


def _numbered(prefix: str, number: str = "n") -> str:
    """SQL for the id of a number."""
    return f"'{prefix}' || lpad(({number})::varchar, 12, '0') || 'AAA'"


def _change(url: str, sizes: dict[str, int]) -> int:
    """Changes one record in a hundred, and lets time pass until a delta asks for them."""
    changed = 0
    fields = {"Contact": (_CONTACT, "Title"), "Session_Participant__c": (_PARTICIPANT, "Title__c")}
    for name, (prefix, field) in fields.items():
        count = sizes[name] // ONE_IN
        ids = [f"{prefix}{number:012}AAA" for number in range(count)]
        _control(url, "update", name, ids, {field: "Changed"})
        changed += count
    _control(url, "advance", minutes=30)
    return changed


def _control(url: str, do: str, *args: object, **kwargs: object) -> None:
    body: dict[str, Any] = {"do": do, "args": args, "kwargs": kwargs}
    requests.post(f"{url}/__ctl", json=body, timeout=60).raise_for_status()


@contextmanager
def _server(work: Path) -> Iterator[tuple[dict[str, str], str]]:
    """The CRM as a process of its own; its environment and address."""
    port, env = work / "port.json", work / "env.json"
    for path in (port, env):
        path.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.support.salesforce_peer", "--data", work / "data"]
    command += ["--port-file", port, "--env-file", env]
    process = subprocess.Popen([str(part) for part in command], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        began = time.monotonic()
        while not port.exists():
            if process.poll() is not None or time.monotonic() - began > 300:
                raise SystemExit("The server of the benchmark did not start.")
            time.sleep(0.1)
        yield json.loads(env.read_text()), json.loads(port.read_text())["url"]
    finally:
        process.terminate()
        process.wait()


def _check(name: str, found: int, expected: int) -> None:
    if found != expected:
        raise SystemExit(f"{name} gave {found:,} rows instead of {expected:,}.")


def _print(rows: int, costs: dict[str, measure.Cost]) -> None:
    floor, load = costs["floor"], " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{rows:,} records, {os.cpu_count()} processors, load {load}")
    print(f"{'':<18}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'x floor wall':>14}{'CPU':>7}")
    for name, cost in costs.items():
        print(
            f"{name:<18}{cost.wall_seconds:>8.2f}{cost.cpu_seconds:>8.2f}{cost.peak_mb:>9.0f}"
            f"{cost.wall_seconds / floor.wall_seconds:>14.2f}"
            f"{cost.cpu_seconds / floor.cpu_seconds:>7.2f}"
        )
    full, nothing, delta = (costs[name] for name in ("backfill", "nothing", "delta"))
    share = floor.wall_seconds / full.wall_seconds
    started = costs["floor, started"].wall_seconds / costs["backfill, started"].wall_seconds
    net = (delta.cpu_seconds - nothing.cpu_seconds) / (full.cpu_seconds - nothing.cpu_seconds)
    print(f"rate of the backfill: {share:.0%} of the floor's, {started:.0%} once both run")
    print(
        f"delta: {delta.cpu_seconds / full.cpu_seconds:.0%} of the backfill's CPU, {net:.0%} "
        "without the start of the command"
    )
    if "marts" in costs:
        for name in ("first build", "build"):
            times = costs[name].cpu_seconds / costs["marts"].cpu_seconds
            print(f"{name}: {times:.0f} times the CPU of the bare marts")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=float, default=1.0, help="of the numbers of records")
    parser.add_argument("--build", action="store_true", help="also build and publish")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=ROOT / "data" / "benchmarks" / "salesforce")
    return parser.parse_args()


if __name__ == "__main__":
    main()
