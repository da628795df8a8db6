"""Tables: rows as HTML in which every number is a link to its evidence, a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from dashboard import evidence, theme
from dashboard.escape import for_html
from dashboard.filters import Filters
from dashboard.names import country_names
from dashboard.site import carried, evidence_link, href, room_at
from dashboard.view import View


@dataclass(frozen=True)
class Column:
    """A table's column: its title and how a row's cell is written, as HTML that is escaped already."""

    title: str
    cell: Callable[[pd.Series], str]
    style: str = ""


def table(rows: pd.DataFrame, columns: list[Column], caption: str) -> str:
    """HTML of a table. On phones each row becomes a block of named lines; the roles keep it a table for screen readers."""
    heads = "".join(
        f'<th scope="col" role="columnheader" class="{column.style}">{for_html(column.title)}</th>'
        for column in columns
    )
    body = "".join(
        '<tr role="row">'
        + "".join(
            f'<td role="cell" class="{column.style}" data-name="{for_html(column.title)}">{column.cell(row)}</td>'
            for column in columns
        )
        + "</tr>"
        for _, row in rows.iterrows()
    )
    return (
        f'<div class="vt-scroll"><table class="vt-table" role="table"><caption>{for_html(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{body}</tbody></table></div>'
    )


BY_TIME, BY_COUNT = ("Newer", "Older"), ("Previous", "Next")  # what the links of a pager are called


def pager(path: str, filters: Filters, shown: int, in_all: int, size: int, called: tuple[str, str] = BY_TIME) -> str:
    """Which rows these are, and links to those before and after. called: what these two links are called."""
    first = filters.offset + 1
    words = f"{first:,}–{filters.offset + shown:,} of {in_all:,}" if in_all > shown else f"{in_all:,} in all"
    words = words if shown else f"No row from {first:,} on, {in_all:,} in all"
    links = []
    if filters.offset:
        before = replace(filters, offset=max(0, min(filters.offset, in_all) - size))
        links.append(f'<a href="{for_html(href(path, before))}">{called[0]}</a>')
    if filters.offset + shown < in_all:
        after = replace(filters, offset=filters.offset + size)
        links.append(f'<a href="{for_html(href(path, after))}">{called[1]}</a>')
    return f'<div class="vt-pager"><span>{words}</span>{"".join(links)}</div>'


def who(names: list[str], view: View) -> str:
    """Companies with their colours, each a link to its own page."""
    parts = []
    for name in names:
        colour, _ = theme.company_style([name])
        link = href("company", Filters(company=(view.names.key(name),), v=view.filters.v))
        parts.append(
            f'<span class="vt-who"><span class="vt-dot" style="background:{colour}"></span>'
            f'<a href="{for_html(link)}">{for_html(name)}</a></span>'
        )
    return " + ".join(parts)


def operator_cell(row: pd.Series, view: View) -> str:
    """The operator, a link to its own page where it has a name."""
    words = f"<b>{for_html(evidence.operator_of(row))}</b>"
    if not evidence.told(row["operator"]):
        return words
    link = href("company", Filters(company=(view.names.key(row["operator"]),), v=view.filters.v))
    return f'<a class="vt-plain" href="{for_html(link)}">{words}</a>'


def number_link(row: pd.Series, words: str, filters: Filters) -> str:
    """A number, or any words of ours, that lead to their evidence."""
    return f'<a href="{for_html(evidence_link(filters, row["fact_id"]))}">{for_html(words)}</a>'


def count_link(count: int, path: str, filters: Filters, words: str = "") -> str:
    """How many, a link to the page at a path that lists them through these filters; nothing for none. words: in place of the number."""
    link = href(path, carried(filters, to=room_at(path)))
    return f'<a href="{for_html(link)}">{for_html(words) or f"{count:,}"}</a>' if count else ""


def quote_cell(row: pd.Series) -> str:
    """The article's words, who published them, and who else carries the same text."""
    words = " ".join(row["quote"].split())
    words = words if len(words) <= 220 else f"{words[:220]}…"
    source = "; ".join(part for part in (evidence.source_line(row), evidence.also_in(row)) if part)
    return f'“{for_html(words)}”<br><span class="vt-soft">{for_html(source)}</span>'


def when_cell(row: pd.Series) -> str:
    """When it was decided, else when it was reported, and that it is so."""
    if not row["only_reported"]:
        return for_html(theme.day(row["period"]))
    return f'{for_html(theme.day(row["published"]))} <br><span class="vt-soft">reported</span>'


def said_by(row: pd.Series) -> str:
    """Confidence, and how many articles say so when there are several; copies of one text are one."""
    several = f" · {row['said_by']} articles" if row.get("said_by", 1) > 1 else ""
    return f"{row['confidence']:.0%}{several}"


def figure_columns(view: View) -> list[Column]:
    """Columns of a table of figures."""

    def value(row: pd.Series) -> str:
        words = theme.amount_of(row)
        metric = "" if row["metric"] == "market_share" else f"<br>{theme.METRIC[row['metric']].lower()}"
        status = "" if row["status"] == "actual" else f' <span class="vt-tag">{theme.STATUS[row["status"]]}</span>'
        soft = f'<span class="vt-soft">{metric}</span>' if metric else ""
        return number_link(row, words, view.filters) + status + soft

    def basis(row: pd.Series) -> str:
        words = for_html(theme.basis(row["market"], row["region"], row["generation"], country_names()))
        firm = for_html(row["attributed_to"]) if evidence.told(row["attributed_to"]) else "research firm not told"
        return f'{words}<br><span class="vt-soft">{firm}</span>'

    return [
        Column("Company", lambda row: who(list(row["companies"]), view)),
        Column("Value", value, "vt-num"),
        Column("Period", lambda row: for_html(theme.day(row["period"])), "vt-when"),
        Column("Of what, by whom", basis),
        Column("The words that state it", quote_cell, "vt-quote"),
        Column("Confidence", said_by, "vt-right"),
    ]


def selection_columns(view: View) -> list[Column]:
    """Columns of the ledger of selections: without the country where all rows are of the one that was chosen."""

    def decision(row: pd.Series) -> str:
        words, *look = theme.DECISION[row["decision"]]
        return f"{mark(*look)} {number_link(row, words, view.filters)}"

    def what(row: pd.Series) -> str:
        parts = [row["generation"]] if evidence.told(row["generation"]) else []
        parts += [theme.MARKET.get(market, market) for market in row["scope"]]
        return for_html(", ".join(parts)) or '<span class="vt-soft">not told</span>'

    where = Column("Country", lambda row: for_html(theme.place(row["country"], country_names())))
    return [
        Column("When", when_cell, "vt-when"),
        Column("Operator", lambda row: operator_cell(row, view)),
        *([where] if len(view.filters.country) != 1 else []),
        Column("Vendor", lambda row: who([row["vendor"]], view)),
        Column("Decision", decision, "vt-when"),
        Column("Network", what),
        Column("The words that state it", quote_cell, "vt-quote"),
        Column("Confidence", said_by, "vt-right"),
    ]


SHAPES = {"circle": "●", "square": "■", "diamond": "◆", "triangle-up": "▲", "x": "✖", "cross": "✚"}


def mark(colour: str, symbol: str) -> str:
    """HTML of a chart's mark."""
    return f'<span aria-hidden="true" class="vt-key" style="color:{colour}">{SHAPES[symbol]}</span>'


def marked(words: str, colour: str, symbol: str) -> str:
    """Words of ours after the mark that stands for them in a chart."""
    return f"<span>{mark(colour, symbol)} {for_html(words)}</span>"


def decision_legend() -> str:
    """HTML of what the marks of decisions mean, in the shapes that Plotly draws."""
    parts = [marked(words, colour, symbol) for words, colour, symbol in theme.DECISION.values()]
    return legend(parts)


def legend(parts: list[str]) -> str:
    """HTML of what the marks of a chart mean, each beside the other. parts: HTML of each."""
    return f'<div class="vt-chips" style="gap:0.3rem 0.9rem">{"".join(parts)}</div>'


def company_columns(view: View) -> list[Column]:
    """Columns of the list of companies: how many facts of each kind are about each, with the way to them."""

    def count(row: pd.Series, kind: str) -> str:
        filters = replace(view.filters, company=(view.names.key(row["company"]),))
        return count_link(row[kind], "company" if kind == "figures" else kind, filters)

    columns = [Column("Company", lambda row: who([row["company"]], view))]
    for kind in ("figures", "selections", "deals", "restrictions"):
        columns.append(Column(kind.capitalize(), lambda row, kind=kind: count(row, kind), "vt-right"))
    return columns
