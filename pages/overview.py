"""Overview: who holds the market, who aims where, which operators chose whom lately, and what governments did."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, cards, documents, goals, queries, share, tables, theme
from dashboard.charts import panels, selections, shares, targets
from dashboard.names import country_names
from dashboard.site import carried, href, room_at
from dashboard.view import current

LATEST = 8

view, room = current(), room_at("")
held = panels.panels(queries.shares(view), country_names())
found = goals.goals(queries.targets(view, "market_share"), queries.levels_beside(view, "market_share"), view.today)
latest, told = queries.selections(view, limit=LATEST)
acts = queries.restrictions(view, limit=5)


def more(path: str, words: str) -> None:
    """A link to the page that tells more, with the filters of this one."""
    st.html(cards.more_link(href(path, carried(view.filters, to=room_at(path))), words))


if not held and not found and not told and acts.empty:
    blocks.empty(view, room, "fact")

if held:
    blocks.title(panels.leading(held[0], view.today), panels.told_by(held[0]))
    newest, others = st.columns([0.58, 0.42], gap="large")
    with newest:
        chart, said = shares.newest(held[0]), panels.leading(held[0], view.today)
        blocks.chart(chart, key="overview_shares", alt=f"{held[0].basis}: {said}", view=view)
        more("market-share", "All market shares, over time")
    with others:
        for panel in held[1:4]:
            st.html(cards.share_card(panel, view))

if found:
    blocks.title("Who aims where", f"Reckoned as of {theme.day(view.today)}, the day of this data.")
    aims, words = st.columns([0.58, 0.42], gap="large")
    with aims:
        blocks.chart(targets.bullets(found), key="overview_targets", alt=targets.message(found), view=view)
        more("targets", "Every target and its statements")
    with words:
        for goal in found[:3]:
            st.html(cards.goal_line(goal, view))

if told:
    a_year_ago = view.today.replace(year=view.today.year - 1, day=min(view.today.day, 28))
    blocks.title(
        "Which operators chose whom lately", selections.lately(queries.tally(view, since=a_year_ago), view.today)
    )
    with st.container(key="overview_selections"):
        st.html(tables.table(latest, tables.selection_columns(view), "The latest selections"))
    more("selections", f"All {told:,} selections")

if len(acts):
    blocks.title("Latest restrictions")
    rows = [row for _, row in acts.assign(kind="restriction").iterrows()]
    st.html(documents.fact_list(rows, view, with_source=True))

if figures := queries.count_figures(view):
    share.files(view, "figures", figures, "figures")
