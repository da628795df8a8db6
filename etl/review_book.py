"""Reviews in the store: kept as they come, laid over an article's facts whenever these or the reviews change."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable

import duckdb

from etl.facts import FACT
from etl.reviews import Made, Verdict, lay_over, told_fields
from etl.rows import FACT_TABLES, fact_row
from etl.story_reviews import carried

_COLUMNS = 'review_id, "at", who, action, fact_id, article_id, kind, before, after, why'

# Stories of which an article has a review, with all their articles; and articles on which a review of a copy still lies.
_IN_STORIES = """
    with reviewed as (select distinct story_id from stories where known_to is null and article_id in (select article_id from reviews)),
         told as (select story_id, article_id from stories join reviewed using (story_id) where known_to is null),
         laid as (select distinct v.article_id from verdicts v join reviews r using (review_id)
                  where v.known_to is null and v.article_id <> r.article_id)
    from told union all
    select article_id, article_id from laid where article_id not in (select article_id from told) order by all"""


class ReviewBook:
    """The reviews of an open store. Nothing here begins a load: the caller tells its number, and puts rows back into the tables."""

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self._connection = connection

    def knows(self, review_id: str) -> bool:
        """Was this review kept already?"""
        return bool(self._connection.execute("select 1 from reviews where review_id = ?", [review_id]).fetchall())

    def newest(self, fact_id: str) -> Made | None:
        """The last review of a fact, undone or not."""
        found = self._read("fact_id = ? order by review_id desc limit 1", [fact_id])
        return found[0] if found else None

    def of_articles(self, article_ids: Iterable[str]) -> dict[str, list[Made]]:
        """article id -> the reviews of its facts, in the order in which they were made."""
        found = defaultdict(list)
        which = "article_id in (select unnest($1::varchar[])) and list_contains($2, kind) order by review_id"
        for made in self._read(which, [list(article_ids), list(FACT_TABLES)]):
            found[made.article_id].append(made)
        return found

    def keep(self, made: Made, load: int) -> None:
        """Add a review."""
        row = [made.review_id, made.at, made.who, made.action, made.fact_id, made.article_id, made.kind]
        row += [_json(made.before), _json(made.after), made.why, load]
        self._connection.execute(f"insert into reviews values ({', '.join('?' * len(row))})", row)

    def remember_read(self, article_id: str, rows: dict[str, list[dict]]) -> None:
        """Keep what the reader makes of an article that has reviews."""
        facts = [{"kind": kind, **row} for kind, table in FACT_TABLES.items() for row in rows.get(table, ())]
        self._connection.execute("insert or replace into as_read values (?, ?)", [article_id, _json(facts)])

    def as_read(self, article_id: str) -> dict[str, list[dict]] | None:
        """What the reader made of an article, by table; None where that was not kept, as nobody had reviewed it."""
        found = self._connection.execute("select facts from as_read where article_id = ?", [article_id]).fetchall()
        if not found:
            return None
        rows: dict[str, list[dict]] = {table: [] for table in FACT_TABLES.values()}
        for told in json.loads(found[0][0]):
            said = json.loads(told["said"] or "{}")
            fact = FACT.validate_python({**told_fields(told["kind"], told), "said": said})
            rows[FACT_TABLES[fact.kind]].append(fact_row(fact, told["fact_id"], article_id, told["reader"]))
        return rows

    def forget_read(self, article_ids: Iterable[str]) -> None:
        """Drop what the reader made of articles before, as they were read anew and nobody reviewed them."""
        self._connection.execute(
            "delete from as_read where article_id in (select unnest($1::varchar[]))", [list(article_ids)]
        )

    def over_stories(self, rows_of: Callable[[str, str], list[dict]]) -> dict[str, dict[str, list[dict]]]:
        """article id -> its rows as `lay_over` tells them, for articles in whose stories somebody reviewed a fact.

        Also for those that were in such a story before. rows_of: what a table says of an article now.
        """
        groups: dict[str, list[str]] = defaultdict(list)
        for group, article_id in self._connection.execute(_IN_STORIES).fetchall():
            groups[group].append(article_id)
        ids = [one for group in groups.values() for one in group]
        asked = "select article_id, text from articles where known_to is null and article_id in (select unnest($1::varchar[]))"
        texts = dict(self._connection.execute(asked, [ids]).fetchall())
        reviews, told = self.of_articles(texts), {}
        for group in groups.values():
            read = {
                one: self.as_read(one) or {table: rows_of(table, one) for table in FACT_TABLES.values()}
                for one in group
                if one in texts
            }
            for one, rows in read.items():
                own = reviews.get(one, [])
                others = [(texts[o], read[o], reviews[o]) for o in read if o != one and o in reviews]
                told[one] = self.lay_over(one, texts[one], rows, own, carried(one, texts[one], rows, own, others))
        return told

    def lay_over(
        self,
        article_id: str,
        text: str,
        rows: dict[str, list[dict]],
        reviews: list[Made],
        of_copies: Iterable[Made] = (),
    ) -> dict[str, list[dict]]:
        """The rows of an article as read, by table, with its reviews laid over them, and the rows of table verdicts.

        of_copies: what holds by reviews of its copies.
        """
        self.remember_read(article_id, rows)
        facts = {table: rows.get(table, []) for table in FACT_TABLES.values()}
        made, verdicts = lay_over(article_id, text, facts, reviews, of_copies)
        return {**rows, **made, "verdicts": [_verdict_row(verdict) for verdict in verdicts]}

    def _read(self, which: str, values: list) -> list[Made]:
        rows = self._connection.execute(f"select {_COLUMNS} from reviews where {which}", values).fetchall()
        return [Made(*row[:7], json.loads(row[7] or "{}"), json.loads(row[8] or "{}"), row[9]) for row in rows]


def _verdict_row(verdict: Verdict) -> dict:
    made = verdict.review
    row = {name: getattr(made, name) for name in ("fact_id", "article_id", "kind", "review_id", "at", "who", "action")}
    return row | {"state": verdict.state, "before": _json(made.before), "after": _json(made.after), "why": made.why}


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
