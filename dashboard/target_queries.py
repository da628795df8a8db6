"""Questions about targets: who stated them, what people said of these statements, and what they are compared with."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard.goals import Mark
from dashboard.queries import of_metric
from dashboard.sql import claims, facts_in, known_at, whole
from dashboard.view import View

# What a target and what is compared with it are reckoned with, and with what a level is shown.
_RECKONED = """fact_id, claim, story, status, companies, metric, market, region, generation, unit, value, value_high, qualifier,
               period, period_start, period_end, published, published_on, attributed_to"""
_SHOWN = f"{_RECKONED}, quote, publisher, publishers, is_brief"


def targets(view: View, metric: str | None = None, limit: int = 200) -> pd.DataFrame:
    """Statements of targets through the view's filters, the latest stated first. in_all: how many there are, each claim once."""
    where, parameters = of_metric(view, metric)
    order = "published_on desc nulls last, fact_id"
    chosen = f"""select place, said_by, count(*) over () as in_all from {claims("figure", f"{where} and status = 'target'")}
                 order by {order} limit $limit"""
    return view.ask(
        f"select * from {whole('figure', chosen, 'said_by', 'in_all')} order by {order}", **parameters, limit=limit
    )


def marks(view: View) -> dict[str, list[Mark]]:
    """What people marked as given up or revised, by fact, the oldest mark first."""
    rows = view.ask(
        f"""select fact_id, action, strftime("at", '%Y-%m-%d') as day, why from {{db}}.verdicts as mark
            where action in ('abandon', 'revise') and {known_at("mark")} order by review_id"""
    )
    found: dict[str, list[Mark]] = {}
    for fact_id, action, day, why in rows.itertuples(index=False):
        found.setdefault(fact_id, []).append(Mark("abandoned" if action == "abandon" else "revised", day, why))
    return found


def statements(view: View, metric: str | None = None) -> pd.DataFrame:
    """What `targets` gives, and every other statement of the same targets: a filter of time, publisher or status that hides the
    newer one does not make an old one look alive."""
    if _unhidden(view).filters == view.filters:
        return targets(view, metric)
    return _beside(view, metric, "target", "*")


def levels_beside(view: View, metric: str | None = None, rows_each: int = 40, most: int = 200) -> pd.DataFrame:
    """The newest levels to compare with the targets that `targets` gives, of whatever time, whoever published them: what they are
    reckoned and shown with."""
    return _beside(view, metric, "actual", _SHOWN, rows_each, most)


def around(view: View, fact_ids: tuple[str, ...], rows_each: int = 40) -> pd.DataFrame:
    """What decides what became of these targets: the newest statements and levels of the same things, whatever filter hides them.
    Only what a target is reckoned with is told of them, for a page's first chart waits for it."""
    aims = f"""select thing, claim, metric from {facts_in("figures")} where fact_id in (select unnest($fact_ids))"""
    newest = _newest(aims, "metric in (select metric from aims) and status in ('target', 'actual')")
    return view.ask(
        f"select {_RECKONED} from {whole('figure', newest)} order by fact_id", fact_ids=fact_ids, rows_each=rows_each
    )


def _unhidden(view: View) -> View:
    """The same view without the filters that may hide what became of a target."""
    return replace(view, filters=replace(view.filters, since=None, until=None, publisher=(), status=()))


def _beside(
    view: View, metric: str | None, status: str, columns: str, rows_each: int = 40, most: int = 200
) -> pd.DataFrame:
    """Claims of a status about what the targets of a view are about: the newest of each, and what is aimed at itself."""
    where, parameters = of_metric(view, metric)
    told, more = of_metric(_unhidden(view), metric)
    aims = f"""select thing, claim from {facts_in("figures")} where {where} and status = 'target'
               order by published_on desc nulls last, fact_id limit $most"""
    newest = _newest(aims, f"{told} and status = '{status}'")
    return view.ask(
        f"select {columns} from {whole('figure', newest)} order by fact_id",
        **{**more, **parameters},
        rows_each=rows_each,
        most=most,
    )


def _newest(aims: str, where: str) -> str:
    """SQL: place of the claims under a condition about the same things as these aims (SQL: thing, claim): of each thing the newest
    $rows_each statements and as many levels, and what is aimed at itself."""
    # Claims are told apart only among facts about what is aimed at: among all of them it takes many times as long.
    return f"""with aims as materialized ({aims}),
                    told as (select place, claim, fact_id, status, published_on, period_end, thing
                             from {facts_in("figures")} where {where} and thing in (select thing from aims)
                             qualify row_number() over (partition by claim order by confidence desc, published_on, fact_id) = 1)
               select place from told
               qualify row_number() over (partition by thing, status
                                          order by if(status = 'target', published_on, period_end) desc nulls last, fact_id) <= $rows_each
                       or claim in (select claim from aims)"""
