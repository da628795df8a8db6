"""A vendor's presence on a map of the world: countries by state, hatched where no report is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import FAINT, OPENED, Canvas, frame, hover
from dashboard.outlines import Outlines
from dashboard.presence import Country

# Words, colour and mark of each state; the marks are told apart where colours cannot be.
LOOK = {
    "in": ("Chosen or in use", theme.SAGE, "circle"),
    "out": ("Taken out or shut out", theme.BRICK, "x"),
    "mixed": ("Chosen and shut out", theme.PLUM, "square"),
    "tried": ("Only tried or considered", theme.GOLD, "diamond"),
}
UNKNOWN = "No report found"


def presence_map(found: list[Country], outlines: Outlines, names: Mapping[str, str]) -> go.Figure:
    """Fills for countries, and a mark on each that has a report; a click on it opens what its state stands on."""
    canvas = frame(300, left=0, right=0, top=0, bottom=0)
    told = {country.code for country in found}
    _fill(canvas, outlines, (code for code in outlines.rings if code not in told), None)
    for state, (words, colour, symbol) in LOOK.items():
        of_state = [country for country in found if country.state == state]
        _fill(canvas, outlines, (country.code for country in of_state), colour)
        placed = [country for country in of_state if country.code in outlines.spots]
        if placed:
            canvas.scatter(
                x=[outlines.spots[country.code][0] for country in placed],
                y=[outlines.spots[country.code][1] for country in placed],
                mode="markers",
                name=words,
                marker={"color": colour, "symbol": symbol, "size": 9, "line": {"color": "white", "width": 1}},
                customdata=[[row["fact_id"] for row in country.rows[:OPENED]] for country in placed],
                hovertext=[_hover(country, words, names) for country in placed],
                hoverinfo="text",
                unselected={"marker": {"opacity": 1}},
            )
    # The world without Antarctica; one length is one length on both axes, whatever the window's shape.
    # Where the window is narrow the map lies at the foot of the chart, and the style sheet takes away the room above it.
    canvas.axis("x", visible=False, range=[-2.5, 2.7])
    canvas.axis("y", visible=False, range=[-1.05, 1.32], scaleanchor="x", constrain="domain", constraintoward="bottom")
    canvas.axis("x", constrain="domain")
    return canvas.figure()


def _fill(canvas: Canvas, outlines: Outlines, codes: Iterable[str | None], colour: str | None) -> None:
    """Countries in a colour; hatched without one."""
    gap = np.full((1, 2), np.nan, dtype="float32")
    rings = [part for code in codes if code in outlines.rings for part in (outlines.rings[code], gap)]
    if not rings:
        return
    points = np.concatenate(rings[:-1])
    look: dict = (
        {"fillcolor": _pale(colour), "line": {"color": colour, "width": 0.7}}
        if colour
        else {
            "fillpattern": {"shape": "/", "fgcolor": FAINT, "bgcolor": "rgba(0,0,0,0)", "size": 5, "solidity": 0.25},
            "line": {"color": FAINT, "width": 0.6},
        }
    )
    canvas.scatter(x=points[:, 0], y=points[:, 1], mode="lines", fill="toself", hoverinfo="skip", **look)


def _pale(colour: str) -> str:
    return f"rgba({', '.join(str(int(colour[n : n + 2], 16)) for n in (1, 3, 5))}, 0.5)"


def _hover(country: Country, words: str, names: Mapping[str, str]) -> str:
    decided = [
        f"{row['operator'] or 'unnamed operator'}: {theme.DECISION[row['decision']][0].lower()}"
        for row in country.rows[:6]
    ]
    more = len(country.rows) - len(decided)
    return hover(
        [f"{theme.place(country.code, dict(names))}: {words.lower()}", *decided, f"and {more} more" if more else ""]
    )


def message(vendor: str, found: list[Country]) -> str:
    """How many countries there are reports from, and how many of each state."""
    words = {
        "in": "chosen or in use in",
        "out": "taken out or shut out in",
        "mixed": "both in",
        "tried": "only tried or considered in",
    }
    if len(found) == 1:
        return f"{vendor}, by reports from one country: {LOOK[found[0].state][0].lower()}."
    counts = {state: sum(country.state == state for country in found) for state in LOOK}
    told = ", ".join(f"{words[state]} {count}" for state, count in counts.items() if count)
    return f"{vendor}, by reports from {len(found)} countries: {told}."
