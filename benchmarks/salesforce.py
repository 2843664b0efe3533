"""What landing records of the CRM costs, beside the least any program has to do.

    python -m benchmarks.salesforce                     # 200,000 contacts, three rounds
    python -m benchmarks.salesforce --rows 50000 --rounds 1

A server of our own on this machine (tests/support/salesforce_peer) plays the CRM in a process of
its own. `floor` makes the same query job with `requests`, reads its pages and parses them with
pyarrow, and keeps nothing. `backfill` is `polaris-load salesforce --no-build` into an empty home:
login, description, job, pages spooled, hashed, compared, landed, marked. `again` reads everything
once more and lands nothing; `delta` is the night after, with 500 changed records. The scenarios
take turns; a figure is the median of the rounds, and every answer is checked.
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
from pathlib import Path

import duckdb
import requests

from benchmarks import measure
from loaders.salesforce.objects import BY_NAME, SYSTEM_FIELDS

ROOT = Path(__file__).resolve().parents[1]
CHANGED = 500
_ID = "003"  # what the id of a contact begins with; digits alone have the checksum AAA
_FLOOR = """
import io, os, sys, time
import pyarrow.csv as csv, requests
base = os.environ["SF_INSTANCE_URL"]
token = requests.post(base + "/services/oauth2/token", data={"grant_type": "client_credentials"},
    auth=(os.environ["SF_CLIENT_ID"], os.environ["SF_CLIENT_SECRET"])).json()["access_token"]
http = requests.Session(); http.headers["Authorization"] = "Bearer " + token
data = base + "/services/data/v62.0/"
job = http.post(data + "jobs/query",
    json={"operation": "queryAll", "query": sys.argv[1], "contentType": "CSV"}).json()["id"]
while http.get(data + "jobs/query/" + job).json()["state"] != "JobComplete":
    time.sleep(0.1)
locator, rows = "", 0
while locator != "null":
    page = http.get(data + "jobs/query/" + job + "/results",
        params={"maxRecords": 50000, **({"locator": locator} if locator else {})})
    rows += csv.read_csv(io.BytesIO(page.content),
        parse_options=csv.ParseOptions(newlines_in_values=True)).num_rows
    locator = page.headers["Sforce-Locator"]
print(rows)
"""


def main() -> None:
    options = _options()
    shutil.rmtree(options.work, ignore_errors=True)
    (options.work / "data").mkdir(parents=True)
    _write_contacts(options.work / "data" / "Contact.parquet", options.rows)
    costs: dict[str, list[measure.Cost]] = {}
    for number in range(options.rounds):
        with _server(options.work) as (env, url):
            for name, cost in _round(options, number, env, url):
                costs.setdefault(name, []).append(cost)
    _print(options.rows, {name: measure.middle(found) for name, found in costs.items()})


def _round(
    options: argparse.Namespace, number: int, env: dict[str, str], url: str
) -> Iterator[tuple[str, measure.Cost]]:
    """One turn of every scenario."""
    home = options.work / f"home-{number}"
    env = dict(os.environ) | env | {"POLARIS_HOME": str(home), "SF_MAX_API_USAGE": "100"}
    floor, said = measure.run([sys.executable, "-c", _FLOOR, _query()], env, ROOT)
    _check("floor", int(said), options.rows)
    yield "floor", floor
    # What starting the command costs anyway: its imports, the login, the limits.
    yield "ping", measure.run([*_COMMAND, "--auth-ping"], env, ROOT)[0]
    landing = [*_COMMAND, "--objects", "Contact", "--no-build", "--json"]
    cost, said = measure.run(landing, env, ROOT)
    _check("backfill", json.loads(said)["rows_created"], options.rows)
    yield "backfill", cost
    cost, said = measure.run([*landing, "--full"], env, ROOT)
    _check("again", json.loads(said)["skipped_by_reason"]["unchanged"], options.rows)
    yield "again", cost
    _change(url, options.rows)
    cost, said = measure.run(landing, env, ROOT)
    _check("delta", json.loads(said)["rows_updated"], min(CHANGED, options.rows))
    yield "delta", cost


_COMMAND = (sys.executable, "-m", "polaris.cli", "salesforce")


def _query() -> str:
    return f"SELECT {','.join((*SYSTEM_FIELDS, *BY_NAME['Contact'].fields))} FROM Contact"


def _write_contacts(path: Path, rows: int) -> None:
    """Invented people with about as many filled fields as real ones have."""
    duckdb.connect().execute(
        f"""
        copy (
            select
                '{_ID}' || lpad(n::varchar, 12, '0') || 'AAA' as "Id",
                'Volunteer' as "Contact_Type__c", 'Given' || n % 997 as "FirstName",
                'Family' || n as "LastName", 'p' || n || '@example.org' as "Email",
                '816-555-' || lpad((n % 10000)::varchar, 4, '0') as "Phone",
                'Engineer ' || n % 50 as "Title", 'Labs' as "Department",
                (n % 400 + 1) || ' Elm Street' as "MailingStreet", 'Kansas City' as "MailingCity",
                'MO' as "MailingState", lpad((n % 99999)::varchar, 5, '0') as "MailingPostalCode",
                n % 11 as "Number_of_Attended_Volunteer_Sessions__c",
                if(n % 9 = 0, 'Met at the "fair",' || chr(10) || 'calls back', null)
                    as "Description",
                timestamp '2026-01-01 06:00:00' + to_seconds(n % 1000000) as "SystemModstamp",
                timestamp '2026-01-01 06:00:00' + to_seconds(n % 1000000) as "LastModifiedDate"
            from range({rows}) as people (n)
        ) to '{path}' (format parquet)
        """
    )


def _change(url: str, rows: int) -> None:
    """Changes some records, and lets time pass until a delta asks for them."""
    for number in range(min(CHANGED, rows)):
        _control(url, "update", "Contact", f"{_ID}{number:012}AAA", {"Title": "Changed"})
    _control(url, "advance", minutes=30)


def _control(url: str, do: str, *args: object, **kwargs: object) -> None:
    body = {"do": do, "args": args, "kwargs": kwargs}
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
    floor = costs["floor"]
    print(f"{rows:,} contacts, {os.cpu_count()} processors")
    print(f"{'':<10}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'rows/s':>9}{'x floor':>9}")
    for name, cost in costs.items():
        wall = cost.wall_seconds
        read = rows if name in ("floor", "backfill", "again") else 0
        print(
            f"{name:<10}{wall:>8.2f}{cost.cpu_seconds:>8.2f}{cost.peak_mb:>9.0f}"
            f"{read / wall:>9,.0f}{wall / floor.wall_seconds:>9.2f}"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=ROOT / "data" / "benchmarks" / "salesforce")
    return parser.parse_args()


if __name__ == "__main__":
    main()
