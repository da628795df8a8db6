"""Add articles: a text, an address or files; what is read in them is shown before anything is saved."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import adding, asking, blocks, looking
from dashboard.looking import Given, NotTaken
from dashboard.view import current
from etl.article import ENDINGS, Known
from etl.errors import EtlError

view = current()
WAYS = ("Paste a text", "Give an address", "Drop files")


def brought(way: str) -> Callable[[], list[Given]] | None:
    """What brings the documents that the form holds; None until it is sent. Raises NotTaken."""
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
            return None
    if way == WAYS[0]:
        documents = [adding.pasted(text, adding.known_of(title, published, publisher, url))]
    elif way == WAYS[1]:
        return lambda: [adding.fetched(url)]
    elif files:
        documents = [Given(file.name, file.getvalue(), Known()) for file in files]
    else:
        raise NotTaken("There is no file yet: drop one or more first.")
    return lambda: documents


may = asking.told()
if view.is_frozen:
    blocks.foot("A frozen view takes nothing in: open today’s data.")
elif may:
    chosen = st.radio("How", WAYS, horizontal=True, label_visibility="collapsed")
    try:
        if bring := brought(chosen):
            looking.start(bring)
    except EtlError as error:
        blocks.note(str(error), "alert")
    looking.underway()
    adding.preview(view)
