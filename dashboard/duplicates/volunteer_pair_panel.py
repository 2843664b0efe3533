"""Two volunteers who may be one person, side by side: the evidence, what to keep, the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import decide, looked, pending, view, words
from dashboard.duplicates import (
    pair_evidence,
    pair_survivor,
    queries_duplicate_people,
    record_graph,
    words_duplicates,
)
from dashboard.pending import Pending
from dashboard.release import OpenRelease
from dashboard.volunteers import words_volunteers
from polaris import access

_BY_RULE = "By rule"
_SIDE = {None: _BY_RULE, "left": "Left", "right": "Right"}
_PICKS_IN_A_ROW = 5
# So many letters of these are seen in the table; a longer one stands below it in full.
_FITS = 21
_LONG = {words_duplicates.RECORD[name][0] for name in ("emails", "phones", "street", "employer")}
_UNANSWERED = {"pending", "beside", "deferred", "household"}
_ACTIONS = {"merged": "merge", "rejected": "not_duplicate", "deferred": "defer"}

Row = dict[str, Any]


def draw(
    context: view.Context,
    release: OpenRelease,
    row: Row,
    item: Pending | None,
    after: str | None,
    *,
    is_blind: bool = False,
) -> None:
    """The panel of a pair.

    Args:
        context: of the request.
        release: the published one.
        row: the pair.
        item: the stored decision on it that the release does not show; None for none.
        after: the pair that comes next once this one is decided.
        is_blind: shows nothing of what the machine thinks until a person has answered.
    """
    state = row["state"]
    wants_blind, is_blind = is_blind, is_blind and state in _UNANSWERED
    word = words_duplicates.STATES[state] + (" (stored)" if item is not None else "")
    kind = words.label(row["match_type"], words_duplicates.MATCH_TYPES)
    st.markdown(
        f"{view.status_badge(word, words_duplicates.STATE_KINDS[state])} "
        f"**{words.inert(row['left_name'])}** and **{words.inert(row['right_name'])}**  \n"
        f":small[{'Score and evidence follow the answer' if is_blind else words.inert(kind)}]"
    )
    records = queries_duplicate_people.records(release, row)
    left = next((one for one in records if one["record_key"] == row["left_record_key"]), None)
    right = next((one for one in records if one["record_key"] == row["right_record_key"]), None)
    if left is None or right is None:
        st.warning(
            "One of the two records is not in this release any more. There is nothing to decide.",
            icon=":material/link_off:",
        )
        return
    if context.may("view_birth_date_and_street"):
        looked.at(context, "pair", row["pair_key"])
    undo = _said(release, row, item)
    if wants_blind and not is_blind:
        st.markdown("What the machine thought stands below. **Next** (Alt + J) goes on.")
    may_pick = state in _UNANSWERED and access.may_decide(context.person.role, "merge")
    picks = _picks(row["pair_key"], (left, right)) if may_pick else {}
    others = [one for one in records if one is not left and one is not right]
    heard = pair_survivor.places(context.settings)
    kept = pair_survivor.by_rule((left, right), others, heard) | picks
    _sides(context, row, (left, right), kept, is_blind=is_blind)
    _decision(context, row, picks, undo, after, stays=is_blind)
    if not is_blind:
        pair_evidence.draw(row)
        people = [row["left_person_key"], row["right_person_key"]]
        record_graph.draw(release, people)
    _around(context, release, row, records)


def _said(release: OpenRelease, row: Row, item: Pending | None) -> str | None:
    """Who answered; the id of the decision that an undo takes back, None for none."""
    if item is not None:
        said = words.inert(pending.sentence(release, item))
        st.success(
            f"Stored, applied at the next build: {said} by {words.inert(item.actor)}, "
            f"{words.inert(words.moment(item.decided_at))}.",
            icon=":material/schedule:",
        )
        return None if item.revokes else item.decision_id
    if not row["decision_id"]:
        return None
    what = words_duplicates.STATES[row["state"]]
    st.markdown(words.inert(f"{what} by {row['decided_by']}, {words.moment(row['decided_at'])}."))
    return str(row["decision_id"])


def _shown(context: view.Context, name: str, value: Any) -> str | None:
    """A field of a record as this person may see it; None where the record says nothing."""
    if words.is_missing(value):
        return None
    if name == "source":
        shown = words.label(value, words_volunteers.SYSTEMS)
    elif name == "dob":
        shown = words.day(value)
    elif name.endswith("_at"):
        shown = words.moment(value)
    elif name == "emails":
        shown = ", ".join(str(context.email(one)) for one in str(value).split(", "))
    elif name == "phones" and not context.may("view_contact_details"):
        shown = ", ".join(f"***{one[-4:]}" for one in str(value).split(", "))
    elif name in words_duplicates.DEMOGRAPHICS:
        shown = words_volunteers.field_value(name, value)
    else:
        shown = words.plain(value)
    return shown


def _is_hidden(context: view.Context, name: str) -> bool:
    return name in {"dob", "street"} and not context.may("view_birth_date_and_street")


def _sees_demographics(context: view.Context) -> bool:
    return context.may("view_birth_date_and_street")


def _is_whole(context: view.Context, name: str) -> bool:
    """Whether values are shown so that two of them can be compared."""
    is_masked = name in {"emails", "phones"} and not context.may("view_contact_details")
    return not (is_masked or _is_hidden(context, name))


def _sides(
    context: view.Context,
    row: Row,
    sides: tuple[Row, Row],
    kept: Mapping[str, str],
    *,
    is_blind: bool,
) -> None:
    import pandas as pd

    lines = _lines(context, row, sides, kept)
    frame = pd.DataFrame(lines)
    text = st.column_config.TextColumn
    columns = {
        "field": text("Field", width=112),
        "left": text("Left", width=152),
        "right": text("Right", width=152),
        "same": text("", width=74),
        "how": text("Compared", width=136),
    }
    if access.may_decide(context.person.role, "merge"):
        columns["kept"] = text(
            "After a merge",
            width=124,
            help="What is chosen above, else what the better source says. By rule: both are of one "
            "source, which the next build settles.",
        )
    if is_blind:
        frame = frame.drop(columns="how")
        del columns["how"]
    view.table(
        frame,
        columns,
        height=38 + 35 * len(lines),
        key=f"sides-{row['pair_key']}-{is_blind}-{abs(hash(tuple(sorted(kept.items()))))}",
        alt="Both records, field by field",
    )
    for line in lines:
        sides_of = {name: str(line[name] or "") for name in ("left", "right")}
        if line["field"] in _LONG and any(len(value) > _FITS for value in sides_of.values()):
            said = " \N{MIDDLE DOT} ".join(
                f"{name}: {words.inert(value or words.DASH)}" for name, value in sides_of.items()
            )
            st.caption(f"{line['field']} in full, {said}")


def _lines(
    context: view.Context, row: Row, sides: tuple[Row, Row], kept: Mapping[str, str]
) -> list[Row]:
    """The fields that one of the two has, as this person may see them."""
    levels = words_duplicates.levels(pair_evidence.read(row))
    unit_of = {
        column: unit for unit, (_, columns) in words_duplicates.UNITS.items() for column in columns
    }
    lines = []
    for name, (label, feature) in words_duplicates.RECORD.items():
        left, right = (_shown(context, name, one[name]) for one in sides)
        level = levels.get(feature) if feature else None
        if name in words_duplicates.DEMOGRAPHICS and not _sees_demographics(context):
            continue
        if _is_hidden(context, name):
            left = right = words_volunteers.HIDDEN
        if left is None and right is None:
            continue
        is_same = left == right if _is_whole(context, name) else level == 1
        is_compared = left is not None and right is not None
        is_known = _is_whole(context, name) or level is not None
        side = kept.get(unit_of.get(name, ""))
        lines.append(
            {
                "field": label,
                "left": left,
                "right": right,
                "same": ("Same" if is_same else "\N{NOT EQUAL TO} Differs")
                if is_compared and is_known
                else None,
                "how": words_duplicates.level(feature, level) if feature else None,
                "kept": _kept(side, left, right, is_same) if name in unit_of else None,
            }
        )
    return lines


def _kept(side: str | None, left: str | None, right: str | None, is_same: bool) -> str | None:
    """What the person has after a merge."""
    if side is not None:
        return left if side == "left" else right
    if left is None or right is None:
        return left if right is None else right
    return left if is_same else _BY_RULE


def _picks(key: str, sides: tuple[Row, Row]) -> dict[str, str]:
    """Which side's value counts, for what differs; what is not chosen is left to the rule."""
    left, right = sides
    open_units = [
        (unit, label)
        for unit, (label, columns) in words_duplicates.UNITS.items()
        if any(left[name] != right[name] for name in columns)
        and all(any(not words.is_missing(one[name]) for name in columns) for one in sides)
    ]
    if not open_units:
        return {}
    found = {}
    width = min(len(open_units), _PICKS_IN_A_ROW)
    rows = -(-len(open_units) // _PICKS_IN_A_ROW)
    boxes = [box for _ in range(rows) for box in st.columns(width)]
    for box, (unit, label) in zip(boxes, open_units, strict=False):
        with box:
            side = st.selectbox(
                label, list(_SIDE), format_func=lambda one: _SIDE[one], key=f"pick-{unit}-{key}"
            )
        if side is not None:
            found[unit] = side
    return found


def _store(context: view.Context, line: dict[str, Any], key: str, after: str | None) -> None:
    """Stores the decision with the note as it stands in its box now."""
    note = str(st.session_state.get(f"note-{key}") or "")
    if decide.is_too_long("The note is", note):
        return
    if note.strip():
        line = {**line, "reason": note.strip()}
    if decide.store(context.settings, context.person, [line]):
        view.go("pair", after)()


def _decision(
    context: view.Context,
    row: Row,
    picks: dict[str, str],
    undo: str | None,
    after: str | None,
    *,
    stays: bool,
) -> None:
    """The answers and their note; a pair that `stays` open then shows its evidence."""
    role, key, state = context.person.role, row["pair_key"], row["state"]
    may_merge = access.may_decide(role, "merge")
    if not access.may_decide(role, "not_duplicate"):
        st.caption("Your role may see this pair; a data steward decides it.")
        return
    is_undo = state == "auto_merged" or (state == "merged" and undo is not None)
    if is_undo and not may_merge:
        st.caption("Only an administrator takes a merge apart.")
        return
    st.text_input(
        "Why they are two people" if is_undo else "Note",
        key=f"note-{key}",
        placeholder="Needed to take a merge apart" if is_undo else "Not needed",
    )
    with st.container(horizontal=True, gap="small"):
        for label, icon, line, then in _answers(row, picks, after, may_merge=may_merge):
            is_kept = stays and line["action"] != "defer"
            _button(context, key, (label, icon), line, key if is_kept else then)
        if undo is not None and access.may_decide(role, _ACTIONS.get(state, "defer")):
            _button(context, key, ("Undo", "undo"), decide.revoke_line(undo), key)
    if not may_merge:
        st.caption("Only an administrator merges two volunteers.")


def _answers(
    row: Row, picks: dict[str, str], after: str | None, *, may_merge: bool
) -> list[tuple[str, str, dict[str, Any], str | None]]:
    """(label, icon, decision, what is open next) of each answer that the pair takes."""
    key, state = row["pair_key"], row["state"]
    apart = decide.line("not_duplicate", "pair", key)
    if state == "auto_merged":
        return [("Take apart", "call_split", apart, key)]
    if state not in _UNANSWERED:
        return []
    merge = decide.line("merge", "pair", key, {"winners": picks} if picks else {})
    answers = [("Merge", "merge", merge, after)] if may_merge else []
    answers.append(("Two people", "group", apart, after))
    if state != "deferred":
        answers.append(("Later", "schedule", decide.line("defer", "pair", key), after))
    return answers


def _button(
    context: view.Context,
    key: str,
    shown: tuple[str, str],
    line: dict[str, Any],
    after: str | None,
) -> None:
    label, icon = shown
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"{label}-{key}",
        on_click=_store,
        args=(context, line, key, after),
    )


def _around(context: view.Context, release: OpenRelease, row: Row, records: Sequence[Row]) -> None:
    """Other records of either person, who lives with them, and what was decided before."""
    own = {row["left_record_key"], row["right_record_key"]}
    others = [one for one in records if one["record_key"] not in own]
    lines = [
        f"{words.inert(_name(one))}, {words.inert(one['record_key'])}"
        + f" ({'left' if one['person_key'] == row['left_person_key'] else 'right'})"
        for one in others
    ]
    apart = {one["held_apart_reason"] for one in records if one["held_apart_reason"]}
    lines += [f"One of these records is {words_duplicates.APART[one]}" for one in sorted(apart)]
    _section("Other records of either person", lines, "None.")
    members = queries_duplicate_people.household(release, row)
    _section("Household", [words.inert(_name(one)) for one in members], "Nobody else.")
    log = [
        words.inert(
            f"{words_duplicates.LOG[one['decision_type']]} by {one['performed_by']}"
            + (f", {words.moment(one['performed_at'])}" if one["performed_at"] else "")
            + (f": {one['reason']}" if one["reason"] else "")
        )
        for one in queries_duplicate_people.log(release, row["pair_key"])
    ]
    _section("Merged and taken apart before", log, "Never.")


def _name(one: Mapping[str, Any]) -> str:
    return " ".join(str(part) for part in (one["first_name"], one["last_name"]) if part)


def _section(title: str, lines: Sequence[str], nothing: str) -> None:
    st.markdown(f"**{title}**  \n" + ("  \n".join(lines) if lines else nothing))
