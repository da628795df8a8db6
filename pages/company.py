"""Company: everything that the articles say about one company."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, cards, documents, goals, queries, tables
from dashboard.charts import panels, selections, shares
from dashboard.names import country_names
from dashboard.site import room_at
from dashboard.view import current

MOST = 4

view, room = current(), room_at("company")


def index() -> None:
    """Companies to choose from, those that most facts are about first."""
    rows = queries.companies(view)
    if rows.empty:
        blocks.empty(view, room, "company")
        return
    blocks.title("Choose a company", "By how many facts the articles state about each.")
    st.html(tables.company_index(rows, view))
    blocks.downloads(rows, "companies", "companies")


def about(name: str) -> None:
    """Shares, targets, selections, deals and restrictions of one company."""
    figures = queries.figures(view)
    held = panels.panels(figures[figures["metric"] == "market_share"], country_names())
    ledger, told = queries.selections(view)
    deals, acts = queries.deals(view), queries.restrictions(view, limit=50)
    if figures.empty and not told and deals.empty and acts.empty:
        blocks.empty(view, room, f"fact about {name}")
        return
    st.html(cards.company_head(name, len(figures), told, len(deals), len(acts)))
    if held:
        blocks.title("Market share", "One chart for each thing that the share is a share of.")
        for first in range(0, min(len(held), MOST), 2):
            for column, number in zip(
                st.columns(2, gap="large"), range(first, min(first + 2, len(held))), strict=False
            ):
                panel = held[number]
                with column:
                    blocks.title(panel.basis, panel.source, level=3)
                    said = f"{panel.basis}: {panels.message(panel, view.today)}"
                    blocks.chart(shares.draw(panel, 250), key=f"company_share_{number}", alt=said, view=view)
    for goal in goals.goals(figures, queries.figures(view, of_all_times=True), view.today):
        st.html(cards.goal_card(goal, documents.basis_of(goal.row), view))
    others = figures[~figures["metric"].eq("market_share") & figures["status"].eq("actual")]
    if len(others):
        blocks.title("Contracts, networks, shipments, revenue", "The newest first.")
        st.html(tables.table(others.iloc[::-1].head(queries.PAGE), tables.figure_columns(view), "Other figures"))
    if told:
        blocks.title("Vendor selections", "Which operators chose it, tried it, passed over or removed it, and when.")
        if ledger["operator"].notna().any():
            st.html(tables.decision_legend())
            said = selections.message(ledger) or f"{told} reports, listed in the table below."
            blocks.chart(selections.timeline(ledger), key="company_selections", alt=said, view=view)
        page, _ = queries.selections(view, limit=queries.PAGE)
        blocks.paged_table(view, room, page, told, tables.selection_columns(view), "Selections")
    for heading, kind, rows in (("Deals", "deal", deals), ("Restrictions", "restriction", acts)):
        if len(rows):
            blocks.title(heading)
            st.html(documents.fact_list([row for _, row in rows.assign(kind=kind).iterrows()], view, with_source=True))
    blocks.downloads(figures, "figures", "figures")
    if told:
        blocks.downloads(ledger, "selections", "selections")


if view.filters.company:
    about(" + ".join(view.names.name(key) for key in view.filters.company))
else:
    index()
