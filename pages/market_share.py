"""Market share: who holds how much of what, according to whom."""

from __future__ import annotations

from dashboard import aims, blocks, queries, share, tables
from dashboard.about import disagreements
from dashboard.charts import panels
from dashboard.names import country_names
from dashboard.site import room_at
from dashboard.view import current

MOST = 6  # small charts, unless the link asks for more

view, room = current(), room_at("market-share")
figures = queries.shares(view)
found = panels.panels(figures, country_names(), aims.lives(view, figures))


if not found:
    blocks.empty(view, room, "market share")
else:
    blocks.title(panels.headline(found[0], view.today))
    blocks.share_chart(view, found[0], "share_chart_0", height=400)
    blocks.foot(
        "A mark is a published figure: click it for its sentence. Hollow marks on dashed lines are targets, "
        "on dotted ones forecasts; faded ones are targets that were revised, reached or abandoned, or whose deadline has passed."
    )

    blocks.share_charts(view, room, found[1:], key="share_chart", first=1, most=MOST)

    if len([panel for panel in found if panel.actual]) >= queries.DENOMINATORS:
        all_ = queries.count_denominators(view)
        blocks.cut("Charts of the fullest and newest", queries.DENOMINATORS, all_, "the table has every figure")

    disagreements(view, figures, "share_rivals", "the table has every figure")

    rows, in_all = queries.figures_page(view, "market_share")
    blocks.title("Every published figure", "The newest period first. The value leads to the fact's own page.")
    caption = "Market shares with the words that state them"
    blocks.paged_table(view, room, rows, in_all, tables.figure_columns(view), caption)
    share.files(view, "figures", in_all, "figures", metric="market_share")
