"""Company: everything that the articles say about one company."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import aims, blocks, cards, documents, goals, queries, share, tables
from dashboard.about import articles, disagreements, met, swapped
from dashboard.charts import panels, selections
from dashboard.names import country_names
from dashboard.site import room_at
from dashboard.sql import KINDS
from dashboard.view import View, current

MOST = 4  # charts of shares, unless the link asks for more
AIMS = 6
LISTED = queries.PAGE  # deals, and restrictions

view, room = current(), room_at("company")


def index() -> None:
    """Companies to choose from, those that most facts are about first."""
    rows = queries.companies(view)
    if rows.empty:
        blocks.empty(view, room, "company")
        return
    blocks.title("Choose a company", "By how many facts the articles state about each.")
    blocks.index_table(view, room, rows, tables.company_columns(view), "Companies")
    share.download(lambda: queries.companies(view), len(rows), "companies", "companies")


def about(name: str) -> None:
    """Shares, targets, selections, swaps, deals and restrictions of one company, whether it sells networks or runs them, and
    the restrictions that meet it."""
    counts = {kind: queries.count(view, kind) for kind in KINDS}
    as_operator = replace(view, filters=replace(view.filters, company=(), operator=view.filters.company))
    own = queries.count(as_operator, "selection")
    if not own and not any(counts.values()):
        blocks.empty(view, room, f"fact about {name}")
        return
    st.html(cards.company_head(name, counts, own))
    if counts["figure"]:
        figures(counts["figure"])
    if counts["selection"]:
        chosen()
        swapped(view, "Swaps that touch it", "swaps")
    if own:
        bought(as_operator, own)
        swapped(as_operator, "What it swapped", "own_swaps")
        meets(as_operator)
    deals, acts = queries.deals(view, limit=LISTED), queries.restrictions(view, limit=LISTED)
    blocks.listed(view, deals, "deal", "Deals", "deals", f"All {counts['deal']:,} deals and who is tied to whom")
    blocks.listed(
        view, acts, "restriction", "Restrictions", "restrictions", f"All {counts['restriction']:,} restrictions"
    )
    share.every_file(view, {kind: counts[kind] for kind in ("deal", "restriction")})
    if any(counts.values()):
        articles(view, "Articles about it")
    if own:
        articles(as_operator, "Articles about it as an operator")


def figures(told: int) -> None:
    """Its shares, its targets, and whatever else is counted of it."""
    shares = queries.shares(view)
    held = panels.panels(shares, country_names(), aims.lives(view, shares))
    if held:
        blocks.title("Market share", "One chart for each thing that the share is a share of.")
        blocks.share_charts(view, room, held, key="company_share", first=0, most=MOST)
    disagreements(view, shares, "company_rivals", "the file has every figure")
    aimed = aims.of(view)
    for goal in goals.telling(aimed)[:AIMS]:
        st.html(cards.goal_card(goal, documents.basis_of(goal.row), view))
    if len(aimed) > AIMS:
        blocks.more(view, "targets", aims.how_many(view, aimed))
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
        blocks.chart(
            selections.timeline(latest), key="company_selections", alt=said, view=view, legend=tables.decision_legend()
        )
        operators = latest.loc[latest["happened"].notna(), ["operator", "country"]].drop_duplicates()
        dated = int(queries.parties(view)["dated"])
        blocks.cut("Operators told of last:", min(len(operators), selections.ROWS), dated, "the table has all")
    blocks.paged_table(view, room, rows, told, tables.selection_columns(view), "Selections")
    share.files(view, "selections", told, "selections")


def bought(of: View, told: int) -> None:
    """Which vendors it chose as an operator."""
    blocks.title("As an operator", "Which vendors it chose, tried, passed over or removed, and when.")
    latest = queries.latest_selections(of)
    vendors = int(queries.parties(of)["vendors"])
    said = f"{vendors:,} vendors and what was decided about each, listed in the table"
    blocks.chart(
        selections.matrix(latest),
        key="company_matrix",
        alt=f"Matrix of decisions: {said}.",
        view=view,
        legend=tables.decision_legend(),
    )
    drawn = min(latest["vendor"].nunique(), selections.COLUMNS)
    blocks.cut("Vendors in the chart:", drawn, vendors, "the page Vendor selections has all")
    rows, _ = queries.selections(queries.from_start(of), limit=queries.PAGE)
    with st.container(key="bought"):
        st.html(tables.table(rows, tables.selection_columns(view), "Selections as an operator"))
    if told > len(rows):
        blocks.more(of, "selections", f"All {told:,} selections of its own")
    share.files(of, "selections", told, "selections as an operator", part="own")


def meets(of: View) -> None:
    """Which steps of governments meet an operator."""
    under = "Steps against a vendor that it uses, chose or tries, by the country where it does."
    met(of, "Restrictions that meet it", under)


if view.filters.company:
    about(" + ".join(view.names.name(key) for key in view.filters.company))
else:
    index()
