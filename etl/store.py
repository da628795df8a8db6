"""The store: one DuckDB file that only the ETL opens, written under a lock, and the read file published from it.

Loads. Everything that one command changes becomes known at one load, however many transactions it takes. A load counts
from the moment it is published: rows of a command that was cut off stay in the store under the next number, which nobody
has seen, and the next command goes on with that number and publishes both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow

from etl import story_book
from etl.published import meta_of, write_both, write_index
from etl.review_book import ReviewBook
from etl.reviews import Made, with_sentence
from etl.rows import FACT_TABLES, VERSIONED
from etl.search_index import NAME, stamp_in, stamp_of
from etl.store_file import StoreError, only_writer, opened, prepare

__all__ = ["Store", "StoreError", "Stored", "Versions", "open_store"]


@dataclass(frozen=True)
class Stored:
    """What the store knows of a document. missing: its file was gone at the last run."""

    source: str
    path: str
    article_id: str
    content_hash: str
    reader: str
    registry: str
    state: str  # "read", "skipped" or "withdrawn"
    why: str | None
    missing: bool


@dataclass(frozen=True)
class Versions:
    """What facts depend on besides their documents: reader and registry, and the threshold from which they are shown (0-1)."""

    reader: str
    registry: str
    default_min_confidence: float


@contextmanager
def open_store(warehouse: Path, at: datetime, versions: Versions | None = None, brief: bool = False) -> Iterator[Store]:
    """The store of a warehouse folder, made when it is not there, for this process alone.

    at: the time of this command, UTC. versions: of what reads in this command; None: nothing is read.
    brief: this command is done in moments, and others wait for it.
    Raises StoreError: another ETL runs, the file is no store, or of a newer schema.
    """
    path = warehouse / "store.duckdb"
    with only_writer(warehouse, brief):
        notes = prepare(path)
        with opened(path) as connection:
            yield Store(connection, warehouse, at, versions, notes)


class Store:
    """An open store. Methods that change something say so by beginning a load; publish() shows it to readers."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        warehouse: Path,
        at: datetime,
        versions: Versions | None,
        notes: list[str],
    ) -> None:
        self.warehouse, self.notes = warehouse, notes
        self._connection, self._at = connection, at
        self._schemas = {
            t: connection.sql(f"from {t} limit 0").to_arrow_table().schema for t in (*VERSIONED, "documents")
        }
        if versions:
            with self.transaction():
                self._set("reader", versions.reader)
                self._set("registry", versions.registry)
                self._set("default_min_confidence", f"{versions.default_min_confidence:g}")
        self.reviews = ReviewBook(connection)
        meta = self._meta()
        self.reader, self.registry = meta.get("reader", ""), meta.get("registry", "")
        shown = meta_of(connection, warehouse / "published.duckdb")
        ours = shown.get("store_id") == meta["store_id"]
        self._shown_load = int(shown.get("published_load", 0)) if ours else 0

    # ---- asking

    def documents(self) -> dict[tuple[str, str], Stored]:
        """All documents that were ever loaded, by source and path."""
        rows = self._connection.execute(
            """select d.source, d.path, d.article_id, d.content_hash, d.reader, d.registry, d.state, d.why,
                      coalesce(a.state = 'missing', false)
               from documents d left join articles a on a.article_id = d.article_id and a.known_to is null"""
        ).fetchall()
        return {row[:2]: Stored(*row) for row in rows}

    def find_article(self, asked: str) -> str:
        """The id of the article with this id, unique beginning of an id (4 or more), or name. Raises StoreError."""
        rows = self._connection.execute(
            """select article_id, name from articles where known_to is null
               and (article_id = $1 or name = $1 or (length($1) >= 4 and starts_with(article_id, $1)))
               order by article_id""",
            [asked],
        ).fetchall()
        if not rows:
            raise StoreError(
                f'no article "{asked}"; give its id, a unique beginning of it (4 or more), or its file\'s name'
            )
        if len(rows) > 1:
            raise StoreError(
                f'{len(rows)} articles are called "{asked}"; give one id of {", ".join(r[0] for r in rows)}'
            )
        return rows[0][0]

    def counts(self) -> dict[str, int]:
        """How many facts of each kind are known now that are shown unless asked otherwise; "unsure": all others; "unread" sentences.

        What the copies of one story state alike counts once.
        """
        least = float(self._meta().get("default_min_confidence", 0))
        told = {"unsure": 0, "unread": self._count("unread", "true")}
        for kind, table in FACT_TABLES.items():
            told[kind] = self._count(table, f"{_ONCE} and confidence >= ?", least)
            told["unsure"] += self._count(table, f"{_ONCE} and confidence < ?", least)
        return told

    def published_load(self) -> int:
        """The number of the last published load; 0 when there is none."""
        return int(self._meta().get("published_load", 0))

    def open_load(self) -> int | None:
        """The number of a load that was begun and is not published yet."""
        asked = "select max(load) from loads where load > ?"
        return self._connection.execute(asked, [self.published_load()]).fetchall()[0][0]

    # ---- changing

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is done inside, or nothing."""
        self._connection.execute("begin")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def folders(self) -> dict[str, str]:
        """Where the folders lay that were given to a run, by the names of their sources."""
        return dict(self._connection.execute("select source, location from sources").fetchall())

    def source_of(self, folder: Path) -> str:
        """The name of the source that a folder is: its own, or with its parent's when another folder has that name.

        A folder that was moved keeps its source, as the place where it was is no folder any more.
        """
        location, places = str(folder.resolve()), self.folders()
        for source, place in places.items():
            if place == location:
                return source
        loaded = self._connection.execute("select distinct source from documents").fetchall()
        others = {"bundled", "inbox"} | ({source for (source,) in loaded} - set(places))
        parts = [part for part in folder.resolve().parts if part != "/"] or ["root"]
        for depth in range(1, len(parts) + 1):
            source = "/".join(parts[-depth:])
            if source not in others and (source not in places or not Path(places[source]).is_dir()):
                break
        self._connection.execute("insert or replace into sources values (?, ?)", [source, location])
        return source

    def replace(self, table: str, article_ids: Iterable[str], rows: list[dict]) -> None:
        """Make these rows what a table says of these articles: others are closed, new ones added, equal ones kept."""
        names = [name for name in self._schemas[table].names if name not in ("known_from", "known_to")]
        columns = ", ".join(f'"{name}"' for name in names)
        held = self._connection.execute(
            f"select rowid, {columns} from {table} where known_to is null and article_id in (select unnest($1::varchar[]))",
            [list(article_ids)],
        ).fetchall()
        kept = defaultdict(list)
        for rowid, *values in held:
            kept[repr(values)].append(rowid)
        fresh = []
        for row in rows:
            same = kept[repr([_as_stored(row.get(name)) for name in names])]
            if same:
                same.pop()
            else:
                fresh.append(row)
        stale = [rowid for rowids in kept.values() for rowid in rowids]
        if stale:
            load = self._begin_load()
            # Rows of a load that nobody has seen are taken back, not closed.
            self._connection.execute(
                f"delete from {table} where known_from = ? and rowid in (select unnest(?))", [load, stale]
            )
            self._connection.execute(
                f"update {table} set known_to = ? where known_to is null and known_from < ? and rowid in (select unnest(?))",
                [load, load, stale],
            )
        if fresh:
            load = self._begin_load()
            self._insert(table, [{**row, "known_from": load, "known_to": None} for row in fresh])

    def set_article_state(self, article_ids: Iterable[str], state: str | None) -> None:
        """Mark articles as missing, or (None) as what they were when they were read; facts stay as they are."""
        ids = list(article_ids)
        if not ids:
            return
        held = self._connection.sql(
            """select a.*, d.state as told, d.why as reason from articles a join documents d using (article_id)
               where a.known_to is null and article_id in (select unnest($1::varchar[]))""",
            params=[ids],
        ).to_arrow_table()
        rows = [
            row | {"state": state or row["told"], "why": None if state else row["reason"]} for row in held.to_pylist()
        ]
        self.replace("articles", ids, rows)

    def remember(self, documents: list[Stored]) -> None:
        """Note by what these documents were read, so that they are not read again without need."""
        self.forget([(document.source, document.path) for document in documents])
        self._insert("documents", [vars(document) for document in documents])

    def move(self, document: Stored, path: str) -> Stored:
        """Note that a document lies at another path of its source now, and what is known of it under that path."""
        self.forget([(document.source, document.path)])
        moved = replace(document, path=path, missing=False)
        self.remember([moved])
        held = self._connection.sql(
            "from articles where known_to is null and article_id = ?", params=[document.article_id]
        ).to_arrow_table()
        name = path.rpartition("/")[2].rpartition(".")[0]
        state = {"state": document.state, "why": document.why}
        self.replace(
            "articles", [document.article_id], [row | state | {"path": path, "name": name} for row in held.to_pylist()]
        )
        return moved

    def forget(self, places: list[tuple[str, str]]) -> None:
        """Drop the notes on documents by source and path; what was loaded from them stays."""
        self._connection.executemany("delete from documents where source = ? and path = ?", places) if places else None

    def load_rows(self, texts: dict[str, str], rows: dict[str, dict[str, list[dict]]]) -> None:
        """Make this what was read of some articles, with people's reviews of their facts laid over it.

        texts: article id -> its text. rows: article id -> its rows by table, as read.
        """
        reviewed = self.reviews.of_articles(texts)
        self.reviews.forget_read(one for one in texts if one not in reviewed)
        told = {
            one: self.reviews.lay_over(one, texts[one], of, reviewed[one]) if one in reviewed else of
            for one, of in rows.items()
        }
        for table in VERSIONED:
            self.replace(table, list(told), [row for of in told.values() for row in of.get(table, ())])

    def review(self, made: Made) -> None:
        """Keep a review, and make the facts of its article what it makes of them. Raises StoreError for an article that is not there."""
        held = self._connection.execute(
            "select text from articles where article_id = ? and known_to is null", [made.article_id]
        ).fetchall()
        if not held:
            raise StoreError("the article is not there any more; nothing was changed")
        read = self.reviews.as_read(made.article_id) or {
            table: self.rows_of(table, made.article_id) for table in FACT_TABLES.values()
        }
        self.reviews.keep(with_sentence(made, held[0][0]), self._begin_load())
        reviews = self.reviews.of_articles([made.article_id])[made.article_id]
        rows = self.reviews.lay_over(made.article_id, held[0][0], read, reviews)
        for table in (*FACT_TABLES.values(), "verdicts"):
            self.replace(table, [made.article_id], rows[table])

    def fact(self, kind: str, fact_id: str) -> dict | None:
        """The row of a fact that is known now."""
        if kind not in FACT_TABLES:  # a sentence or a name that somebody set aside
            return None
        asked = f"from {FACT_TABLES[kind]} where fact_id = ? and known_to is null"
        rows = self._connection.sql(asked, params=[fact_id]).to_arrow_table().to_pylist()
        return rows[0] if rows else None

    def articles_with(self, words: Iterable[str]) -> list[str]:
        """The ids of articles that are known now and have one of these words in their text, in whatever letters, the newest first."""
        asked = """select article_id from articles, (select distinct lower(unnest($1::varchar[])) as word)
                   where known_to is null and contains(lower(text), word) group by article_id
                   order by max(published_on) desc nulls last, article_id"""
        return [row[0] for row in self._connection.execute(asked, [list(words)]).fetchall()]

    def rows_of(self, table: str, article_id: str) -> list[dict]:
        """The rows of a table about an article that are known now, without their loads."""
        asked = f"select * exclude (known_from, known_to) from {table} where article_id = ? and known_to is null"
        return self._connection.sql(asked, params=[article_id]).to_arrow_table().to_pylist()

    def withdraw(self, article_ids: list[str]) -> None:
        """Close articles and all that was read in them."""
        for table in VERSIONED:
            self.replace(table, article_ids, [])

    def set_failures(self, failures: list[tuple[str, str, str]], sources: set[str]) -> None:
        """Make these (source, path, reason) the failures of these sources; those of other sources stay."""
        newest = "select source, path, reason from failures where load = (select max(load) from loads)"
        last = self._connection.execute(newest).fetchall()
        now = sorted({*failures, *(row for row in last if row[0] not in sources)})
        if now != sorted(last):
            load = self._begin_load()
            self._connection.execute("delete from failures where load = ?", [load])
            if now:
                self._connection.executemany("insert into failures values (?, ?, ?, ?)", [(load, *row) for row in now])

    def publish(self, what: str) -> bool:
        """Show readers what was loaded: a new read file in the place of the old one. False when there was no need."""
        if self._shown_load > self.published_load() and self.open_load() is None:
            # An older copy of the store was put back. What it knows is told anew, under a number nobody has seen.
            self._begin_load()
        with self.transaction():
            regrouped = story_book.group(self._connection, self.open_load(), self._begin_load)
            if regrouped or self.open_load() is not None:
                self._tell_copies()
                story_book.note_copies(self._connection, self._begin_load)
        load, read_file = self.open_load(), self.warehouse / "published.duckdb"
        if load is None and meta_of(self._connection, read_file) == self._meta():
            if stamp_in(read_file.with_name(NAME)) != stamp_of(self._meta()):
                write_index(self._connection, read_file, stamp_of(self._meta()))
            return False
        if load is not None:
            with self.transaction():
                self._connection.execute('update loads set what = ?, "at" = ? where load = ?', [what, self._at, load])
                self._set("published_load", str(load))
        # What readers are shown must not be lost with a log file.
        self._connection.execute("checkpoint")
        write_both(self._connection, read_file, stamp_of(self._meta()))
        return True

    # ---- inside

    def _tell_copies(self) -> None:
        """Make what people said of facts hold for the same facts in the copies of their articles, as the stories are now."""
        told = self.reviews.over_stories(self.rows_of)
        for table in (*FACT_TABLES.values(), "verdicts"):
            self.replace(table, list(told), [row for rows in told.values() for row in rows[table]])

    def _begin_load(self) -> int:
        """The number of the load that changes go into; a new one starts with the failures of the one before."""
        load = self.open_load()
        if load is None:
            before = self.published_load()
            load = max(before, self._shown_load) + 1
            row = [load, self._at, "unfinished", self.reader, self.registry]
            self._connection.execute("insert into loads values (?, ?, ?, ?, ?)", row)
            self._connection.execute(
                "insert into failures select ?, source, path, reason from failures where load = ?", [load, before]
            )
        return load

    def _insert(self, table: str, rows: list[dict]) -> None:
        schema = self._schemas[table]
        incoming = pyarrow.Table.from_pylist([{n: row.get(n) for n in schema.names} for row in rows], schema=schema)
        self._connection.register("incoming", incoming)
        self._connection.execute(f"insert into {table} by name select * from incoming")
        self._connection.unregister("incoming")

    def _count(self, table: str, which: str, *values: object) -> int:
        asked = f"select count(*) from {table} where known_to is null and {which}"
        return self._connection.execute(asked, list(values)).fetchall()[0][0]

    def _meta(self) -> dict[str, str]:
        return dict(self._connection.execute("select key, value from meta").fetchall())

    def _set(self, key: str, value: str) -> None:
        if self._meta().get(key) != value:
            self._connection.execute("insert or replace into meta values (?, ?)", [key, value])


# A fact that stands for all of its copies, or has none.
_ONCE = "fact_id not in (select fact_id from copies where known_to is null and copy_of <> fact_id)"


def _as_stored(value: object) -> object:
    return float(value) if isinstance(value, float) else value
