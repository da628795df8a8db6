"""The ledger of swaps: who went, who came, how much of the network, and the words for both."""

from __future__ import annotations

import pandas as pd

from dashboard import theme
from dashboard.escape import for_html
from dashboard.extents import FULL, PARTIAL, UNTOLD
from dashboard.names import country_names
from dashboard.swaps import side
from dashboard.tables import Column, number_link, operator_cell, quote_cell, when_cell, who
from dashboard.view import View

MOST = 12  # swaps in the ledger on the page; the file has all
EXTENT = {PARTIAL: "Partial", FULL: "Full", UNTOLD: "Extent not told"}


def columns(view: View) -> list[Column]:
    """Columns of the ledger."""

    def operator(row: pd.Series) -> str:
        where = for_html(theme.place(row["country"], country_names())) if row["country"] else "country not told"
        return f'{operator_cell(row, view)}<br><span class="vt-soft">{where}</span>'

    def pair(row: pd.Series) -> str:
        winner = who([row["winner"]], view) if row["winner"] else '<span class="vt-soft">winner not told</span>'
        inferred = '<br><span class="vt-tag">inferred from two articles</span>' if row["inferred"] else ""
        return f"{who([row['loser']], view)}<br>→ {winner}{inferred}"

    def extent(row: pd.Series) -> str:
        scope = ", ".join(theme.MARKET.get(market, market) for market in row["scope"])
        return f'{EXTENT[row["extent"]]}<br><span class="vt-soft">{for_html(scope)}</span>'

    def words(row: pd.Series) -> str:
        told = []
        for which in ("removed", "selected"):
            fact = side(row, which)
            if fact["fact_id"]:
                label = number_link(fact, f"{row['loser' if which == 'removed' else 'winner']} {which}", view.filters)
                told.append(f"{label}: {quote_cell(fact)}")
        return "<br>".join(told)

    return [
        Column("When", when_cell, "vt-when"),
        Column("Operator", operator),
        Column("From → to", pair),
        Column("Extent", extent),
        Column("The words that state it", words, "vt-quote"),
    ]


def for_file(swaps: pd.DataFrame) -> pd.DataFrame:
    """The swaps as a file has them, with the source of each of their two facts in words."""
    told = swaps
    for which in ("removed", "selected"):
        of = [swaps[f"{which}_{name}"] for name in ("fact_id", "publisher", "published", "is_brief")]
        sources = [theme.source(*source) if fact_id else None for fact_id, *source in zip(*of, strict=True)]
        told = told.drop(columns=[f"{which}_publisher", f"{which}_is_brief"]).assign(**{f"{which}_source": sources})
    return told
