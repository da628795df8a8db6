"""Targets: who aims where, since when, and how far each still is from it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import aims, blocks, cards, goal_tables, queries, share, tables, target_queries, theme
from dashboard.charts import targets
from dashboard.names import country_names
from dashboard.site import room_at
from dashboard.view import current

PAGE = 12  # targets

view, room = current(), room_at("targets")
found = aims.of(view)
shown = found[view.filters.offset : view.filters.offset + PAGE]

if not found:
    blocks.empty(view, room, "target")
for number, (metric, unit) in enumerate(dict.fromkeys((goal.row["metric"], goal.row["unit"]) for goal in shown)):
    own = [goal for goal in shown if (goal.row["metric"], goal.row["unit"]) == (metric, unit)]
    blocks.title(theme.METRIC[metric], f"in {unit}" if unit not in ("percent", "count") else "")
    blocks.chart(targets.bullets(own), key=f"target_chart_{number}", alt=targets.message(own), view=view)

if found:
    blocks.foot(
        "Full marks: the last known level. Hollow marks: the goal. Levels compare only within one market, region, "
        f"generation and unit. Deadlines and paces are reckoned as of {theme.day(view.today)}, the day of this data."
    )
    blocks.title("The life of each target", "Every statement of it, and where its company stands.")
    for goal in shown:
        basis = theme.basis(goal.row["market"], goal.row["region"], goal.row["generation"], country_names())
        with st.container(key=f"goal_{goal.row['fact_id']}"):
            st.html(cards.goal_card(goal, basis, view))
    if len(found) > PAGE:
        st.html(tables.pager(room.path, view.filters, len(shown), len(found), PAGE))
    share.download(lambda: goal_tables.for_file(found), len(found), "targets", "targets", view.filters.v)
    stated = queries.count(replace(view, filters=replace(view.filters, status=("target",))), "figure")
    blocks.cut("Targets of the latest", len(target_queries.targets(view)), stated, "the file has all statements")
    share.files(view, "figures", stated, "statements", status="target")
