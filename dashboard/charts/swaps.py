"""Swaps from whom to whom: a square for each pair of a vendor that was taken out and one that was chosen in its place."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import FAINT, OPENED, SMALL, clipped, frame, hover
from dashboard.records import Record, records

ROWS, COLUMNS = 10, 6  # vendors in the chart; the ledger has them all
UNKNOWN = "not told"
_CELL = 34  # pixels


def from_to(swaps: pd.DataFrame) -> go.Figure:
    """Rows: vendors taken out; columns: vendors chosen instead, and those not told. A square says how many swaps, and opens
    both facts of each; it is hollow where all of them are inferred from two articles."""
    cells = _cells(swaps)
    losers = _most_first(cells, 0)[:ROWS]
    known = [winner for winner in _most_first(cells, 1) if winner != UNKNOWN][:COLUMNS]
    winners = [*known, *([UNKNOWN] if any(winner == UNKNOWN for _, winner in cells) else [])]
    canvas = frame(_CELL * len(losers) + 76, left=112, right=10, top=48, bottom=8)
    for (loser, winner), rows in cells.items():
        if loser in losers and winner in winners:
            colour = theme.JOINT[0] if winner == UNKNOWN else theme.company_style([winner])[0]
            hollow = all(row["inferred"] for row in rows)
            canvas.scatter(
                x=[winners.index(winner)],
                y=[len(losers) - 1 - losers.index(loser)],
                mode="markers+text",
                name=f"{loser} → {winner}",
                marker={
                    "symbol": "square",
                    "size": 26,
                    "color": "rgba(0,0,0,0)" if hollow else colour,
                    "line": {"color": colour, "width": 2},
                    "opacity": 1,
                },
                text=[f"<b>{len(rows)}</b>"],
                textfont={"size": 18 if len(rows) < 100 else 13, "color": colour if hollow else "white"},
                customdata=[_facts(rows)],
                hovertext=[_hover(loser, winner, rows)],
                hoverinfo="text",
                # What is not chosen is not dimmed: the number must stay readable.
                unselected={"marker": {"opacity": 1}},
            )
    canvas.heads([clipped(name, 15) for name in winners])
    # Squares stand together however few there are.
    canvas.axis("x", range=[-0.6, COLUMNS + 0.5])
    canvas.axis("y", tickvals=list(range(len(losers))), ticktext=[clipped(name, 14) for name in losers[::-1]])
    canvas.axis("y", range=[-0.6, len(losers) - 0.4], gridcolor=FAINT, tickfont={"size": 13})
    corner = {"xref": "paper", "yref": "paper", "xanchor": "right", "font": SMALL}
    canvas.label(0, 1, "chosen instead →", yanchor="bottom", yshift=26, xshift=-12, **corner)
    canvas.label(0, 1, "taken out ↓", yanchor="bottom", yshift=8, xshift=-12, **corner)
    return canvas.figure()


def _cells(swaps: pd.DataFrame) -> dict[tuple[str, str], list[Record]]:
    cells: dict[tuple[str, str], list[Record]] = {}
    told = ["loser", "winner", "inferred", "operator", "removed_fact_id", "selected_fact_id"]
    for row in records(swaps[told]):
        cells.setdefault((row["loser"], row["winner"] or UNKNOWN), []).append(row)
    return cells


def _facts(rows: list[Record]) -> list[str]:
    """Both facts of each swap, each once, as many as a click opens."""
    ids = [row[f"{side}_fact_id"] for row in rows for side in ("removed", "selected")]
    return list(dict.fromkeys(one for one in ids if one))[:OPENED]


def _most_first(cells: dict[tuple[str, str], list[Record]], place: int) -> list[Hashable]:
    counts: dict[str, int] = {}
    for pair, rows in cells.items():
        counts[pair[place]] = counts.get(pair[place], 0) + len(rows)
    return sorted(counts, key=lambda name: (-counts[name], name))


def _hover(loser: str, winner: str, rows: list[Record]) -> str:
    inferred = sum(row["inferred"] for row in rows)
    whose = ["an unnamed operator" if not row["operator"] else row["operator"] for row in rows]
    more = f" and {len(whose) - 8} more" if len(whose) > 8 else ""
    return hover(
        [
            f"{loser} → {'winner not told' if winner == UNKNOWN else winner}: {len(rows)} {'swap' if len(rows) == 1 else 'swaps'}",
            f"{inferred} of them inferred from two articles" if inferred else "",
            f"{', '.join(whose[:8])}{more}",
        ]
    )


def message(swaps: pd.DataFrame) -> str:
    """Who lost its place most often, and to whom most."""
    rows = records(swaps[["loser", "winner", "operator", "removed_article_id"]])
    counts: dict[str, int] = {}
    for _, loser in {(row["operator"] or row["removed_article_id"], row["loser"]) for row in rows}:
        counts[loser] = counts.get(loser, 0) + 1
    loser = min(counts, key=lambda name: (-counts[name], name))
    to: dict[str, int] = {}
    for row in rows:
        if row["loser"] == loser and row["winner"]:
            to[row["winner"]] = to.get(row["winner"], 0) + 1
    most = sorted(to, key=lambda name: (-to[name], name))[:2]
    operators = "one operator" if counts[loser] == 1 else f"{counts[loser]} operators"
    if not most:
        return f"{loser} was taken out by {operators}; in whose favour is not told."
    if sum(to.values()) == 1:
        return f"{loser} was taken out by {operators}, in favour of {most[0]}."
    told = " and ".join(f"{name} ({to[name]})" for name in most)
    return f"{loser} was taken out by {operators}, most often in favour of {told}."
