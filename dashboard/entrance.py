"""What stands before the pages when sign-in is on: the way in, a clear word to whoever has no role, and the way out."""

from __future__ import annotations

import logging

import streamlit as st

from dashboard import embed, roles, signing
from dashboard.escape import for_html
from dashboard.permissions import WORDS, PermissionsError
from dashboard.roles import NotAllowed, Person
from dashboard.share import base_url
from dashboard.site import BRAND


def passed() -> bool:
    """Whether whoever is there may read; if not, the entrance is drawn in the place of the page."""
    try:
        who = roles.person()
    except NotAllowed:
        _sign_in()
        return False
    except PermissionsError as reason:
        logging.getLogger("dashboard").error("%s", reason)
        _closed(
            "Who may do what cannot be told now",
            "Nobody is let in until it can; the reason stands in the server’s log.",
        )
        return False
    if not who.may("viewer"):
        _refused(who)
        return False
    return True


def who_is_here() -> None:
    """Name, role and the way out, at the side. Nothing without sign-in."""
    if not signing.configured():
        return
    who = roles.person()
    with st.container(key="person", gap="small"):
        role = f"{who.role}: {WORDS[who.role]}" if who.role else ""
        st.html(f'<p class="vt-person">{for_html(who.name)}<small>{for_html(role)}</small></p>')
        st.button("Sign out", key="sign_out", icon=":material/logout:", on_click=st.logout)


def _sign_in() -> None:
    if fault := signing.fault():
        logging.getLogger("dashboard").error("%s", fault)
        _closed("Sign-in is not set up right", "Nobody is let in until it is; the reason stands in the server’s log.")
        return
    if embed.wanted():
        # A provider shows its page in no frame.
        link = f'<a href="{for_html(base_url())}/" target="_blank" rel="noopener">Sign in</a>'
        st.html(f'<p class="vt-foot">{link} to the 5G Vendor Tracker in a tab of its own, then reload this page.</p>')
        return
    with st.container(key="entrance", gap="medium"):
        _head("Sign in", "To see what articles say about network vendors. You come back to the page of your link.")
        for name in signing.providers():
            told = f"Sign in with {name.capitalize()}" if name else "Sign in"
            st.button(
                told,
                key=f"sign_in_{name}",
                type="primary",
                icon=":material/login:",
                on_click=st.login,
                args=(name or None,),
                width="stretch",
            )


def _refused(who: Person) -> None:
    with st.container(key="entrance", gap="medium"):
        _head(
            "You have no access yet",
            f"You are signed in as {who.email}, which has no role here. Ask whoever runs this app for one; "
            "then reload this page. Or sign in as somebody else.",
        )
        st.button("Sign out", key="sign_out", icon=":material/logout:", on_click=st.logout, width="stretch")


def _closed(heading: str, words: str) -> None:
    with st.container(key="entrance", gap="medium"):
        _head(heading, words)


def _head(heading: str, words: str) -> None:
    st.html(f"{BRAND}<h1>{for_html(heading)}</h1><p>{for_html(words)}</p>")
