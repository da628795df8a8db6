"""What all charts share: a plain frame, direct labels that do not overlap, marks that carry their fact."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.escape import for_plotly

FONT = '"Source Sans", "Source Sans 3", system-ui, sans-serif'
FAINT = "rgba(128,136,148,0.28)"
GREY = "#7A828E"
# The toolbar is left out: it covers labels on phones, and downloads stand below each chart.
CONFIG = {
    "displayModeBar": False,
    "displaylogo": False,
    "scrollZoom": False,
    "doubleClick": "reset",
    "responsive": True,
}


def frame(height: int, *, left: int = 44, right: int = 16, top: int = 12, bottom: int = 34) -> go.Figure:
    """An empty chart: no box, faint lines, room at the right for labels."""
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": left, "r": right, "t": top, "b": bottom},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 13},
        showlegend=False,
        hovermode="closest",
        hoverlabel={"align": "left", "font": {"family": FONT, "size": 13}},
        dragmode=False,
        clickmode="event+select",
        bargap=0.35,
    )
    axis = {"showline": False, "zeroline": False, "ticks": "", "fixedrange": True, "automargin": False}
    figure.update_xaxes(**axis, showgrid=False)
    figure.update_yaxes(**axis, gridcolor=FAINT)
    return figure


def label(figure: go.Figure, x: object, y: float, words: str, colour: str, shift: float = 0, **where: object) -> None:
    """Words beside a mark, in its colour. shift: pixels upward, to make room for a neighbour's."""
    settings = {"xanchor": "left", "yanchor": "middle", "xshift": 10, "yshift": shift, "align": "left"}
    settings |= {"font": {"size": 13, **({"color": colour} if colour else {})}, **where}
    figure.add_annotation(x=x, y=y, text=for_plotly(words), showarrow=False, **settings)


def spread(heights: list[float], gap: float) -> list[float]:
    """Where labels go that want these heights, at least `gap` apart, in the same order, as near as that allows."""
    order = sorted(range(len(heights)), key=lambda n: heights[n])
    placed = [heights[n] for n in order]
    for _ in range(60):
        moved = False
        for low in range(len(placed) - 1):
            lacking = gap - (placed[low + 1] - placed[low])
            if lacking > 1e-6:
                placed[low] -= lacking / 2
                placed[low + 1] += lacking / 2
                moved = True
        if not moved:
            break
    spots = [0.0] * len(heights)
    for spot, n in zip(placed, order, strict=True):
        spots[n] = spot
    return spots


def hover(lines: list[str]) -> str:
    """What a mark says when it is pointed at: the first line strong, long ones broken."""
    first, *rest = [_broken(for_plotly(line)) for line in lines if line]
    return "<br>".join([f"<b>{first}</b>", *rest])


def _broken(words: str, width: int = 58) -> str:
    """Words in lines of at most this many characters."""
    rows, row = [], ""
    for word in words.split(" "):
        if row and len(row) + len(word) + 1 > width:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}".strip()
    return "<br>".join([*rows, row])
