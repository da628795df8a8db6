"""The search file: an SQLite FTS5 index of every version of every article, written and replaced with the read file.

It holds words and where they stand, no texts. Its stamp, STORE.LOAD, says which published data it is of.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb

from etl.store_file import StoreError

NAME = "search.sqlite"
# Words in all their forms, accents or none: "selects" finds "selected", "Telefonica" finds "Telefónica".
TOKENIZER = "porter unicode61 remove_diacritics 2"
_TABLES = f"""
    create table stamp (version text not null);
    -- "As of load n" is, as in the published tables: known_from <= n and (known_to is null or known_to > n).
    create table versions (version integer primary key, article_id text not null, known_from integer not null, known_to integer);
    create virtual table words using fts5(title, text, content='', tokenize='{TOKENIZER}');
"""
_BATCH = 500  # articles


def stamp_of(meta: dict[str, str]) -> str:
    """The stamp of published data by its table meta: STORE.LOAD, as in frozen links."""
    return f"{meta.get('store_id', '')}.{meta.get('published_load', 0)}"


def stamp_in(path: Path) -> str | None:
    """The stamp of the search file at this path; None when there is none that can be read."""
    try:
        with closing(opened(path)) as index:
            return index.execute("select version from stamp").fetchone()[0]
    except (sqlite3.Error, TypeError):
        return None


def opened(path: Path) -> sqlite3.Connection:
    """A connection for reading. The file is only ever replaced whole, so nothing is locked. Raises sqlite3.Error."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def write_search_index(connection: duckdb.DuckDBPyConnection, path: Path, stamp: str) -> Path:
    """Write a fresh index of a store's articles beside the old one; its path, to be put in the old one's place.

    Raises StoreError: the disk is full, or nothing may be written there.
    """
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        with closing(sqlite3.connect(fresh)) as index:
            # A file that was half written when the machine stopped is never put in place, so it needs no journal.
            index.execute("pragma journal_mode = off")
            index.executescript(_TABLES)
            index.execute("insert into stamp values (?)", [stamp])
            _fill(connection, index)
            index.execute("insert into words (words) values ('optimize')")
            index.commit()
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"cannot write {fresh} ({error}); make room or check permissions, and run this again"
        ) from error
    return fresh


def _fill(connection: duckdb.DuckDBPyConnection, index: sqlite3.Connection) -> None:
    asked = """select row_number() over (order by published_on desc nulls last, article_id, known_from),
                      article_id, known_from, known_to, coalesce(title, ''), text from articles"""
    with closing(connection.cursor()) as articles:
        articles.execute(asked)
        while rows := articles.fetchmany(_BATCH):
            index.executemany("insert into versions values (?, ?, ?, ?)", [row[:4] for row in rows])
            index.executemany(
                "insert into words (rowid, title, text) values (?, ?, ?)", [(row[0], *row[4:]) for row in rows]
            )
