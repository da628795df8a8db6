"""Vendor selections: which operators chose, tried, passed over or removed which vendors."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, decisions, outlines, presence, presence_tables, queries, share, swap_tables, tables
from dashboard.charts import selections, world, years
from dashboard.charts import swaps as swap_chart
from dashboard.names import country_names
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
ABOUT_MAP = (
    "Hatched: no report found, which is not to say none. What counts is each operator’s latest decision. Click a mark for "
    "its sentences. Borders: Natural Earth."
)

view, room = current(), room_at("selections")


def in_all() -> None:
    """Who was chosen and who was shut out most."""
    tally = queries.tally(view)
    if len(tally):
        said = selections.message(tally)
        blocks.title(said, "Decisions that the articles tell, each counted once.")
        blocks.chart(selections.balance(tally), key="selection_balance", alt=said, view=view)
        blocks.cut("Vendors told of most:", min(len(tally), selections.BARS), len(tally), "the table has all")


def by_operator() -> None:
    """The matrix of operators and vendors."""
    latest = queries.latest_selections(view)
    if latest.empty:
        return
    blocks.title("Operator by operator", "The latest first. A mark is a decision: click it for its sentence.")
    who = queries.parties(view)
    said = f"{who['operators']:,} operators and {who['vendors']:,} vendors, listed in the table."
    blocks.chart(
        selections.matrix(latest),
        key="selection_matrix",
        alt=f"Matrix of decisions: {said}",
        view=view,
        legend=tables.decision_legend(),
    )
    blocks.foot(
        "The operators told of last and the vendors told of most; the table has all. An empty cell means that "
        "no report was found, not that there is nothing between the two."
    )


def swapped() -> None:
    """From whom to whom, and the ledger of swaps."""
    swaps = decisions.swap_ledger(view)
    if swaps.empty:
        return
    said = swap_chart.message(swaps)
    blocks.title(said, "Rows: taken out. Columns: chosen instead. Hollow: inferred from two articles.")
    blocks.chart(swap_chart.from_to(swaps), key="swap_matrix", alt=f"Matrix of swaps: {said}", view=view)
    losers = swaps["loser"].nunique()
    blocks.cut("Vendors taken out most:", min(losers, swap_chart.ROWS), losers, "the file has all")
    blocks.foot(ABOUT_SWAPS)
    shown = swaps.head(swap_tables.MOST)
    with st.container(key="swaps"):
        told = decisions.told_whole(view, shown)
        st.html(tables.table(told, swap_tables.columns(view), "Swaps with the words that state them"))
    blocks.cut("The latest", len(shown), len(swaps), "the file has all")
    share.download(
        lambda: swap_tables.for_file(decisions.swaps_whole(view)), len(swaps), "swaps", "swaps", view.filters.v
    )


def by_year() -> None:
    """Wins and losses of each vendor, year by year."""
    counts, vendors = decisions.by_year(view, years.MOST)
    if vendors:
        said = years.message(counts)
        blocks.title(said, "Above a vendor’s line: selected. Below it, hatched: removed or excluded.")
        blocks.chart(years.wins_and_losses(counts), key="selection_years", alt=said, view=view)
        blocks.cut("Vendors told of most:", min(vendors, years.MOST), vendors, "the table below has all")
        blocks.foot(ABOUT_YEARS)


def by_country() -> None:
    """One vendor's presence, as a map and as a table beside it."""
    vendor, rows = decisions.of_vendor(view)
    if not vendor:
        return
    countries = presence.presence(rows)
    said = world.message(vendor, countries)
    blocks.title(said, "Choose one company at the side to see its map." if len(view.filters.company) != 1 else "")
    drawn, listed = st.columns([0.6, 0.4], gap="medium")
    with drawn:
        figure = world.presence_map(countries, outlines.world(), country_names())
        blocks.chart(
            figure,
            key="presence_map",
            alt=f"Map of the world. {said} The table has each.",
            view=view,
            legend=presence_tables.legend(),
        )
        blocks.cut("Drawn from the latest", len(rows), queries.counted(rows), "the table below has every report")
        blocks.foot(ABOUT_MAP)
    with listed, st.container(key="presence"):
        shown = presence_tables.frame(countries[: presence_tables.MOST])
        st.html(tables.table(shown, presence_tables.columns(view), f"Countries where {vendor} is told of"))
        if len(countries) > len(shown):
            blocks.foot(f"Scroll for the {len(shown)} with most operators, of {len(countries)}; the file has all.")
        elif len(countries) > 4:
            blocks.foot(f"Scroll for all {len(countries)} countries; those with most operators come first.")
    decided = sum(len(country.rows) for country in countries)
    share.download(
        lambda: presence_tables.for_file(countries), decided, "presence", "decisions by country", view.filters.v
    )


page, count = queries.selections(view, limit=queries.PAGE)
if not count and page.empty and queries.latest_selections(view).empty:
    blocks.empty(view, room, "vendor selection")
else:
    in_all()
    by_operator()
    swapped()
    by_year()
    by_country()
    blocks.title("Every selection", "The latest first, by the date of the decision, else of the report.")
    caption = "Selections with the words that state them"
    blocks.paged_table(view, room, page, count, tables.selection_columns(view), caption)
    share.files(view, "selections", count, "selections")
