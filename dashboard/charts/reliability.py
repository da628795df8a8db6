"""Whether the reader's confidence can be believed: how often facts of each confidence were right."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import FAINT, GREY, SMALL, frame, hover

FEW = 30  # facts below which a mark is hollow


def draw(reliability: pd.DataFrame, threshold: float | None) -> go.Figure:
    """Confidence (0-1) to the right, share of right facts (0-1) upwards; the diagonal is a reader that is exactly as sure as right.

    reliability: as in quality.Scores. A vertical line stands at the threshold from which facts are shown.
    """
    canvas = frame(320, left=50, right=20, top=18, bottom=46)
    canvas.line([0, 1], [0, 1], GREY, width=1.5, dash="dash")
    told = reliability[reliability["facts"] > 0]
    canvas.line(told["confidence"].tolist(), told["right"].tolist(), theme.BLUE)
    canvas.scatter(
        x=told["confidence"].tolist(),
        y=told["right"].tolist(),
        mode="markers",
        name="Facts",
        marker={
            "color": theme.BLUE,
            "size": 11,
            "symbol": ["circle" if facts >= FEW else "circle-open" for facts in told["facts"]],
        },
        hovertext=[
            hover([f"Confidence {row.confidence:.0%}: {row.right:.0%} right", f"{row.facts:,} facts"])
            for row in told.itertuples()
        ],
        hoverinfo="text",
    )
    canvas.label(0.04, 0.04, "as sure as right", xshift=16, yshift=-4, font=SMALL)
    if threshold is not None:
        line = {"color": FAINT, "width": 2}
        canvas.shapes.append(
            {"type": "line", "x0": threshold, "x1": threshold, "yref": "paper", "y0": 0, "y1": 1, "line": line}
        )
        canvas.label(threshold, 0.04, f"shown from {threshold:.0%} →", xshift=6, font=SMALL)
    canvas.axis("x", range=[0, 1.02], tickformat=".0%", title={"text": "confidence", "font": SMALL}, tickfont=SMALL)
    canvas.axis("y", range=[0, 1.04], tickformat=".0%", title={"text": "right", "font": SMALL}, tickfont=SMALL)
    return canvas.figure()


def message(reliability: pd.DataFrame, error: float | None) -> str:
    """How far confidence and truth lie apart, and where most."""
    told = reliability[reliability["facts"] >= FEW]
    off = (
        f"Confidence is off by {100 * error:.1f} points on average"
        if error is not None
        else "How far confidence is off"
    )
    if told.empty:
        return f"{off}; too few facts to say where most."
    gap = (told["right"] - told["confidence"]).abs()
    row = told.loc[gap.idxmax()]
    side = "less" if row["right"] > row["confidence"] else "more"
    return f"{off}; most at {row['confidence']:.0%}, where {row['right']:.0%} are right: it is {side} sure than it should be."
