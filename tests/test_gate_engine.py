"""The thin layer over Great Expectations: cheap to import, and it never swallows an error."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd

from expectations.engine import Rule, Suite, among, between, judge, none_of, open_frames


def run_python(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout


def test_the_gate_imports_no_charts_and_no_statistics() -> None:
    loaded = run_python(
        "import sys; from expectations.gate import warm_up; warm_up();"
        "print([m for m in sys.modules if m.split('.')[0] in ('altair', 'scipy')])"
    )
    assert loaded.strip() == "[]"


def test_a_deferred_module_works_once_it_is_used() -> None:
    answer = run_python(
        "from expectations.engine import deferred\n"
        "with deferred('scipy', 'scipy.stats'):\n"
        "    from scipy import stats\n"
        "import sys\n"
        "assert 'scipy' not in sys.modules\n"
        "print(stats.norm.cdf(0))\n"
        "import scipy.stats\n"
        "print(scipy.stats.norm.cdf(0))"
    )
    assert answer.split() == ["0.5", "0.5"]


def test_importing_the_gate_is_light() -> None:
    loaded = run_python(
        "import sys, expectations.gate, expectations.landing, expectations.promotion;"
        "print([m for m in ('great_expectations', 'pandas', 'duckdb') if m in sys.modules])"
    )
    assert loaded.strip() == "[]"


def test_the_gate_opens_no_connection_to_anywhere() -> None:
    said = run_python(
        "import socket\n"
        "def refuse(*args, **kwargs): raise SystemExit('it tried to reach the network')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse\n"
        "import pandas as pd\n"
        "from expectations.engine import Rule, Suite, judge, none_of, open_frames\n"
        "frame = pd.DataFrame({'subject': ['a'], 'n': [0]})\n"
        "suite = Suite('s', frame, [Rule('r', none_of('n'), '')])\n"
        "print(judge(open_frames(), suite)[0].is_success)"
    )
    assert said.strip() == "True"


def verdicts(frame: pd.DataFrame, *rules: Rule) -> list[tuple[str, str, bool, str]]:
    found = judge(open_frames(), Suite("suite", frame, rules))
    return [(v.rule, v.column_name, v.is_success, v.severity) for v in found]


def test_each_subject_gets_its_own_verdict() -> None:
    frame = pd.DataFrame({"subject": ["a", "b", "c"], "count": [0, 3, 0]})
    assert verdicts(frame, Rule("is_none", none_of("count"), "{subject}")) == [
        ("is_none", "a", True, "error"),
        ("is_none", "b", False, "error"),
        ("is_none", "c", True, "error"),
    ]


def test_a_metric_that_does_not_apply_gets_no_verdict() -> None:
    frame = pd.DataFrame({"subject": ["a", "b"], "pct": [None, 12.5]})
    rule = Rule("is_low", between("pct", high=10, blocks=False), "{subject} is at {pct} %")
    assert verdicts(frame, rule) == [("is_low", "b", False, "warn")]


def test_an_empty_frame_gives_no_verdicts() -> None:
    frame = pd.DataFrame({"subject": [], "count": []})
    assert verdicts(frame, Rule("is_none", none_of("count"), "")) == []


def test_a_rule_that_cannot_be_evaluated_fails() -> None:
    frame = pd.DataFrame({"subject": ["a"], "count": [0]})
    found = judge(
        open_frames(), Suite("suite", frame, [Rule("is_none", none_of("other"), "never said")])
    )
    assert [(v.is_success, v.severity) for v in found] == [(False, "error")]
    assert "could not be evaluated" in found[0].message
    assert "other" in found[0].message


def test_one_broken_rule_does_not_silence_the_others() -> None:
    frame = pd.DataFrame({"subject": ["a"], "word": ["yes"]})
    rules = (
        Rule("is_none", none_of("other"), ""),
        Rule("is_known", among("word", ["no"]), "{word} is no word"),
    )
    assert [v[:3] for v in verdicts(frame, *rules)] == [
        ("is_none", "", False),
        ("is_known", "a", False),
    ]
