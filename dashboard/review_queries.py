"""What waits for a person's eye, and what people said of a fact: questions of the published data."""

from __future__ import annotations

import pandas as pd

from dashboard import quality
from dashboard.sql import KINDS, facts_in, known_at
from dashboard.view import View
from etl.reviews import READER

LEAST, UNSURE = 0.25, 0.7  # between them a fact is worth a look: below, nearly all are none
MOST = 100  # items of a queue that are shown at once


def unsure(view: View) -> pd.DataFrame:
    """Facts that the reader is not sure of, the surest first: fact_id, article_id, kind, confidence, title, quote."""
    parts = [
        f"select fact_id, article_id, '{kind}' as kind, confidence, title, quote from {facts_in(table)}"
        for kind, table in KINDS.items()
    ]
    return view.ask(
        f"""select *, count(*) over () as in_all from ({" union all ".join(parts)}) where confidence < $unsure
            order by confidence desc, fact_id limit $most""",
        min_confidence=LEAST,
        unsure=UNSURE,
        most=MOST,
    )


def conflicts(view: View) -> pd.DataFrame:
    """Levels, targets and forecasts of one quantity that two stories tell differently, a row for each of them: as `unsure`, with against.

    against: a fact that says otherwise. Pairs of which a person decided on both are settled.
    """
    same = " and ".join(
        f"a.{name} is not distinct from b.{name}"
        for name in ("metric", "market", "region", "unit", "generation", "period", "attributed_to", "status")
    )
    return view.ask(
        f"""with decided as (select fact_id from {{db}}.verdicts v
                             where state = 'fresh' and action not in ('abandon', 'revise') and {known_at("v")}),
                 told as materialized (select *, list_sort(companies) as who, fact_id in (from decided) as settled
                                       from {facts_in("figures")} where period is not null)
            select a.fact_id, a.article_id, 'figure' as kind, a.confidence, a.title, a.quote, a.who, a.period, min(b.fact_id) as against,
                   count(*) over () as in_all
            from told a join told b on a.who = b.who and {same} and a.story <> b.story
                 and (a.value <> b.value or a.value_high is distinct from b.value_high) and not (a.settled and b.settled)
            group by all order by a.who, a.period, a.fact_id limit $most""",
        most=MOST,
    )


def unread(view: View) -> pd.DataFrame:
    """Sentences that yielded no fact though they look as if they state one: article_id, quote, start, reason, title.

    Without those that a person set aside, or on whose words a person wrote or decided on a fact.
    """
    written = " union all ".join(
        f'select article_id, "start" as first, "end" as last from {{db}}.{table} f where reader = $person and {known_at("f")}'
        for table in KINDS.values()
    )
    return view.ask(
        f"""with written as ({written}), aside as ({_ASIDE})
            select u.article_id, u.quote, u.start, u.reason, a.title, count(*) over () as in_all
            from {{db}}.unread u join {{db}}.articles a using (article_id) where {known_at("u")} and {known_at("a")}
            and not exists (from written w where w.article_id = u.article_id and w.first < u."end" and u.start < w.last)
            and not exists (from aside s where s.kind = 'sentence' and s.article_id = u.article_id and s.quote = u.quote)
            order by a.published_on desc nulls last, u.article_id, u.start limit $most""",
        most=MOST,
        person=READER,
    )


def names(view: View) -> pd.DataFrame:
    """Names that the registry does not know and nobody set aside: as `quality.new_names`."""
    found = view.ask(_ASIDE)
    return quality.new_names(view, MOST, aside=sorted(found["quote"][found["kind"] == "name"].dropna()))


# Sentences and names that people set aside: fact_id (that of the review), article_id, kind, quote, title, in_all.
_ASIDE = """
    select r.fact_id, any_value(r.article_id) as article_id, any_value(r.kind) as kind, arg_max(r.who, review_id) as who,
           any_value(json_extract_string(r.after, '$.quote')) filter (r.action = 'dismiss') as quote, count(*) over () as in_all
    from {db}.reviews r where r.kind in ('sentence', 'name') and r.load <= $load
    group by r.fact_id having arg_max(r.action, review_id) = 'dismiss' """


def aside(view: View) -> pd.DataFrame:
    """Sentences and names that people set aside, the newest first: fact_id, article_id, kind, who, quote."""
    return view.ask(f"{_ASIDE} order by max(review_id) desc limit $most", most=MOST)


def stale(view: View) -> pd.DataFrame:
    """Reviews whose sentence stands in its article no more: fact_id, article_id, kind, action, who, before, after, title."""
    return view.ask(
        f"""select w.fact_id, w.article_id, w.kind, w.action, w.who, w.before, w.after, a.title,
                   coalesce(json_extract_string(w.after, '$.quote'), json_extract_string(w.before, '$.quote')) as quote, count(*) over () as in_all
            from {{db}}.verdicts w join {{db}}.articles a using (article_id)
            where w.state = 'stale' and {known_at("w")} and {known_at("a")} order by w.at desc, w.fact_id limit $most""",
        most=MOST,
    )


def stale_of(view: View, fact_id: str) -> pd.DataFrame:
    """The stale reviews of one fact, as `stale` tells them, wherever they were made."""
    return view.ask(
        f"select * from {{db}}.verdicts w where fact_id = $fact and state = 'stale' and {known_at('w')} order by review_id",
        fact=fact_id,
    )


def history(view: View, fact_id: str) -> pd.DataFrame:
    """All that people said of a fact, to this day, the oldest first; later: said after the viewed load.

    Also what they said of the same fact in a copy of its article: of_copy, with the publisher of that one.
    """
    return histories(view, [fact_id])


def histories(view: View, fact_ids: list[str]) -> pd.DataFrame:
    """What `history` tells, of several facts at once; shown: of which of them."""
    return view.ask(
        """with told as (select unnest($facts::varchar[]) as shown, unnest($facts::varchar[]) as fact_id
                         union select v.fact_id, r.fact_id from {db}.verdicts v join {db}.reviews r using (review_id)
                         where list_contains($facts, v.fact_id))
           select r.*, told.shown, r.load > $load as later, r.fact_id <> told.shown as of_copy,
                  (select arg_max(publisher, known_from) from {db}.articles a where a.article_id = r.article_id) as publisher
           from told join {db}.reviews r on r.fact_id = told.fact_id order by r.review_id""",
        facts=fact_ids,
    )
