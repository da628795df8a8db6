"""Deals a page at a time, as the articles tell them."""

from __future__ import annotations

import pandas as pd

from dashboard.queries import PAGE
from dashboard.sql import ORDERS, facts_in, matching
from dashboard.view import View


def deals_page(view: View, limit: int = PAGE) -> tuple[pd.DataFrame, int]:
    """One page of deals, the latest first, from the view's offset; and how many there are in all."""
    where, parameters = matching(view, "deal")
    rows = view.ask(
        f"""select *, count(*) over () as in_all from {facts_in("deals")} where {where}
            order by {ORDERS["deal"]} limit $limit offset $offset""",
        **parameters,
        limit=limit,
        offset=view.filters.offset,
    )
    return rows, int(rows["in_all"].iloc[0]) if len(rows) else 0
