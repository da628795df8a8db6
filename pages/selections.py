"""Vendor selections: which operators chose, tried, passed over or removed which vendors."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, queries, tables
from dashboard.charts import selections
from dashboard.site import room_at
from dashboard.view import current

view, room = current(), room_at("selections")
ledger, in_all = queries.selections(view)

if ledger.empty:
    blocks.empty(view, room, "vendor selection")
else:
    if len(selections.tally(ledger)):
        blocks.title(selections.message(ledger), "Decisions that the articles tell, each counted once.")
        blocks.chart(selections.balance(ledger), key="selection_balance", alt=selections.message(ledger), view=view)

    named = ledger[ledger["operator"].notna()]
    if len(named):
        blocks.title("Operator by operator", "The latest first. A mark is a decision: click it for its sentence.")
        st.html(tables.decision_legend())
        said = f"{named['operator'].nunique()} operators and {named['vendor'].nunique()} vendors, listed in the table."
        blocks.chart(selections.matrix(ledger), key="selection_matrix", alt=f"Matrix of decisions: {said}", view=view)
        blocks.foot(
            "The operators told of last and the vendors told of most; the table has all. An empty cell means that "
            "no report was found, not that there is nothing between the two."
        )

    rows, _ = queries.selections(view, limit=queries.PAGE)
    blocks.title("Every selection", "The latest first, by the date of the decision, else of the report.")
    blocks.paged_table(
        view, room, rows, in_all, tables.selection_columns(view), "Selections with the words that state them"
    )
    blocks.downloads(ledger, "selections", "selections")
