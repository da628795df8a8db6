"""A page in a frame of another site (`?embed=true`): its first chart alone, with the line that says where it is from."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

from dashboard import theme
from dashboard.escape import for_html
from dashboard.filters import to_query
from dashboard.view import View


def wanted() -> bool:
    """Whether this run is drawn in a frame."""
    return bool(st.context.is_embedded)


def end(view: View) -> NoReturn:
    """The source line below the chart, and the end of the run: nothing else of the page is drawn."""
    day = theme.day(view.today)
    link = for_html(f"?{urlencode(to_query(view.filters))}")
    with st.container(key="source_line"):
        st.html(
            f'<p class="vt-foot">5G Vendor Tracker · what articles say, as of {for_html(day)} (load {view.load.number}) · '
            f'<a href="{link}" target="_blank" rel="noopener">every figure with its sentence and source</a></p>'
        )
    st.stop()
