"""What a person asks the writer to do from a page: left in the queue under their name, followed until it is answered."""

from __future__ import annotations

import time

import streamlit as st

from dashboard import blocks, roles
from dashboard.escape import for_html
from etl import requests, spawning
from etl.errors import EtlError
from etl.paths import warehouse
from etl.requests import Addition, Answer, Naming, Review

_ASKED, _STARTED, _SAID = "_asked", "_started", "_said"
AGAIN = 30  # seconds after which a writer that stopped is started again
_WORDS = {"waiting": "Waiting", "done": "Done", "refused": "Not done", "conflict": "Somebody was there before you"}


def ask(asks: Review | Addition | Naming, about: str) -> bool:
    """Leave a request of whoever is here; whether it was left. about: what to call it. A fault is told by `told`."""
    try:
        who = roles.need("analyst")
        number = requests.ask(warehouse(), who.email, asks)
        st.session_state.setdefault(_ASKED, []).append((number, about))
        _start()
    except EtlError as error:
        fault(str(error))
        return False
    return True


def _start() -> None:
    st.session_state[_STARTED] = time.monotonic()
    spawning.spawn(warehouse())


def fault(line: str) -> None:
    """What is wrong with what was asked, to be told on the page once."""
    st.session_state["_fault"] = line


def told() -> bool:
    """What became of what was asked in this session, the newest first; looked at each second while something waits.

    Whether whoever is here may ask for anything; if not, who may is told.
    """
    may = _may()
    if line := st.session_state.pop("_fault", None):
        blocks.note(line, "alert")
    if any(answer.state == "waiting" for _, answer in answers()):
        _waiting()
    else:
        _draw()
    return may


def _may() -> bool:
    try:
        roles.need("analyst")
    except roles.NotAllowed as refusal:
        fault(str(refusal))
        return False
    return True


def answers() -> list[tuple[str, Answer]]:
    """What was asked in this session and its answers, the newest first."""
    found = []
    for number, about in reversed(st.session_state.get(_ASKED, [])):
        try:
            found.append((about, requests.answer_of(warehouse(), number)))
        except EtlError as error:
            found.append((about, Answer(id=number, state="refused", line=str(error))))
    return found


@st.fragment(run_every=1.0)
def _waiting() -> None:
    _draw()
    if all(answer.state != "waiting" for _, answer in answers()):
        st.session_state.pop(_SAID, None)
        st.rerun()
    _start_again()


def _start_again() -> None:
    """A writer that was ended, or had no room, would leave what was asked for the next run without a word."""
    if time.monotonic() - st.session_state.get(_STARTED, 0) > AGAIN:
        try:
            if (said := spawning.stopped(warehouse())) is not None:
                st.session_state[_SAID] = said
                _start()
        except EtlError as error:
            st.session_state[_SAID] = str(error)
    if said := st.session_state.get(_SAID):
        blocks.note(f"The writer stopped and is started again. It said: {said}", "alert")


def _draw() -> None:
    lines = [_line(about, answer) for about, answer in answers()[:8]]
    with st.container(key="asked"):
        if lines:
            st.html(f'<ul class="vt-facts" role="status" aria-live="polite">{"".join(lines)}</ul>')


def _line(about: str, answer: Answer) -> str:
    link = ""
    if answer.state == "done" and answer.fact_id:
        link = f' · <a href="./fact?fact={for_html(answer.fact_id)}">The fact</a>'
    elif answer.state == "done" and answer.article_id:
        link = f' · <a href="./articles?article={for_html(answer.article_id)}">The article</a>'
    return f"<li><b>{_WORDS[answer.state]}</b>: {for_html(about)} — {for_html(answer.line)}{link}</li>"
