"""Swaps from whom to whom: a square for each pair of a vendor that was taken out and one that was chosen in its place."""

from __future__ import annotations

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
    losers = _most_first(swaps["loser"])[:ROWS]
    known = _most_first(swaps["winner"])[:COLUMNS]
    winners = [*known, *([UNKNOWN] if swaps["winner"].isna().any() else [])]
    canvas = frame(_CELL * len(losers) + 76, left=112, right=10, top=48, bottom=8)
    for (loser, winner), rows in _cells(swaps, losers, winners).items():
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


def _cells(swaps: pd.DataFrame, losers: list[str], winners: list[str]) -> dict[tuple[str, str], list[Record]]:
    """The swaps from each of these losers to each of these winners."""
    told = swaps[["loser", "winner", "inferred", "operator", "removed_fact_id", "selected_fact_id"]]
    told = told.assign(winner=told["winner"].fillna(UNKNOWN))
    cells: dict[tuple[str, str], list[Record]] = {}
    for row in records(told[told["loser"].isin(losers) & told["winner"].isin(winners)]):
        cells.setdefault((row["loser"], row["winner"]), []).append(row)
    return cells


def _facts(rows: list[Record]) -> list[str]:
    """Both facts of each swap, each once, as many as a click opens."""
    ids = [row[f"{side}_fact_id"] for row in rows for side in ("removed", "selected")]
    return list(dict.fromkeys(one for one in ids if one))[:OPENED]


def _most_first(names: pd.Series) -> list[str]:
    """The names that are told, those told most often first."""
    counts = names.value_counts().to_dict()
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
    whose = swaps["operator"].fillna(swaps["removed_article_id"])
    losers = swaps[["loser"]].assign(whose=whose).drop_duplicates()["loser"]
    loser = _most_first(losers)[0]
    count = int((losers == loser).sum())
    operators = "one operator" if count == 1 else f"{count} operators"
    winners = swaps.loc[swaps["loser"] == loser, "winner"].dropna()
    most = _most_first(winners)[:2]
    if not most:
        return f"{loser} was taken out by {operators}; in whose favour is not told."
    if len(winners) == 1:
        return f"{loser} was taken out by {operators}, in favour of {most[0]}."
    told = " and ".join(f"{name} ({(winners == name).sum()})" for name in most)
    return f"{loser} was taken out by {operators}, most often in favour of {told}."
