"""Questions that several pages ask of the data: a view in, a data frame out. SQL stands in the rooms of questions and in sql.py, nowhere else.

Each row carries its evidence: quote, confidence, and the article's title, publisher, date, and whether it is our brief.
What pages draw has bounds, however many facts there are; only downloads ask for all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from dashboard.charts.common import OPENED
from dashboard.names import home_of
from dashboard.sql import KINDS, ORDERS, claims, facts_in, known_at, matching, whole
from dashboard.view import View
from etl.facts import REGIONS

PAGE = 25
DENOMINATORS = 24  # of shares, in charts
_NEWEST_FIRST = ORDERS["figure"]


def of_metric(view: View, metric: str | None) -> tuple[str, dict[str, object]]:
    """SQL conditions and parameters for figures through the view's filters, of one metric where it is told."""
    where, parameters = matching(view, "figure")
    if metric is None:
        return where, parameters
    return f"{where} and metric = $asked_metric", {**parameters, "asked_metric": metric}


def figures(view: View, metric: str | None = None) -> pd.DataFrame:
    """All claims about a metric through the view's filters, the newest first: for downloads."""
    where, parameters = of_metric(view, metric)
    return view.ask(f"select * from {claims('figure', where)} order by {_NEWEST_FIRST}", **parameters)


def count(view: View, kind: str) -> int:
    """How many claims of a kind pass the view's filters."""
    where, parameters = matching(view, kind)
    told = f"select count(distinct claim) as n from {facts_in(KINDS[kind])} where {where}"
    return int(view.ask(told, **parameters)["n"].iloc[0])


def figures_page(view: View, metric: str | None = None, limit: int = PAGE) -> tuple[pd.DataFrame, int]:
    """One page of claims about a metric, newest first, from the view's offset; and how many there are in all."""
    return _page(view, "figure", *of_metric(view, metric), limit)


def count_denominators(view: View) -> int:
    """How many things market shares are told of, and by how many bodies: as many charts as `shares` could be."""
    where, parameters = of_metric(view, "market_share")
    told = f"select distinct denominator from {facts_in('figures')} where {where} and status = 'actual'"
    return int(view.ask(f"select count(*) as n from ({told})", **parameters)["n"].iloc[0])


def shares(view: View, most: int = DENOMINATORS, companies_each: int = 12, rows_each: int = 300) -> pd.DataFrame:
    """Market shares for charts: the denominators in which most companies stand side by side, the newest of them first,
    with the newest claims of the largest companies in each; and the targets. told_of: of how many companies it is told."""
    where, parameters = of_metric(view, "market_share")
    shares = f"select * from {claims('figure', where)}"
    newest = """select denominator, period, count(*) as beside, max(period_end) as until, any_value(market) as m,
                       any_value(region) as r, any_value(coalesce(generation, '')) as g,
                       any_value(coalesce(attributed_to, story)) as told_by, bool_or(len(companies) = 1) as alone
                from shares where status = 'actual' group by denominator, period
                qualify row_number() over (partition by denominator order by max(period_end) desc nulls last, period) = 1"""
    kept = """select denominator from newest
              order by beside > 2 desc, beside > 1 desc, alone desc,
                       r = 'global' and m in ('telecom_equipment', 'ran') desc, until desc nulls last, m, r, g, told_by limit $most"""
    # Of one denominator a thing is a company, or several together. Of two values of one day the larger is its size, and names
    # decide between sizes that are equal, so that the same companies are drawn whenever this is asked.
    drawn = """select *, arg_max(value, row(period_end, value)) filter (period_end is not null)
                             over (partition by denominator, thing) as size from shares
               where status <> 'target' and (denominator in (from kept) or denominator not in (select denominator from newest))"""
    ranked = f"""select *, dense_rank() over (partition by denominator order by size desc nulls last, list_sort(companies)) as place_by_size
                 from ({drawn})"""
    large = f"""select * from (select *, max(place_by_size) over (partition by denominator) as told_of from ({ranked}))
                where place_by_size <= $companies_each"""
    chosen = f"""with shares as materialized ({shares}), newest as ({newest}), kept as ({kept})
                 select place, said_by, told_of from ({large})
                 qualify row_number() over (partition by denominator order by period_end desc nulls last, fact_id) <= $rows_each
                 union all (select place, said_by, null from shares where status = 'target'
                            order by published_on desc, fact_id limit $most)"""
    return view.ask(
        f"select * from {whole('figure', chosen, 'said_by', 'told_of')} order by {_NEWEST_FIRST}",
        **parameters,
        most=most,
        companies_each=companies_each,
        rows_each=rows_each,
    )


def other_levels(view: View, limit: int = PAGE) -> tuple[pd.DataFrame, int]:
    """Levels and forecasts of contracts, networks, shipments and revenue, the newest first; and how many there are in all."""
    where, parameters = matching(view, "figure")
    others = f"{where} and metric <> 'market_share' and status <> 'target'"
    return _page(from_start(view), "figure", others, parameters, limit)


def _page(
    view: View, kind: str, where: str, parameters: dict[str, object], limit: int | None
) -> tuple[pd.DataFrame, int]:
    """The facts of a kind under a condition, each claim once, in their order: a page from the view's offset or (limit None)
    all; and how many there are."""
    paged = {"limit": limit, "offset": view.filters.offset} if limit else {}
    chosen = f"""select place, said_by, count(*) over () as in_all from {claims(kind, where)}
                 order by {ORDERS[kind]} {"limit $limit offset $offset" if paged else ""}"""
    rows = view.ask(
        f"select * from {whole(kind, chosen, 'said_by', 'in_all')} order by {ORDERS[kind]}", **parameters, **paged
    )
    if rows.empty and paged and view.filters.offset:
        return rows, _page(from_start(view), kind, where, parameters, 1)[1]
    return rows, counted(rows)


def counted(rows: pd.DataFrame) -> int:
    """How many rows there are in all, as each of those that were asked for tells."""
    return int(rows["in_all"].iloc[0]) if len(rows) else 0


def from_start(view: View) -> View:
    """The same view, of whatever page of a table it is, from the first row on."""
    return replace(view, filters=replace(view.filters, offset=0))


def selections(view: View, limit: int | None = None) -> tuple[pd.DataFrame, int]:
    """Selections, the latest first, a page of them or (limit None) all; and how many there are.

    happened: when it was decided, else (only_reported) when it was reported.
    """
    return _page(view, "selection", *matching(view, "selection"), limit)


def tally(view: View, since: date | None = None, until: date | None = None) -> pd.DataFrame:
    """How often each vendor was selected (won) and removed or excluded (lost), the most told first; won_ids, lost_ids: the latest.

    since: only what happened from this day to another (until), else to the viewed load's.
    """
    where, parameters = matching(view, "selection")
    recent = "happened between $first and $today" if since else "true"
    latest = "fact_id order by happened desc, fact_id"
    return view.ask(
        f"""select vendor, count(*) filter (decision = 'selected') as won,
                   count(*) filter (decision in ('removed', 'excluded')) as lost,
                   coalesce(list({latest}) filter (decision = 'selected')[:{OPENED}], []) as won_ids,
                   coalesce(list({latest}) filter (decision in ('removed', 'excluded'))[:{OPENED}], []) as lost_ids
            from {claims("selection", where)} where {recent} group by vendor having won + lost > 0
            order by won + lost desc, won desc, vendor""",
        **parameters,
        first=since,
        today=until or view.today,
    )


def latest_selections(view: View, limit: int = 400) -> pd.DataFrame:
    """The latest selections of operators that have a name, for charts."""
    where, parameters = matching(view, "selection")
    return _latest(view, "selection", f"{where} and operator is not null", parameters, limit)


def parties(view: View) -> pd.Series:
    """How many operators that have a name decided through the view's filters, and about how many vendors: operators, vendors.

    dated: operators, each country of theirs on its own, with a decision of which it is known when it was made or reported.
    """
    where, parameters = matching(view, "selection")
    return view.ask(
        f"""select count(distinct operator) as operators, count(distinct vendor) as vendors,
                   count(distinct if(happened is null, null, [operator, country])) as dated
            from {facts_in("selections")} where {where} and operator is not null""",
        **parameters,
    ).iloc[0]


def restrictions(view: View, limit: int = 5) -> pd.DataFrame:
    """The latest restrictions through the view's filters."""
    return _latest(view, "restriction", *matching(view, "restriction"), limit)


def deals(view: View, limit: int = 50) -> pd.DataFrame:
    """The latest deals through the view's filters."""
    return _latest(view, "deal", *matching(view, "deal"), limit)


def _latest(view: View, kind: str, where: str, parameters: dict[str, object], limit: int) -> pd.DataFrame:
    chosen = f"select place, said_by from {claims(kind, where)} order by {ORDERS[kind]} limit $limit"
    return view.ask(
        f"select * from {whole(kind, chosen, 'said_by')} order by {ORDERS[kind]}", **parameters, limit=limit
    )


def facts_page(view: View, kind: str, limit: int = PAGE) -> tuple[pd.DataFrame, int]:
    """One page of the facts of a kind ("deal", "restriction"), the latest first, from the view's offset; and how many there are in all."""
    return _page(view, kind, *matching(view, kind), limit)


def texts(view: View, article_ids: list[str]) -> dict[str, str]:
    """The texts of some articles by id, as they were known at the viewed load."""
    rows = view.ask(
        f"select article_id, text from {{db}}.articles a where list_contains($articles, article_id) and {known_at('a')}",
        articles=article_ids,
    )
    return dict(zip(rows["article_id"], rows["text"], strict=True))


def article(view: View, article_id: str) -> pd.Series | None:
    """An article with its text, as it was known at the viewed load; None when there is none."""
    rows = view.ask(
        f"select * from {{db}}.articles a where article_id = $article and {known_at('a')}", article=article_id
    )
    return rows.iloc[0] if len(rows) else None


def facts_of(view: View, article_id: str) -> list[pd.Series]:
    """All facts that an article states, those that copies of it state too, in the text's order; each row tells its kind."""
    found = []
    for kind, table in KINDS.items():
        rows = view.ask(f"select * from {facts_in(table, copies=True)} where article_id = $article", article=article_id)
        found += [row for _, row in rows.assign(kind=kind).iterrows()]
    return sorted(found, key=lambda row: (row["start"], row["end"], row["fact_id"]))


def fact(view: View, fact_id: str) -> pd.Series | None:
    """One fact with its article's text, whatever its kind or confidence; None when none is known at the load.

    said_by: how many stories make the same claim, this one with them.
    """
    for kind, table in KINDS.items():
        rows = view.ask(
            f"""select f.*, a.text from {facts_in(table, copies=True)} f join {{db}}.articles a using (article_id)
                where fact_id = $fact and {known_at("a")}""",
            fact=fact_id,
            min_confidence=0.0,
        )
        if len(rows):
            return rows.assign(kind=kind, said_by=_said_by(view, table, rows.iloc[0])).iloc[0]
    return None


def _said_by(view: View, table: str, row: pd.Series) -> int:
    told = f"select count(distinct story) as n from {facts_in(table)} where claim = $claim and story <> $story"
    return 1 + int(view.ask(told, claim=int(row["claim"]), story=row["story"])["n"].iloc[0])


def also_stated(view: View, row: pd.Series) -> pd.DataFrame:
    """The same claim in other stories, each by the article that stands for its copies."""
    same = {
        "figure": "companies = $companies and metric = $metric and status = $status and value = $value "
        "and unit = $unit and value_high is not distinct from $value_high "
        "and period is not distinct from $period and market = $market "
        "and region = $region and generation is not distinct from $generation",
    }.get(row["kind"], "claim = $claim ")
    names = [name for name in row.index if f"${name} " in f"{same.replace(')', ' ')} "]
    return view.ask(
        f"""select * from {facts_in(KINDS[row["kind"]])} where {same} and story <> $story
            order by published_on, fact_id""",
        story=row["story"],
        **{name: _plain(row[name]) for name in names},
    )


def _plain(value: object) -> object:
    if hasattr(value, "tolist"):
        value = value.tolist()
    return None if isinstance(value, float) and value != value else value


def names_held(view: View) -> dict[str, tuple[str, ...]]:
    """What the data holds to filter by, those with most facts first, by parameter; years as text.

    Countries: that a fact names, then those where companies of deals are at home, for no deal names one.
    """
    unfiltered = {"min_confidence": 0.0}
    ask = {
        "company": f"""select unnest(companies) as held from {facts_in("figures")}
                       union all select vendor from {facts_in("selections")}
                       union all select vendor from {facts_in("restrictions")}
                       union all select unnest(parties) from {facts_in("deals")}""",
        "operator": f"select operator from {facts_in('selections')}",
        "publisher": f"select publisher from {{db}}.articles a where {known_at('a')}",
        "region": f"""select region from {facts_in("figures")}
                      union all select country from {facts_in("selections")}
                      union all select authority from {facts_in("restrictions")}""",
        "generation": f"""select generation from {facts_in("figures")}
                          union all select generation from {facts_in("selections")}""",
        "year": f"""select cast(year(day) as varchar) from (
                        select coalesce(period_end, published_on) as day from {facts_in("figures")}
                        union all select happened from {facts_in("selections")}
                        union all select happened from {facts_in("deals")}
                        union all select happened from {facts_in("restrictions")}
                        union all select published_on from {{db}}.articles a where {known_at("a")})""",
    }
    held = {
        name: tuple(
            view.ask(
                f"""select held from ({sql}) as every(held) where held is not null
                    group by held order by count(*) desc, held""",
                **unfiltered,
            )["held"]
        )
        for name, sql in ask.items()
    }
    tied = view.ask(f"select distinct unnest(parties) as party from {facts_in('deals')}", **unfiltered)["party"]
    homes = sorted(filter(None, (home_of(view.names.key(party)) for party in tied)))
    named = (place for place in held["region"] if place not in REGIONS)
    return held | {"country": tuple(dict.fromkeys((*named, *homes)))}


def totals(view: View) -> dict[str, int]:
    """How many articles and claims of each kind are known at the viewed load, at its confidence."""
    counts = {"articles": f"select count(*) as n from {{db}}.articles a where {known_at('a')}"}
    counts |= {table: f"select count(distinct claim) as n from {facts_in(table)}" for table in KINDS.values()}
    return {name: int(view.ask(sql)["n"].iloc[0]) for name, sql in counts.items()}


def companies(view: View) -> pd.DataFrame:
    """Companies with how many claims of each kind are about them, those with most first."""
    told = []
    for kind, who in {
        "figure": "unnest(companies)",
        "selection": "vendor",
        "deal": "unnest(parties)",
        "restriction": "vendor",
    }.items():
        where, parameters = matching(view, kind, replace(view.filters, company=()))
        each = f"select distinct {who} as company, '{kind}' as kind, claim from {facts_in(KINDS[kind])} where {where}"
        told.append((each, parameters))
    counts = ", ".join(f"count(*) filter (kind = '{kind}') as {table}" for kind, table in KINDS.items())
    return view.ask(
        f"""select company, {counts} from ({" union all ".join(sql for sql, _ in told)}) where company is not null
            group by company order by count(*) desc, company""",
        **{name: value for _, parameters in told for name, value in parameters.items()},
    )
