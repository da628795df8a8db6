"""Data: the addresses at which programs, spreadsheets and feed readers get the rows, with the page's filters in them."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, queries, share, token_box
from dashboard.api import guide
from dashboard.api.columns import COLUMNS
from dashboard.api.package import ABOUT, TOLD
from dashboard.site import room_at
from dashboard.view import current

view, room = current(), room_at("data")


def tables() -> None:
    """Each table's addresses, columns and parameters."""
    blocks.title("Tables", "The filters at the side are in the addresses. Set some, then take the address along.")
    for name in COLUMNS:
        blocks.title(name.capitalize(), f"{TOLD[name]}.", level=3)
        with st.container(key=f"data_{name}"):
            st.html(guide.addresses(name, view.filters, share.base_url()))
            with st.expander("Columns and parameters"):
                st.html(guide.columns_of(name))
                st.html(guide.parameters(name))


def described() -> None:
    """The feed, what describes the data, and what one can rely on."""
    blocks.title("Feed and descriptions", "For feed readers, catalogues and programs.")
    with st.container(key="data_described"):
        st.html(guide.described(view.filters, share.base_url()))

    token_box.draw()

    blocks.title("What one can rely on")
    blocks.foot(
        "Columns keep their name, type and meaning; new ones come at the end of the list. An unknown parameter or a bad value is "
        "refused (400) with one line of JSON that names it and what is allowed. The ETag is the data’s version: ask with "
        "If-None-Match, and nothing is sent while nothing has changed. Files hold no article’s text, only the words that state each "
        "fact. In CSV and Excel several values of a cell are joined with “ + ”, and in CSV a cell that would run as a formula has an "
        "apostrophe before it."
    )
    blocks.foot(ABOUT)


if queries.totals(view)["articles"]:
    tables()
    described()
else:
    blocks.empty(view, room, "fact")
