"""The ladder of restrictions: a row for each country, a column for each rung, a square for each vendor on it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import FAINT, OPENED, clipped, frame, hover
from dashboard.records import Record, records

# From the mildest step to the hardest; allowing a vendor stands apart, at the end.
RUNGS = {
    "consider": "discussed",
    "designate": "risk",
    "limit": "limit",
    "ban": "ban",
    "phase_out": "phase-out",
    "allow": "allowed",
}
COUNTRIES = 30  # rows in the chart; the table has all
UNNAMED = "no vendor named"
_CELL = 34  # pixels


def initials(vendors: list[str]) -> dict[str, str]:
    """Letters that stand for each vendor in a square, as few as tell them apart; a dash where none is named."""
    letters: dict[str, str] = {}
    for vendor in vendors:
        short = [vendor[:length].upper() for length in (1, 2, 3)]
        letters[vendor] = "–" if vendor == UNNAMED else next((s for s in short if s not in letters.values()), short[-1])
    return letters


def look(vendor: str) -> str:
    """A vendor's colour; grey where none is named."""
    return theme.JOINT[0] if vendor == UNNAMED else theme.company_style([vendor])[0]


def vendors_of(restrictions: pd.DataFrame) -> list[str]:
    """The vendors that are acted on, those most told of first, as the chart names them."""
    return list(restrictions["vendor"].fillna(UNNAMED).value_counts(sort=True).index)


def draw(restrictions: pd.DataFrame, countries: dict[str, str], today: date) -> go.Figure:
    """A square for each country, rung and vendor; it opens every fact that says so, and is hollow while a deadline is ahead."""
    letters = initials(vendors_of(restrictions))
    cells: dict[tuple[str, str], dict[str, list[Record]]] = {}
    for row in records(restrictions):
        cell = cells.setdefault((row["authority"], row["action"]), {})
        cell.setdefault(row["vendor"] or UNNAMED, []).append(row)
    rows = _hardest_first(cells)[:COUNTRIES]
    heights = [max(-(-len(cells.get((code, rung), {})) // 2) for rung in RUNGS) for code in rows]
    tops = [sum(heights[:number]) for number in range(len(rows))]
    total = sum(heights)
    canvas = frame(_CELL * total + 72, left=104, right=10, top=24, bottom=8)
    for vendor, letter in letters.items():
        marks = []
        for number, code in enumerate(rows):
            for column, rung in enumerate(RUNGS):
                held = list(cells.get((code, rung), {}))
                if vendor in held:
                    right, down = _place(held.index(vendor), len(held), heights[number])
                    marks.append((column + right, total - tops[number] - down, cells[code, rung][vendor]))
        if marks:
            canvas.scatter(**_squares(vendor, letter, marks, countries, today))
    middles = [total - top - height / 2 for top, height in zip(tops, heights, strict=True)]
    names = [clipped(theme.place(code, countries), 14) for code in rows]
    canvas.axis("y", tickvals=middles, ticktext=names, range=[-0.1, total + 0.1], showgrid=False, tickfont={"size": 13})
    canvas.heads(list(RUNGS.values()))
    canvas.axis("x", range=[-0.5, len(RUNGS) - 0.5])
    across = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "line": {"color": FAINT, "width": 1}}
    canvas.shapes += [{**across, "y0": total - top, "y1": total - top} for top in [*tops, total]]
    apart = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "line": {"color": FAINT, "width": 1}}
    canvas.shapes += [{**apart, "x0": x - 0.5, "x1": x - 0.5} for x in range(1, len(RUNGS))]
    return canvas.figure()


def _hardest_first(cells: dict[tuple[str, str], dict[str, list[Record]]]) -> list[str]:
    """Countries, those that went furthest up the ladder first; a country that only allows comes last."""
    order = ["consider", "designate", "limit", "ban", "phase_out"]
    height = {
        code: max((order.index(rung) for other, rung in cells if other == code and rung in order), default=-1)
        for code, _ in cells
    }
    told = {code: sum(len(v) for (other, _), v in cells.items() if other == code) for code in height}
    return sorted(height, key=lambda code: (-height[code], -told[code], code))


def _place(number: int, count: int, height: int) -> tuple[float, float]:
    """Where a cell's square stands: right of its column's middle, down from its row's top. Two stand beside each other."""
    lines = -(-count // 2)
    line, beside = divmod(number, 2)
    alone = number == count - 1 and beside == 0
    return (0 if alone else (beside - 0.5) * 0.5), (height - lines) / 2 + line + 0.5


def _squares(vendor: str, letter: str, marks: list[tuple], countries: dict[str, str], today: date) -> dict:
    colour = look(vendor)
    hollow = [any(ahead(row, today) for row in facts) for _, _, facts in marks]
    return {
        "x": [x for x, _, _ in marks],
        "y": [y for _, y, _ in marks],
        "mode": "markers+text",
        "name": vendor,
        "marker": {
            "symbol": "square",
            "size": 17,
            "color": ["rgba(0,0,0,0)" if open_ else colour for open_ in hollow],
            "line": {"color": colour, "width": 1.5},
            "opacity": 1,
        },
        "text": [f"<b>{letter}</b>"] * len(marks),
        "textfont": {"size": 11, "color": [colour if open_ else "white" for open_ in hollow]},
        "customdata": [[row["fact_id"] for row in facts[:OPENED]] for _, _, facts in marks],
        "hovertext": [_hover(vendor, facts, countries) for _, _, facts in marks],
        "hoverinfo": "text",
        # What is not chosen is not dimmed: the letter must stay readable.
        "unselected": {"marker": {"opacity": 1}},
    }


def ahead(row: Record, today: date) -> bool:
    """Whether a restriction's deadline has not passed on a day."""
    return row["deadline_end"] is not None and row["deadline_end"] >= today and row["action"] != "allow"


def _hover(vendor: str, facts: list[Record], countries: dict[str, str]) -> str:
    row = facts[0]
    when = f"reported {theme.day(row['published'])}" if row["only_reported"] else theme.day(row["period"])
    due = next((f"deadline {theme.day(fact['deadline'])}" for fact in facts if fact["deadline"]), "")
    more = len(facts) - 1
    return hover(
        [
            f"{theme.place(row['authority'], countries)}: {theme.ACTION[row['action']].lower()}, {vendor}",
            f"{when}{', ' if due else ''}{due}",
            f"“{row['quote'][:180]}”",
            theme.source(row["publisher"], row["published"], row["is_brief"]),
            f"and {more} more {'report' if more == 1 else 'reports'}: click for all" if more else "",
        ]
    )


def message(restrictions: pd.DataFrame) -> str:
    """Which vendor is banned or phased out in how many places, and where steps are mostly still talk."""
    hard = restrictions[restrictions["action"].isin(["ban", "phase_out"]) & restrictions["vendor"].notna()]
    counts = hard.groupby("vendor")["authority"].nunique()
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:2]
    if not most:
        places = restrictions["authority"].nunique()
        return f"No ban or phase-out is told; {_places(places)} took or discussed a milder step."
    first = f"{most[0][0]} is banned or phased out in {_places(most[0][1])}"
    return f"{first}, {most[1][0]} in {most[1][1]}." if len(most) > 1 else f"{first}."


def _places(count: int) -> str:
    return "one place" if count == 1 else f"{count} places"
