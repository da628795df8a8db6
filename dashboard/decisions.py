"""Questions about selections that go beyond the list of them: swaps, wins and losses by year, where a vendor is."""

from __future__ import annotations

import pandas as pd

from dashboard import swaps
from dashboard.sql import claims, facts_in, matching
from dashboard.view import View

OPENED = 12  # facts that a mark of several names: as many as a click opens
# An operator that no article names is known in its own article only.
_WHOSE = "coalesce(operator, article_id || coalesce(operator_text, ''))"


def swap_ledger(view: View) -> pd.DataFrame:
    """The swaps of which a fact passes the view's filters, the latest removal first (columns: swaps.COLUMNS).

    A swap's other fact need not pass them: looking at Nokia shows whom it took over from.
    """
    where, parameters = matching(view, "selection")
    told = view.ask(
        f"""with told as (select *, coalesce({where}, false) as passes from {facts_in("selections")}
                          where decision in ('removed', 'selected', 'incumbent'))
            select * from told where {_WHOSE} in (select {_WHOSE} from told where decision = 'removed') order by fact_id""",
        **parameters,
    )
    found = swaps.swaps(told)
    return found[found["passes"]].reset_index(drop=True)


def of_vendor(view: View, most: int = 3000) -> tuple[str | None, pd.DataFrame]:
    """The vendor that most claims through the filters tell a country of, and these claims, the latest first.

    None, and no rows, when no claim tells a country.
    """
    where, parameters = matching(view, "selection")
    told = claims("selection", f"{where} and country is not null")
    rows = view.ask(
        f"""with told as {told}
            select * from told where vendor = (select vendor from told group by vendor order by count(*) desc, vendor limit 1)
            order by happened desc nulls last, operator, fact_id limit $most""",
        **parameters,
        most=most,
    )
    return (rows["vendor"].iloc[0] if len(rows) else None), rows


def by_year(view: View) -> pd.DataFrame:
    """Wins and losses of each vendor by year, of claims through the view's filters: a row for each vendor, year, side
    ("won": selected; "lost": removed or excluded) and only_reported (whether the year is the report's, not the decision's).

    count: how many; fact_ids: the latest of them. Claims without any date have year null.
    """
    where, parameters = matching(view, "selection")
    return view.ask(
        f"""select vendor, cast(year(happened) as integer) as year, if(decision = 'selected', 'won', 'lost') as side,
                   only_reported, count(*) as count,
                   list(fact_id order by happened desc, fact_id)[:{OPENED}] as fact_ids
            from {claims("selection", where)} where decision in ('selected', 'removed', 'excluded')
            group by all order by vendor, year, side, only_reported""",
        **parameters,
    )
