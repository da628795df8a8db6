"""The read file: a fresh copy of what readers may see, put in the place of the one before in one step."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.disk import put
from etl.search_index import NAME, write_search_index
from etl.store_file import StoreError, create_tables
from etl.told import CLAIMS, told

# The tables that are published, and what pages filter and sort on: rows that a page asks for lie together.
SORTED_BY = {
    "articles": "published_on desc, article_id",
    "figures": "metric, market, companies, period_start, fact_id",
    "selections": "vendor, operator, period_start, fact_id",
    "deals": "deal, parties, fact_id",
    "restrictions": "authority, vendor, fact_id",
    "unread": 'article_id, "start"',
    "new_names": "name, article_id",
    "reviews": "fact_id, review_id",
    "verdicts": "fact_id, known_from",
    "stories": "article_id, known_from",
    "copies": "fact_id, known_from",
    "meta": "key",
    "loads": "load",
    "failures": "load, source, path",
}


def meta_of(connection: duckdb.DuckDBPyConnection, read_file: Path) -> dict[str, str]:
    """What the published file tells of itself (table meta); nothing when there is no such file or it cannot be read."""
    try:
        connection.execute(f"attach '{_quoted(read_file)}' as published (read_only)")
    except duckdb.Error:
        return {}
    try:
        return dict(connection.execute("select key, value from published.meta").fetchall())
    except duckdb.Error:
        return {}
    finally:
        connection.execute("detach published")


def write_read_file(connection: duckdb.DuckDBPyConnection, read_file: Path) -> None:
    """Write a fresh read file beside the old one and put it in its place, so that a reader sees either, whole.

    connection: to a database called "store", which is used again afterwards.
    """
    _sweep(read_file)
    fresh = read_file.with_name(f"{read_file.name}.new")
    connection.execute(f"attach '{_quoted(fresh)}' as fresh")
    try:
        connection.execute("use fresh")
        create_tables(connection, "schema.sql", "stories.sql")
        connection.execute("use store")
        for table, order in SORTED_BY.items():
            if table in CLAIMS:
                connection.execute(f"create or replace table fresh.{table} as {told(table, 'store')} order by {order}")
            else:
                connection.execute(f"insert into fresh.{table} by name select * from store.{table} order by {order}")
        connection.execute("checkpoint fresh")
    finally:
        connection.execute("use store")
        connection.execute("detach fresh")
    put(fresh, read_file)


def write_both(connection: duckdb.DuckDBPyConnection, read_file: Path, stamp: str) -> None:
    """Write the read file and the search file of the same data, and put both in their places one right after the other.

    A reader that comes between the two sees by their stamps that they differ. Raises StoreError: the disk is full; readers have what they had.
    """
    search = read_file.with_name(NAME)
    try:
        index = write_search_index(connection, search, stamp)
        write_read_file(connection, read_file)
        put(index, search)
    except OSError as error:
        raise StoreError(
            f"cannot write {read_file} ({error.strerror or error}); make room and run this again"
        ) from error
    finally:
        _sweep(read_file)
        _sweep(search)


def _sweep(place: Path) -> None:
    """Remove what was written for this place and never put there. Only one process writes here, so none is being written."""
    for left in place.parent.glob(f"{place.name}.*"):
        left.unlink()


def write_index(connection: duckdb.DuckDBPyConnection, read_file: Path, stamp: str) -> None:
    """Write the search file alone, where the read file is what it should be."""
    put(write_search_index(connection, read_file.with_name(NAME), stamp), read_file.with_name(NAME))


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
