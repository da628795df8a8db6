"""Market share: who holds how much of what, according to whom."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, queries, share, tables
from dashboard.charts import panels, rivals, shares
from dashboard.names import country_names
from dashboard.site import room_at
from dashboard.view import current

SHOWN_FIRST = 6

view, room = current(), room_at("market-share")
figures = queries.shares(view)
found = panels.panels(figures, country_names())
quarrels = rivals.quarrels(figures, country_names())


def draw(number: int, height: int) -> None:
    """One panel: what it is a share of, who measured it, the chart."""
    panel = found[number]
    blocks.title(panel.basis, panel.source, level=3)
    said = f"{panel.basis}, {panel.source}: {panels.message(panel, view.today)}"
    blocks.chart(shares.draw(panel, height), key=f"share_chart_{number}", alt=said, view=view)


if not found:
    blocks.empty(view, room, "market share")
else:
    blocks.title(panels.headline(found[0], view.today))
    draw(0, height=400)
    blocks.foot(
        "A mark is a published figure: click it for its sentence. Hollow marks on dashed lines are targets, "
        "on dotted ones forecasts."
    )

    shown = len(found) if st.session_state.get("share_all") or len(found) <= SHOWN_FIRST + 2 else SHOWN_FIRST + 1
    for first in range(1, shown, 2):
        for column, number in zip(st.columns(2, gap="large"), range(first, min(first + 2, shown)), strict=False):
            with column:
                draw(number, height=260)
    if shown < len(found):
        st.button(f"Show {len(found) - shown} more charts", key="share_all")

    if quarrels:
        blocks.title("Where sources disagree", "The same company, thing and period; no value is averaged away.")
        blocks.chart(rivals.draw(quarrels), key="share_rivals", alt=rivals.message(quarrels), view=view)

    rows, in_all = queries.figures_page(view, "market_share")
    blocks.title("Every published figure", "The newest period first. The value leads to the fact's own page.")
    caption = "Market shares with the words that state them"
    blocks.paged_table(view, room, rows, in_all, tables.figure_columns(view), caption)
    share.files(view, "figures", in_all, "figures", metric="market_share")
