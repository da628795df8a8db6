"""Country: everything that the articles say about one country."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard import (
    aims,
    blocks,
    country_queries,
    country_tables,
    policy_queries,
    policy_tables,
    queries,
    share,
    tables,
    theme,
)
from dashboard.about import articles, met, swapped
from dashboard.charts import ladder, panels, selections
from dashboard.documents import fact_list
from dashboard.names import companies_of, country_names
from dashboard.site import room_at
from dashboard.view import current

MOST = 2  # charts of shares, unless the link asks for more
LISTED = queries.PAGE  # figures, and restrictions

view, room = current(), room_at("country")


def index() -> None:
    """Countries to choose from, those that most facts name first."""
    rows = country_queries.countries(view)
    if rows.empty:
        blocks.empty(view, room, "fact about a country")
        return
    blocks.title("Choose a country", "By how many facts the articles state about each.")
    blocks.index_table(view, room, rows, country_tables.index_columns(view), "Countries")
    share.download(lambda: country_queries.countries(view), len(rows), "countries", "countries")


def about(codes: tuple[str, ...]) -> None:
    """Operators and their vendors, swaps, restrictions, figures, deals of companies at home there, articles."""
    name = " and ".join(theme.place(code, country_names()) for code in codes)
    chosen = country_queries.vendors_of_operators(view)
    rows, told = queries.selections(view, limit=queries.PAGE)
    at_home = tuple(view.names.name(key) for code in codes for key in companies_of(code))
    deals, tied = country_queries.deals_of(view, at_home)
    blocks.left_out(replace(view, filters=replace(view.filters, country=())), ("deal",))
    counts = {kind: queries.count(view, kind) for kind in country_queries.PLACED} | {"deal": tied}
    if not any(counts.values()):
        blocks.empty(view, room, f"fact about {name}")
        return
    blocks.title(name, country_tables.counted(counts))
    operators(name, chosen, rows, told)
    swapped(view, f"{name}: swaps", "country_swaps")
    restrictions(name, counts["restriction"])
    levels(name, counts["figure"])
    if tied:
        blocks.title("Deals of companies at home there", "The latest first; an article tells companies, not countries.")
        st.html(fact_list([row for _, row in deals.assign(kind="deal").iterrows()], view, with_source=True))
        theirs = view.filters.company or country_queries.tied_at_home(view, at_home)
        own = replace(view, filters=replace(view.filters, company=theirs, country=()))
        blocks.cut("The latest", len(deals), tied, "the page Deals has all")
        blocks.more(own, "deals", "All deals of these companies")
        share.files(own, "deals", queries.count(own, "deal"), "deals of these companies")
    # The shelf of articles has no filter of countries beside that of regions, which takes a country too.
    articles(replace(view, filters=replace(view.filters, region=codes, country=())), f"Articles about {name}")


def operators(name: str, chosen: pd.DataFrame, rows: pd.DataFrame, told: int) -> None:
    """Who in the country uses whom."""
    if len(chosen):
        count, vendors = (int(queries.parties(view)[name]) for name in ("operators", "vendors"))
        words = "one operator" if count == 1 else f"{count:,} operators"
        said = f"{name}: {words}, and what was last decided about each vendor"
        blocks.title(said, "A mark is a decision: click it for its sentence.")
        blocks.chart(
            selections.matrix(chosen),
            key="country_matrix",
            alt=f"Matrix: {said}.",
            view=view,
            legend=tables.decision_legend(),
        )
        rows_drawn = min(chosen["operator"].nunique(), selections.ROWS)
        blocks.cut("Operators in the chart:", rows_drawn, count, "the table has all")
        columns_drawn = min(chosen["vendor"].nunique(), selections.COLUMNS)
        blocks.cut("Vendors in the chart:", columns_drawn, vendors, "the table has all")
    if told:
        blocks.title("Every selection", "The latest first.", level=3)
        blocks.paged_table(view, room, rows, told, tables.selection_columns(view), "Selections")
        share.files(view, "selections", told, "selections")


def restrictions(name: str, told: int) -> None:
    """What the country's government decides about vendors, and whom that meets."""
    if not told:
        return
    steps = policy_queries.ladder(view)
    blocks.title(f"{name}: steps about vendors", "From talk to the hardest step; click a square for its sentences.")
    said = f"Steps of {name}: {', '.join(theme.ACTION[act].lower() for act in steps['action'].unique())}."
    blocks.chart(
        ladder.draw(steps, country_names(), view.today),
        key="country_ladder",
        alt=said,
        view=view,
        legend=policy_tables.legend(ladder.vendors_of(steps)),
    )
    with st.container(key="country_restrictions"):
        st.html(tables.table(steps.head(LISTED), policy_tables.restriction_columns(view), "Restrictions"))
    if told > LISTED:
        blocks.more(view, "restrictions", f"All {told:,} restrictions")
    met(view, "Operators that this meets", level=3)
    share.files(view, "restrictions", told, "restrictions")


def levels(name: str, told: int) -> None:
    """Figures whose region is the country."""
    if not told:
        return
    shares = queries.shares(view)
    held = panels.panels(shares, country_names(), aims.lives(view, shares))
    blocks.share_charts(view, room, held, key="country_share", first=0, most=MOST)
    blocks.title(f"{name}: figures", "The newest period first. The value leads to the fact’s own page.")
    figures, _ = queries.figures_page(queries.from_start(view), limit=LISTED)
    st.html(tables.table(figures, tables.figure_columns(view), "Figures"))
    blocks.cut("The newest", len(figures), told, "the file has all")
    share.files(view, "figures", told, "figures")


if view.filters.country:
    about(view.filters.country)
else:
    index()
