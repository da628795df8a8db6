"""The list of countries with how much is told of each, and that count in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.country_queries import of_country
from dashboard.escape import for_html
from dashboard.names import country_names
from dashboard.site import href
from dashboard.sql import KINDS
from dashboard.tables import Column
from dashboard.theme import place
from dashboard.view import View


def index_columns(view: View) -> list[Column]:
    """Columns of the list of countries."""

    def name(row: pd.Series) -> str:
        link = href("country", of_country(view.filters, row["code"]))
        return f'<b><a href="{for_html(link)}">{for_html(place(row["code"], country_names()))}</a></b>'

    def count(table: str) -> Column:
        return Column(table.capitalize(), lambda row: f"{row[table]:,}" if row[table] else "", "vt-right")

    return [
        Column("Country", name),
        *(count(KINDS[kind]) for kind in ("selection", "restriction", "figure")),
    ]


def counted(counts: Mapping[str, int]) -> str:
    """How many facts of each kind, in words: "4 selections, 1 restriction"."""
    return ", ".join(f"{count:,} {kind}{'' if count == 1 else 's'}" for kind, count in counts.items() if count)
