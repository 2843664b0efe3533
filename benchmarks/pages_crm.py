"""Measures the pages with figures of Salesforce on a release of the CRM's size; see README.md.

python -m benchmarks.pages_crm                # 20 times each
python -m benchmarks.pages_crm --runs 3
"""

from __future__ import annotations

import argparse
import os
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.pages import MOST_SECONDS, page_seconds, worst
from benchmarks.run import environment
from tests.support import fake_release, fake_release_crm_scale

HERE = Path(__file__).resolve().parent
VIEWS: list[tuple[str, dict[str, str]]] = [
    ("volunteers", {}),
    ("volunteers", {"q": "family12"}),
    ("volunteers", {"list": "year"}),
    ("volunteers", {"list": "recent"}),
    ("volunteers", {"list": "future"}),
    ("volunteers", {"person": "cv-11"}),
    ("volunteers", {"person": "cv-11", "tab": "communication"}),
    ("organizations", {}),
    ("organizations", {"year": "all"}),
    ("organizations", {"organization": "co-7", "year": "all"}),
    ("find_volunteers", {}),
    ("find_volunteers", {"q": "engineer skill"}),
    ("find_volunteers", {"event": "ce-7710"}),
    ("publishing", {}),
    ("publishing", {"event": "ce-7800"}),
    ("impact", {}),
    ("impact", {"district": "cd-3"}),
    ("district_impact", {"year": "2024-2025"}),
    ("district_impact", {"year": "2024-2025", "district": "cd-3"}),
    ("students", {}),
    ("students", {"q": "family12"}),
    ("students", {"page": "2000"}),
    ("salesforce", {}),
    ("events", {"source": "salesforce"}),
    ("events", {"source": "salesforce", "from": "none", "to": "none"}),
    ("events", {"event": "ce-100"}),
    ("overview", {}),
]


def measured(runs: int) -> list[tuple[str, dict[str, str], list[float]]]:
    """Server times of every view for which no answer was cached."""
    found = []
    with TemporaryDirectory() as home:
        fake_release_crm_scale.publish(Path(home))
        os.environ.update(
            POLARIS_HOME=home,
            POLARIS_LOGICAL_DATE=fake_release.TODAY.isoformat(),
            POLARIS_USER="benchmark",
        )
        for page, query in VIEWS:
            seconds = page_seconds(page, query, runs)
            print(f"{page} {query}: {worst(seconds):.2f} s", flush=True)
            found.append((page, query, seconds))
    return found


def main() -> None:
    """The command line of the module's docstring."""
    parser = argparse.ArgumentParser(description="Measure the pages with figures of the CRM.")
    parser.add_argument("--runs", type=int, default=20, help="of each view")
    parser.add_argument("--out", type=Path, default=HERE, help="for PAGES_CRM.md")
    given = parser.parse_args()
    at = environment()
    limit = MOST_SECONDS[1]
    lines = [
        "# Pages with figures of the CRM",
        "",
        f"Written by `benchmarks/pages_crm.py` on {at['measured_at']}: Python {at['python']}, "
        f"{at['system']}, {at['cores']} cores, load {at['load_before']} before the first page. "
        f"Server time without cached answers, {given.runs} times each, at most {limit:.0f} s. "
        "145,266 students, 12,000 volunteers, 3,000 organizations, 8,000 sessions, 50,000 "
        "participations of volunteers and 200,000 of students, 200,000 messages, 40 districts.",
        "",
        "| page | opened | median s | 95th percentile s | |",
        "|---|---|---|---|---|",
    ]
    for page, query, seconds in measured(given.runs):
        opened = ", ".join(f"{name}={value}" for name, value in query.items()) or "the page"
        verdict = "met" if worst(seconds) <= limit else "**missed**"
        lines.append(
            f"| {page} | {opened} | {statistics.median(seconds):.2f} | {worst(seconds):.2f} "
            f"| {verdict} |"
        )
    (given.out / "PAGES_CRM.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
