"""Add articles: a text, an address or files; what is read in them is shown before anything is saved."""

from __future__ import annotations

import streamlit as st

from dashboard import adding, asking, blocks
from dashboard.view import current
from etl.article import ENDINGS, Known
from etl.errors import EtlError

view = current()
WAYS = ("Paste a text", "Give an address", "Drop files")


def brought(way: str) -> list:
    """What the form holds, as documents. Raises EtlError."""
    with st.form("bring"):
        if way == WAYS[0]:
            text = st.text_area("The article's text", height=220)
            title, published = st.text_input("Title"), st.text_input("Published (2026-05-04, 2026-05 or 2026)")
            publisher, url = st.text_input("Publisher"), st.text_input("Address of the article (https://…)")
        elif way == WAYS[1]:
            url = st.text_input("Address (https://…)")
        else:
            files = st.file_uploader("Files", type=[end.lstrip(".") for end in ENDINGS], accept_multiple_files=True)
        if not st.form_submit_button("Look at it", type="primary"):
            return []
    if way == WAYS[0]:
        return [adding.pasted(text, adding.known_of(title, published, publisher, url))]
    if way == WAYS[1]:
        return [adding.fetched(url)]
    if not files:
        raise adding.NotTaken("There is no file yet: drop one or more first.")
    return [(file.name, file.getvalue(), Known()) for file in files]


may = asking.told()
if view.is_frozen:
    blocks.foot("A frozen view takes nothing in: open today’s data.")
elif may:
    chosen = st.radio("How", WAYS, horizontal=True, label_visibility="collapsed")
    try:
        if documents := brought(chosen):
            with st.spinner("Reading …"):
                adding.look(documents)
    except EtlError as error:
        blocks.note(str(error), "alert")
    adding.preview(view)
