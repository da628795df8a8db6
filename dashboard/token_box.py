"""Making and revoking tokens, on the page Data when sign-in is on."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, roles, signing, tokens
from etl.errors import EtlError

WORDS = {1: "1 day", 7: "7 days", 30: "30 days", 90: "90 days", 365: "1 year"}


def draw() -> None:
    """What programs need to be let in; nothing without sign-in, when the addresses are open."""
    if not signing.configured():
        return
    blocks.title(
        "Tokens for programs",
        "These addresses answer whoever is signed in, and programs that send a token. It reads as you do, and no longer than you may.",
    )
    who = roles.person()
    with st.container(key="tokens"):
        if not who.may("analyst"):
            blocks.foot("Making one needs the role “analyst”: ask whoever runs this app, or somebody who has it.")
            return
        days = st.selectbox(
            "How long it lasts", tokens.DAYS, index=2, format_func=WORDS.get, key="token_days", width=220
        )
        if st.button("Make a token", key="make_token", icon=":material/key:"):
            _show(days)
        if who.may("admin"):
            st.button("Revoke all tokens of everybody", key="revoke_tokens", icon=":material/block:", on_click=_revoke)
        if told := st.session_state.pop("_tokens_told", None):
            blocks.note(told)


def _show(days: int) -> None:
    try:
        token = tokens.make(days)
    except EtlError as reason:
        blocks.note(str(reason), "alert")
        return
    st.code(token, language=None, wrap_lines=True)
    blocks.foot(
        "Shown only now: copy it, and keep it like a password. Send it as the header “Authorization: Bearer TOKEN”; feed readers "
        "that cannot send one take it at the end of the address, as ?token=TOKEN or &token=TOKEN."
    )


def _revoke() -> None:
    try:
        tokens.revoke_all()
        st.session_state["_tokens_told"] = "All tokens that were made until now open nothing any more."
    except EtlError as reason:
        st.session_state["_tokens_told"] = str(reason)
