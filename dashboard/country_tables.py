"""The list of countries with how much is told of each, and that count in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from dashboard import theme
from dashboard.country_queries import of_country
from dashboard.escape import for_html
from dashboard.names import country_names
from dashboard.site import href
from dashboard.sql import KINDS
from dashboard.tables import Column, count_link
from dashboard.view import View


def index_columns(view: View) -> list[Column]:
    """Columns of the list of countries."""

    def name(row: pd.Series) -> str:
        link = href("country", of_country(view.filters, row["code"]))
        return f'<b><a href="{for_html(link)}">{for_html(theme.place(row["code"], country_names()))}</a></b>'

    def count(table: str) -> Column:
        path = "country" if table == "figures" else table

        def cell(row: pd.Series) -> str:
            return count_link(row[table], path, replace(view.filters, country=(row["code"],)))

        return Column(table.capitalize(), cell, "vt-right")

    return [
        Column("Country", name),
        *(count(KINDS[kind]) for kind in ("selection", "restriction", "figure")),
    ]


def counted(counts: Mapping[str, int]) -> str:
    """How many facts of each kind, in words: "4 selections, 1 restriction"."""
    return ", ".join(theme.counted(count, f"{kind}s") for kind, count in counts.items() if count)
