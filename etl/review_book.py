"""Reviews in the store: kept as they come, laid over an article's facts whenever these or the reviews change."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

import duckdb

from etl.facts import FACT
from etl.reviews import Made, Verdict, lay_over, told_fields
from etl.rows import FACT_TABLES, fact_row

_COLUMNS = 'review_id, "at", who, action, fact_id, article_id, kind, before, after, why'


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
        """article id -> its reviews, in the order in which they were made."""
        found = defaultdict(list)
        for made in self._read("article_id in (select unnest($1::varchar[])) order by review_id", [list(article_ids)]):
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

    def lay_over(
        self, article_id: str, text: str, rows: dict[str, list[dict]], reviews: list[Made]
    ) -> dict[str, list[dict]]:
        """The rows of an article as read, by table, with its reviews laid over them, and the rows of table verdicts."""
        self.remember_read(article_id, rows)
        facts = {table: rows.get(table, []) for table in FACT_TABLES.values()}
        made, verdicts = lay_over(article_id, text, facts, reviews)
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
