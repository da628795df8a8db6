"""The rows of a table through a view, as they come from the database: the documented columns and no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from dashboard import theme
from dashboard.api.columns import COLUMNS
from dashboard.api.parameters import TABLES, Asked
from dashboard.article_queries import every_article
from dashboard.escape import web_link
from dashboard.sql import ORDERS, claims, matching, whole

Batch = dict[str, Sequence[Any]]  # some rows: of each documented column, in its order, one value a row
AT_ONCE = 5_000  # rows that are in memory at one time


def batches(asked: Asked, table: str, base: str, size: int = AT_ONCE) -> Iterator[Batch]:
    """The rows of a table, at most `size` at once. base: where the app stands, for links to each row's page.

    Raises NoData when the data was replaced before the first was read.
    """
    view = asked.view
    of, parameters = _question(asked, table)
    # Rows that come alone are not put into any store of answers: there may be millions.
    needed = ", ".join(f'"{name}"' for name in _NEEDED[table])
    sql = f"select {needed} from {of} order by {ORDERS[TABLES.get(table, 'article')]} {_cut(asked)}"
    for rows in view.database.stream(view.snapshot, sql, {**_all(asked), **parameters}, size):
        yield _documented(rows, table, base, view.filters.v)


def count(asked: Asked, table: str) -> int:
    """How many rows `batches` would give."""
    of, parameters = _question(asked, table)
    sql = f"select count(*) as n from (select 1 from {of} {_cut(asked)})"
    return int(asked.view.database.ask(asked.view.snapshot, sql, {**_all(asked), **parameters})["n"].iloc[0])


def _question(asked: Asked, table: str) -> tuple[str, dict[str, object]]:
    if table == "articles":
        sql, parameters = every_article(asked.view)
        return f"({sql})", parameters
    kind = TABLES[table]
    where, parameters = matching(asked.view, kind)
    return whole(kind, f"select place, said_by from {claims(kind, where)}", "said_by"), parameters


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


def _documented(rows: Batch, table: str, base: str, v: str | None) -> Batch:
    what, page = ("article", "articles") if table == "articles" else ("fact", "fact")
    before, after = f"{base}/{page}?{what}=", f"&v={quote_plus(v)}" if v else ""
    told = rows | {
        "source": list(map(_source, rows["publisher"], rows["published"], rows["is_brief"])),
        "link": [f"{before}{quote_plus(one)}{after}" for one in rows[f"{what}_id"]],
        "source_url": list(map(web_link, rows["source_url"])),
    }
    return {column.name: told[column.name] for column in COLUMNS[table]}


# A publisher's articles of one day are cited alike.
_source = lru_cache(maxsize=10_000)(theme.source)
