"""The rows of a table through a view, as they come from the database: dictionaries with the documented columns and no other."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote_plus

from dashboard import evidence
from dashboard.api.columns import COLUMNS
from dashboard.api.parameters import TABLES, Asked
from dashboard.article_queries import every_article
from dashboard.escape import web_link
from dashboard.records import Record
from dashboard.sql import ORDERS, claims, matching

AT_ONCE = 5_000  # rows that are in memory at one time


def batches(asked: Asked, table: str, base: str, size: int = AT_ONCE) -> Iterator[list[Record]]:
    """The rows of a table, at most `size` at once. base: where the app stands, for links to each row's page.

    Raises NoData when the data was replaced before the first was read.
    """
    view = asked.view
    of, parameters = _question(asked, table)
    # Rows that come alone are not put into any store of answers: there may be millions.
    needed = ", ".join(f'"{name}"' for name in _NEEDED[table])
    sql = f"select {needed} from {of} order by {ORDERS[TABLES.get(table, 'article')]} {_cut(asked)}"
    for rows in view.database.stream(view.snapshot, sql, {**_all(asked), **parameters}, size):
        yield [_documented(row, table, base, view.filters.v) for row in rows]


def count(asked: Asked, table: str) -> int:
    """How many rows `batches` would give."""
    of, parameters = _question(asked, table)
    sql = f"select count(*) as n from (select 1 from {of} {_cut(asked)})"
    return int(asked.view.database.ask(asked.view.snapshot, sql, {**_all(asked), **parameters})["n"].iloc[0])


def _question(asked: Asked, table: str) -> tuple[str, dict[str, object]]:
    if table == "articles":
        sql, parameters = every_article(asked.view)
        return f"({sql})", parameters
    where, parameters = matching(asked.view, TABLES[table])
    return claims(TABLES[table], where), parameters


def _cut(asked: Asked) -> str:
    return f"{'limit $limit' if asked.limit else ''} offset $offset"


def _all(asked: Asked) -> dict[str, object]:
    view = asked.view
    return {
        "load": view.load.number,
        "min_confidence": view.min_confidence,
        "limit": asked.limit,
        "offset": view.filters.offset,
    }


_DERIVED = ("source", "link")
_NEEDED = {
    table: [column.name for column in columns if column.name not in _DERIVED] for table, columns in COLUMNS.items()
}


def _documented(row: Record, table: str, base: str, v: str | None) -> Record:
    what, page = ("article", "articles") if table == "articles" else ("fact", "fact")
    row["source"] = evidence.source_line(row)
    row["link"] = f"{base}/{page}?{what}={quote_plus(row[f'{what}_id'])}{f'&v={quote_plus(v)}' if v else ''}"
    row["source_url"] = web_link(row["source_url"])
    return {column.name: row[column.name] for column in COLUMNS[table]}
