"""The records of a volunteer as a graph: what joins them, what is asked, what keeps them apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.duplicates import queries_pair_answers, words_duplicates
from dashboard.release import OpenRelease
from dashboard.volunteers import words_volunteers

_RECORDS_AT_MOST = 30
# Decision on a pair -> colour and style of its line; words and style tell them apart as well.
_LINES = {
    "auto_merged": ("#1b5e8c", "solid"),
    "accepted": ("#1b5e8c", "bold"),
    "rejected": ("#c05a2c", "dashed"),
    "pending": ("#6b7785", "dotted"),
    "deferred": ("#6b7785", "dotted"),
}
_WORDS = {
    "auto_merged": "by rule",
    "accepted": "merged",
    "rejected": "two people",
    "pending": "asked",
    "deferred": "deferred",
}
_FILLS = ("#e3eef6", "#fbeee3", "#eceff2")


def draw(release: OpenRelease, people: Sequence[str]) -> None:
    """The graph of these persons' records; nothing where none was ever compared.

    Args:
        release: the published one.
        people: their keys; each has a colour of its own.
    """
    people = list(dict.fromkeys(people))
    records = queries_pair_answers.records(release, people)
    if len(records) < 2:
        return
    with st.expander("How the records hang together", icon=":material/hub:"):
        edges = queries_pair_answers.edges(release, people)
        shown = records[:_RECORDS_AT_MOST]
        st.graphviz_chart(dot(shown, edges, people))
        st.caption(
            "A line is a pair that was compared: solid where a rule or a person joined the two, "
            "dashed where somebody said that they are two people, dotted where nobody has answered."
        )
        if len(records) > len(shown):
            rest = words.counted(len(records) - len(shown), "record")
            st.caption(f"{rest} more are not drawn.")


def dot(
    records: Iterable[Mapping[str, Any]],
    edges: Iterable[Mapping[str, Any]],
    people: Sequence[str],
) -> str:
    """The graph in the language of Graphviz; an edge to a record that is not drawn is left out."""
    lines = ["graph {", "rankdir=LR bgcolor=transparent"]
    lines.append("node [shape=box style=filled fontsize=11]")
    drawn = set()
    for record in records:
        key = str(record["record_key"])
        drawn.add(key)
        fill = _FILLS[people.index(record["person_key"]) % len(_FILLS)]
        lines.append(f"{_text(key)} [label={_text(_label(record))} fillcolor={_text(fill)}]")
    for edge in edges:
        left, right = str(edge["left_record_key"]), str(edge["right_record_key"])
        if not {left, right} <= drawn:
            continue
        decision = str(edge["decision"])
        color, style = _LINES[decision]
        label = f"{words_duplicates.score(edge['score'])} {_WORDS[decision]}"
        lines.append(
            f"{_text(left)} -- {_text(right)} [label={_text(label)} fontsize=10 "
            f"color={_text(color)} style={style}]"
        )
    return "\n".join([*lines, "}"])


def _label(record: Mapping[str, Any]) -> str:
    name = " ".join(str(record[part]) for part in ("first_name", "last_name") if record[part])
    system = words.label(record["source"], words_volunteers.SYSTEMS)
    return f"{name}\n{system} {record['external_id']}"


def _text(value: str) -> str:
    """A quoted string of Graphviz; a backslash would else begin one of its escapes."""
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{quoted}"'
