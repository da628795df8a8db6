"""Questions about selections that go beyond the list of them: swaps, wins and losses by year, where a vendor is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import streamlit as st

from dashboard import queries, swaps
from dashboard.charts.common import OPENED
from dashboard.sql import claims, facts_in, matching, whole
from dashboard.view import View

# An operator that no article names is known in its own story only.
_WHOSE = "coalesce(operator, story || coalesce(operator_text, ''))"


def swap_ledger(view: View) -> pd.DataFrame:
    """The swaps of which a fact passes the view's filters, the latest removal first (columns: those of swaps.Ledger's rows).

    A swap's other fact need not pass them: looking at Nokia shows whom it took over from.
    """
    where, parameters = matching(view, "selection")
    passing = view.ask(
        f"""select place from {facts_in("selections")} where decision in ('removed', 'selected') and {where}""",
        **parameters,
    )
    return _swaps(view, view.snapshot.version, view.load.number, view.min_confidence).of(passing["place"].to_numpy())


def told_whole(view: View, shown: pd.DataFrame) -> pd.DataFrame:
    """A few swaps of a ledger with the words and the sources of both of their facts (columns: swaps.COLUMNS)."""
    return _told_whole(view.ask, shown)


def swaps_whole(view: View) -> pd.DataFrame:
    """All swaps of a view, as `told_whole` has a few: for a file."""
    return _told_whole(view.fetch, swap_ledger(view))


def _told_whole(ask: Callable[..., pd.DataFrame], rows: pd.DataFrame) -> pd.DataFrame:
    named = {*rows["removed_fact_id"], *rows["selected_fact_id"]} - {None}
    found = f"select place from {facts_in('selections')} where fact_id in (select unnest($fact_ids))"
    facts = ask(f"select {', '.join(swaps.TOLD)} from {whole('selection', found)}", fact_ids=sorted(named))
    return swaps.whole(rows, facts)


# Shared by all visitors: to copy them for each takes longer than what a page asks.
@st.cache_resource(max_entries=4, show_spinner=False)
def _swaps(_view: View, version: str, load: int, min_confidence: float) -> swaps.Ledger:
    """All swaps of a load, whatever the filters: they are reckoned once for all visitors."""
    of_removals = ("quote", "article_id")
    needed = (
        f"if(decision = 'removed', {name}, null) as {name}" if name in of_removals else name for name in swaps.NEEDED
    )
    told = _view.fetch(
        f"""with told as (select * from {facts_in("selections")} where decision in ('removed', 'selected', 'incumbent'))
            select {", ".join(needed)} from told where {_WHOSE} in (select {_WHOSE} from told where decision = 'removed') order by fact_id"""
    )
    return swaps.swaps(told)


def of_vendor(view: View, most: int = 1000) -> tuple[str | None, pd.DataFrame]:
    """The vendor that most claims through the filters tell a country of, and these claims, the latest first; in_all: how many
    of them there are.

    None, and no rows, when no claim tells a country.
    """
    where, parameters = matching(view, "selection")
    told = claims("selection", f"{where} and country is not null")
    rows = view.ask(
        f"""with told as {told}
            select *, count(*) over () as in_all from told
            where vendor = (select vendor from told group by vendor order by count(*) desc, vendor limit 1)
            order by happened desc nulls last, operator, fact_id limit $most""",
        **parameters,
        most=most,
    )
    return (rows["vendor"].iloc[0] if len(rows) else None), rows


def lately(view: View) -> tuple[pd.DataFrame, date]:
    """Wins and losses by vendor (as queries.tally) of the twelve months to the viewed load's day; where nothing is told of
    those, of the twelve to the last day that something is told of; and the day to which they go."""
    counts = queries.tally(view, since=_a_year_before(view.today))
    if len(counts):
        return counts, view.today
    where, parameters = matching(view, "selection")
    last = view.ask(
        f"""select max(happened) as day from {facts_in("selections")}
            where {where} and happened <= $today and decision in ('selected', 'removed', 'excluded')""",
        **parameters,
        today=view.today,
    )["day"].iloc[0]
    if pd.isna(last):
        return counts, view.today
    day = pd.Timestamp(last).date()
    return queries.tally(view, since=_a_year_before(day), until=day), day


def _a_year_before(day: date) -> date:
    return (pd.Timestamp(day) - pd.DateOffset(years=1)).date()


def by_year(view: View, most: int) -> tuple[pd.DataFrame, int]:
    """Wins and losses by year, of claims through the view's filters that tell or were told when: a row for each vendor, year, side
    ("won": selected; "lost": removed or excluded) and only_reported (whether the year is the report's, not the decision's);
    and how many vendors there are.

    Of the vendors told of most (so many), and of whom most is told in one year. count: how many; fact_ids: the latest of them.
    """
    where, parameters = matching(view, "selection")
    rows = view.ask(
        f"""with told as (select vendor, cast(year(happened) as integer) as year, if(decision = 'selected', 'won', 'lost') as side,
                                 only_reported, count(*) as count,
                                 list(fact_id order by happened desc, fact_id)[:{OPENED}] as fact_ids
                          from {claims("selection", where)}
                          where decision in ('selected', 'removed', 'excluded') and happened is not null group by all),
                 summed as (select *, sum(count) over (partition by vendor) as in_all,
                                   sum(count) over (partition by vendor, year, side) as in_year from told)
            select * exclude (in_all, in_year), (select count(distinct vendor) from told) as vendors from summed
            qualify dense_rank() over (order by in_all desc, vendor) <= $most or in_year = max(in_year) over (partition by side)
            order by vendor, year, side, only_reported""",
        **parameters,
        most=most,
    )
    return rows.drop(columns="vendors"), int(rows["vendors"].max()) if len(rows) else 0
