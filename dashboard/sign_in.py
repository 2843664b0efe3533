"""Signing in and out, and what somebody who may not come in is told."""

from __future__ import annotations

import streamlit as st

from dashboard import who, words
from polaris.settings import load_settings

_NAMELESS = "default"
_NAMES = "client_id"


def page() -> None:
    """The only page of somebody who is not signed in, or not on the list."""
    st.title("Polaris", anchor=False)
    try:
        who.person(load_settings())
    except who.SignInNeededError as error:
        st.markdown(words.inert(error))
        _buttons()
    except who.UnknownPersonError as error:
        st.error(words.inert(error), icon=":material/lock:")
        st.button("Sign out", icon=":material/logout:", on_click=st.logout)
    except who.NotAllowedError as error:
        st.error(str(error), icon=":material/lock:")
    else:
        st.rerun()  # signed in meanwhile, in another tab
    st.caption(f"No access? Ask {words.inert(who.whom_to_ask())}.")


def _buttons() -> None:
    providers = _providers()
    for name in providers:
        label = "Sign in" if name == _NAMELESS else f"Sign in with {words.inert(name.title())}"
        st.button(
            label,
            key=f"sign-in-{name}",
            type="primary",
            icon=":material/login:",
            on_click=st.login,
            args=() if name == _NAMELESS else (name,),
        )


def _providers() -> list[str]:
    """The providers of the secrets; `default` is the one without a name."""
    section = st.secrets["auth"]
    named = [name for name, value in section.items() if hasattr(value, "keys")]
    return ([_NAMELESS] if _NAMES in section else []) + [one for one in named if one != _NAMELESS]


def badge(person: who.Person) -> None:
    """Who is at the screen, as a button that opens the role, the districts and signing out."""
    with st.popover(
        words.inert(person.name), icon=":material/account_circle:", type="tertiary", width="content"
    ):
        st.markdown(f"**{words.label(person.role, words.ROLES)}**  \n{words.inert(person.how)}")
        if person.expires_at is not None:
            st.caption(f"Signed in until {words.inert(words.moment(person.expires_at))}.")
            st.button("Sign out", key="sign-out", icon=":material/logout:", on_click=st.logout)


def ended(person: who.Person) -> None:
    """Over an open page of somebody whose sign-in has ended: what is typed stays, nothing is kept.

    Signing in happens in a new tab of the same browser; this page then goes on.
    """
    if not person.is_expired():
        return
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key="sign-in-ended"
    ):
        st.markdown(
            ":material/lock_clock: **Your sign-in has ended.** What you typed stays here, and "
            "nothing is stored until you sign in again. Come back to this page afterwards.",
            width="stretch",
        )
        st.link_button("Sign in again", "/", type="primary", icon=":material/login:")
