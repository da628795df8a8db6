"""A page in a frame of another site (`?embed=true`): one of its charts alone, with the line that says where it is from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from dashboard import theme
from dashboard.escape import for_html
from dashboard.filters import to_query
from dashboard.view import View


def wanted() -> bool:
    """Whether this run is drawn in a frame."""
    return bool(st.context.is_embedded)


@contextmanager
def framed(view: View) -> Iterator[None]:
    """Around a page. In a frame, a chart that `alone` draws stands in the place of the page; a page without any is drawn whole,
    and one that has not the chart that is asked for says so."""
    if not wanted():
        yield
        return
    st.session_state["_frame"] = own, page = st.container(), st.empty()
    with page.container():
        yield
    if view.filters.chart:
        page.empty()
        own.html(
            f'<p class="vt-foot">This page has no chart “{for_html(view.filters.chart)}” through these filters.</p>'
        )
    _source_line(view)


@contextmanager
def alone(view: View) -> Iterator[None]:
    """Around the chart that a frame shows: all of the page that was drawn makes way for it, and the run ends after it."""
    own, page = st.session_state["_frame"]
    page.empty()
    with own:
        yield
        _source_line(view)
    st.stop()


def shows(view: View, key: str) -> bool:
    """Whether a frame shows the chart of a key: the one that the link asks for, else the page's first."""
    return view.filters.chart in (None, key)


def _source_line(view: View) -> None:
    day = theme.day(view.today)
    link = for_html(f"?{urlencode(to_query(replace(view.filters, chart=None)))}")
    with st.container(key="source_line"):
        st.html(
            f'<p class="vt-foot">5G Vendor Tracker · what articles say, as of {for_html(day)} (load {view.load.number}) · '
            f'<a href="{link}" target="_blank" rel="noopener">every figure with its sentence and source</a></p>'
        )
