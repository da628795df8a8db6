"""Rival values: what different sources say of one company, thing and period, side by side and never averaged."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import FAINT, GREY, frame, hover, label

ROW = 62  # pixels for a quarrel
MOST = 6


def disagreements(figures: pd.DataFrame, countries: Mapping[str, str]) -> pd.DataFrame:
    """Published levels of one company, thing and period for which sources give different values, a row for each value.

    Adds `what` (company, period, basis) and `apart` (points between lowest and highest), the widest apart first.
    """
    levels = figures[(figures["status"] == "actual") & figures["period"].notna()]
    what = [
        f"{theme.together(row['companies'])}, {theme.day(row['period'])}: "
        f"{theme.basis(row['market'], row['region'], row['generation'], countries)}"
        for _, row in levels.iterrows()
    ]
    levels = levels.assign(what=pd.Series(what, index=levels.index, dtype=object))
    values = levels.groupby("what")["value"]
    levels = levels.assign(apart=values.transform("max") - values.transform("min"))
    return levels[levels["apart"] > 0].sort_values(["apart", "what", "value"], ascending=[False, True, True])


def draw(rivals: pd.DataFrame) -> go.Figure:
    """A line from the lowest to the highest value, a mark for each, and how far they are apart."""
    names = list(dict.fromkeys(rivals["what"]))[:MOST]
    figure = frame(ROW * len(names) + 40, left=12, right=20, top=8, bottom=28)
    shown = rivals[rivals["what"].isin(names)]
    low, high = shown["value"].min(), shown["value"].max()
    for spot, name in zip(range(len(names) - 1, -1, -1), names, strict=True):
        _row(figure, spot, name, shown[shown["what"] == name], low)
    figure.update_xaxes(
        range=[low - (high - low) * 0.05 - 0.5, high + (high - low) * 0.3 + 1],
        ticksuffix="%", showgrid=True, gridcolor=FAINT, nticks=6, tickfont={"size": 12, "color": GREY},
    )  # fmt: skip
    figure.update_yaxes(visible=False, range=[-0.55, len(names) - 0.35])
    return figure


def _row(figure: go.Figure, spot: int, name: str, own: pd.DataFrame, left: float) -> None:
    colour, symbol = theme.company_style(list(own["companies"].iloc[0]))
    apart = theme.number(round(own["apart"].iloc[0], 6))
    words = f"{name} · {apart} points apart"
    label(figure, left, spot, words, "", xshift=-6, yshift=19, font={"size": 13.5, "weight": 600})
    figure.add_scatter(
        x=[own["value"].min(), own["value"].max()], y=[spot, spot], mode="lines",
        line={"color": colour, "width": 2}, hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=list(own["value"]),
        y=[spot] * len(own),
        mode="markers",
        name=name,
        marker={"color": colour, "symbol": symbol, "size": 13},
        customdata=[[fact_id] for fact_id in own["fact_id"]],
        hovertext=[
            hover([f"{theme.amount_of(row)}, {_source(row)}", f"“{row['quote'][:180]}”", _told(row)])
            for _, row in own.iterrows()
        ],
        hoverinfo="text",
    )
    last = own.iloc[-1]
    label(figure, last["value"], spot, _source(last), colour, font={"size": 12.5, "color": colour})


def _source(row: pd.Series) -> str:
    return row["attributed_to"] or "research firm not told"


def _told(row: pd.Series) -> str:
    return theme.source(row["publisher"], row["published"], row["is_brief"])


def message(rivals: pd.DataFrame) -> str:
    """What the chart says, for those who cannot see it."""
    said = []
    for name in list(dict.fromkeys(rivals["what"]))[:MOST]:
        own = rivals[rivals["what"] == name]
        said.append(f"{name}: " + ", ".join(f"{theme.amount_of(row)} ({_source(row)})" for _, row in own.iterrows()))
    return "; ".join(said)
