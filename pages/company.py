"""Company: everything that the articles say about one company."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, cards, documents, goals, queries, share, tables
from dashboard.charts import panels, selections
from dashboard.names import country_names
from dashboard.site import room_at
from dashboard.sql import KINDS
from dashboard.view import current

MOST = 4  # charts of shares, unless the link asks for more
LISTED = 50  # deals, and restrictions

view, room = current(), room_at("company")


def index() -> None:
    """Companies to choose from, those that most facts are about first."""
    rows = queries.companies(view)
    if rows.empty:
        blocks.empty(view, room, "company")
        return
    blocks.title("Choose a company", "By how many facts the articles state about each.")
    st.html(tables.company_index(rows, view))
    share.download(lambda: queries.companies(view), len(rows), "companies", "companies")


def about(name: str) -> None:
    """Shares, targets, selections, deals and restrictions of one company."""
    counts = {kind: queries.count(view, kind) for kind in KINDS}
    held = panels.panels(queries.shares(view), country_names())
    rows, told = queries.selections(view, limit=queries.PAGE)
    if not any(counts.values()):
        blocks.empty(view, room, f"fact about {name}")
        return
    st.html(cards.company_head(name, counts))
    if held:
        blocks.title("Market share", "One chart for each thing that the share is a share of.")
        blocks.share_charts(view, room, held, key="company_share", first=0, most=MOST)
    for goal in goals.goals(queries.targets(view), queries.levels_beside(view), view.today, queries.marks(view)):
        st.html(cards.goal_card(goal, documents.basis_of(goal.row), view))
    others = queries.other_levels(view)
    if len(others):
        blocks.title("Contracts, networks, shipments, revenue", "The newest first.")
        st.html(tables.table(others, tables.figure_columns(view), "Other figures"))
    if told:
        blocks.title("Vendor selections", "Which operators chose it, tried it, passed over or removed it, and when.")
        latest = queries.latest_selections(view)
        if latest["happened"].notna().any():
            said = selections.message(queries.tally(view)) or f"{told} reports, listed in the table below."
            st.html(tables.decision_legend())
            blocks.chart(selections.timeline(latest), key="company_selections", alt=said, view=view)
        blocks.paged_table(view, room, rows, told, tables.selection_columns(view), "Selections")
    for heading, kind, asked in (
        ("Deals", "deal", queries.deals),
        ("Restrictions", "restriction", queries.restrictions),
    ):
        if counts[kind]:
            blocks.title(heading)
            facts = asked(view, limit=LISTED).assign(kind=kind)
            st.html(documents.fact_list([row for _, row in facts.iterrows()], view, with_source=True))
    if counts["figure"]:
        share.files(view, "figures", counts["figure"], "figures")
    if told:
        share.files(view, "selections", told, "selections")


if view.filters.company:
    about(" + ".join(view.names.name(key) for key in view.filters.company))
else:
    index()
