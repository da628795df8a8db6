"""Vendor selections: which operators chose, tried, passed over or removed which vendors."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, queries, share, tables
from dashboard.charts import selections
from dashboard.site import room_at
from dashboard.view import current

view, room = current(), room_at("selections")
rows, in_all = queries.selections(view, limit=queries.PAGE)
tally, latest = queries.tally(view), queries.latest_selections(view)

if not in_all and rows.empty and latest.empty:
    blocks.empty(view, room, "vendor selection")
else:
    if len(tally):
        said = selections.message(tally)
        blocks.title(said, "Decisions that the articles tell, each counted once.")
        blocks.chart(selections.balance(tally), key="selection_balance", alt=said, view=view)

    if len(latest):
        blocks.title("Operator by operator", "The latest first. A mark is a decision: click it for its sentence.")
        st.html(tables.decision_legend())
        said = (
            f"{latest['operator'].nunique()} operators and {latest['vendor'].nunique()} vendors, listed in the table."
        )
        blocks.chart(selections.matrix(latest), key="selection_matrix", alt=f"Matrix of decisions: {said}", view=view)
        blocks.foot(
            "The operators told of last and the vendors told of most; the table has all. An empty cell means that "
            "no report was found, not that there is nothing between the two."
        )

    blocks.title("Every selection", "The latest first, by the date of the decision, else of the report.")
    caption = "Selections with the words that state them"
    blocks.paged_table(view, room, rows, in_all, tables.selection_columns(view), caption)
    share.download(lambda: queries.selections(view)[0], in_all, "selections", "selections")
