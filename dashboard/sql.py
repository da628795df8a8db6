"""The pieces that questions are put together from: what is known at the viewed load, what each filter asks, what a claim is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from dashboard.filters import Filters
from dashboard.regions import countries_of
from dashboard.view import View
from etl.facts import period_span

KINDS = {"figure": "figures", "selection": "selections", "deal": "deals", "restriction": "restrictions"}


def known_at(table: str, load: str = "load") -> str:
    """SQL: whether a row of this table was known at the viewed load. The only place that says so.

    load: the parameter that gives the load's number, where a question looks at two.
    """
    return f"({table}.known_from <= ${load} and ({table}.known_to is null or {table}.known_to > ${load}))"


def facts_in(table: str, load: str = "load", *, copies: bool = False) -> str:
    """SQL: the facts of a table that are known at the viewed load and sure enough, with what is told beside them (etl/told.py).

    What the copies of one story state alike is one fact, that of the copy loaded first; copies: all of them are wanted.
    place: of the row in its table.
    """
    once = "true" if copies else "f.stands"
    return f"""(select *, rowid as place from {{db}}.{table} f
                where {known_at("f", load)} and f.confidence >= $min_confidence and {once})"""


def _names(view: View, keys: tuple[str, ...], renamed: bool) -> list[str]:
    names = [view.names.name(key) for key in keys]
    return list(dict.fromkeys((*names, *map(view.names.name_today, keys)))) if renamed else names


def _any_of(column: str) -> Callable[[str, int], str]:
    """What a filter asks of a column of lists, by its parameter and how many values that has: any of them."""

    def condition(name: str, many: int) -> str:
        # DuckDB looks for one value at a time seven times as fast as for any of several.
        each = (f"list_contains({column}, ${name}[{at}])" for at in range(1, many + 1))
        return f"({' or '.join(each)})" if many <= 6 else f"list_has_any({column}, ${name})"

    return condition


# What each filter asks of each kind of fact, where its rows have what it filters on.
ASKS = {
    "figure": {
        "company": _any_of("companies"),
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
        "market": _any_of("scope"),
        "region": "list_contains($region, country)",
        "country": "list_contains($country, country)",
        "decision": "list_contains($decision, decision)",
        "generation": "list_contains($generation, generation)",
        "since": "happened >= $since",
        "until": "happened <= $until",
    },
    "deal": {
        "company": _any_of("parties"),
        "since": "happened >= $since",
        "until": "happened <= $until",
    },
    "restriction": {
        "company": "list_contains($company, vendor)",
        "market": _any_of("scope"),
        "region": "list_contains($region, authority)",
        "country": "list_contains($country, authority)",
        "since": "happened >= $since",
        "until": "happened <= $until",
    },
}


# What every kind has, or what asks of the article.
_OF_ALL = ("kind", "publisher", "q", "min_confidence")


def has(kind: str, name: str) -> bool:
    """Whether facts of a kind have what a filter asks for."""
    return name in ASKS[kind] or name in _OF_ALL


def lacking(kind: str, filters: Filters) -> tuple[str, ...]:
    """The filters that are set and ask for what facts of a kind do not have: then none of them passes, on every page and in every file."""
    return tuple(name for name in filters.narrowing() if not has(kind, name))


def fits(kind: str, filters: Filters) -> bool:
    """Whether facts of a kind can pass these filters."""
    return not lacking(kind, filters) and (not filters.kind or kind in filters.kind)


def matching(
    view: View, kind: str, filters: Filters | None = None, *, renamed: bool = False
) -> tuple[str, dict[str, object]]:
    """SQL conditions and parameters for the filters of a view; "false" where this kind of fact has not what one of them asks for.

    renamed: by the names of today, too, beside those of the viewed load.
    """
    filters = filters or view.filters
    if not fits(kind, filters):
        return "false", {}
    conditions, parameters = ["true"], {}
    for name, condition in {**ASKS[kind], "publisher": _any_of("publishers")}.items():
        value = getattr(filters, name)
        if not value:
            continue
        if name in ("company", "operator"):
            value = _names(view, value, renamed)
        elif name == "region":
            value = _regions(value) if kind == "figure" else _countries_of(value)
        elif name in ("since", "until"):
            value = edge(name, value)
        conditions.append(condition(name, len(value)) if callable(condition) else condition)
        parameters[name] = value
    return " and ".join(conditions), parameters


def edge(name: str, period: str) -> date:
    """The day that a filter of time begins ("since") or ends ("until")."""
    first, last = period_span(period)
    return first if name == "since" else last


def _regions(regions: tuple[str, ...]) -> list[str]:
    """Regions and, of those smaller than the world, their countries."""
    whole = [region for region in regions if region.startswith("global")]
    return [*whole, *regions, *_countries_of(tuple(region for region in regions if region not in whole))]


def _countries_of(regions: tuple[str, ...]) -> list[str]:
    return [code for region in regions for code in countries_of(region)]


# In which order all rows of a kind are given: the newest first, and never two ways.
ORDERS = {
    "figure": "period_end desc nulls last, market, region, generation nulls first, attributed_to, value desc, fact_id",
    "selection": "happened desc nulls last, operator, vendor, fact_id",
    "deal": "happened desc nulls last, fact_id",
    "restriction": "happened desc nulls last, authority, vendor, fact_id",
    "article": "published_on desc nulls last, article_id",
}


def claims(kind: str, where: str) -> str:
    """SQL: the facts of a kind under a condition, each claim once: the surest of those that make it; said_by: how many stories do.

    Most claims are made by one fact. Only the others are ranked, for to rank all takes several times as long.
    """
    facts = f"{facts_in(KINDS[kind])} where {where}"
    return f"""(with repeated as (select claim from {facts} group by claim having count(*) > 1),
                     ranked as (select place, count(distinct story) over (partition by claim) as stories,
                                       row_number() over (partition by claim order by confidence desc, published_on, fact_id) as rank
                                from {facts} and claim in (from repeated))
                select facts.*, coalesce(ranked.stories, 1) as said_by from (select * from {facts}) as facts left join ranked using (place)
                where coalesce(ranked.rank, 1) = 1)"""


def whole(kind: str, chosen: str, *told: str) -> str:
    """SQL: all that is told of the facts whose place a question gives, with the columns of it that are named.

    To look for a few facts among many in their few columns, and then to take these few whole, is several times faster
    than to carry all columns along.
    """
    beside = "".join(f", chosen.{name}" for name in told)
    return f"(select f.*{beside} from ({chosen}) as chosen join {{db}}.{KINDS[kind]} f on f.rowid = chosen.place)"
