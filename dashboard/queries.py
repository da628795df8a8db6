"""Every question that a page asks of the data: a view in, a data frame out. SQL stands here and nowhere else.

Each row carries its evidence: quote, confidence, and the article's title, publisher, date, and whether it is our brief.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard.filters import Filters
from dashboard.regions import countries_of
from dashboard.view import View
from etl.facts import period_span

KINDS = {"figure": "figures", "selection": "selections", "deal": "deals", "restriction": "restrictions"}
PAGE = 25


def known_at(table: str) -> str:
    """SQL: whether a row of this table was known at the viewed load. The only place that says so."""
    return f"({table}.known_from <= $load and ({table}.known_to is null or {table}.known_to > $load))"


def _facts(table: str) -> str:
    return f"""(select f.*, a.title, a.name as article_name, a.published, a.published_on, a.publisher, a.source_url,
                       a.is_brief, a.language,
                       coalesce(f.period_start, a.published_on) as happened, f.period_start is null as only_reported
                from {{db}}.{table} f join {{db}}.articles a using (article_id)
                where {known_at("f")} and {known_at("a")} and f.confidence >= $min_confidence)"""


def _names(view: View, keys: tuple[str, ...]) -> list[str]:
    return [view.names.name(key) for key in keys]


# What each filter asks of each kind of fact, where its rows have what it filters on.
_ASKS = {
    "figure": {
        "company": "list_has_any(companies, $company)",
        "market": "list_contains($market, market)",
        "region": "list_contains($region, region)",
        "country": "list_contains($country, region)",
        "metric": "list_contains($metric, metric)",
        "status": "list_contains($status, status)",
        "generation": "list_contains($generation, generation)",
        "since": "coalesce(period_end, published_on) >= $since",
        "until": "coalesce(period_start, published_on) <= $until",
    },
    "selection": {
        "company": "list_contains($company, vendor)",
        "operator": "list_contains($operator, operator)",
        "market": "list_has_any(scope, $market)",
        "region": "list_contains($region, country)",
        "country": "list_contains($country, country)",
        "decision": "list_contains($decision, decision)",
        "generation": "list_contains($generation, generation)",
        "since": "happened >= $since",
        "until": "happened <= $until",
    },
    "deal": {
        "company": "list_has_any(parties, $company)",
        "since": "happened >= $since",
        "until": "happened <= $until",
    },
    "restriction": {
        "company": "list_contains($company, vendor)",
        "market": "list_has_any(scope, $market)",
        "region": "list_contains($region, authority)",
        "country": "list_contains($country, authority)",
        "since": "happened >= $since",
        "until": "happened <= $until",
    },
}


def _matching(view: View, kind: str, filters: Filters | None = None) -> tuple[str, dict[str, object]]:
    """SQL conditions and parameters for the filters of a view that this kind of fact has."""
    filters = filters or view.filters
    conditions, parameters = ["true"], {}
    for name, condition in {**_ASKS[kind], "publisher": "list_contains($publisher, publisher)"}.items():
        value = getattr(filters, name)
        if not value:
            continue
        if name in ("company", "operator"):
            value = _names(view, value)
        elif name == "region":
            value = _regions(value) if kind == "figure" else _countries_of(value)
        elif name in ("since", "until"):
            value = _edge(name, value)
        conditions.append(condition)
        parameters[name] = value
    return " and ".join(conditions), parameters


def _edge(name: str, period: str):
    first, last = period_span(period)
    return first if name == "since" else last


def _regions(regions: tuple[str, ...]) -> list[str]:
    """Regions and, of those smaller than the world, their countries."""
    whole = [region for region in regions if region.startswith("global")]
    return [*whole, *regions, *_countries_of(tuple(region for region in regions if region not in whole))]


def _countries_of(regions: tuple[str, ...]) -> list[str]:
    return [code for region in regions for code in countries_of(region)]


# One claim, told by several articles, is one row: the surest of them, with how many say so. Where nobody is credited,
# nobody knows whether two articles mean the same research, so each stands alone.
_CLAIM = """companies, metric, status, value, value_high, unit, market, generation, region, period,
            coalesce(attributed_to, article_id)"""


def figures(view: View, metric: str | None = None, *, of_all_times: bool = False) -> pd.DataFrame:
    """Claims about a metric through the view's filters, by period; said_by: how many articles state the claim.

    of_all_times: as if the filters of time and status were off, for what targets are measured by.
    """
    filters = replace(view.filters, since=None, until=None, status=()) if of_all_times else view.filters
    where, parameters = _matching(view, "figure", filters)
    if metric:
        where, parameters = f"{where} and metric = $asked_metric", {**parameters, "asked_metric": metric}
    return view.ask(
        f"""select *, count(*) over (partition by {_CLAIM}) as said_by
            from {_facts("figures")} where {where}
            qualify row_number() over (partition by {_CLAIM} order by confidence desc, published_on, fact_id) = 1
            order by period_start nulls first, market, region, generation, attributed_to, value desc, fact_id""",
        **parameters,
    )


def figures_page(view: View, metric: str, limit: int = PAGE) -> tuple[pd.DataFrame, int]:
    """One page of claims about a metric, newest first, from the view's offset; and how many there are in all."""
    where, parameters = _matching(view, "figure")
    rows = view.ask(
        f"""with claims as (
                select *, count(*) over (partition by {_CLAIM}) as said_by from {_facts("figures")}
                where {where} and metric = $asked_metric
                qualify row_number() over (partition by {_CLAIM} order by confidence desc, published_on, fact_id) = 1)
            select *, count(*) over () as in_all from claims
            order by period_end desc nulls last, market, region, generation nulls first, attributed_to, value desc,
                     fact_id
            limit $limit offset $offset""",
        **parameters,
        asked_metric=metric,
        limit=limit,
        offset=view.filters.offset,
    )
    return rows, _in_all(rows)


def _in_all(rows: pd.DataFrame) -> int:
    return int(rows["in_all"].iloc[0]) if len(rows) else 0


_DECIDED = """coalesce(operator, article_id || operator_text), vendor, decision, scope, generation, country,
              coalesce(period, published)"""


def selections(view: View, limit: int | None = None, filters: Filters | None = None) -> tuple[pd.DataFrame, int]:
    """Selections, the latest first, a page of them or (limit None) all; and how many there are.

    happened: when it was decided, else (only_reported) when it was reported.
    """
    where, parameters = _matching(view, "selection", filters)
    paged = "limit $limit offset $offset" if limit else ""
    rows = view.ask(
        f"""with claims as (
                select *, count(*) over (partition by {_DECIDED}) as said_by from {_facts("selections")} where {where}
                qualify row_number() over (partition by {_DECIDED} order by confidence desc, published_on, fact_id) = 1)
            select *, count(*) over () as in_all from claims
            order by happened desc nulls last, operator, vendor, fact_id {paged}""",
        **parameters,
        **({"limit": limit, "offset": view.filters.offset} if limit else {}),
    )
    return rows, _in_all(rows)


def restrictions(view: View, limit: int = 5) -> pd.DataFrame:
    """The latest restrictions through the view's filters."""
    where, parameters = _matching(view, "restriction")
    return view.ask(
        f"""select * from {_facts("restrictions")} where {where}
            order by happened desc nulls last, authority, vendor, fact_id limit $limit""",
        **parameters,
        limit=limit,
    )


def deals(view: View, limit: int = 50) -> pd.DataFrame:
    """The latest deals through the view's filters."""
    where, parameters = _matching(view, "deal")
    return view.ask(
        f"select * from {_facts('deals')} where {where} order by happened desc nulls last, fact_id limit $limit",
        **parameters,
        limit=limit,
    )


def articles(view: View, limit: int | None = PAGE) -> tuple[pd.DataFrame, int]:
    """One page of articles, newest first, or (limit None) all, each with how many facts of each kind it states."""
    conditions, parameters = [known_at("a"), "a.state <> 'withdrawn'"], {}
    if view.filters.publisher:
        conditions.append("list_contains($publisher, a.publisher)")
        parameters["publisher"] = list(view.filters.publisher)
    if view.filters.since:
        conditions.append("a.published_on >= $since")
        parameters["since"] = _edge("since", view.filters.since)
    if view.filters.q:
        conditions.append("(contains(lower(a.title), lower($q)) or contains(lower(a.text), lower($q)))")
        parameters["q"] = view.filters.q
    narrowed = [name for name in ("company", "market", "region") if getattr(view.filters, name)]
    counts = []
    for kind, table in KINDS.items():
        where, given = _matching(view, kind, view.filters.only(narrowed))
        # A kind that does not have what a filter asks for has no fact that passes it.
        has = all(name in _ASKS[kind] for name in narrowed)
        parameters |= given
        counts.append(f"select article_id, '{kind}' as kind from {_facts(table)} where {where if has else 'false'}")
    joined = "join" if narrowed else "left join"
    rows = view.ask(
        f"""with stated as ({" union all ".join(counts)}),
                 counted as (select article_id, count(*) filter (kind = 'figure') as figures,
                                    count(*) filter (kind = 'selection') as selections,
                                    count(*) filter (kind = 'deal') as deals,
                                    count(*) filter (kind = 'restriction') as restrictions from stated group by all)
            select a.* exclude (text), counted.* exclude (article_id), count(*) over () as in_all
            from {{db}}.articles a {joined} counted using (article_id)
            where {" and ".join(conditions)}
            order by a.published_on desc nulls last, a.article_id {"limit $limit offset $offset" if limit else ""}""",
        **parameters,
        **({"limit": limit, "offset": view.filters.offset} if limit else {}),
    )
    counted = ["figures", "selections", "deals", "restrictions"]
    return rows.assign(**{name: rows[name].fillna(0).astype(int) for name in counted}), _in_all(rows)


def article(view: View, article_id: str) -> pd.Series | None:
    """An article with its text, as it was known at the viewed load; None when there is none."""
    rows = view.ask(
        f"select * from {{db}}.articles a where article_id = $article and {known_at('a')}", article=article_id
    )
    return rows.iloc[0] if len(rows) else None


def facts_of(view: View, article_id: str) -> list[pd.Series]:
    """All facts that an article states, in the text's order; each row tells its kind."""
    found = []
    for kind, table in KINDS.items():
        rows = view.ask(f"select * from {_facts(table)} where article_id = $article", article=article_id)
        found += [row for _, row in rows.assign(kind=kind).iterrows()]
    return sorted(found, key=lambda row: (row["start"], row["end"], row["fact_id"]))


def fact(view: View, fact_id: str) -> pd.Series | None:
    """One fact with its article's text, whatever its kind or confidence; None when none is known at the load."""
    for kind, table in KINDS.items():
        rows = view.ask(
            f"""select f.*, a.text from {_facts(table)} f join {{db}}.articles a using (article_id)
                where fact_id = $fact and {known_at("a")}""",
            fact=fact_id,
            min_confidence=0.0,
        )
        if len(rows):
            return rows.assign(kind=kind).iloc[0]
    return None


def also_stated(view: View, row: pd.Series) -> pd.DataFrame:
    """The same claim in other articles."""
    same = {
        "figure": "companies = $companies and metric = $metric and status = $status and value = $value "
        "and unit = $unit and value_high is not distinct from $value_high "
        "and period is not distinct from $period and market = $market "
        "and region = $region and generation is not distinct from $generation",
        "selection": "operator = $operator and vendor = $vendor and decision = $decision",
        "deal": "deal = $deal and list_sort(parties) = list_sort($parties)",
        "restriction": "authority = $authority and vendor is not distinct from $vendor and action = $action",
    }[row["kind"]]
    names = [name for name in row.index if f"${name} " in f"{same.replace(')', ' ')} "]
    return view.ask(
        f"""select * from {_facts(KINDS[row["kind"]])} where {same} and article_id <> $article
            order by published_on, fact_id""",
        article=row["article_id"],
        **{name: _plain(row[name]) for name in names},
    )


def _plain(value: object) -> object:
    if hasattr(value, "tolist"):
        value = value.tolist()
    return None if isinstance(value, float) and value != value else value


def names_held(view: View) -> dict[str, tuple[str, ...]]:
    """What the data holds to filter by, those with most facts first, by parameter; years of actual levels, as text."""
    unfiltered = {"min_confidence": 0.0}
    ask = {
        "company": f"""select unnest(companies) as held from {_facts("figures")}
                       union all select vendor from {_facts("selections")}
                       union all select vendor from {_facts("restrictions")}
                       union all select unnest(parties) from {_facts("deals")}""",
        "operator": f"select operator from {_facts('selections')}",
        "publisher": f"select publisher from {{db}}.articles a where {known_at('a')}",
        "country": f"""select country from {_facts("selections")}
                       union all select authority from {_facts("restrictions")}""",
        "region": f"select region from {_facts('figures')}",
        "generation": f"""select generation from {_facts("figures")}
                          union all select generation from {_facts("selections")}""",
        "year": f"""select cast(year(coalesce(period_end, published_on)) as varchar) from {_facts("figures")}
                    where status = 'actual'
                    union all select cast(year(happened) as varchar) from {_facts("selections")}""",
    }
    return {
        name: tuple(
            view.ask(
                f"""select held from ({sql}) as every(held) where held is not null
                    group by held order by count(*) desc, held""",
                **unfiltered,
            )["held"]
        )
        for name, sql in ask.items()
    }


def totals(view: View) -> dict[str, int]:
    """How many articles and facts are known at the viewed load, at its confidence."""
    counts = {"articles": f"select count(*) as n from {{db}}.articles a where {known_at('a')}"}
    counts |= {table: f"select count(*) as n from {_facts(table)}" for table in KINDS.values()}
    return {name: int(view.ask(sql)["n"].iloc[0]) for name, sql in counts.items()}


def companies(view: View) -> pd.DataFrame:
    """Companies with how many facts of each kind are about them, those with most first."""
    told = []
    for kind, who in {
        "figure": "unnest(companies)",
        "selection": "vendor",
        "deal": "unnest(parties)",
        "restriction": "vendor",
    }.items():
        where, parameters = _matching(view, kind, view.filters.only(("market", "region", "since")))
        told.append((f"select {who} as company, '{kind}' as kind from {_facts(KINDS[kind])} where {where}", parameters))
    counts = ", ".join(f"count(*) filter (kind = '{kind}') as {table}" for kind, table in KINDS.items())
    return view.ask(
        f"""select company, {counts} from ({" union all ".join(sql for sql, _ in told)}) where company is not null
            group by company order by count(*) desc, company""",
        **{name: value for _, parameters in told for name, value in parameters.items()},
    )
