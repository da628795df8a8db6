"""Market shares drawn: one small chart for each panel, lines over time or bars of one period."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import GREY, PHONE, SMALL, Canvas, clipped, frame, hover, spread, upright
from dashboard.charts.panels import Panel, ended, fate, level
from dashboard.records import Record, upper

ROW = 34  # pixels that a bar takes
LEAST = 35  # percent that the width of a bar chart stands for, lest one small share alone looks large
FADED = 0.45  # opacity of a target that is no more
Spot = tuple[date, Record]  # a claim and where it stands on the axis of time


def draw(panel: Panel, height: int = 300) -> go.Figure:
    """A panel as a figure: lines with a mark for each published level over time, else bars for one period."""
    return _lines(panel, height) if panel.over_time else bars(list(panel.rows))


def undrawn(panel: Panel) -> list[Record]:
    """Claims that `draw` leaves out: where there is a time to draw, those of no period."""
    return [row for row in panel.rows if not row["period_start"]] if panel.over_time else []


def newest(panel: Panel) -> go.Figure:
    """The newest levels of a panel, as bars."""
    return bars(panel.latest)


# ---- one period: bars


def bars(rows: list[Record]) -> go.Figure:
    """A bar for each claim, the highest on top; hollow when it is no level, faded when it is a target no more, a notch
    where a range begins."""
    rows = sorted(rows, key=lambda row: row["value"])
    names = [clipped(theme.together(row["companies"])) for row in rows]
    room = min(150, 14 + 7 * max(map(len, names)))
    canvas = frame(ROW * len(rows) + 26, left=room, right=_bar_label_room(rows), top=4, bottom=8)
    for spot, row in enumerate(rows):
        _bar(canvas, spot, row)
    reach = max(upper(row) for row in rows)
    canvas.axis("y", tickvals=list(range(len(rows))), ticktext=names, showgrid=False, tickfont={"size": 13})
    canvas.axis("x", visible=False, range=[0, max(LEAST, reach)])
    return canvas.figure()


def _bar_label_room(rows: list[Record]) -> int:
    return min(180, max(74, *(14 + 7 * len(level(row)) for row in rows)))


def _bar(canvas: Canvas, spot: int, row: Record) -> None:
    colour, _ = theme.company_style(row["companies"])
    actual, reach = row["status"] == "actual", upper(row)
    canvas.bar(
        x=[reach],
        y=[spot],
        orientation="h",
        opacity=FADED if ended(row) else 1,
        marker={
            "color": colour if actual else "rgba(0,0,0,0)",
            "line": {"color": colour, "width": 0 if actual else 2},
            "cornerradius": 3,
        },
        customdata=[[row["fact_id"]]],
        hovertext=_hover(row),
        hoverinfo="text",
    )
    if row["value_high"]:
        notch = {"x0": row["value"], "x1": row["value"], "y0": spot - 0.34, "y1": spot + 0.34}
        canvas.shapes.append({"type": "line", **notch, "line": {"color": "white", "width": 2}})
    canvas.label(reach, spot, level(row), xshift=6)


# ---- over time: lines


def _lines(panel: Panel, height: int) -> go.Figure:
    spots = [(_when(row), row) for row in panel.rows if row["period_start"]]
    by_company: dict[str, list[Spot]] = {}
    for at, row in sorted(spots, key=lambda spot: (spot[0], str(spot[1]["published"]))):
        by_company.setdefault(theme.together(row["companies"]), []).append((at, row))
    left, right = 40, _label_room(spots)
    canvas = frame(height, left=left, right=right, top=14, bottom=30)
    ends = [_company(canvas, who, own, alone=len(by_company) == 1) for who, own in by_company.items()]
    ceiling = 1.14 * max(upper(row) for _, row in spots)
    pixels = height - 44
    for (x, y, words, colour), spot in zip(ends, spread([end[1] for end in ends], 17 * ceiling / pixels), strict=True):
        canvas.label(x, y, words, colour, yshift=(spot - y) / ceiling * pixels)
    canvas.axis("y", range=[0, ceiling], ticksuffix="%", nticks=5, tickfont=SMALL)
    first, last = min(at for at, _ in spots), max(at for at, _ in spots)
    margin = max((last - first) * 0.04, timedelta(days=25))
    reach = first - margin, last + margin
    ticks = upright(_ticks(spots), *reach, PHONE - left - right)
    canvas.axis("x", type="date", range=list(reach), tickfont=SMALL, **ticks)
    return canvas.figure()


def _ticks(spots: list[Spot]) -> dict[date, str]:
    """Ticks at the periods themselves where they are few and near, else at the middles of years."""
    periods = {at: row["period"] for at, row in sorted(spots, key=lambda spot: spot[0])}
    years = sorted({at.year for at in periods})
    if len(periods) <= 5 and years[-1] - years[0] <= 1:
        return {at: theme.day(period) for at, period in periods.items()}
    years = years if len(years) <= 6 else years[:: -(-len(years) // 6)]
    return {date(year, 7, 1): str(year) for year in years}


def _when(row: Record) -> date:
    """The middle of the period that a level holds in; for a target its last day, which is the deadline."""
    start, end = row["period_start"], row["period_end"]
    return end if row["status"] == "target" else start + (end - start) / 2


def _company(canvas: Canvas, who: str, own: list[Spot], alone: bool) -> tuple[date, float, str, str]:
    """Draw one company's levels, then what is forecast and aimed at from the last of them; where its label goes."""
    colour, symbol = theme.company_style(own[0][1]["companies"])
    of = {status: [spot for spot in own if spot[1]["status"] == status] for status in theme.STATUS}
    # Rival values of one period stand side by side; the line follows the one published last.
    backbone = list({at: (at, row) for at, row in of["actual"]}.values())
    last_level = backbone[-1:]
    after = backbone[-1][0] if backbone else date.min
    _line(canvas, backbone, colour, width=2.2)
    for at, row in of["actual"]:
        if row["value_high"]:
            canvas.line([at, at], [row["value"], row["value_high"]], colour, width=8, opacity=0.45)
    for _, rivals in groupby(of["actual"], key=lambda spot: spot[0]):
        _line(canvas, list(rivals), colour, width=1)
    ahead = list({at: (at, row) for at, row in of["forecast"] if at > after}.values())
    _line(canvas, [*last_level, *ahead] if ahead else [], colour, width=1.8, dash="dot")
    for at, row in of["target"]:
        way = [*last_level, (at, row)] if at > after else []
        _line(canvas, way, colour, width=1.8, dash="dash", opacity=FADED if ended(row) else 1)
    for status, spots in of.items():
        _marks(canvas, who, spots, colour, symbol if status == "actual" else f"{symbol}-open")
    last = own[-1]
    for at, row in of["target"]:
        if row is not last[1] and (row["value"], level(row)) != (last[1]["value"], level(last[1])):
            # At the height of the last label there is room only below.
            canvas.label(
                at, row["value"], _named(who, row), colour, yshift=-16 if row["value"] == last[1]["value"] else 0
            )
    if alone and last_level and last[1]["status"] != "actual":
        (at, row), where = last_level[0], {"xshift": 0, "yshift": 15, "xanchor": "center"}
        canvas.label(at, row["value"], level(row), **where)
    return last[0], last[1]["value"], _named(who, last[1]), colour


def _named(who: str, row: Record) -> str:
    """A label: whose value it is, and what it is; a shorter name where more is said of the value."""
    return f"{clipped(who, 14 if ended(row) else 22)} {level(row)}"


def _line(canvas: Canvas, spots: list[Spot], colour: str, **how: Any) -> None:
    if len(spots) > 1:
        canvas.line([at for at, _ in spots], [row["value"] for _, row in spots], colour, **how)


def _marks(canvas: Canvas, who: str, spots: list[Spot], colour: str, symbol: str) -> None:
    """A mark for each published figure: full for levels, hollow for what is forecast or aimed at, faded for what is aimed at no more."""
    if not spots:
        return
    rows = [row for _, row in spots]
    canvas.scatter(
        x=[at for at, _ in spots],
        y=[row["value"] for row in rows],
        mode="markers+text",
        name=who,
        text=[theme.QUALIFIER.get(row["qualifier"], "").strip() for row in rows],
        textposition="top center",
        textfont={"size": 11, "color": GREY},
        marker={
            "color": colour,
            "symbol": symbol,
            "size": 11,
            "opacity": [FADED if ended(row) else 1 for row in rows],
            "line": {"width": 2 if "open" in symbol else 0, "color": colour},
        },
        customdata=[[row["fact_id"]] for row in rows],
        hovertext=[_hover(row) for row in rows],
        hoverinfo="text",
    )


def _label_room(spots: list[Spot]) -> int:
    words = [f"{clipped(theme.together(row['companies']))} {theme.number(row['value'])}%" for _, row in spots]
    extra = 44 if any(row["status"] != "actual" for _, row in spots) else 0
    gone = [32 + 7 * len(_named(theme.together(row["companies"]), row)) for _, row in spots if ended(row)]
    return min(204, max(32 + 7 * max(map(len, words)) + extra, *gone, 0))


def _hover(row: Record) -> str:
    by = f", {row['attributed_to']}" if row["attributed_to"] else ""
    return hover(
        [
            f"{theme.together(row['companies'])}: {level(row)}",
            f"{theme.day(row['period'])}{by}",
            fate(row),
            f"“{row['quote'][:180]}”",
            theme.source(row["publisher"], row["published"], row["is_brief"]),
        ]
    )
