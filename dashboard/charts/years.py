"""Wins and losses by vendor and year: a strip for each vendor, selected above its line, removed or excluded below, hatched."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import FAINT, SMALL, Canvas, clipped, frame, hover
from dashboard.records import Record, records

MOST = 7  # vendors in the chart; the table has all
TOLD = {"won": "selected", "lost": "removed or excluded"}


def wins_and_losses(counts: pd.DataFrame) -> go.Figure:
    """A bar for each row of decisions.by_year; pale where the year is the report's, not the decision's."""
    rows = records(counts)
    vendors = _most_told(rows)
    heights = {vendor: _reach([row for row in rows if row["vendor"] == vendor]) for vendor in vendors}
    unit = min(10.0, 420 / sum(up + down for up, down in heights.values()))  # pixels for one decision
    gap = 34 / unit  # room for a number above and below
    lines, floor = {}, 0.0
    for vendor in reversed(vendors):
        up, down = heights[vendor]
        lines[vendor] = floor + gap / 2 + down
        floor += gap + up + down
    canvas = frame(round(floor * unit) + 34, left=112, right=14, top=4, bottom=30)
    canvas.layout["barmode"] = "overlay"
    years = [row["year"] for row in rows]
    first, last = min(years), max(years)
    size = 11 if last - first < 10 else 9  # of numbers, so that a phone has room for them beside each other
    for vendor in vendors:
        _strip(canvas, vendor, [row for row in rows if row["vendor"] == vendor], lines[vendor], size)
    canvas.shapes += [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": {"color": FAINT, "width": 1}}
        for y in lines.values()
    ]
    every = max(1, -(-(last - first + 1) // 7))
    canvas.axis("x", tickvals=list(range(last, first - 1, -every)), range=[first - 0.7, last + 0.7], tickfont=SMALL)
    canvas.axis("y", tickvals=list(lines.values()), ticktext=[clipped(name, 14) for name in lines], showgrid=False)
    canvas.axis("y", range=[0, floor], tickfont={"size": 13})
    return canvas.figure()


def _most_told(rows: list[Record]) -> list[str]:
    told: dict[str, int] = {}
    for row in rows:
        told[row["vendor"]] = told.get(row["vendor"], 0) + row["count"]
    return sorted(told, key=lambda name: (-told[name], name))[:MOST]


def _reach(rows: list[Record]) -> tuple[int, int]:
    """The most wins and the most losses of a year."""
    most = {"won": 0, "lost": 0}
    for year in {row["year"] for row in rows}:
        for side in most:
            count = sum(row["count"] for row in rows if row["year"] == year and row["side"] == side)
            most[side] = max(most[side], count)
    return most["won"], most["lost"]


def _strip(canvas: Canvas, vendor: str, rows: list[Record], line: float, size: int) -> None:
    """A vendor's bars on its line: those dated by the decision first, those dated by the report beyond them."""
    colour, _ = theme.company_style([vendor])
    ends: dict[tuple[int, str], int] = {}
    bars: dict[tuple[str, bool], list[tuple[Record, float]]] = {}
    for row in sorted(rows, key=lambda row: (row["year"], row["only_reported"])):
        sign = 1 if row["side"] == "won" else -1
        before = ends.get((row["year"], row["side"]), 0)
        bars.setdefault((row["side"], row["only_reported"]), []).append((row, line + sign * before))
        ends[row["year"], row["side"]] = before + row["count"]
    for (side, only_reported), placed in bars.items():
        sign = 1 if side == "won" else -1
        canvas.bar(
            x=[row["year"] for row, _ in placed],
            y=[sign * row["count"] for row, _ in placed],
            base=[base for _, base in placed],
            width=0.74,
            name=f"{vendor} {TOLD[side]}",
            marker=_look(colour, side, only_reported),
            customdata=[row["fact_ids"] for row, _ in placed],
            hovertext=[_hover(row) for row, _ in placed],
            hoverinfo="text",
            unselected={"marker": {"opacity": 1}},
        )
    for (year, side), count in ends.items():
        if count > 1:
            sign = 1 if side == "won" else -1
            place = {"xanchor": "center", "xshift": 0, "yanchor": "middle", "yshift": 8 * sign, "font": {"size": size}}
            canvas.label(year, line + sign * count, str(count), **place)


def _look(colour: str, side: str, only_reported: bool) -> dict:
    pale = f"rgba({', '.join(str(int(colour[n : n + 2], 16)) for n in (1, 3, 5))}, 0.3)"
    look = {"color": pale if only_reported else colour, "line": {"color": colour, "width": 1.5}}
    if side == "lost":
        lines = {"fgcolor": colour if only_reported else "white", "fgopacity": 0.9, "size": 6}
        look["pattern"] = {"shape": "/", **lines}
    return look


def _hover(row: Record) -> str:
    times = {1: "once", 2: "twice"}.get(row["count"], f"{row['count']} times")
    when = "by the date of the report" if row["only_reported"] else "by the date of the decision"
    return hover([f"{row['vendor']} {row['year']}: {TOLD[row['side']]} {times}", when])


def message(counts: pd.DataFrame) -> str:
    """The year of most wins and the year of most losses of any vendor."""
    said = []
    for side, words in (("won", "Most often selected in one year"), ("lost", "most often removed or excluded")):
        of_side = counts[counts["side"] == side]
        if len(of_side):
            most = of_side.groupby(["vendor", "year"])["count"].sum().sort_index().idxmax()
            count = int(of_side.groupby(["vendor", "year"])["count"].sum().loc[most])
            times = {1: "once", 2: "twice"}.get(count, f"{count} times")
            said.append(f"{words}: {most[0]} in {int(most[1])}, {times}")
    words = "; ".join(said)
    return f"{words[:1].upper()}{words[1:]}."
