"""What staff may say about a volunteer: a form that stores it, and the way to take it back."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import decide, event_forms, words
from dashboard.volunteers import queries_person, words_volunteers
from dashboard.volunteers.person_view import EDIT, PersonView

_NOBODY = "\N{EM DASH} nobody says"
_FIELDS = (
    "volunteer_status",
    "local_status",
    "is_excluded_from_reports",
    "is_person_of_color",
    "additional_volunteer_count",
    "organization_key",
    "notes",
)
_CHOICES: dict[str, dict[Any, str]] = {
    "volunteer_status": dict(words_volunteers.STATUSES),
    "local_status": dict(words_volunteers.LOCAL),
    "is_excluded_from_reports": {"true": "Yes", "false": "No"},
    "is_person_of_color": {"true": "Yes", "false": "No"},
}
# What holds while staff say nothing.
_ELSE = {
    "volunteer_status": "Active",
    "local_status": "as the data say",
    "is_excluded_from_reports": "No",
    "is_person_of_color": "not known",
}
_MOST_TIMES = 10_000


def draw(shown: PersonView) -> None:
    """The form and what stands, for those who may decide."""
    if not event_forms.may(shown.context, EDIT):
        return
    _standing(shown)
    with st.expander("Change what staff say", icon=":material/edit:", expanded=False):
        st.markdown(
            "Salesforce is never changed from here. What you say stays until you take it back, "
            "whatever Salesforce says later."
        )
        boxes = st.columns(4)
        names = [name for name in _CHOICES if shown.sees(name)]
        for box, name in zip(boxes, names, strict=False):
            with box:
                _choice(shown, name)
        count_box, search_box, organization_box = st.columns([1.2, 1.6, 2.2])
        with count_box:
            _count(shown)
        with search_box:
            st.text_input("Find an organization", key=_key(shown, "find"), placeholder="Its name")
        with organization_box:
            _organization(shown)
        st.text_area(
            words_volunteers.field_name("notes"),
            value=str(shown.word("notes") or ""),
            key=_key(shown, "notes"),
            height=90,
        )
        st.text_input("Why (optional)", key=_key(shown, "why"))
        st.button(
            "Store changes",
            key=_key(shown, "go"),
            type="primary",
            on_click=_store,
            args=(shown,),
        )


def _key(shown: PersonView, name: str) -> str:
    return f"person-edit-{name}-{shown.key}"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _choice(shown: PersonView, name: str) -> None:
    options = {"": f"{_NOBODY} ({_ELSE[name]})"} | _CHOICES[name]
    word = shown.word(name)
    now = "" if word is None else _text(word)
    st.selectbox(
        words_volunteers.field_name(name),
        list(options),
        index=list(options).index(now) if now in options else 0,
        format_func=lambda value: options[value],
        key=_key(shown, name),
    )


def _count(shown: PersonView) -> None:
    word = shown.word("additional_volunteer_count")
    st.number_input(
        words_volunteers.field_name("additional_volunteer_count"),
        min_value=0,
        max_value=_MOST_TIMES,
        value=None if word is None else int(word),
        step=1,
        placeholder="0",
        help="Volunteering that no source knows of; it is added to the credited sessions.",
        key=_key(shown, "additional_volunteer_count"),
    )


def _organization(shown: PersonView) -> None:
    found = {"": f"{_NOBODY} (as the sources say)"}
    word = shown.word("organization_key")
    if word:
        found[str(word)] = str(
            queries_person.organization_name(shown.release, str(word)) or words.DASH
        )
    text = event_forms.read(_key(shown, "find"))
    found |= queries_person.find_organizations(shown.release, text)
    key = _key(shown, "organization_key")
    if st.session_state.get(key) not in found:
        st.session_state.pop(key, None)
    options = list(found)
    st.selectbox(
        words_volunteers.field_name("organization_key"),
        options,
        index=options.index(str(word)) if word else 0,
        format_func=lambda value: words.plain(found.get(value)),
        help="Type a part of its name on the left, then choose it here.",
        key=key,
    )


def _store(shown: PersonView) -> None:
    """Stores what differs from what staff say now; a field left blank takes their word back."""
    payload: dict[str, Any] = {}
    for name in _FIELDS:
        key = _key(shown, name)
        if key not in st.session_state:
            continue
        typed = st.session_state[key]
        typed = typed.strip() or None if isinstance(typed, str) else typed
        word = shown.word(name)
        if (None if typed is None else _text(typed)) != (None if word is None else _text(word)):
            payload[name] = typed == "true" if name.startswith("is_") and typed else typed
    if not payload:
        decide.refuse("Nothing was changed, so nothing was stored.")
        return
    why = event_forms.read(_key(shown, "why"))
    if decide.is_too_long("The notes are", payload.get("notes")):
        return
    if decide.is_too_long("The reason is", why):
        return

    def emptied() -> None:
        for name in (*_FIELDS, "find", "why"):
            st.session_state.pop(_key(shown, name), None)

    line = decide.line(EDIT, "person", shown.key, payload, why)
    event_forms.store(shown.context, [line], emptied)


def _standing(shown: PersonView) -> None:
    """What staff say and the release shows already, each with the way to take it back."""
    shown_already = {
        name: word for name, word in shown.said.items() if not word.is_waiting and shown.sees(name)
    }
    if not shown_already:
        return
    st.markdown("#### What staff say")
    for name, word in shown_already.items():
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"person-said-{name}"
        ):
            said = word.value
            if name == "organization_key":
                said = queries_person.organization_name(shown.release, str(said))
            by = words.inert(f"{word.actor}, {words.moment(word.decided_at)}")
            st.markdown(
                f"**{words_volunteers.field_name(name)}**: "
                f"{words.inert(words_volunteers.field_value(name, said))}  \n:small[{by}]",
                width="stretch",
            )
            line = decide.line(EDIT, "person", shown.key, {name: None})
            st.button(
                "Take back",
                key=f"person-back-{name}",
                icon=":material/undo:",
                on_click=event_forms.send,
                args=(shown.context, [line]),
            )
