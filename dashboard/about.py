"""Parts that the page on one company and the page on one country share: the swaps told of it, and the latest articles."""

from __future__ import annotations

import streamlit as st

from dashboard import article_queries, blocks, decisions, documents, queries, share, swap_tables, tables
from dashboard.view import View

ARTICLES = 10


def swapped(of: View, heading: str, key: str) -> None:
    """The latest swaps of a view, and a file of all; nothing where there is none. key: of the table, and the file's name."""
    swaps = decisions.swap_ledger(of)
    if swaps.empty:
        return
    blocks.title(heading, "A vendor taken out, and one chosen in its place.")
    shown = swaps.head(swap_tables.MOST)
    with st.container(key=key):
        st.html(tables.table(shown, swap_tables.columns(of), heading))
    blocks.cut("The latest", len(shown), len(swaps), "the file has all")
    blocks.more(of, "selections", "Who swapped whom for whom")
    what = "swap" if len(swaps) == 1 else "swaps"
    share.download(lambda: swap_tables.for_file(swaps), len(swaps), key, what, of.filters.v)


def articles(of: View, heading: str) -> None:
    """The latest articles of a view; nothing where there is none."""
    rows, in_all = article_queries.stories(queries.from_start(of), limit=ARTICLES)
    if in_all:
        blocks.title(heading, "The latest first.")
        st.html(tables.table(rows, documents.article_columns(of, {}), heading))
        blocks.more(of, "articles", "All articles" if in_all > len(rows) else "These articles, by year")
