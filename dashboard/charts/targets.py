"""Targets: where a company stands and where it wants to be, a row for each goal."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import FAINT, SMALL, Canvas, frame, hover
from dashboard.goals import Goal, pace, standing
from dashboard.records import Record

ROW = 78  # pixels for a goal
TOLD = 3  # goals in the sentence that a chart says


def bullets(goals: list[Goal]) -> go.Figure:
    """Now against goal: a full mark where the last known level is, a hollow one at the goal, dashes between.

    All goals must be in one unit.
    """
    canvas = frame(ROW * len(goals) + 44, left=12, right=20, top=6, bottom=30)
    ceiling = 1.25 * max(row["value"] for goal in goals for row in (goal.row, goal.last) if row)
    for spot, goal in zip(range(len(goals) - 1, -1, -1), goals, strict=True):
        _row(canvas, spot, goal)
    suffix = "%" if goals[0].row["unit"] == "percent" else ""
    reach = [-ceiling * 0.015, ceiling]
    canvas.axis("x", range=reach, ticksuffix=suffix, showgrid=True, gridcolor=FAINT, nticks=6, tickfont=SMALL)
    canvas.axis("y", visible=False, range=[-0.55, len(goals) - 0.35])
    return canvas.figure()


def _row(canvas: Canvas, spot: int, goal: Goal) -> None:
    row, last = goal.row, goal.last
    colour, symbol = theme.company_style(row["companies"])
    heading = f"{theme.together(row['companies'])}: {theme.amount_of(row)} by {theme.day(row['period'])}"
    canvas.label(0, spot, heading, xshift=0, yshift=37, font={"size": 14, "weight": 600})
    canvas.label(0, spot, _note(goal), xshift=0, yshift=20, font=SMALL)
    if last is not None:
        canvas.line([last["value"], row["value"]], [spot, spot], colour, dash="dash")
        _mark(canvas, spot, last, colour, symbol, "in")
        known = f"{theme.amount_of(last)}, {theme.day(last['period'])}"
        canvas.label(last["value"], spot, known, xshift=0, yshift=-15)
    _mark(canvas, spot, row, colour, f"{symbol}-open", "aimed at for")


def _note(goal: Goal) -> str:
    """When the goal was last stated, and what became of it: an old goal never looks as if it were new."""
    stated = f"{goal.told.what} {theme.day(goal.row['published'])}"
    if goal.state != "open":
        ends = {"missed": "deadline passed", "met": "reached", "abandoned": "given up", "revised": "revised since"}
        return f"{stated}, {ends[goal.state]}"
    if goal.needed is None:
        return f"{stated}, no figure to reckon a pace from" if goal.last is None else stated
    # Short enough for a phone.
    so_far = (
        f", so far {pace(goal.so_far, goal.row['unit']).removesuffix(' a year')}" if goal.so_far is not None else ""
    )
    return f"{stated}, needs {pace(goal.needed, goal.row['unit'])}{so_far}"


def _mark(canvas: Canvas, spot: int, row: Record, colour: str, symbol: str, said: str) -> None:
    told = [
        f"{theme.together(row['companies'])}: {theme.amount_of(row)}",
        f"{said} {theme.day(row['period'])}",
        f"“{row['quote'][:180]}”",
        theme.source(row["publisher"], row["published"], row["is_brief"]),
    ]
    canvas.scatter(
        x=[row["value"]],
        y=[spot],
        mode="markers",
        name=theme.together(row["companies"]),
        marker={"color": colour, "symbol": symbol, "size": 13, "line": {"width": 2, "color": colour}},
        customdata=[[row["fact_id"]]],
        hovertext=[hover(told)],
        hoverinfo="text",
    )


def message(goals: list[Goal]) -> str:
    """What the chart of these goals says, for those who cannot see it: the first of them, and how many more there are."""
    told = [
        f"{theme.together(goal.row['companies'])} {goal.verb} {theme.amount_of(goal.row)} "
        f"by {theme.day(goal.row['period'])}: {standing(goal)}"
        for goal in goals[:TOLD]
    ]
    more = len(goals) - len(told)
    return "; ".join([*told, f"and {more} more" if more else ""]).removesuffix("; ")
