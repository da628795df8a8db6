"""Restrictions: what governments decide about vendors, by when, and which operators it meets."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, policy_queries, policy_tables, queries, share, tables, theme
from dashboard.about import met_file
from dashboard.charts import ladder
from dashboard.names import country_names
from dashboard.site import room_at
from dashboard.view import current

ABOUT_LADDER = (
    "From left to right, from talk to the hardest step; “allowed” stands apart. The countries that went furthest come first. "
    "A country can stand on several rungs, since articles tell of different days; click a square for its sentences."
)
ABOUT_MET = (
    "Operators whose latest word on the vendor in that country is that they use, chose or try it. Those that removed it are left "
    "out. Of a country’s steps against a vendor the hardest is told that no later “allowed” has ended, with its deadline. A step of "
    "the European Union is not counted as one of its members’."
)

view, room = current(), room_at("restrictions")


def by_country() -> None:
    """The ladder: countries and rungs."""
    steps = policy_queries.ladder(view)
    said = ladder.message(steps)
    blocks.title(said, "Rows: who decides. Columns: what it does. A square is a vendor.")
    figure = ladder.draw(steps, country_names(), view.today)
    blocks.chart(
        figure,
        key="restriction_ladder",
        alt=f"Countries and their steps: {said}",
        view=view,
        legend=policy_tables.legend(ladder.vendors_of(steps)),
    )
    blocks.cut("Drawn from the latest", len(steps), count, "the table has every restriction")
    places = steps["authority"].nunique()
    blocks.cut("Those that went furthest:", min(places, ladder.COUNTRIES), places, "the table has all")
    blocks.foot(ABOUT_LADDER)


def ahead() -> None:
    """Deadlines that have not passed on the viewed load's day."""
    due, ahead_ = policy_queries.deadlines_ahead(view)
    if due.empty:
        blocks.title("No deadline is ahead", f"Seen from {theme.day(view.today)}, the day of this data.")
        return
    first = due.iloc[0]
    where = theme.place(first["authority"], country_names())
    more = f"{ahead_:,} deadlines are ahead, the next" if ahead_ > 1 else "One deadline is ahead,"
    said = f"{more} {policy_tables.time_left(first['deadline_end'], view.today)} ({where})"
    blocks.title(said, f"Seen from {theme.day(view.today)}, the day of this data. The nearest first.")
    with st.container(key="deadlines"):
        st.html(tables.table(due, policy_tables.deadline_columns(view), "Deadlines ahead"))
    blocks.cut("The nearest", len(due), ahead_, "the table below has every restriction")


def met() -> None:
    """Operators that use or chose a vendor where a step was taken against it."""
    operators, in_all = policy_queries.operators_met(view)
    if operators.empty:
        return
    met_ = int(operators["operators"].iloc[0])
    words = "One operator uses or chose" if met_ == 1 else f"{met_:,} operators use or chose"
    blocks.title(f"{words} a vendor that their country acts on", "The nearest deadline first.")
    with st.container(key="met"):
        st.html(tables.table(operators, policy_tables.met_columns(view), "Operators that restrictions meet"))
    blocks.foot(ABOUT_MET)
    met_file(view, len(operators), in_all)


rows, count = queries.facts_page(view, "restriction")
if not count:
    blocks.empty(view, room, "restriction")
else:
    by_country()
    ahead()
    met()
    blocks.title("Every restriction", "The latest first, by the date of the decision, else of the report.")
    caption = "Restrictions with the words that state them"
    blocks.paged_table(view, room, rows, count, policy_tables.restriction_columns(view), caption)
    share.files(view, "restrictions", count, "restrictions")
