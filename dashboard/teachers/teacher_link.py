"""A teacher's personal link, made by staff: to copy, or to send by mail."""

from __future__ import annotations

import streamlit as st

from dashboard import decide, view, words
from dashboard.teachers import queries_my_progress
from polaris import mail, teacher_links
from polaris.errors import PolarisError


def draw(context: view.Context, email: str | None) -> None:
    """The buttons for one teacher, for those who may; nothing for the others.

    A district administrator makes links for addresses of the own rosters only.
    """
    release = context.release
    if release is None or not context.may("send_teacher_link") or not email:
        return
    if not queries_my_progress.is_on_roster(release, email):
        st.caption("A personal link needs an address on the active roster.")
        return
    key = f"teacher-link-{email}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Make a personal link",
            key=key,
            icon=":material/link:",
            on_click=_make,
            args=(context, email, key),
            help=f"Opens this teacher's own record without sign-in for "
            f"{teacher_links.VALID_HOURS} hours.",
        )
        if mail.is_configured(context.settings):
            st.button(
                "Mail a link",
                key=f"{key}-mail",
                icon=":material/mail:",
                on_click=_mail,
                args=(context, email),
            )
    made = st.session_state.get(f"{key}-made")
    if made:
        st.caption(
            f"Give it to {words.inert(context.email(email))} only: whoever holds it sees the "
            f"record for {teacher_links.VALID_HOURS} hours."
        )
        st.code(made, language=None, wrap_lines=True)


def _make(context: view.Context, email: str, key: str) -> None:
    try:
        token = teacher_links.issue(context.settings, email)
    except PolarisError as error:
        decide.refuse(error.message)
        return
    if token is None:
        decide.refuse("This address is not on the active roster of this school year.")
        return
    st.session_state[f"{key}-made"] = teacher_links.link(context.settings, token)


def _mail(context: view.Context, email: str) -> None:
    teacher_links.request(context.settings, email)
    decide.say("The link is on its way.")
