"""How well the reader reads: its scores on articles it had not seen, as stored beside the model; what it left unread; how fresh.

The scores are read, never reckoned here. The reader's own code is not loaded for them: it would bring its models into the app.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dashboard.queries import counted, from_start
from dashboard.sql import known_at
from dashboard.view import View
from etl.facts import KINDS
from etl.paths import MODELS

FEW = 10  # rows of a table: the page has several, each of long rows
# The sets of articles that scores are told of, the whole one first; by the names that training gives them.
SETS = {
    "briefs and passages": "our briefs and invented passages",
    "briefs": "our briefs alone",
}


@dataclass(frozen=True)
class Scores:
    """Scores out of fold on one set of articles.

    rates: kind, precision, recall, f1 (0-1), hit, gold, found. fields: kind, fields (name, right, n). reliability: from, facts,
    confidence, right (0-1). error: calibration error (0-1), None when it is not told.
    """

    on: str
    articles: int
    rates: pd.DataFrame
    fields: pd.DataFrame
    reliability: pd.DataFrame
    error: float | None


def about_reader(folder: Path = MODELS) -> dict:
    """What stands beside the model: version, threshold, scores. Empty when there is none, or none that can be read."""
    try:
        told = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def scores(about: dict) -> list[Scores]:
    """The scores of each set that is told of, the larger set first."""
    told = about.get("scores") or {}
    return [_scores(words, told[name]) for name, words in SETS.items() if told.get(name, {}).get("rates")]


def _scores(on: str, told: dict) -> Scores:
    rates = [{"kind": kind, **told["rates"][kind]} for kind in (*KINDS, "all") if kind in told["rates"]]
    fields = [
        {"kind": kind, "fields": [(field, right, n) for field, (right, n) in counts.items()]}
        for kind, counts in told.get("fields", {}).items()
        if counts
    ]
    return Scores(
        on,
        told.get("articles", 0),
        pd.DataFrame(rates),
        pd.DataFrame(fields, columns=["kind", "fields"]),
        pd.DataFrame(told.get("reliability", []), columns=["from", "facts", "confidence", "right"]),
        told.get("calibration_error"),
    )


def unread(view: View, limit: int = FEW) -> tuple[pd.DataFrame, int]:
    """A page of the sentences that look as if they state a fact and yielded none, the newest article first; and how many."""
    rows = view.ask(
        f"""select u.article_id, u.quote, u.reason, a.title, a.published, a.published_on, a.publisher, a.is_brief,
                   count(*) over () as in_all
            from {{db}}.unread u join {{db}}.articles a using (article_id)
            where {known_at("u")} and {known_at("a")}
            order by a.published_on desc nulls last, article_id, u.start limit $limit offset $offset""",
        limit=limit,
        offset=view.filters.offset,
    )
    if rows.empty and view.filters.offset:
        return rows, unread(from_start(view), limit=1)[1]
    return rows, counted(rows)


def unread_reasons(view: View) -> pd.DataFrame:
    """Why sentences were listed as unread, with how many for each: reason, sentences."""
    return view.ask(
        f"""select u.reason, count(*) as sentences from {{db}}.unread u join {{db}}.articles a using (article_id)
            where {known_at("u")} and {known_at("a")} group by u.reason order by sentences desc, reason"""
    )


def freshness(view: View, limit: int = FEW) -> pd.DataFrame:
    """Publishers with their newest article, the freshest first: publisher, articles, newest, article_id, title, days.

    days: from that article to the viewed load's day. in_all: how many publishers there are.
    """
    return view.ask(
        f"""select publisher, count(*) as articles, max(published_on) as newest, arg_max(article_id, published_on) as article_id,
                   arg_max(published, published_on) as published, arg_max(title, published_on) as title,
                   bool_and(is_brief) as is_brief, date_diff('day', max(published_on), $today) as days,
                   count(*) over () as in_all
            from {{db}}.articles a where {known_at("a")} and state <> 'withdrawn'
            group by publisher order by newest desc nulls last, publisher limit $limit""",
        today=view.today,
        limit=limit,
    )


def new_names(view: View, limit: int = FEW, aside: Sequence[str] = ()) -> pd.DataFrame:
    """Names that the registry does not know, those in most articles first: name, role, articles, article_id, title, in_all.

    A name that was seen in several roles has a row for each; in_all: how many rows there are. aside: names to leave out.
    """
    return view.ask(
        f"""select n.name, n.role, count(distinct article_id) as articles, min(article_id) as article_id,
                   arg_min(a.title, article_id) as title, count(*) over () as in_all
            from {{db}}.new_names n join {{db}}.articles a using (article_id)
            where {known_at("n")} and {known_at("a")} and not list_contains($aside::varchar[], n.name) group by n.name, n.role
            order by articles desc, n.name, n.role limit $limit""",
        aside=list(aside),
        limit=limit,
    )


def not_read(view: View) -> pd.DataFrame:
    """Articles that were passed over whole, by the language for which they were, the most first: language (ISO 639), articles.

    language: None for those of another subject.
    """
    return view.ask(
        f"""select case when why like 'language %' then language end as language, count(*) as articles
            from {{db}}.articles a where {known_at("a")} and state = 'skipped'
            group by 1 order by articles desc, 1 nulls first"""
    )
