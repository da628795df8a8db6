"""Selections: who was chosen and who was shut out, in all and operator by operator."""

from __future__ import annotations

from datetime import date

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import FAINT, GREY, frame, hover, label

WON, LOST = ("selected",), ("removed", "excluded")
ROWS = 30  # operators in the matrix


def balance(selections: pd.DataFrame, most: int = 10) -> go.Figure:
    """Decisions for each vendor to the right, removals and exclusions to the left."""
    counts = tally(selections).head(most).iloc[::-1]
    figure = frame(36 * len(counts) + 44, left=124, right=20, top=26, bottom=6)
    spots = list(range(len(counts)))
    for name, sign, pattern in (("won", 1, ""), ("lost", -1, "/")):
        figure.add_bar(
            x=[sign * count for count in counts[name]],
            y=spots,
            orientation="h",
            name={"won": "Selected", "lost": "Removed or excluded"}[name],
            marker={
                "color": [theme.company_style([vendor])[0] for vendor in counts.index],
                "pattern": {"shape": pattern, "fgcolor": "white", "fgopacity": 0.7, "size": 6},
                "cornerradius": 3,
            },
            hovertext=[
                hover([vendor, f"{count} times {'selected' if sign > 0 else 'removed or excluded'}"])
                for vendor, count in zip(counts.index, counts[name], strict=True)
            ],
            hoverinfo="text",
        )
        for spot, count in zip(spots, counts[name], strict=True):
            if count:
                anchor = {"xanchor": "left", "xshift": 5} if sign > 0 else {"xanchor": "right", "xshift": -5}
                label(figure, sign * count, spot, str(count), "", **anchor)
    figure.update_layout(barmode="overlay")
    reach = max(counts["won"].max(), 1), max(counts["lost"].max(), 1)
    figure.update_xaxes(visible=False, range=[-reach[1] * 1.25 - 1, reach[0] * 1.15 + 1])
    figure.update_yaxes(tickvals=spots, ticktext=list(counts.index), showgrid=False, tickfont={"size": 13})
    top = len(counts) - 0.45
    grey = {"font": {"size": 12, "color": GREY}, "yanchor": "bottom"}
    label(figure, 0, top, "selected →", "", xshift=6, **grey)
    label(figure, 0, top, "← removed, excluded", "", xshift=-6, **{**grey, "xanchor": "right"})
    return figure


def tally(selections: pd.DataFrame) -> pd.DataFrame:
    """How often each vendor was selected (won) and removed or excluded (lost); index: vendor, the most told first."""
    decided = selections.assign(won=selections["decision"].isin(WON), lost=selections["decision"].isin(LOST))
    counts = decided.groupby("vendor")[["won", "lost"]].sum()
    counts = counts[(counts["won"] + counts["lost"]) > 0]
    return counts.assign(all=counts["won"] + counts["lost"]).sort_values(["all", "won"], ascending=False)


def message(selections: pd.DataFrame) -> str:
    """What the balance says."""
    counts = tally(selections)
    won = counts[counts["won"] > 0].sort_values("won", ascending=False).head(3)["won"]
    lost = counts[counts["lost"] > 0].sort_values("lost", ascending=False).head(1)["lost"]
    told = [f"{vendor} {_times(count)}" for vendor, count in won.items()]
    said = [f"Most selected: {', '.join(told)}"] if told else []
    said += [f"Most often removed or excluded: {vendor}, {_times(count)}" for vendor, count in lost.items()]
    return ". ".join(said) + "." if said else ""


def lately(selections: pd.DataFrame, today: date) -> str:
    """Who was selected and shut out in the twelve months before a day, in words."""
    first = pd.Timestamp(today) - pd.DateOffset(years=1)
    recent = selections[(selections["happened"] >= first) & (selections["happened"] <= pd.Timestamp(today))]
    said = message(recent) if len(recent) else "no decision is told."
    return f"In the 12 months to {theme.day(today)}: {said[0].lower()}{said[1:]}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def matrix(selections: pd.DataFrame) -> go.Figure:
    """A row for each operator, the latest first, a column for each vendor, a mark for each decision."""
    named = selections[selections["operator"].notna()]
    named = named.assign(where=[_row_name(row) for _, row in named.iterrows()])
    rows = list(dict.fromkeys(named["where"]))[:ROWS]
    named = named[named["where"].isin(rows)]
    columns = list(named["vendor"].value_counts().index)
    figure = frame(26 * len(rows) + 92, left=150, right=12, top=84, bottom=8)
    steps = _steps(named, ["where", "vendor"])
    for decision, (words, colour, symbol) in theme.DECISION.items():
        own = named[named["decision"] == decision]
        if own.empty:
            continue
        figure.add_scatter(
            x=[columns.index(row["vendor"]) + steps[row["fact_id"]] for _, row in own.iterrows()],
            y=[len(rows) - 1 - rows.index(row["where"]) for _, row in own.iterrows()],
            mode="markers",
            name=words,
            marker={"color": colour, "symbol": symbol, "size": 12},
            customdata=[[fact_id] for fact_id in own["fact_id"]],
            hovertext=[_hover(row, words) for _, row in own.iterrows()],
            hoverinfo="text",
        )
    figure.update_xaxes(
        tickvals=list(range(len(columns))),
        ticktext=columns,
        side="top",
        tickangle=-40,
        range=[-0.6, len(columns) - 0.4],
    )
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=rows[::-1],
        gridcolor=FAINT,
        range=[-0.6, len(rows) - 0.4],
        tickfont={"size": 12.5},
    )
    return figure


def timeline(selections: pd.DataFrame) -> go.Figure:
    """Decisions by when they were made, else reported: a row for each operator, the latest first."""
    named = selections[selections["operator"].notna() & selections["happened"].notna()]
    named = named.assign(where=[_row_name(row) for _, row in named.iterrows()])
    rows = list(dict.fromkeys(named["where"]))[:ROWS]
    named = named[named["where"].isin(rows)]
    figure = frame(26 * len(rows) + 52, left=150, right=16, top=8, bottom=30)
    steps = _steps(named, ["where", "happened"])
    for decision, (words, colour, symbol) in theme.DECISION.items():
        own = named[named["decision"] == decision]
        if len(own):
            figure.add_scatter(
                x=list(own["happened"]),
                y=[len(rows) - 1 - rows.index(row["where"]) + steps[row["fact_id"]] for _, row in own.iterrows()],
                mode="markers",
                name=words,
                marker={"color": colour, "symbol": symbol, "size": 12},
                customdata=[[fact_id] for fact_id in own["fact_id"]],
                hovertext=[_hover(row, words) for _, row in own.iterrows()],
                hoverinfo="text",
            )
    room = pd.Timedelta(days=150)
    figure.update_xaxes(
        type="date", range=[named["happened"].min() - room, named["happened"].max() + room],
        tickfont={"size": 12, "color": GREY}, nticks=6,
    )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=rows[::-1],
        gridcolor=FAINT,
        range=[-0.6, len(rows) - 0.4],
        tickfont={"size": 12.5},
    )
    return figure


def _row_name(row: pd.Series) -> str:
    name = row["operator"] if len(row["operator"]) <= 17 else f"{row['operator'][:16]}…"
    return f"{name} {row['country']}" if row["country"] else name


def _steps(named: pd.DataFrame, cell_of: list[str]) -> dict[str, float]:
    """How far each mark stands beside its cell's middle, so that several decisions of one pair or day are all seen."""
    places = {}
    for _, cell in named.groupby(cell_of):
        gap = min(0.3, 0.8 / len(cell))
        for number, fact_id in enumerate(cell["fact_id"]):
            places[fact_id] = (number - (len(cell) - 1) / 2) * gap
    return places


def _hover(row: pd.Series, decision: str) -> str:
    when = f"reported {theme.day(row['published'])}" if row["only_reported"] else theme.day(row["period"])
    return hover(
        [
            f"{row['operator']}: {row['vendor']} {decision.lower()}",
            when,
            f"“{row['quote'][:180]}”",
            theme.source(row["publisher"], row["published"], row["is_brief"]),
        ]
    )
