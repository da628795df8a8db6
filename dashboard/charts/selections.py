"""Selections: who was chosen and who was shut out, in all, operator by operator, and over time."""

from __future__ import annotations

from datetime import date

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import FAINT, OPENED, SMALL, Canvas, clipped, frame, hover
from dashboard.records import Record, records

ROWS, COLUMNS = 30, 8  # operators and vendors in a chart; the table has them all
BARS = 10  # vendors


# ---- in all


def balance(tally: pd.DataFrame, most: int = BARS) -> go.Figure:
    """Decisions for each vendor (a row of queries.tally) to the right, removals and exclusions to the left, hatched; no left
    side where nobody was shut out. A bar opens the latest of its facts.
    """
    counts = tally.set_index("vendor").head(most).iloc[::-1]
    canvas = frame(36 * len(counts) + 44, left=124, right=20, top=26, bottom=6)
    for name, sign in (("won", 1), ("lost", -1)):
        _side(canvas, counts[name], sign, counts[f"{name}_ids"])
    canvas.layout["barmode"] = "overlay"
    won, lost = max(counts["won"].max(), 1), counts["lost"].max()
    room = 0.13 * (won + lost) + 1  # for the numbers beside the bars
    canvas.axis("x", visible=False, range=[-lost - room if lost else 0, won + room])
    names = [clipped(name, 17) for name in counts.index]
    canvas.axis("y", tickvals=list(range(len(counts))), ticktext=names, showgrid=False, tickfont={"size": 13})
    top = len(counts) - 0.45
    canvas.label(0, top, "selected →", xshift=6, yanchor="bottom", font=SMALL)
    if lost:
        canvas.label(0, top, "← removed, excluded", xshift=-6, yanchor="bottom", xanchor="right", font=SMALL)
    return canvas.figure()


def _side(canvas: Canvas, counts: pd.Series, sign: int, facts: pd.Series) -> None:
    told = "selected" if sign > 0 else "removed or excluded"
    canvas.bar(
        x=[sign * count for count in counts.tolist()],
        y=list(range(len(counts))),
        orientation="h",
        name=told.capitalize(),
        marker={
            "color": [theme.company_style([vendor])[0] for vendor in counts.index],
            "pattern": {"shape": "" if sign > 0 else "/", "fgcolor": "white", "fgopacity": 0.7, "size": 6},
            "cornerradius": 3,
        },
        customdata=[list(ids) for ids in facts],
        hovertext=[hover([vendor, f"{told} {_times(count)}"]) for vendor, count in counts.items()],
        hoverinfo="text",
        unselected={"marker": {"opacity": 1}},
    )
    side = {"xanchor": "left", "xshift": 5} if sign > 0 else {"xanchor": "right", "xshift": -5}
    for spot, count in enumerate(counts.tolist()):
        if count:
            canvas.label(sign * count, spot, str(count), **side)


def message(tally: pd.DataFrame) -> str:
    """Who was selected most, and who most often shut out."""
    counts = tally.set_index("vendor")
    if len(counts) == 1:
        sides = (("selected", "won"), ("removed or excluded", "lost"))
        told = [f"{words} {_times(counts[side].iloc[0])}" for words, side in sides if counts[side].iloc[0]]
        return f"{counts.index[0]} was {' and '.join(told)}." if told else ""
    won = counts[counts["won"] > 0].sort_values("won", ascending=False).head(3)["won"]
    lost = counts[counts["lost"] > 0].sort_values("lost", ascending=False).head(1)["lost"]
    told = [f"{vendor} {_times(count)}" for vendor, count in won.items()]
    said = [f"Most selected: {', '.join(told)}"] if told else []
    said += [f"Most often removed or excluded: {vendor}, {_times(count)}" for vendor, count in lost.items()]
    return ". ".join(said) + "." if said else ""


def lately(tally: pd.DataFrame, today: date) -> str:
    """Who was selected and shut out in the twelve months before a day, in words."""
    said = message(tally) or "no choice is told."
    said = said if len(tally) == 1 else f"{said[0].lower()}{said[1:]}"
    return f"In the 12 months to {theme.day(today)}: {said}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


# ---- operator by operator


def matrix(selections: pd.DataFrame) -> go.Figure:
    """A row for each operator, the latest first, a column for each vendor, a mark for each decision about the two.

    A decision that several facts tell is one mark that opens them all, so that a phone has room for what is in a cell.
    """
    columns = list(selections.loc[selections["operator"].notna(), "vendor"].value_counts().index)[:COLUMNS]
    rows, names = _named(selections[selections["vendor"].isin(columns)])
    cells: dict[tuple[str, str], dict[str, list[Record]]] = {}
    for row in rows:
        cells.setdefault((row["where"], row["vendor"]), {}).setdefault(row["decision"], []).append(row)
    canvas = frame(28 * len(names) + 92, left=138, right=10, top=24, bottom=8)
    marks = [
        (told, (columns.index(vendor) + right, len(names) - 1 - names.index(where) + up))
        for (where, vendor), decisions in cells.items()
        for told, (right, up) in zip(decisions.values(), _places(len(decisions)), strict=True)
    ]
    _decisions(canvas, [told for told, _ in marks], [spot for _, spot in marks], size=10)
    canvas.heads([clipped(vendor, 16) for vendor in columns])
    canvas.axis("x", range=[-0.5, max(len(columns), 5) - 0.5])
    # On a phone, marks of two cells stand as near as those of one.
    canvas.shapes += [
        {
            "type": "line",
            "x0": x - 0.5,
            "x1": x - 0.5,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"color": FAINT, "width": 1},
        }
        for x in range(len(columns) + 1)
    ]
    _operators(canvas, names)
    return canvas.figure()


def _places(count: int) -> list[tuple[float, float]]:
    """Where a cell's marks stand, right and up of its middle, in parts of a column's and a row's size: two beside each other."""
    lines = -(-count // 2)
    places = []
    for number in range(count):
        line, beside = divmod(number, 2)
        alone = number == count - 1 and beside == 0
        places.append((0 if alone else (beside - 0.5) * 0.48, ((lines - 1) / 2 - line) * 0.46))
    return places


def timeline(selections: pd.DataFrame) -> go.Figure:
    """Decisions by when they were made, else reported: a row for each operator, the latest first."""
    rows, names = _named(selections[selections["happened"].notna()])
    canvas = frame(26 * len(names) + 52, left=150, right=16, top=8, bottom=30)
    steps = _steps([(row["where"], row["happened"]) for row in rows])
    spots = [
        (row["happened"], len(names) - 1 - names.index(row["where"]) + step)
        for row, step in zip(rows, steps, strict=True)
    ]
    _decisions(canvas, [[row] for row in rows], spots)
    canvas.span([row["happened"] for row in rows])
    _operators(canvas, names)
    return canvas.figure()


def _named(selections: pd.DataFrame) -> tuple[list[Record], list[str]]:
    """Decisions of operators that have a name, each with `where`; and the names of the first of these, as rows go."""
    rows = [row for row in records(selections) if row["operator"]]
    for row in rows:
        row["where"] = " ".join(filter(None, (clipped(row["operator"], 17), row["country"])))
    names = list(dict.fromkeys(row["where"] for row in rows))[:ROWS]
    return [row for row in rows if row["where"] in names], names


def _steps(cells: list[tuple]) -> list[float]:
    """How far each mark stands beside its cell's middle, so that several decisions of one pair or day are all seen."""
    counts = {cell: cells.count(cell) for cell in set(cells)}
    seen: dict[tuple, int] = {}
    steps = []
    for cell in cells:
        number = seen[cell] = seen.get(cell, -1) + 1
        steps.append((number - (counts[cell] - 1) / 2) * min(0.3, 0.8 / counts[cell]))
    return steps


def _decisions(canvas: Canvas, told: list[list[Record]], spots: list[tuple], size: int = 12) -> None:
    """A mark for each list of facts that tell one decision, the latest fact first."""
    for decision, (words, colour, symbol) in theme.DECISION.items():
        own = [(facts, spot) for facts, spot in zip(told, spots, strict=True) if facts[0]["decision"] == decision]
        if own:
            canvas.scatter(
                x=[x for _, (x, _) in own],
                y=[y for _, (_, y) in own],
                mode="markers",
                name=words,
                marker={"color": colour, "symbol": symbol, "size": size},
                customdata=[[row["fact_id"] for row in facts[:OPENED]] for facts, _ in own],
                hovertext=[_hover(facts, words) for facts, _ in own],
                hoverinfo="text",
            )


def _operators(canvas: Canvas, names: list[str]) -> None:
    canvas.axis("y", tickvals=list(range(len(names))), ticktext=names[::-1], gridcolor=FAINT)
    canvas.axis("y", range=[-0.6, len(names) - 0.4], tickfont={"size": 12.5})


def _hover(facts: list[Record], decision: str) -> str:
    row = facts[0]
    when = f"reported {theme.day(row['published'])}" if row["only_reported"] else theme.day(row["period"])
    more = len(facts) - 1
    return hover(
        [
            f"{row['operator']}: {row['vendor']} {decision.lower()}",
            when,
            f"“{row['quote'][:180]}”",
            theme.source(row["publisher"], row["published"], row["is_brief"]),
            f"and {more} more {'report' if more == 1 else 'reports'}: click for all" if more else "",
        ]
    )
