"""The table beside the map of a vendor's presence: each country, its state, and the decisions that it stands on."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard import tables, theme
from dashboard.charts.world import LOOK, UNKNOWN
from dashboard.escape import for_html
from dashboard.evidence import operator_of
from dashboard.names import country_names
from dashboard.presence import Country
from dashboard.queries import PAGE
from dashboard.tables import Column, count_link, marked, number_link
from dashboard.view import View

MOST = PAGE  # countries in the table
OPERATORS = 3  # in a country's cell


def frame(countries: list[Country]) -> pd.DataFrame:
    """The countries as the rows of a table."""
    return pd.DataFrame({"country": countries})


_SOURCE = ("happened", "only_reported", "quote", "title", "publisher", "published", "is_brief", "source_url", "fact_id")


def for_file(countries: list[Country]) -> pd.DataFrame:
    """The countries as a file has them: a row for each decision that a country's state stands on."""
    return pd.DataFrame(
        [
            {
                "country": country.code,
                "state": LOOK[country.state][0],
                **{name: row[name] for name in ("vendor", "operator", "decision", *_SOURCE)},
            }
            for country in countries
            for row in country.rows
        ]
    )


def columns(view: View) -> list[Column]:
    """Columns of the table of countries."""

    def reports(row: pd.Series) -> str:
        rows = row["country"].rows
        said = [(one, f"{operator_of(one)}: {theme.DECISION[one['decision']][0].lower()}") for one in rows[:OPERATORS]]
        told = [number_link(one, words, view.filters) for one, words in said]
        of = replace(view.filters, country=(row["country"].code,), company=(view.names.key(rows[0]["vendor"]),))
        rest = len(rows) - OPERATORS
        more = count_link(rest, "selections", of, f"and {rest} more") if rest > 0 else ""
        return "<br>".join([*told, more] if more else told)

    return [
        Column("Country", lambda row: f"<b>{for_html(theme.place(row['country'].code, country_names()))}</b>"),
        Column("State", lambda row: marked(*LOOK[row["country"].state]), "vt-when"),
        Column("Latest decisions", reports),
    ]


def legend() -> str:
    """HTML of what the map's marks and its hatching mean."""
    parts = [marked(*look) for look in LOOK.values()]
    parts.append(f'<span><span class="vt-hatched" aria-hidden="true"></span> {UNKNOWN}</span>')
    return tables.legend(parts)
