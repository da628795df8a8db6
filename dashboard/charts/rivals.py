"""Rival values: what different sources say of one company, thing and period, side by side and never averaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import FAINT, SMALL, Canvas, frame, hover
from dashboard.records import Record, records

ROW = 62  # pixels for a quarrel
MOST = 6


@dataclass(frozen=True)
class Quarrel:
    """One company, period and thing, and the different levels that are told of it, the lowest first."""

    what: str
    rows: tuple[Record, ...]

    @property
    def apart(self) -> float:
        """Points between the lowest and the highest level."""
        return self.rows[-1]["value"] - self.rows[0]["value"]


def quarrels(figures: pd.DataFrame, countries: Mapping[str, str]) -> list[Quarrel]:
    """Published levels for which sources give different values, the widest apart first."""
    told: dict[str, list[Record]] = {}
    for row in records(figures):
        if row["status"] == "actual" and row["period"]:
            basis = theme.basis(row["market"], row["region"], row["generation"], countries)
            told.setdefault(f"{theme.together(row['companies'])}, {theme.day(row['period'])}: {basis}", []).append(row)
    found = [Quarrel(what, tuple(sorted(rows, key=lambda row: row["value"]))) for what, rows in told.items()]
    return sorted((one for one in found if one.apart > 0), key=lambda one: (-one.apart, one.what))


def draw(found: list[Quarrel]) -> go.Figure:
    """A line from the lowest to the highest value, a mark for each, and how far they are apart."""
    shown = found[:MOST]
    canvas = frame(ROW * len(shown) + 40, left=12, right=20, top=8, bottom=28)
    low, high = min(one.rows[0]["value"] for one in shown), max(one.rows[-1]["value"] for one in shown)
    for spot, quarrel in zip(range(len(shown) - 1, -1, -1), shown, strict=True):
        _row(canvas, spot, quarrel, low)
    reach = [low - (high - low) * 0.05 - 0.5, high + (high - low) * 0.3 + 1]
    canvas.axis("x", range=reach, ticksuffix="%", showgrid=True, gridcolor=FAINT, nticks=6, tickfont=SMALL)
    canvas.axis("y", visible=False, range=[-0.55, len(shown) - 0.35])
    return canvas.figure()


def _row(canvas: Canvas, spot: int, quarrel: Quarrel, left: float) -> None:
    rows, first, last = quarrel.rows, quarrel.rows[0], quarrel.rows[-1]
    colour, symbol = theme.company_style(first["companies"])
    words = f"{quarrel.what} · {theme.number(round(quarrel.apart, 6))} points apart"
    canvas.label(left, spot, words, xshift=-6, yshift=19, font={"size": 13.5, "weight": 600})
    canvas.line([first["value"], last["value"]], [spot, spot], colour)
    canvas.scatter(
        x=[row["value"] for row in rows],
        y=[spot] * len(rows),
        mode="markers",
        name=quarrel.what,
        marker={"color": colour, "symbol": symbol, "size": 13},
        customdata=[[row["fact_id"]] for row in rows],
        hovertext=[
            hover([f"{theme.amount_of(row)}, {_source(row)}", f"“{row['quote'][:180]}”", _told(row)]) for row in rows
        ],
        hoverinfo="text",
    )
    canvas.label(last["value"], spot, _source(last))


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
