"""Vendor selections: which operators chose, tried, passed over or removed which vendors."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, decisions, queries, share, swap_tables, tables
from dashboard.charts import selections, years
from dashboard.charts import swaps as swap_chart
from dashboard.site import room_at
from dashboard.view import current

ABOUT_SWAPS = (
    "A swap is a vendor removed and one selected by the same operator in the same country and part of the network: in one "
    "article, or in two whose decisions are at most 12 months apart; then it is inferred. A removal whose winner no article "
    "tells stands alone. A swap is full only where the text says so."
)
ABOUT_YEARS = (
    "Full: the year of the decision. Pale: the year of the report, where the article does not tell when it was decided. "
    "Click a bar for its sentences."
)
view, room = current(), room_at("selections")
rows, in_all = queries.selections(view, limit=queries.PAGE)
tally, latest = queries.tally(view), queries.latest_selections(view)
counts, swaps = decisions.by_year(view), decisions.swap_ledger(view)

if not in_all and rows.empty and latest.empty:
    blocks.empty(view, room, "vendor selection")
else:
    if len(tally):
        said = selections.message(tally)
        blocks.title(said, "Decisions that the articles tell, each counted once.")
        blocks.chart(selections.balance(tally), key="selection_balance", alt=said, view=view)

    if counts["year"].notna().any():
        said = years.message(counts)
        blocks.title(said, "Above a vendor's line: selected. Below it, hatched: removed or excluded.")
        blocks.chart(years.wins_and_losses(counts), key="selection_years", alt=said, view=view)
        blocks.foot(ABOUT_YEARS)

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

    if len(swaps):
        blocks.title(swap_chart.message(swaps), "Who was taken out, and who was chosen instead. Hollow: inferred.")
        said = f"Matrix of swaps, from vendor to vendor: {swap_chart.message(swaps)}"
        blocks.chart(swap_chart.from_to(swaps), key="swap_matrix", alt=said, view=view)
        blocks.foot(ABOUT_SWAPS)
        with st.container(key="swaps"):
            shown = swaps.head(swap_tables.MOST)
            st.html(tables.table(shown, swap_tables.columns(view), "Swaps with the words that state them"))
        if len(swaps) > len(shown):
            blocks.foot(f"The latest {len(shown)} of {len(swaps)}; the file has all.")
        share.download(lambda: swap_tables.for_file(swaps), len(swaps), "swaps", "swaps")

    blocks.title("Every selection", "The latest first, by the date of the decision, else of the report.")
    caption = "Selections with the words that state them"
    blocks.paged_table(view, room, rows, in_all, tables.selection_columns(view), caption)
    share.download(lambda: queries.selections(view)[0], in_all, "selections", "selections")
