"""What the page of changes asks: which facts one of two loads has and the other has not, or shows otherwise.

A fact that is known from before the earlier load until after the later one is told alike at both (etl/told.py ends a row where
anything of it changes), so only rows that begin or end between the two are looked at, and in few columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import pandas as pd

from dashboard import search
from dashboard.data import Load
from dashboard.records import Record, records
from dashboard.sql import KINDS, facts_in, fits, known_at, matching
from dashboard.view import View

# What a fact says, and of its article what is shown with it.
TOLD = {
    "figure": ("companies", "value", "value_high", "unit", "qualifier", "metric", "status", "market", "generation",
               "region", "period", "attributed_to"),
    "selection": ("operator", "operator_text", "vendor", "decision", "scope", "generation", "country", "value", "unit",
                  "share_percent", "period"),
    "deal": ("deal", "parties", "value", "unit", "stake_percent", "state", "period"),
    "restriction": ("authority", "vendor", "vendor_text", "action", "scope", "limit_percent", "deadline", "period"),
}  # fmt: skip
AROUND = ("quote", "published", "publisher")
# Pairs of versions that are one fact: by kind, the places in its table of then and of now, and how it changed (None: it did not).
Pairs = Mapping[str, list[tuple[int, int, str | None]]]


class Found(NamedTuple):
    """A change, by the places in its kind's table of the fact as it was (None: it was added) and is (None: it was withdrawn).

    published_on, fact_id: of the newest version there is; date.min where it is not told.
    """

    published_on: date
    fact_id: str
    kind: str
    how: str
    was: int | None
    now: int | None


def counts(view: View, compared: int, first: int) -> pd.DataFrame:
    """How many changes there are, where versions are one fact that have one id; and which versions could be one beside these.

    Rows with `how` count changes, and have the `first` latest as `changes`; `beside`: of articles that have some versions of then and
    some of now. Rows without count the versions of these articles, by `side` ("before", "after") and by whether they pass the
    filters; places: of as many of them as are `compared`.
    """
    parts = [
        f"""(with {_told(view, kind, None)},
                  beside as materialized (select article_id from moved group by article_id
                                          having min(side) <> max(side) and bool_or(passes))
             select '{kind}' as kind, how, article_id in (from beside) as beside, null as side, null as passes, count(*) as n,
                    null as places, max({_FOUND}, $first) as changes from told group by all
             union all
             select '{kind}', null, true, side, passes, count(*), list(place)[:$compared], null from moved
             where article_id in (from beside) group by all)"""
        for kind in _kinds(view)
    ]
    if not parts:
        return pd.DataFrame(columns=["kind", "how", "beside", "side", "passes", "n", "places", "changes"])
    return view.ask(" union all ".join(parts), **_parameters(view), compared=compared, first=first)


def versions(view: View, kind: str, places: list[int]) -> list[Record]:
    """What the versions at these places tell, by article and id; all that is needed to see which are one fact."""
    told = ", ".join((*TOLD[kind], *AROUND))
    return records(
        view.ask(
            f"""select rowid as place, fact_id, article_id, published_on, {told} from {{db}}.{KINDS[kind]}
                where rowid in (select unnest($places)) order by article_id, fact_id""",
            places=places,
        )
    )


def latest(view: View, pairs: Pairs | None, hows: Iterable[str], limit: int, offset: int) -> list[Found]:
    """Changes of some kinds of change, the latest published first. pairs: the versions that are one fact; None: those that have one id."""
    parts = [
        f"(with {_told(view, kind, pairs)} select {', '.join(Found._fields)} from told where list_contains($hows, how))"
        for kind in _kinds(view)
    ]
    given = {
        f"{kind}_{name}": [pair[at] for pair in found]
        for kind, found in (pairs or {}).items()
        for at, name in enumerate(("was", "now", "how"))
    }
    rows = view.ask(
        f"""select * from ({" union all ".join(parts)}) order by published_on desc, fact_id desc, kind desc
            limit $limit offset $offset""",
        **_parameters(view),
        **given,
        hows=list(hows),
        limit=limit,
        offset=offset,
    )
    return [Found(**row) for row in records(rows)]


def at_places(view: View, kind: str, places: Iterable[int]) -> dict[int, Record]:
    """The facts at these places of their table, whole."""
    rows = view.ask(
        f"select *, rowid as place from {{db}}.{KINDS[kind]} where rowid in (select unnest($places))",
        places=sorted(places),
    )
    return {row["place"]: {**row, "kind": kind} for row in records(rows)}


def worded(view: View, loads: Mapping[str, Load]) -> tuple[dict[str, str], dict[str, object]]:
    """For each load, by the parameter that gives its number, SQL: and whether a fact's article has the words that the view looks
    for, found as the page of articles finds them; nothing where it looks for none. With the parameters of all."""
    if not view.filters.q:
        return dict.fromkeys(loads, ""), {}
    found = {name: search.condition(view, load, f"found_{name}") for name, load in loads.items()}
    articles = "article_id in (select article_id from {db}.articles a where"
    conditions = {
        name: f"and {articles} {known_at('a', name)} and {has_words})" for name, (has_words, _) in found.items()
    }
    return conditions, {name: value for _, given in found.values() for name, value in given.items()}


_FOUND = f"{{{', '.join(f'{name!r}: {name}' for name in Found._fields)}}}"


def _kinds(view: View) -> list[str]:
    return [kind for kind in KINDS if fits(kind, view.filters)]


def _matching(view: View, kind: str) -> tuple[str, dict[str, object]]:
    """As `matching`, by the names of then and of today; each kind's parameters have names of their own, for all are asked at once."""
    where, parameters = matching(view, kind, renamed=True)
    return re.sub(r"\$(\w+)", rf"${kind}_\1", where), {f"{kind}_{name}": v for name, v in parameters.items()}


def _parameters(view: View) -> dict[str, object]:
    newest = view.snapshot.newest
    given = {name: value for kind in _kinds(view) for name, value in _matching(view, kind)[1].items()}
    return {
        **given,
        **worded(view, {"load": view.load, "newest": newest})[1],
        "newest": newest.number,
        "min_confidence": 0.0,
        "least": view.min_confidence,
        "article": view.filters.article,
        "fact": view.filters.fact,
    }


def _versions(view: View, kind: str) -> str:
    """SQL: versions of facts that began or ended between the two loads, in a few columns; also those that a copy stands for.

    side: "before" or "after"; passes: whether it is shown through the view's filters.
    """
    in_articles, _ = worded(view, {"load": view.load, "newest": view.snapshot.newest})
    # Two versions of a fact are of one article.
    focus = "article_id = $article" if view.filters.article else "true"
    if view.filters.fact:
        focus = f"article_id in (select article_id from {{db}}.{KINDS[kind]} where fact_id = $fact)"

    where, _ = _matching(view, kind)

    def known(side: str, load: str, moved: str) -> str:
        passes = f"({where}) and confidence >= $least {in_articles[load]}"
        return f"""select '{side}' as side, place, fact_id, article_id, published_on, stands, coalesce({passes}, false) as passes
                   from {facts_in(KINDS[kind], load, copies=True)} where {moved} and {focus}"""

    return (
        f"{known('before', 'load', 'known_to <= $newest')} union all {known('after', 'newest', 'known_from > $load')}"
    )


def _told(view: View, kind: str, pairs: Pairs | None) -> str:
    """SQL, to stand after "with": the changes of a kind as `told`, of the versions `moved`. pairs: as for `latest`.

    A fact that has become, or was, the copy of another and is told alike has not changed.
    """
    table, (quote, *around) = f"{{db}}.{KINDS[kind]}", AROUND
    but_for_quote = " and ".join(f"b.{name} is not distinct from a.{name}" for name in (*TOLD[kind], *around))
    one = "select was, now, how from by_id where how is not null and stand"
    if pairs is not None:
        lists = (("was", "bigint"), ("now", "bigint"), ("how", "varchar"))
        given = ", ".join(f"unnest(cast(${kind}_{name} as {type}[])) as {name}" for name, type in lists)
        one = f"select {given}" if pairs.get(kind) else f"{one} and false"
    return f"""
        versions as materialized ({_versions(view, kind)}),
        one_id as (select b.place as was, a.place as now, b.passes = a.passes as passed, b.stands and a.stands as stand
                   from versions b join versions a using (fact_id) where b.side = 'before' and a.side = 'after'),
        by_id as materialized (
            select was, now, stand, case when not ({but_for_quote}) then 'changed' when b.{quote} <> a.{quote} then 'reworded'
                                         when not passed then 'changed' end as how
            from one_id join {table} b on b.rowid = was join {table} a on a.rowid = now),
        moved as materialized (select * from versions where stands
                               and place not in (select unnest([was, now]) from by_id where how is null)),
        pairs as materialized ({one}),
        told as (select * replace (coalesce(published_on, date '0001-01-01') as published_on), '{kind}' as kind from (
                     select how, was, now, a.article_id, a.published_on, a.fact_id
                     from pairs join moved b on b.place = was join moved a on a.place = now
                     where how is not null and (b.passes or a.passes) and {_focused(view, "b.fact_id, a.fact_id")}
                     union all
                     select if(side = 'after', 'added', 'withdrawn'), if(side = 'before', place, null),
                            if(side = 'after', place, null), article_id, published_on, fact_id
                     from moved
                     where passes and place not in (select unnest([was, now]) from pairs) and {_focused(view, "fact_id")}))"""


def _focused(view: View, ids: str) -> str:
    return f"$fact in ({ids})" if view.filters.fact else "true"
