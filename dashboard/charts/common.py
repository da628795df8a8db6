"""What all charts share: a plain frame, direct labels that do not overlap, marks that carry their fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from dashboard import theme
from dashboard.escape import for_plotly

FONT = '"Source Sans", "Source Sans 3", system-ui, sans-serif'
FAINT = "rgba(128,136,148,0.28)"
GREY = "#7A828E"
PHONE = 358  # pixels: how wide a chart is on a phone
LETTER = 6.1  # pixels that a letter of a date at an axis takes
OPENED = 12  # facts that a mark of several names: as many as a click opens
SMALL = {"size": 12, "color": GREY}
# The toolbar is drawn but not shown: it covers labels on phones. The buttons below a chart press its one button.
CONFIG = {
    "displayModeBar": True,
    "modeBarButtons": [["toImage"]],
    "displaylogo": False,
    "scrollZoom": False,
    "doubleClick": "reset",
    "responsive": True,
}


@dataclass
class Canvas:
    """A chart in the making. Plotly checks a figure whole in a fraction of the time that it takes piece by piece."""

    layout: dict[str, Any]
    traces: list[dict[str, Any]] = field(default_factory=list)
    annotations: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[dict[str, Any]] = field(default_factory=list)

    def scatter(self, **trace: Any) -> None:
        """Add marks or a line."""
        self.traces.append({"type": "scatter", **trace})

    def bar(self, **trace: Any) -> None:
        """Add bars."""
        self.traces.append({"type": "bar", **trace})

    def line(
        self, x: list, y: list[float], colour: str, *, width: float = 2, dash: str = "solid", opacity: float = 1
    ) -> None:
        """Add a line that says nothing when it is pointed at."""
        line = {"color": colour, "width": width, "dash": dash}
        self.scatter(x=x, y=y, mode="lines", line=line, opacity=opacity, hoverinfo="skip")

    def axis(self, name: str, **settings: Any) -> None:
        """Set what is particular to the x or y axis. Names at its ticks are words, whatever stands in them."""
        if "ticktext" in settings:
            settings["ticktext"] = [for_plotly(words) for words in settings["ticktext"]]
        self.layout[f"{name}axis"] |= settings

    def heads(self, names: list[str]) -> None:
        """Names above columns: level where they have room beside each other, aslant where they have not, as on a phone."""
        self.axis("x", tickvals=list(range(len(names))), ticktext=names, side="top", ticklabeloverflow="allow")
        self.axis("x", autotickangles=[0, -50], automargin=True)

    def span(self, days: list[date]) -> None:
        """An axis of time from a little before the first of these days to a little after the last, its ticks such as a phone has room for."""
        first, last = min(days) - timedelta(days=150), max(days) + timedelta(days=150)
        room = PHONE - self.layout["margin"]["l"] - self.layout["margin"]["r"]
        self.axis("x", type="date", range=[first, last], tickfont=SMALL, **calendar(first, last, room))

    def label(self, x: object, y: float, words: str, dot: str = "", **where: Any) -> None:
        """Words beside a mark, in a line or several, after a dot of its colour where they may stand far from it; xshift and
        yshift in pixels, right and up. The words themselves are in the colour of text: one that a mark is seen in is too faint to read."""
        settings = {
            "xanchor": "left",
            "yanchor": "middle",
            "xshift": 10,
            "align": "left",
            "font": {"size": 13},
            **where,
        }
        text = "<br>".join(for_plotly(line) for line in words.split("\n"))
        text = f'<span style="color:{dot}">■</span> {text}' if dot else text
        self.annotations.append({"x": x, "y": y, "text": text, "showarrow": False, **settings})

    def figure(self) -> go.Figure:
        """The chart as Plotly has it."""
        layout = {**self.layout, "annotations": self.annotations, "shapes": self.shapes}
        # To have Plotly check each value takes ten times as long as all else; a test has it check the charts of every page.
        return go.Figure({"data": self.traces, "layout": layout}, _validate=False)


def frame(height: int, *, left: int = 44, right: int = 16, top: int = 12, bottom: int = 34) -> Canvas:
    """An empty chart: no box, faint lines, room at the right for labels. Sizes in pixels."""
    axis = {"showline": False, "zeroline": False, "ticks": "", "fixedrange": True, "automargin": False}
    return Canvas(
        {
            "height": height,
            "margin": {"l": left, "r": right, "t": top, "b": bottom},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 13},
            "showlegend": False,
            "hovermode": "closest",
            "hoverlabel": {"align": "left", "font": {"family": FONT, "size": 13}},
            "dragmode": False,
            "clickmode": "event+select",
            "bargap": 0.35,
            "xaxis": {**axis, "showgrid": False},
            "yaxis": {**axis, "gridcolor": FAINT},
        }
    )


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


def upright(words: Mapping[date, str], first: date, last: date, pixels: int) -> dict[str, Any]:
    """Ticks of an axis of time from `first` to `last`: as many of these dates, the latest before others, as have room beside
    each other where the axis is so many pixels long."""
    day = pixels / max((last - first).days, 1)
    kept: list[date] = []
    for at in sorted(words, reverse=True):
        if not kept or (kept[-1] - at).days * day >= LETTER * (len(words[at]) + len(words[kept[-1]])) / 2 + 2:
            kept.append(at)
    return {"tickvals": kept, "ticktext": [words[at] for at in kept], "tickangle": 0}


def calendar(first: date, last: date, pixels: int) -> dict[str, Any]:
    """Ticks of an axis of time where months or years begin, as near as so many pixels have room for."""
    ticks: dict[date, str] = {}
    for step in (1, 2, 3, 6, 12, 24, 60, 120):  # months
        begins = (
            month for month in range(first.year * 12 + first.month, last.year * 12 + last.month) if not month % step
        )
        days = [date(month // 12, month % 12 + 1, 1) for month in begins]
        ticks = {at: str(at.year) if step >= 12 else theme.day(f"{at:%Y-%m}") for at in days}
        if sum(LETTER * len(words) + 6 for words in ticks.values()) <= pixels:
            break
    return upright(ticks, first, last, pixels)


def clipped(name: str, most: int = 22) -> str:
    """A name short enough to stand beside a mark; the whole of it is in the hover and the table."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def hover(lines: list[str]) -> str:
    """What a mark says when it is pointed at: the first line strong, long ones broken."""
    first, *rest = [_broken(for_plotly(line)) for line in lines if line]
    return "<br>".join([f"<b>{first}</b>", *rest])


def wrapped(words: str, width: int) -> str:
    """Plain words for Plotly, in lines of at most this many characters."""
    return "<br>".join(for_plotly(line) for line in wrap(words, width))


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
