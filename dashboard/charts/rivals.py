"""Rival values: what different sources say of one company, thing and period, side by side and never averaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import FAINT, OPENED, SMALL, Canvas, clipped, frame, hover
from dashboard.records import Record, records, upper

HEAD, LANE, GAP = 40, 22, 12  # pixels: what the quarrel is about, each value below it, what parts it from the next
MOST = 6
LANES = 8  # values of a quarrel
WORDS = 24  # characters of a label: half of a phone's width
Lane = list[Record]  # what is told alike, by one source or several


@dataclass(frozen=True)
class Quarrel:
    """One company and period (who), a thing (basis), and the different levels that are told of it, the lowest first."""

    who: str
    basis: str
    rows: tuple[Record, ...]

    @property
    def what(self) -> str:
        """What it is about, in one line."""
        return f"{self.who}: {self.basis}"

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest level; a range counts with both its ends."""
        return min(row["value"] for row in self.rows), max(map(upper, self.rows))

    @property
    def apart(self) -> float:
        """Points between the lowest and the highest level."""
        low, high = self.ends
        return high - low

    @property
    def lanes(self) -> list[Lane]:
        """The rows of each level, the lowest first."""
        return [list(alike) for _, alike in groupby(self.rows, key=_alike)]


def quarrels(figures: pd.DataFrame, countries: Mapping[str, str]) -> list[Quarrel]:
    """Published levels for which sources give different values, the widest apart first."""
    told: dict[tuple[str, str], list[Record]] = {}
    for row in records(figures):
        if row["status"] == "actual" and row["period"]:
            basis = theme.basis(row["market"], row["region"], row["generation"], countries)
            who = f"{theme.together(row['companies'])}, {theme.day(row['period'])}"
            told.setdefault((who, basis), []).append(row)
    found = [Quarrel(*what, tuple(sorted(rows, key=_alike))) for what, rows in told.items()]
    return sorted((one for one in found if len(set(map(_span, one.rows))) > 1), key=lambda one: (-one.apart, one.what))


def draw(found: list[Quarrel]) -> go.Figure:
    """Below what each quarrel is about and how far its ends are apart a line of its own for each value: its mark, for a range a
    bar, and who says it."""
    shown = found[:MOST]
    tall = sum(HEAD + LANE * min(len(one.lanes), LANES) + GAP for one in shown)
    canvas = frame(tall + 36, left=12, right=20, top=8, bottom=28)
    low, high = min(one.ends[0] for one in shown), max(one.ends[1] for one in shown)
    reach = (low - (high - low) * 0.05 - 0.5, high + (high - low) * 0.3 + 1)
    top = float(tall)  # the axis counts pixels, so that lines of text never overlap
    for quarrel in shown:
        top = _drawn(canvas, top, quarrel, reach)
    canvas.axis("x", range=list(reach), ticksuffix="%", showgrid=True, gridcolor=FAINT, nticks=6, tickfont=SMALL)
    canvas.axis("y", visible=False, range=[0, tall])
    return canvas.figure()


def _drawn(canvas: Canvas, top: float, quarrel: Quarrel, reach: tuple[float, float]) -> float:
    """Draw a quarrel from this height down; where the next begins."""
    colour, symbol = theme.company_style(quarrel.rows[0]["companies"])
    lanes = quarrel.lanes
    basis, apart = quarrel.basis, theme.number(round(quarrel.apart, 6))
    if len(lanes) > LANES:
        basis += f" · the {LANES // 2} lowest and highest of {len(lanes)} values"
        lanes = [*lanes[: LANES // 2], *lanes[-LANES // 2 :]]
    # In two lines: a phone has no room for both in one.
    words = f"{quarrel.who}: {apart} {'point' if apart == '1' else 'points'} apart"
    canvas.label(reach[0], top - 11, words, xshift=4, font={"size": 13.5, "weight": 600})
    canvas.label(reach[0], top - 29, basis, xshift=4, font=SMALL)
    heights = [top - HEAD - LANE * (n + 0.5) for n in range(len(lanes))]
    for height, lane in zip(heights, lanes, strict=True):
        if lane[0]["value_high"]:
            canvas.line([lane[0]["value"], upper(lane[0])], [height] * 2, colour, width=8, opacity=0.45)
        _label(canvas, height, lane, reach)
    canvas.scatter(
        x=[lane[0]["value"] for lane in lanes],
        y=heights,
        mode="markers",
        name=quarrel.what,
        marker={"color": colour, "symbol": symbol, "size": 13},
        customdata=[[row["fact_id"] for row in lane[:OPENED]] for lane in lanes],
        hovertext=[_hover(lane) for lane in lanes],
        hoverinfo="text",
    )
    return top - HEAD - LANE * len(lanes) - GAP


def _label(canvas: Canvas, height: float, lane: Lane, reach: tuple[float, float]) -> None:
    """Value and source, on that side of the mark where there is more room."""
    first, end = lane[0]["value"], upper(lane[0])
    value, more = theme.amount_of(lane[0]), f" and {len(lane) - 1} more" if len(lane) > 1 else ""
    source = lane[0]["attributed_to"] or "firm not told"
    words = f"{value} {clipped(source, max(9, WORDS - len(value) - len(more)))}{more}"
    if reach[1] - end >= first - reach[0]:
        canvas.label(end, height, words)
    else:
        canvas.label(first, height, words, xanchor="right", xshift=-10)


def _hover(lane: Lane) -> str:
    first = lane[0]
    sources = ", ".join(dict.fromkeys(_source(row) for row in lane[:OPENED]))
    return hover([f"{theme.amount_of(first)}, {sources}", f"“{first['quote'][:180]}”", _told(first)])


def _span(row: Record) -> tuple[float, float]:
    return row["value"], upper(row)


def _alike(row: Record) -> tuple[float, float, str]:
    """What must be the same to be told as one: "under 20%" is not "20%"."""
    return *_span(row), row["qualifier"]


def _source(row: Record) -> str:
    return row["attributed_to"] or "research firm not told"


def _told(row: Record) -> str:
    return theme.source(row["publisher"], row["published"], row["is_brief"])


def message(found: list[Quarrel]) -> str:
    """What the chart says, for those who cannot see it."""
    told = "; ".join(
        f"{one.what}: " + ", ".join(f"{theme.amount_of(row)} ({_source(row)})" for row in one.rows)
        for one in found[:MOST]
    )
    return f"{told}; and {len(found) - MOST} more" if len(found) > MOST else told
