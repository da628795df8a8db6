"""The rows of a table through a view, as they come from the database: the documented columns and no other."""

from __future__ import annotations

from collections.abc import Generator
from urllib.parse import quote_plus

import numpy as np
import pyarrow as pa
from pyarrow import compute

from dashboard import theme
from dashboard.api.columns import COLUMNS, schema
from dashboard.api.parameters import TABLES, Asked
from dashboard.article_queries import every_article
from dashboard.escape import PLAIN_LINK, web_link
from dashboard.sql import ORDERS, claims, matching, whole

AT_ONCE = 5_000  # rows that are in memory at one time


def batches(asked: Asked, table: str, base: str, size: int = AT_ONCE) -> Generator[pa.RecordBatch]:
    """The rows of a table as `schema` describes them, about `size` at once. base: where the app stands, for links to each row's page.

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


def _documented(rows: pa.RecordBatch, table: str, base: str, v: str | None) -> pa.RecordBatch:
    what, page = ("article", "articles") if table == "articles" else ("fact", "fact")
    before, after = f"{base}/{page}?{what}=", f"&v={quote_plus(v)}" if v else ""
    told = {
        "source": _sources(rows),
        "link": compute.binary_join_element_wise(before, _in_links(rows.column(f"{what}_id")), after, ""),
        "source_url": _web_links(rows.column("source_url")),
    }
    columns = [told.get(one.name) for one in COLUMNS[table]]
    kept = [rows.column(one.name) if made is None else made for one, made in zip(COLUMNS[table], columns, strict=True)]
    types = schema(table)
    return pa.record_batch([one.cast(to.type) for one, to in zip(kept, types, strict=True)], schema=types)


def _sources(rows: pa.RecordBatch) -> pa.Array:
    """Publisher and date in words; a publisher's articles of one day are cited alike."""
    told = ("publisher", "published", "is_brief")
    same = compute.binary_join_element_wise(
        *(rows.column(name).cast(pa.string()) for name in told), "\0", null_handling="replace"
    ).dictionary_encode()
    _, first = np.unique(same.indices, return_index=True)
    once = rows.select(told).take(first).to_pylist()
    return pa.array([theme.source(**row) for row in once], pa.string()).take(same.indices)


def _in_links(ids: pa.Array) -> pa.Array:
    if compute.all(compute.match_substring_regex(ids, "^[0-9a-zA-Z]*$")).as_py():
        return ids
    return pa.array([quote_plus(one) for one in ids.to_pylist()], pa.string())


def _web_links(addresses: pa.Array) -> pa.Array:
    """What may become a link; whatever is not plainly an address is looked at one by one."""
    if compute.all(compute.match_substring_regex(addresses, f"^(?:{PLAIN_LINK})$")).as_py():
        return addresses
    return pa.array([web_link(one) for one in addresses.to_pylist()], pa.string())
