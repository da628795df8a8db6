"""The little that runs in the browser beside Streamlit: the sheet of styles, links in place, copying, the load last seen."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent


@cache
def own_file(name: str) -> str:
    """A file of this folder: what the browser gets."""
    return (HERE / name).read_text(encoding="utf-8")


@cache
def _component(name: str, html: str = "", css: str | None = None):
    return st.components.v2.component(name, html=html, css=css, js=own_file(f"{name}.js"))


def follow_links(key: str, at: str) -> None:
    """Let links between own pages change the page in place, and show the passage in focus. Drawn after the page.

    at: the page's address, so that the browser looks again when it changes.
    """
    _component("links")(key=key, data={"at": at}, height=1)


def take_words(key: str) -> None:
    """Put the words that are selected in the article's text into the link to write a fact. Drawn beside both."""
    _component("words")(key=key, height=1)


def copy_buttons(key: str, base: str | None, path: str, live: str, frozen: str) -> None:
    """Buttons that copy the live and the frozen link (queries without the question mark) of the page at a path."""
    html = """<div class="row"><button type="button" data-kind="live">Copy link</button>
        <button type="button" data-kind="frozen" title="Shows the same rows for good">Copy frozen link</button>
        <input type="text" readonly hidden aria-label="Link to this view"><span role="status"></span></div>"""
    render = _component("copy", html, own_file("copy.css"))
    render(key=key, data={"base": base, "path": path, "live": live, "frozen": frozen})


def last_seen(key: str, now: str) -> object:
    """What this browser kept as the load seen before this visit, and let it keep `now`. "" until it has answered.

    Whatever stands in a browser's storage comes back: to be checked before it is used.
    """
    kept = st.session_state.get(key)
    told = kept.get("load", "") if kept else ""
    return (
        _component("seen")(key=key, data={"now": now, "told": told}, on_load_change=lambda: None, height=1).load or ""
    )


def save_buttons(chart: str, title: str, source: str) -> None:
    """Buttons that save the chart with this key as PNG or SVG. title, source: as Plotly reads them, lines parted by <br>."""
    html = """<div class="row"><button type="button" data-kind="png">Chart as PNG</button>
        <button type="button" data-kind="svg">SVG</button></div>"""
    render = _component("save", html, own_file("copy.css"))
    render(key=f"{chart}_save", data={"chart": chart, "title": title, "source": source})
