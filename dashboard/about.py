"""Parts that the pages on one company, one country and market shares have alike: swaps, whom steps meet, rival values, articles."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import (
    article_queries,
    blocks,
    decisions,
    documents,
    policy_queries,
    policy_tables,
    queries,
    share,
    swap_tables,
    tables,
)
from dashboard.charts import rivals
from dashboard.names import country_names
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
        st.html(tables.table(decisions.told_whole(of, shown), swap_tables.columns(of), heading))
    blocks.cut("The latest", len(shown), len(swaps), "the file has all")
    blocks.more(of, "selections", "Who swapped whom for whom")
    share.download(lambda: swap_tables.for_file(decisions.swaps_whole(of)), len(swaps), key, "swaps", of.filters.v)


def met(of: View, heading: str, under: str = "", *, level: int = 2) -> None:
    """Operators that the steps of a view meet; nothing where there is none."""
    rows, in_all = policy_queries.operators_met(of)
    if len(rows):
        blocks.title(heading, under, level)
        with st.container(key="met"):
            st.html(tables.table(rows, policy_tables.met_columns(of), "Operators that restrictions meet"))
        met_file(of, len(rows), in_all)


def met_file(of: View, shown: int, in_all: int) -> None:
    """How many of the operators that steps meet are shown, and a file of all."""
    blocks.cut("The first", shown, in_all, "the file has all")
    share.download(
        lambda: policy_tables.met_for_file(policy_queries.operators_met(of, in_all)[0]),
        in_all,
        "operators_met",
        "choices of operators",
        of.filters.v,
    )


def disagreements(view: View, figures: pd.DataFrame, key: str, rest: str) -> None:
    """The shares among figures for which sources give different values; nothing where there is none. rest: where all figures are."""
    if quarrels := rivals.quarrels(figures, country_names()):
        blocks.title("Where sources disagree", "The same company, thing and period; no value is averaged away.")
        blocks.chart(rivals.draw(quarrels), key=key, alt=rivals.message(quarrels), view=view)
        blocks.cut("The widest apart:", min(len(quarrels), rivals.MOST), len(quarrels), rest)


def articles(of: View, heading: str) -> None:
    """The latest articles of a view; nothing where there is none."""
    rows, in_all = article_queries.stories(queries.from_start(of), limit=ARTICLES)
    if in_all:
        blocks.title(heading, "The latest first.")
        st.html(tables.table(rows, documents.article_columns(of, {}), heading))
        blocks.more(of, "articles", "All articles" if in_all > len(rows) else "These articles, by year")
