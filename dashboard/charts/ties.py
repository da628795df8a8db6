"""Deals: who is tied to whom, as companies on a circle with a line for each kind of deal, and when, as a timeline."""

from __future__ import annotations

from itertools import combinations
from math import cos, pi, sin
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import FAINT, OPENED, Canvas, clipped, frame, hover
from dashboard.records import Record, records

# What each kind is called, its colour, its dash between companies and its mark in time: none is told by colour alone.
KINDS = {
    "investment": (theme.DEAL["investment"], theme.BLUE, "solid", "circle"),
    "acquisition": (theme.DEAL["acquisition"], theme.BRICK, "longdash", "square"),
    "divestment": (theme.DEAL["divestment"], theme.PLUM, "dashdot", "x"),
    "joint_venture": (theme.DEAL["joint_venture"], theme.GOLD, "dash", "diamond"),
    "partnership": (theme.DEAL["partnership"], theme.SAGE, "dot", "triangle-up"),
}
COMPANIES = 18  # on the circle; the table has all
FEW = 10  # companies on the circle that leave each other room for a name of several lines
ROWS = 24  # pairs in the timeline


def pairs(deals: pd.DataFrame) -> dict[tuple[str, str, str], list[Record]]:
    """The deals between each two companies, by both names in order and the kind."""
    found: dict[tuple[str, str, str], list[Record]] = {}
    for row in records(deals):
        for one, other in combinations(sorted(set(row["parties"])), 2):
            found.setdefault((one, other, row["deal"]), []).append(row)
    return found


def network(deals: pd.DataFrame) -> go.Figure:
    """Companies on a circle, the most tied first from the top; a line for each kind of deal between two, which its mark opens."""
    tied = pairs(deals)
    counts: dict[str, int] = {}
    for (one, other, _), rows in tied.items():
        for name in (one, other):
            counts[name] = counts.get(name, 0) + len(rows)
    first = sorted(counts, key=lambda name: (-counts[name], name))[:COMPANIES]
    spots = _circle(_neighbours(first, tied))
    top, bottom = (edge(y for _, y in spots.values()) for edge in (max, min))
    radius = 172 if len(spots) > 4 else 120  # pixels
    canvas = frame(round(radius * (top - bottom + 0.4)) + 16, left=8, right=8, top=8, bottom=8)
    between: dict[tuple[str, str], int] = {}
    for kind in KINDS:
        lines = [(key, rows) for key, rows in tied.items() if key[2] == kind and key[0] in spots and key[1] in spots]
        if lines:
            _lines(canvas, kind, lines, spots, between)
    for name, (x, y) in spots.items():
        colour, symbol = theme.company_style([name])
        facts = [row for (one, other, _), rows in tied.items() if name in (one, other) for row in rows]
        canvas.scatter(
            x=[x],
            y=[y],
            mode="markers",
            name=name,
            marker={"color": colour, "symbol": symbol, "size": 14},
            customdata=[list(dict.fromkeys(row["fact_id"] for row in facts))[:OPENED]],
            hovertext=[hover([name, f"{len(facts)} {'deal' if len(facts) == 1 else 'deals'}: click for them"])],
            hoverinfo="text",
            unselected={"marker": {"opacity": 1}},
        )
        right = x > 0.05 or (abs(x) <= 0.05 and y > 0)
        upright = abs(x) <= 0.05
        canvas.label(
            x,
            y,
            _beside(name, len(spots)),
            xanchor="center" if upright else "left" if right else "right",
            yanchor="middle" if not upright else "bottom" if y > 0 else "top",
            xshift=0 if upright else 11 if right else -11,
            yshift=(6 if y > 0 else -6) if upright else 0,
        )
    canvas.axis("x", visible=False, range=[-2.2, 2.2])
    canvas.axis("y", visible=False, range=[bottom - 0.2, top + 0.2])
    return canvas.figure()


def _beside(name: str, companies: int) -> str:
    """A company's name as wide as a phone has room for beside its mark: in lines where the circle has few, else cut."""
    lines = wrap(name, 14, break_on_hyphens=False, max_lines=3, placeholder="…")
    return "\n".join(lines) if companies <= FEW else clipped(name, 11)


def _neighbours(names: list[str], tied: dict[tuple[str, str, str], list[Record]]) -> list[str]:
    """The same names in an order in which companies that are tied stand near each other: each followed by its partners."""
    order: list[str] = []
    for name in names:
        if name not in order:
            order.append(name)
        partners = sorted({other for key in tied for other in key[:2] if name in key[:2] and other != name})
        order += [other for other in partners if other in names and other not in order]
    return order


def _circle(names: list[str]) -> dict[str, tuple[float, float]]:
    """A place on the circle of radius 1 for each name, clockwise from the top."""
    turn = 2 * pi / max(len(names), 1)
    return {name: (round(sin(n * turn), 4), round(cos(n * turn), 4)) for n, name in enumerate(names)}


def _lines(canvas: Canvas, kind: str, lines: list, spots: dict, between: dict[tuple[str, str], int]) -> None:
    words, colour, dash, symbol = KINDS[kind]
    xs, ys, middles = [], [], []
    for (one, other, _), _rows in lines:
        (x0, y0), (x1, y1) = spots[one], spots[other]
        number = between[one, other] = between.get((one, other), -1) + 1
        # Several kinds between two companies bow apart.
        bow = 0.12 * ((number + 1) // 2) * (1 if number % 2 else -1)
        middle = ((x0 + x1) / 2 + bow * (y1 - y0), (y0 + y1) / 2 - bow * (x1 - x0))
        xs += [x0, middle[0], x1, None]
        ys += [y0, middle[1], y1, None]
        middles.append(middle)
    line = {"color": colour, "width": 2, "dash": dash, "shape": "spline"}
    canvas.scatter(x=xs, y=ys, mode="lines", line=line, hoverinfo="skip")
    canvas.scatter(
        x=[x for x, _ in middles],
        y=[y for _, y in middles],
        mode="markers",
        name=words,
        marker={"color": colour, "symbol": symbol, "size": 10},
        customdata=[[row["fact_id"] for row in rows[:OPENED]] for _, rows in lines],
        hovertext=[_hover(rows) for _, rows in lines],
        hoverinfo="text",
        unselected={"marker": {"opacity": 1}},
    )


def timeline(deals: pd.DataFrame) -> go.Figure:
    """Deals by when they were made, else reported: a row for each set of parties, the latest first; hollow: not done."""
    dated = records(deals[deals["happened"].notna()])
    names = list(dict.fromkeys(together(row) for row in dated))[:ROWS]
    shown = [row for row in dated if together(row) in names]
    canvas = frame(28 * len(names) + 48, left=150, right=16, top=8, bottom=30)
    for kind, (words, colour, _, symbol) in KINDS.items():
        own = [row for row in shown if row["deal"] == kind]
        if own:
            canvas.scatter(
                x=[row["happened"] for row in own],
                y=[len(names) - 1 - names.index(together(row)) + _step(row, shown) for row in own],
                mode="markers",
                name=words,
                marker={
                    "color": colour,
                    "symbol": [symbol if row["state"] == "done" else f"{symbol}-open" for row in own],
                    "size": 12,
                    "line": {"width": 2, "color": colour},
                },
                customdata=[[row["fact_id"]] for row in own],
                hovertext=[_hover([row]) for row in own],
                hoverinfo="text",
            )
    canvas.span([row["happened"] for row in shown])
    ticks = [" · ".join(clipped(party, 10) for party in name.split(" · ")) for name in names[::-1]]
    canvas.axis("y", tickvals=list(range(len(names))), ticktext=ticks, gridcolor=FAINT, tickfont={"size": 12.5})
    canvas.axis("y", range=[-0.6, len(names) - 0.4])
    return canvas.figure()


def together(row: Record) -> str:
    """A deal's parties as its row's name."""
    return " · ".join(sorted(row["parties"]))


def _step(row: Record, shown: list[Record]) -> float:
    """How far beside its row's middle a mark stands, so that several of one day are all seen."""
    same = [one["fact_id"] for one in shown if together(one) == together(row) and one["happened"] == row["happened"]]
    return (same.index(row["fact_id"]) - (len(same) - 1) / 2) * min(0.4, 0.8 / len(same))


def _hover(rows: list[Record]) -> str:
    row = rows[0]
    when = f"reported {theme.day(row['published'])}" if row["only_reported"] else theme.day(row["period"])
    worth = theme.amount(row["value"], None, row["unit"]) if row["value"] is not None and row["unit"] else ""
    stake = f"{theme.number(row['stake_percent'])}% stake" if row["stake_percent"] is not None else ""
    more = len(rows) - 1
    return hover(
        [
            f"{' and '.join(row['parties'])}: {KINDS[row['deal']][0].lower()}, {row['state']}",
            ", ".join(filter(None, [when, worth, stake])),
            f"“{row['quote'][:180]}”",
            theme.source(row["publisher"], row["published"], row["is_brief"]),
            f"and {more} more: click for all" if more else "",
        ]
    )


def message(deals: pd.DataFrame) -> str:
    """Who has most deals, and with how many others."""
    partners: dict[str, set[str]] = {}
    for one, other, _ in pairs(deals):
        partners.setdefault(one, set()).add(other)
        partners.setdefault(other, set()).add(one)
    name = min(partners, key=lambda one: (-len(partners[one]), one))
    others = sorted(partners[name])
    told = " and ".join(others) if len(others) < 3 else f"{len(others)} others: {', '.join(others[:4])}"
    return f"{name} is tied to {told}{' and more' if len(others) > 4 else ''}."
