"""What is unusual in the invented release, what gives most work, and what somebody should hear."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.fake_release_crm_sessions import OLD_RUN, RUN

Row = dict[str, Any]
FLAGGED, KNOWN, FILLED = "xa-flagged", "xa-known", "xa-filled"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rows() -> dict[str, list[Row]]:
    """Tables of the page Source health that nothing else fills."""
    people = {
        "source": "salesforce",
        "entity_type": "person",
        "rule_code": "SET-505",
        "kind": "delta_guard",
        "severity": "warn",
        "measured": 900.0,
        "row_count": 900,
        "baseline": 12.0,
        "threshold": 30.0,
        "compared_runs": 9,
        "status": "flagged",
        "alert_severity": "warn",
        "message": "The number of new people of a day is far from what is usual.",
        "remediation_hint": "Look whether a list was imported whole.",
        "is_acknowledged": False,
    }
    return {
        "ops.anomalies": [
            people | {"anomaly_key": FLAGGED, "run_id": RUN, "landed_at": _at("2026-03-10 07:20")},
            people
            | {
                "anomaly_key": KNOWN,
                "run_id": OLD_RUN,
                "rule_code": "SET-506",
                "kind": "reject_rate",
                "measured": 0.25,
                "threshold": 0.1,
                "alert_severity": "page",
                "message": "The middle one of its last runs held back more rows than allowed.",
                "landed_at": _at("2026-03-06 07:20"),
                "is_acknowledged": True,
                "acknowledged_by": "ada",
                "acknowledged_at": _at("2026-03-07 12:00"),
                "acknowledged_reason": "The <b>fair</b>",
                "acknowledge_decision_id": "d-known",
            },
            people
            | {
                "anomaly_key": FILLED,
                "run_id": f"{OLD_RUN}-fill",
                "status": "suppressed",
                "alert_severity": None,
                "suppressed_reason": "A backfill is expected to differ from a usual run.",
                "landed_at": _at("2026-03-05 07:20"),
            },
            people
            | {
                "anomaly_key": "xa-young",
                "run_id": f"{OLD_RUN}-roster",
                "source": "roster",
                "compared_runs": 2,
                "status": "insufficient_history",
                "alert_severity": None,
                "landed_at": _at("2026-03-05 07:20"),
            },
        ],
        "ops.anomaly_measures": _measures(),
        "ops.alerts": [
            {
                "alert_key": "xl-people",
                "alert_type": "anomaly",
                "source": "salesforce",
                "severity": "warn",
                "run_id": RUN,
                "metric": "SET-505:person",
                "measured": 900.0,
                "threshold": 30.0,
                "message": people["message"],
                "link": f"runs?run={RUN}",
                "first_seen_at": _at("2026-03-10 07:20"),
            },
            {
                "alert_key": "xl-count",
                "alert_type": "count_mismatch",
                "source": "salesforce",
                "severity": "page",
                "run_id": RUN,
                "metric": "source_count:Session__c",
                "measured": 200.0,
                "threshold": 300.0,
                "message": "What is here is not what the source has.",
                "link": f"runs?run={RUN}",
                "first_seen_at": _at("2026-03-10 07:20"),
            },
        ],
        "ops.rule_offenders": [
            {
                "offender_key": "xo-1",
                "source": "salesforce",
                "rule_code": "hours_over_24",
                "severity": "warn",
                "message": "More than 24 hours stand on one participation.",
                "open_count": 41,
                "open_last_days_count": 30,
                "last_days_count": 30,
                "previous_days_count": 4,
                "delta_count": 26,
                "offender_rank": 1,
            }
        ],
    }


def _measures() -> list[Row]:
    """What the checks of new people above were made of: nine days before the newest, and two."""
    days = {"salesforce": [2, 22, 2, 22, 2, 22, 2, 22, 12], "roster": [3, 5]}
    newest = {"salesforce": (RUN, 900, "03-10"), "roster": (f"{OLD_RUN}-roster", 900, "03-05")}
    made = []
    for source, (run_id, people, day) in newest.items():
        at = _at(f"2026-{day} 07:20")
        for place, measured in enumerate([people, *reversed(days[source])]):
            made.append(
                {
                    "measure_key": f"xm-{source}-{place}",
                    "rule_code": "SET-505",
                    "source": source,
                    "entity_type": "person",
                    "run_id": None if place else run_id,
                    "load_seq": 9000 - place,
                    "landed_at": at - timedelta(days=place),
                    "row_count": measured,
                    "measured": float(measured),
                    "is_backfill": False,
                    "is_judged": not place,
                }
            )
    return made
