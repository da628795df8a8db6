"""Market shares: one small chart for each thing that a share can be a share of, so that no line mixes two of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from dashboard import theme
from dashboard.charts.common import GREY, frame, hover, label, spread

ROW = 34  # pixels that a bar takes
LEAST = 35  # percent that the width of a bar chart stands for, lest one small share alone looks large


@dataclass(frozen=True)
class Panel:
    """Shares with one denominator and one source, and the targets and forecasts that belong beside them.

    basis: what they are shares of; source: who measured it. rows: claims as queries.figures gives them.
    """

    key: str
    basis: str
    source: str
    rows: pd.DataFrame

    @property
    def actual(self) -> pd.DataFrame:
        """The published levels alone."""
        return self.rows[self.rows["status"] == "actual"]

    @property
    def latest(self) -> pd.DataFrame:
        """Levels of the newest period that has most companies told beside each other."""
        actual = self.actual
        if actual.empty:
            return actual
        newest = actual.sort_values("period_end", na_position="first")["period"].iloc[-1]
        return actual[actual["period"].eq(newest) | (pd.isna(newest) & actual["period"].isna())]

    @property
    def over_time(self) -> bool:
        """Whether there is a time to draw: two periods or more, targets counted."""
        return self.rows["period"].nunique() > 1


def panels(figures: pd.DataFrame, countries: dict[str, str]) -> list[Panel]:
    """Charts for these claims, the newest and fullest first. A target stands with its company's newest level."""
    if figures.empty:
        return []
    levels = figures[figures["status"] != "target"]
    groups: dict[tuple, list[int]] = {}
    for position, row in levels.iterrows():
        groups.setdefault(_denominator(row), []).append(position)
    for position, row in figures[figures["status"] == "target"].iterrows():
        groups.setdefault(_home_of(row, levels), []).append(position)
    made = [_panel(key, figures.loc[sorted(positions)], countries) for key, positions in groups.items()]
    return sorted(made, key=_standing, reverse=True)


def _denominator(row: pd.Series) -> tuple:
    # Where nobody is credited, an article's figures compare with each other and with nothing else.
    credited = row["attributed_to"] if isinstance(row["attributed_to"], str) else f"article {row['article_id']}"
    return row["market"], row["region"], row["generation"], credited


def _home_of(target: pd.Series, levels: pd.DataFrame) -> tuple:
    def fits(level: pd.Series) -> bool:
        shared = all(level[name] == target[name] for name in ("market", "region", "generation"))
        return shared and level["status"] == "actual" and list(level["companies"]) == list(target["companies"])

    same = levels[pd.Series([fits(level) for _, level in levels.iterrows()], index=levels.index, dtype=bool)]
    if same.empty:
        return target["market"], target["region"], target["generation"], "targets"
    return _denominator(same.sort_values("period_end", na_position="first").iloc[-1])


def _panel(key: tuple, rows: pd.DataFrame, countries: dict[str, str]) -> Panel:
    market, region, generation, credited = key
    first = rows.iloc[0]
    if credited == "targets":
        source = "targets alone, no level known"
    elif credited.startswith("article "):
        source = f"research firm not told; {theme.source(first['publisher'], first['published'], first['is_brief'])}"
    else:
        source = credited
    return Panel("|".join(map(str, key)), theme.basis(market, region, generation, countries), source, rows)


def _standing(panel: Panel) -> tuple:
    # A day's difference in date matters less than how much there is to compare, so years go first.
    actual = panel.actual
    newest = actual["period_end"].max() if len(actual) else pd.NaT
    year = newest.year if pd.notna(newest) else 0
    # A world-wide share of all equipment answers more than one of a niche.
    wide = any(panel.key.startswith(f"{market}|global|") for market in ("telecom_equipment", "ran"))
    alone = any(len(companies) == 1 for companies in panel.rows["companies"])
    return len(panel.latest) > 2, len(panel.latest) > 1, alone, wide, year, len(panel.rows)


def draw(panel: Panel, height: int = 300) -> go.Figure:
    """A panel as a figure: lines with a mark for each published level over time, else bars for one period."""
    return _lines(panel, height) if panel.over_time else _bars(panel)


# ---- one period: bars


def _bars(panel: Panel) -> go.Figure:
    rows = panel.rows.sort_values("value")
    names = [theme.together(companies) for companies in rows["companies"]]
    # Equal names (rival values in one source) stay two bars.
    spots = list(range(len(rows)))
    figure = frame(ROW * len(rows) + 26, left=_room_for(names), right=74, top=4, bottom=8)
    for spot, (_, row) in zip(spots, rows.iterrows(), strict=True):
        colour, _ = theme.company_style(list(row["companies"]))
        level = row["status"] == "actual"
        high = row["value_high"] if pd.notna(row["value_high"]) else None
        figure.add_bar(
            x=[high or row["value"]],
            y=[spot],
            orientation="h",
            marker={
                "color": colour if level else "rgba(0,0,0,0)",
                "line": {"color": colour, "width": 0 if level else 2},
                "cornerradius": 3,
            },
            customdata=[[row["fact_id"]]],
            hovertext=_hover(row),
            hoverinfo="text",
        )
        if high:
            figure.add_shape(
                type="line",
                x0=row["value"],
                x1=row["value"],
                y0=spot - 0.34,
                y1=spot + 0.34,
                line={"color": "white", "width": 2},
            )
        label(figure, high or row["value"], spot, _told(row), colour, xshift=6)
    figure.update_yaxes(
        tickvals=spots, ticktext=[_clipped(name) for name in names], showgrid=False, tickfont={"size": 13}
    )
    figure.update_xaxes(visible=False, range=[0, max(LEAST, rows[["value", "value_high"]].max().max())])
    return figure


def _room_for(names: list[str]) -> int:
    return min(150, 14 + 7 * max(len(_clipped(name)) for name in names))


def _clipped(name: str) -> str:
    return name if len(name) <= 22 else f"{name[:21]}…"


def _told(row: pd.Series) -> str:
    words = theme.amount_of(row)
    return words if row["status"] == "actual" else f"{words} {row['status']}"


# ---- over time: lines


def _lines(panel: Panel, height: int) -> go.Figure:
    rows = panel.rows.assign(
        who=[theme.together(companies) for companies in panel.rows["companies"]],
        at=[_when(row) for _, row in panel.rows.iterrows()],
    )
    undated = rows["at"].isna()
    rows = rows[~undated]
    ends: list[tuple] = []
    figure = frame(height, left=40, right=_label_room(rows), top=14, bottom=30)
    for who, own in rows.groupby("who", sort=False):
        ends.append(_company(figure, who, own.sort_values(["at", "published_on"]), alone=rows["who"].nunique() == 1))
    top = max(rows["value"].max(), rows["value_high"].max() if rows["value_high"].notna().any() else 0)
    ceiling = top * 1.14
    gap = 17 * ceiling / (height - 44)
    for (x, y, words, colour), spot in zip(ends, spread([end[1] for end in ends], gap), strict=True):
        label(figure, x, y, words, colour, shift=(spot - y) / ceiling * (height - 44))
    figure.update_yaxes(range=[0, ceiling], ticksuffix="%", nticks=5, tickfont={"size": 12, "color": GREY})
    first, last = rows["at"].min(), rows["at"].max()
    margin = max((last - first) * 0.04, pd.Timedelta(days=25))
    years = sorted({at.year for at in rows["at"]})
    ticks = years if len(years) <= 6 else years[:: -(-len(years) // 6)]
    figure.update_xaxes(
        range=[first - margin, last + margin],
        tickfont={"size": 12, "color": GREY},
        **_ticks(rows, ticks),
    )
    return figure


def _ticks(rows: pd.DataFrame, years: list[int]) -> dict:
    spots = rows.drop_duplicates("at").sort_values("at")
    if len(spots) <= 5 and rows["at"].min().year + 1 >= rows["at"].max().year:
        return {"tickvals": list(spots["at"]), "ticktext": [theme.day(period) for period in spots["period"]]}
    return {"tickvals": [pd.Timestamp(year, 7, 1) for year in years], "ticktext": [str(year) for year in years]}


def _when(row: pd.Series) -> pd.Timestamp:
    """The middle of the period that a level holds in; for a target its last day, which is the deadline."""
    if pd.isna(row["period_start"]):
        return pd.NaT
    start, end = pd.Timestamp(row["period_start"]), pd.Timestamp(row["period_end"])
    return end if row["status"] == "target" else start + (end - start) / 2


def _company(figure: go.Figure, who: str, own: pd.DataFrame, alone: bool) -> tuple:
    """Draw one company's levels, then what is forecast and aimed at from the last of them; where its label goes."""
    colour, symbol = theme.company_style(list(own["companies"].iloc[0]))
    levels = own[own["status"] == "actual"]
    # Rival values of one period stand side by side; the line follows the one published last.
    backbone = levels.drop_duplicates("at", keep="last")
    if len(backbone) > 1:
        _line(figure, backbone, colour, width=2.2)
    for _, row in levels[levels["value_high"].notna()].iterrows():
        span = pd.DataFrame({"at": [row["at"]] * 2, "value": [row["value"], row["value_high"]]})
        _line(figure, span, colour, width=8, opacity=0.45)
    _rivals(figure, levels, colour)
    targets, forecasts = own[own["status"] == "target"], own[own["status"] == "forecast"]
    last_level = backbone.tail(1)
    after = last_level["at"].iloc[0] if len(last_level) else pd.Timestamp.min
    ahead = forecasts[forecasts["at"] > after].drop_duplicates("at", keep="last")
    if len(ahead) and len(last_level) + len(ahead) > 1:
        _line(figure, pd.concat([last_level, ahead]), colour, width=1.8, dash="dot")
    for place in range(len(targets)):
        target = targets.iloc[place : place + 1]
        if len(last_level) and target["at"].iloc[0] > after:
            _line(figure, pd.concat([last_level, target]), colour, width=1.8, dash="dash")
    _marks(figure, who, own, colour, symbol)
    last = own.sort_values("at").iloc[-1]
    for _, row in targets[targets["fact_id"] != last["fact_id"]].iterrows():
        label(figure, row["at"], row["value"], f"{_clipped(who)} {_told(row)}", colour)
    if alone and last["status"] != "actual" and len(last_level):
        level = last_level.iloc[0]
        label(figure, level["at"], level["value"], _told(level), colour, xshift=0, yshift=15, xanchor="center")
    return last["at"], last["value"], f"{_clipped(who)} {_told(last)}", colour


def _line(
    figure: go.Figure, rows: pd.DataFrame, colour: str, width: float, opacity: float = 1, dash: str = "solid"
) -> None:
    line = {"color": colour, "width": width, "dash": dash}
    figure.add_scatter(
        x=list(rows["at"]), y=list(rows["value"]), mode="lines", line=line, opacity=opacity, hoverinfo="skip"
    )


def _marks(figure: go.Figure, who: str, own: pd.DataFrame, colour: str, symbol: str) -> None:
    """A mark for each published figure: full for levels, hollow for what is forecast or aimed at."""
    for status, hollow in (("actual", ""), ("forecast", "-open"), ("target", "-open")):
        marks = own[own["status"] == status]
        if marks.empty:
            continue
        edge = {"width": 2 if hollow else 0, "color": colour}
        figure.add_scatter(
            x=list(marks["at"]),
            y=list(marks["value"]),
            mode="markers+text",
            name=who,
            text=[theme.QUALIFIER.get(qualifier, "").strip() for qualifier in marks["qualifier"]],
            textposition="top center",
            textfont={"size": 11, "color": GREY},
            marker={"color": colour, "symbol": f"{symbol}{hollow}", "size": 11, "line": edge},
            customdata=[[fact_id] for fact_id in marks["fact_id"]],
            hovertext=[_hover(row) for _, row in marks.iterrows()],
            hoverinfo="text",
        )


def _rivals(figure: go.Figure, levels: pd.DataFrame, colour: str) -> None:
    for _, rivals in levels.groupby("at"):
        if rivals["value"].nunique() > 1:
            _line(figure, rivals.sort_values("value"), colour, width=1)


def _label_room(rows: pd.DataFrame) -> int:
    words = [f"{_clipped(row.who)} {theme.number(row.value)}%" for row in rows.itertuples()]
    extra = 44 if (rows["status"] != "actual").any() else 0
    return min(190, 18 + 7 * max(map(len, words)) + extra)


def _hover(row: pd.Series) -> str:
    said = f"{theme.together(row['companies'])}: {_told(row)}"
    by = f", {row['attributed_to']}" if isinstance(row["attributed_to"], str) else ""
    return hover(
        [
            said,
            f"{theme.day(row['period'])}{by}",
            f"“{row['quote'][:180]}”",
            theme.source(row["publisher"], row["published"], row["is_brief"]),
        ]
    )


# ---- in words


def leading(panel: Panel, today: date) -> str:
    """Who leads, before whom, when: the sentence that the newest levels make; of a year long over in the past tense."""
    latest = panel.latest.sort_values("value", ascending=False)
    if latest.empty:
        return ""
    first, *others = [row for _, row in latest.iterrows()]
    past = pd.notna(first["period_end"]) and (today - first["period_end"].date()).days > 366
    verb = ("led with" if past else "leads with") if others else ("held" if past else "holds")
    when = f" in {theme.day(first['period'])}" if first["period"] else ""
    names = ", ".join(f"{theme.together(row['companies'])} {_told(row)}" for row in others[:3])
    return f"{theme.together(first['companies'])} {verb} {_told(first)}{when}{f', before {names}' if names else ''}."


def message(panel: Panel, today: date) -> str:
    """The sentences that a panel's chart makes, for those who cannot see it. A target whose day is over says so."""
    said = [leading(panel, today)] if len(panel.actual) else []
    for _, row in panel.rows[panel.rows["status"] == "target"].iterrows():
        aimed = theme.amount_of(row)
        over = pd.notna(row["period_end"]) and row["period_end"].date() < today
        verb, note = ("aimed at", ", a deadline that has passed") if over else ("aims at", "")
        said.append(f"{theme.together(row['companies'])} {verb} {aimed} by {theme.day(row['period'])}{note}.")
    return " ".join(said)


def headline(panel: Panel, today: date) -> str:
    """What to say first of a panel: who leads; of one company alone also where it wants to be."""
    return leading(panel, today) if len(panel.latest) > 1 else message(panel, today)


def newest(panel: Panel) -> go.Figure:
    """The newest levels of a panel, as bars."""
    return _bars(Panel(panel.key, panel.basis, panel.source, panel.latest if len(panel.latest) else panel.rows))


def told_by(panel: Panel) -> str:
    """What a panel's shares are of, when, by whom and where it stands, in one line."""
    rows = panel.latest if len(panel.latest) else panel.rows
    first = rows.iloc[0]
    sources = list(
        dict.fromkeys(theme.source(r["publisher"], r["published"], r["is_brief"]) for _, r in rows.iterrows())
    )
    by = panel.source if panel.source.startswith("research firm") else f"{panel.source}; {sources[0]}"
    more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    return f"{panel.basis}, {theme.day(first['period'])}. Source: {by}{more}."
