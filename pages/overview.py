"""Overview: who holds the market, who aims where, which operators chose whom lately, what governments did, and what came in."""

from __future__ import annotations

import streamlit as st

from dashboard import aims, blocks, cards, decisions, goals, news, queries, share, tables, theme
from dashboard.charts import panels, selections, shares, targets
from dashboard.names import country_names
from dashboard.site import room_at
from dashboard.sql import KINDS
from dashboard.view import current

LATEST = 8
FEW = 5
GOALS = 6  # in the chart
BARS = 8  # vendors in the chart
NARROW = ("When", "Operator", "Vendor", "Decision", "The words that state it")

view, room = current(), room_at("")
found = aims.of(view, "market_share")
held = panels.panels(queries.shares(view), country_names(), goals.lives(found))
first = goals.telling(found)[:GOALS]
latest, told = queries.selections(view, limit=LATEST)
acts = queries.restrictions(view, limit=FEW)
deals = queries.deals(view, limit=FEW)


if not held and not found and not told and acts.empty and deals.empty:
    blocks.empty(view, room, "fact")

if held:
    blocks.title(panels.leading(held[0], view.today), panels.told_by(held[0]))
    newest, others = st.columns([0.58, 0.42], gap="large")
    with newest:
        chart, said = shares.newest(held[0]), panels.leading(held[0], view.today)
        blocks.chart(chart, key="overview_shares", alt=f"{held[0].basis}: {said}", view=view)
        blocks.more(view, "market-share", "All market shares, over time")
    with others:
        for panel in held[1:4]:
            st.html(cards.share_card(panel, view))

if found:
    blocks.title("Who aims where", f"Reckoned as of {theme.day(view.today)}, the day of this data.")
    drawn, words = st.columns([0.58, 0.42], gap="large")
    with drawn:
        blocks.chart(targets.bullets(first), key="overview_targets", alt=targets.message(first), view=view)
        many = f"{aims.how_many(view, found, 'market_share')} and their statements"
        blocks.more(view, "targets", many if len(found) > 1 else "Its statements")
    with words:
        for goal in first[:3]:
            st.html(cards.goal_line(goal, view))

if told:
    counts, day = decisions.lately(view)
    said = selections.lately(counts, day)
    blocks.title("Which operators chose whom lately", said)
    balance, ledger = st.columns([0.36, 0.64], gap="large")
    if len(counts):
        with balance:
            chart = selections.balance(counts, most=BARS)
            blocks.chart(chart, key="overview_balance", alt=said, view=view)
            blocks.cut(
                "Vendors told of most:", min(len(counts), BARS), len(counts), "the page Vendor selections has all"
            )
    # Beside a chart there is no room for all columns.
    narrow = [column for column in tables.selection_columns(view) if column.title in NARROW]
    with ledger if len(counts) else st.container(), st.container(key="overview_selections"):
        st.html(tables.table(latest, narrow, "The latest selections"))
    blocks.more(view, "selections", f"All {told:,} selections")

if len(acts) or len(deals):
    ruled, tied = st.columns(2, gap="large")
    with ruled:
        blocks.listed(
            view, acts, "restriction", "Latest restrictions", "restrictions", "All restrictions and their deadlines"
        )
    with tied:
        blocks.listed(view, deals, "deal", "Latest deals", "deals", "All deals and who is tied to whom")

news.since_last_visit(view)

share.every_file(view, {kind: queries.count(view, kind) for kind in KINDS})
