"""What the articles tell of one country: its operators' vendors, its companies, and where there is most to read."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard.filters import Filters
from dashboard.queries import PAGE, counted
from dashboard.sql import KINDS, ORDERS, claims, facts_in, matching, whole
from dashboard.view import View
from etl.facts import REGIONS

# Where each kind of fact names a country. A deal names companies only.
PLACED = {"figure": "region", "selection": "country", "restriction": "authority"}


def countries(view: View) -> pd.DataFrame:
    """Countries with how many claims of each kind name them, those with most first: code, figures, selections, restrictions."""
    told, parameters = [], {}
    for kind, place in PLACED.items():
        where, given = matching(view, kind, replace(view.filters, country=()))
        told.append(
            f"select distinct {place} as code, '{kind}' as kind, claim from {facts_in(KINDS[kind])} where {where}"
        )
        parameters |= given
    counts = ", ".join(f"count(*) filter (kind = '{kind}') as {KINDS[kind]}" for kind in PLACED)
    return view.ask(
        f"""select code, {counts} from ({" union all ".join(told)})
            where code is not null and not list_contains($regions, code) group by code order by count(*) desc, code""",
        **parameters,
        regions=list(REGIONS),
    )


def vendors_of_operators(view: View, limit: int = 200) -> pd.DataFrame:
    """The latest decision of each operator about each vendor through the view's filters, operator by operator."""
    where, parameters = matching(view, "selection")
    order = "operator, happened desc nulls last, vendor, fact_id"
    latest = f"""with latest as (select * from {facts_in("selections")} where {where} and operator is not null
                                 qualify row_number() over (partition by operator, country, vendor
                                                            order by happened desc nulls last, confidence desc, fact_id) = 1)
                 select place from latest order by {order} limit $limit"""
    return view.ask(f"select * from {whole('selection', latest)} order by {order}", **parameters, limit=limit)


def deals_of(view: View, companies: tuple[str, ...], limit: int = PAGE) -> tuple[pd.DataFrame, int]:
    """Deals of any of these companies, each claim once, the latest first, through the view's other filters; and how many there
    are in all."""
    where, parameters = matching(view, "deal", replace(view.filters, country=()))
    chosen = f"""select place, said_by, count(*) over () as in_all
                 from {claims("deal", f"{where} and list_has_any(parties, $at_home)")} order by {ORDERS["deal"]} limit $limit"""
    rows = view.ask(
        f"select * from {whole('deal', chosen, 'said_by', 'in_all')} order by {ORDERS['deal']}",
        **parameters,
        at_home=list(companies),
        limit=limit,
    )
    return rows, counted(rows)


def tied_at_home(view: View, companies: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these companies have a deal, through the view's filters, by key."""
    where, parameters = matching(view, "deal", replace(view.filters, country=(), company=()))
    rows = view.ask(
        f"""select distinct party from (select unnest(parties) as party from {facts_in("deals")} where {where})
            where list_contains($at_home, party) order by party""",
        **parameters,
        at_home=list(companies),
    )
    return tuple(view.names.key(name) for name in rows["party"])


def of_country(filters: Filters, code: str) -> Filters:
    """The address of one country's page, in the same version of the data."""
    return Filters(country=(code,), v=filters.v)
