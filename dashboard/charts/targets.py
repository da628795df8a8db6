"""Targets: where a company stands and where it wants to be, a row for each goal."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import FAINT, GREY, frame, hover, label
from dashboard.goals import Goal, pace, standing

ROW = 62  # pixels for a goal


def bullets(goals: list[Goal]) -> go.Figure:
    """Now against goal: a full mark where the last known level is, a hollow one at the goal, dashes between.

    All goals must be in one unit.
    """
    figure = frame(ROW * len(goals) + 44, left=12, right=20, top=6, bottom=30)
    ceiling = max(max(goal.row["value"], goal.last["value"] if goal.last is not None else 0) for goal in goals) * 1.25
    for spot, goal in zip(range(len(goals) - 1, -1, -1), goals, strict=True):
        _row(figure, spot, goal)
    percent = goals[0].row["unit"] == "percent"
    figure.update_xaxes(
        range=[-ceiling * 0.015, ceiling],
        ticksuffix="%" if percent else "",
        showgrid=True,
        gridcolor=FAINT,
        nticks=6,
        tickfont={"size": 12, "color": GREY},
    )
    figure.update_yaxes(visible=False, range=[-0.55, len(goals) - 0.35])
    return figure


def _row(figure: go.Figure, spot: int, goal: Goal) -> None:
    row, last = goal.row, goal.last
    colour, symbol = theme.company_style(list(row["companies"]))
    aim = theme.amount_of(row)
    who = f"{theme.together(row['companies'])}: {aim} by {theme.day(row['period'])}"
    note = {"missed": "deadline passed", "met": "reached"}.get(goal.state) or (
        f"needs {pace(goal.needed, row['unit'])}" if goal.needed is not None else "no figure to compare"
    )
    label(figure, 0, spot, f"{who} · {note}", "", xshift=0, yshift=19, font={"size": 14, "weight": 600})
    if last is not None:
        figure.add_scatter(
            x=[last["value"], row["value"]], y=[spot, spot], mode="lines",
            line={"color": colour, "width": 2, "dash": "dash"}, hoverinfo="skip",
        )  # fmt: skip
        _mark(figure, spot, last, colour, symbol, f"{theme.amount(last['value'], None, last['unit'])} in")
        words = theme.amount_of(last)
        label(
            figure,
            last["value"],
            spot,
            f"{words}, {theme.day(last['period'])}",
            colour,
            xshift=0,
            yshift=-15,
            xanchor="left",
        )
    _mark(figure, spot, row, colour, f"{symbol}-open", "aimed at")


def _mark(figure: go.Figure, spot: int, row, colour: str, symbol: str, said: str) -> None:
    figure.add_scatter(
        x=[row["value"]],
        y=[spot],
        mode="markers",
        name=theme.together(row["companies"]),
        marker={"color": colour, "symbol": symbol, "size": 13, "line": {"width": 2, "color": colour}},
        customdata=[[row["fact_id"]]],
        hovertext=[
            hover(
                [
                    f"{theme.together(row['companies'])}: {theme.amount_of(row)}",
                    f"{said} {theme.day(row['period'])}",
                    f"“{row['quote'][:180]}”",
                    theme.source(row["publisher"], row["published"], row["is_brief"]),
                ]
            )
        ],
        hoverinfo="text",
    )


def message(goals: list[Goal]) -> str:
    """What the chart of these goals says, for those who cannot see it."""
    return "; ".join(
        f"{theme.together(goal.row['companies'])} aims at "
        f"{theme.amount_of(goal.row)} "
        f"by {theme.day(goal.row['period'])}: {standing(goal)}"
        for goal in goals
    )
