"""Articles: how many were published when, and what they state."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import SMALL, frame, hover

KINDS = {"figures": "figure", "selections": "selection", "deals": "deal", "restrictions": "restriction"}
PATTERNS = {"figure": "", "selection": "/", "deal": ".", "restriction": "x"}  # for who does not see the colours


def by_year(counts: pd.DataFrame) -> go.Figure:
    """Facts of each kind by the year in which their articles were published (columns: articles, KINDS and the ids of
    some facts of each; index: year as text). A bar opens these."""
    # Below the years there is room for the legend, which takes two lines on a phone.
    canvas = frame(240, left=36, right=8, top=8, bottom=76)
    for column, kind in KINDS.items():
        told = zip(counts.index, counts[column].tolist(), counts["articles"].tolist(), strict=True)
        canvas.bar(
            x=list(counts.index),
            y=counts[column].tolist(),
            name=column.capitalize(),
            marker={
                "color": theme.KIND_COLOUR[kind],
                "pattern": {"shape": PATTERNS[kind], "fgcolor": "white", "fillmode": "overlay", "size": 6},
            },
            hovertext=[hover([f"{count} {column}", f"in {all_} articles of {year}"]) for year, count, all_ in told],
            hoverinfo="text",
            customdata=counts[f"{column}_ids"].tolist(),
            unselected={"marker": {"opacity": 1}},
        )
    legend = {"orientation": "h", "x": 0, "y": -0.18, "yanchor": "top", "font": SMALL, "traceorder": "normal"}
    canvas.layout |= {"barmode": "stack", "bargap": 0.3, "showlegend": True, "legend": legend}
    # A year without an article keeps its place, else bars that are years apart stand side by side.
    years = [str(year) for year in range(int(counts.index[0]), int(counts.index[-1]) + 1)]
    canvas.axis("x", type="category", categoryorder="array", categoryarray=years, tickfont=SMALL)
    canvas.axis("y", nticks=4, tickfont=SMALL)
    return canvas.figure()


def message(counts: pd.DataFrame, articles: int) -> str:
    """What the chart says; nothing when there is nothing to draw. articles: how many there are, those without a date too."""
    facts = int(counts[list(KINDS)].to_numpy().sum())
    if not facts:
        return ""
    told = counts[counts["articles"] > 0] if (counts["articles"] > 0).any() else counts
    first, last = told.index[0], told.index[-1]
    when = f"of {first}" if first == last else f"from {first} to {last}"
    return f"{articles:,} article{'s' * (articles > 1)} {when} state{'s' * (articles == 1)} {facts:,} fact{'s' * (facts > 1)}."
