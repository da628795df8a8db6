"""Questions about articles and the stories that copies of one make: the shelf, its chart, who else carries a text or a fact."""

from __future__ import annotations

import pandas as pd

from dashboard import search
from dashboard.charts.common import OPENED
from dashboard.queries import PAGE, counted, from_start
from dashboard.sql import KINDS, edge, facts_in, known_at, matching
from dashboard.view import View

_NARROWING = ("company", "operator", "market", "region")
# A question of its own: beside a left join's "on", DuckDB 2.0.0 forgets a later "limit" where none of that side's rows pass
# (tests/test_stories_shown.py).
_STORIES = f"(select * from {{db}}.stories s where {known_at('s')})"
# The article that stands for its story: the first published.
_FIRST = "struct_pack(day := coalesce(published_on, date '9999-12-31'), id := article_id)"


def stories(view: View, limit: int = PAGE) -> tuple[pd.DataFrame, int]:
    """One page of stories, newest first, each by the article of it that was published first and passes the view's
    filters; and how many there are in all.

    copies: how many articles the story has; publishers: of all of them; figures, selections, deals, restrictions: how many
    facts it states, through the filters, each once.
    """
    found, parameters = _found(view)
    rows = view.ask(
        f"""with found as ({found}),
                 page as (select story, arg_min(article_id, {_FIRST}) as article_id, min(published_on) as first_on,
                                 count(*) over () as in_all
                          from found group by story order by first_on desc nulls last, article_id limit $limit offset $offset)
            select a.* exclude (text), page.story, page.in_all from page join {{db}}.articles a using (article_id)
            where {known_at("a")} order by first_on desc nulls last, article_id""",
        **parameters,
        limit=limit,
        offset=view.filters.offset,
    )
    if rows.empty:
        return rows, stories(from_start(view), limit=1)[1] if view.filters.offset else 0
    return _with_members(view, rows), counted(rows)


def count_articles(view: View) -> int:
    """How many articles pass the view's filters, copies of one text each on its own."""
    found, parameters = _found(view)
    return int(view.ask(f"select count(*) as n from ({found})", **parameters)["n"].iloc[0])


def _with_members(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Stories with their copies, publishers and counts of facts, asked for those of one page alone."""
    shown = rows["story"].tolist()
    members = view.ask(
        f"""select coalesce(s.story_id, a.article_id) as story, a.article_id, a.publisher
            from {{db}}.articles a left join {_STORIES} s on s.article_id = a.article_id
            where {known_at("a")} and (list_contains($shown, a.article_id)
                                       or a.article_id in (select article_id from {_STORIES} where list_contains($shown, story_id)))""",
        shown=shown,
    )
    members = members[members["story"].isin(shown)]
    of = dict(list(members.groupby("story")))
    told = {kind: _facts_of_stories(view, kind, members["article_id"].tolist()) for kind in KINDS}
    return rows.assign(
        copies=[len(of[story]) for story in shown],
        publishers=[sorted({name for name in of[story]["publisher"] if name}) for story in shown],
        **{table: [told[kind].get(story, 0) for story in shown] for kind, table in KINDS.items()},
    )


def _facts_of_stories(view: View, kind: str, article_ids: list[str]) -> dict[str, int]:
    condition, parameters = _states(view, kind)
    counts = view.ask(
        f"""select story, count(*) as n from {facts_in(KINDS[kind])}
            where {condition} and list_contains($articles, article_id) group by story""",
        **parameters,
        articles=article_ids,
    )
    return dict(zip(counts["story"], counts["n"].tolist(), strict=True))


def by_year(view: View) -> pd.DataFrame:
    """Stories (articles) and claims of each kind by the year of publication, through the view's filters; index: year as text.

    What several articles state alike counts once, in the year of the first. figures_ids and so on: a few of these facts, as many
    as a click opens, always the same.
    """
    found, parameters = _found(view)
    narrow = bool(view.filters.publisher or view.filters.since or view.filters.until or view.filters.q)
    parts = [
        """select year(day) as year, 'articles' as what, count(*) as n, null::varchar[] as ids
           from (select min(published_on) as day from found group by story) group by 1"""
    ]
    for kind, table in KINDS.items():
        condition, given = _states(view, kind)
        parameters |= given
        among = "and story in (select story from found)" if narrow else ""
        parts.append(
            f"""select year(published_on), '{table}', count(*), min(fact_id, {OPENED})
                from (select fact_id, published_on from {facts_in(table)} where {condition} {among}
                      qualify row_number() over (partition by claim order by published_on, fact_id) = 1) group by 1"""
        )
    counts = view.ask(f"with found as ({found}) {' union all '.join(parts)}", **parameters).dropna(subset="year")
    counts = counts.assign(year=counts["year"].astype(int).astype(str))
    wide = counts.pivot(index="year", columns="what", values="n").fillna(0)
    wide = wide.reindex(columns=["articles", *KINDS.values()], fill_value=0).astype(int).sort_index()
    named = {
        (year, what): list(ids)
        for year, what, ids in zip(counts["year"], counts["what"], counts["ids"], strict=True)
        if what in wide and what != "articles"
    }
    return wide.assign(
        **{f"{table}_ids": [named.get((year, table), []) for year in wide.index] for table in KINDS.values()}
    )


def every_article(view: View) -> tuple[str, dict[str, object]]:
    """SQL and parameters: each article through the view's filters, without its text, with how many facts it states itself.

    story: the id of its story; publishers: of all articles of that.
    """
    found, parameters = _found(view)
    counts = []
    for kind, table in KINDS.items():
        condition, given = _states(view, kind)
        parameters |= given
        counts.append(f"select article_id, '{kind}' as kind from {facts_in(table, copies=True)} where {condition}")
    told = ", ".join(f"coalesce(counted.{table}, 0) as {table}" for table in KINDS.values())
    each = ", ".join(f"count(*) filter (kind = '{kind}') as {table}" for kind, table in KINDS.items())
    sql = f"""with found as ({found}),
                 counted as (select article_id, {each} from ({" union all ".join(counts)}) group by article_id),
                 carried as (select story_id as story, list_sort(list_distinct(list(publisher))) as publishers
                             from {_STORIES} s join {{db}}.articles a using (article_id) where {known_at("a")} group by all)
            select a.* exclude (text), found.story, {told},
                   coalesce(carried.publishers, list_filter([a.publisher], lambda name: name is not null)) as publishers
            from found join {{db}}.articles a using (article_id) left join counted using (article_id)
            left join carried using (story) where {known_at("a")}"""
    return sql, parameters


def _found(view: View) -> tuple[str, dict[str, object]]:
    """SQL and parameters: article_id, story, published_on of the articles through the view's filters."""
    conditions, parameters = [known_at("a"), "a.state <> 'withdrawn'"], {}
    if view.filters.publisher:
        conditions.append("list_contains($publisher, a.publisher)")
        parameters["publisher"] = list(view.filters.publisher)
    if view.filters.since:
        conditions.append("a.published_on >= $since")
        parameters["since"] = edge("since", view.filters.since)
    if view.filters.until:
        conditions.append("a.published_on <= $until")
        parameters["until"] = edge("until", view.filters.until)
    if view.filters.q:
        has_words, given = search.condition(view)
        conditions.append(has_words)
        parameters |= given
    if _narrowed(view):
        stating = []
        for kind, table in KINDS.items():
            condition, given = _states(view, kind)
            parameters |= given
            stating.append(f"select article_id from {facts_in(table, copies=True)} where {condition}")
        conditions.append(f"a.article_id in ({' union all '.join(stating)})")
    sql = f"""select a.article_id, a.published_on, coalesce(s.story_id, a.article_id) as story
              from {{db}}.articles a left join {_STORIES} s on s.article_id = a.article_id where {" and ".join(conditions)}"""
    return sql, parameters


def _narrowed(view: View) -> list[str]:
    return [name for name in _NARROWING if getattr(view.filters, name)]


def _states(view: View, kind: str) -> tuple[str, dict[str, object]]:
    """SQL condition and parameters: whether a fact of a kind passes the filters of whom and what it is about."""
    return matching(view, kind, view.filters.only(_narrowed(view)))


_SAYS = "a.article_id, a.title, a.publisher, a.published, a.is_brief, a.source_url"


def carriers_of_article(view: View, article_id: str) -> pd.DataFrame:
    """The other articles of an article's story, the first published first."""
    return view.ask(
        f"""select {_SAYS} from {{db}}.articles a join {_STORIES} s using (article_id)
            where {known_at("a")} and article_id <> $article
            and story_id = (select story_id from {_STORIES} where article_id = $article)
            order by published_on nulls last, article_id""",
        article=article_id,
    )


def carriers_of_fact(view: View, fact_id: str) -> pd.DataFrame:
    """The facts of other articles of one story that state what this fact states, the first published first; with fact_id."""
    known = f"(select * from {{db}}.copies c where {known_at('c')})"
    return view.ask(
        f"""select c.fact_id, {_SAYS} from {known} c join {{db}}.articles a using (article_id)
            where {known_at("a")} and c.fact_id <> $fact
            and copy_of = (select copy_of from {known} where fact_id = $fact)
            and article_id <> (select article_id from {known} where fact_id = $fact)
            qualify row_number() over (partition by article_id order by c.fact_id) = 1
            order by published_on nulls last, article_id""",
        fact=fact_id,
    )
