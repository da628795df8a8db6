"""Market share: who holds how much of what, according to whom."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, queries, tables
from dashboard.charts import rivals, shares
from dashboard.names import country_names
from dashboard.site import room_at
from dashboard.view import current

SHOWN_FIRST = 7

view, room = current(), room_at("market-share")
figures = queries.figures(view, "market_share")
panels = shares.panels(figures, country_names())


def draw(panel: shares.Panel, number: int, height: int) -> None:
    """One panel: what it is a share of, who measured it, the chart."""
    blocks.title(panel.basis, panel.source, level=3)
    said = shares.message(panel, view.today)
    blocks.chart(
        shares.draw(panel, height), key=f"share_chart_{number}", alt=f"{panel.basis}, {panel.source}: {said}", view=view
    )


if not panels:
    blocks.empty(view, room, "market share")
else:
    blocks.title(shares.headline(panels[0], view.today))
    draw(panels[0], 0, height=400)
    blocks.foot(
        "A mark is a published figure: click it for its sentence. Hollow marks on dashed lines are targets, "
        "on dotted ones forecasts."
    )

    rest = panels[1:]
    if len(rest) >= SHOWN_FIRST and not st.session_state.get("share_all"):
        rest = rest[: SHOWN_FIRST - 1]
    for number in range(0, len(rest), 2):
        for column, (panel, place) in zip(
            st.columns(2, gap="large"),
            [(p, number + n + 1) for n, p in enumerate(rest[number : number + 2])],
            strict=False,
        ):
            with column:
                draw(panel, place, height=260)
    if len(panels) - 1 > len(rest):
        st.button(f"Show {len(panels) - 1 - len(rest)} more charts", key="share_all")

    quarrels = rivals.disagreements(figures, country_names())
    if len(quarrels):
        blocks.title("Where sources disagree", "The same company, thing and period; no value is averaged away.")
        blocks.chart(rivals.draw(quarrels), key="share_rivals", alt=rivals.message(quarrels), view=view)

    rows, in_all = queries.figures_page(view, "market_share")
    blocks.title("Every published figure", "The newest period first. The value leads to the fact's own page.")
    blocks.paged_table(
        view, room, rows, in_all, tables.figure_columns(view), "Market shares with the words that state them"
    )
    blocks.downloads(figures, "market-share", "figures")
