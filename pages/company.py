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
AIMS = 6
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
    if not any(counts.values()):
        blocks.empty(view, room, f"fact about {name}")
        return
    st.html(cards.company_head(name, counts))
    if counts["figure"]:
        figures(counts["figure"])
    if counts["selection"]:
        chosen()
    deals, acts = queries.deals(view, limit=LISTED), queries.restrictions(view, limit=LISTED)
    blocks.listed(view, deals, "deal", "Deals", "deals", f"All {counts['deal']:,} deals and who is tied to whom")
    blocks.listed(
        view, acts, "restriction", "Restrictions", "restrictions", f"All {counts['restriction']:,} restrictions"
    )


def figures(told: int) -> None:
    """Its shares, its targets, and whatever else is counted of it."""
    held = panels.panels(queries.shares(view), country_names())
    if held:
        blocks.title("Market share", "One chart for each thing that the share is a share of.")
        blocks.share_charts(view, room, held, key="company_share", first=0, most=MOST)
    aims = goals.goals(queries.targets(view), queries.levels_beside(view), view.today, queries.marks(view))
    for goal in goals.telling(aims)[:AIMS]:
        st.html(cards.goal_card(goal, documents.basis_of(goal.row), view))
    if len(aims) > AIMS:
        blocks.more(view, "targets", f"All {len(aims)} targets")
    others, in_all = queries.other_levels(view)
    if in_all:
        blocks.title("Contracts, networks, shipments, revenue", "The newest first, forecasts too.")
        st.html(tables.table(others, tables.figure_columns(view), "Other figures"))
        blocks.cut("The newest", len(others), in_all, "the file has all")
    share.files(view, "figures", told, "figures")


def chosen() -> None:
    """Which operators chose it, and when."""
    blocks.title("Vendor selections", "Which operators chose it, tried it, passed over or removed it, and when.")
    rows, told = queries.selections(view, limit=queries.PAGE)
    latest = queries.latest_selections(view)
    if latest["happened"].notna().any():
        said = selections.message(queries.tally(view)) or f"{told} reports, listed in the table below."
        st.html(tables.decision_legend())
        blocks.chart(selections.timeline(latest), key="company_selections", alt=said, view=view)
        operators = latest.loc[latest["happened"].notna(), ["operator", "country"]].drop_duplicates()
        blocks.cut("Operators told of last:", min(len(operators), selections.ROWS), len(operators), "the table has all")
    blocks.paged_table(view, room, rows, told, tables.selection_columns(view), "Selections")
    share.files(view, "selections", told, "selections")


if view.filters.company:
    about(" + ".join(view.names.name(key) for key in view.filters.company))
else:
    index()
