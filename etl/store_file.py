"""The file under the store: locked for one writer, opened, made, checked, and brought to this program's schema."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from etl.errors import EtlError

SCHEMA_VERSION = 6
LONGEST_BRIEF, PAUSE = 120, 0.1  # seconds: that one waits for a process that is brief, and between two looks
HERE = Path(__file__).parent
# Or DuckDB fetches an extension from the network for a file that looks like another program's database.
SETTINGS = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
REPUBLISHED = "select 'only the published file is another';"
# How a store of an older schema becomes one of the next: SQL by the version it starts from.
MIGRATIONS = {
    0: """
        create table new_names (article_id varchar not null, name varchar not null, role varchar not null,
                                known_from integer not null, known_to integer);
        create table failures (load integer not null, source varchar not null, path varchar not null,
                               reason varchar not null);
    """,
    1: """
        create table reviews (
            review_id varchar primary key, "at" timestamp not null, who varchar not null, action varchar not null, fact_id varchar not null,
            article_id varchar not null, kind varchar not null, before json, after json, why varchar not null, load integer not null);
        create table verdicts (
            fact_id varchar not null, article_id varchar not null, kind varchar not null, review_id varchar not null, "at" timestamp not null,
            who varchar not null, action varchar not null, state varchar not null, before json, after json, why varchar not null,
            known_from integer not null, known_to integer);
        create table as_read (article_id varchar primary key, facts json not null);
    """,
    2: "alter table articles add column published_from varchar;",
    3: "".join((HERE / file).read_text(encoding="utf-8") for file in ("stories.sql", "signatures.sql")),
    4: REPUBLISHED,
    5: REPUBLISHED,
}


class StoreError(EtlError):
    """The store cannot be opened or written, or does not hold what was asked for."""


class BusyStore(StoreError):
    """Another process writes in the same folder."""


@contextmanager
def only_writer(warehouse: Path, brief: bool = False) -> Iterator[None]:
    """Be the one process that writes in this folder, which is made when it is not there. Raises StoreError.

    brief: this one is done in moments, so that others wait for it, which they do for no other.
    """
    holder = warehouse / "etl.brief"
    lock = FileLock(warehouse / "etl.lock", timeout=0)
    until = time.monotonic() + LONGEST_BRIEF
    try:
        warehouse.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                lock.acquire()
                break
            except Timeout:
                if brief or time.monotonic() > until or not holder.exists():
                    raise
                time.sleep(PAUSE)
        if brief:
            holder.touch()
        else:  # one that was killed may have left it
            holder.unlink(missing_ok=True)
    except Timeout:
        raise BusyStore(f"another ETL is running on {warehouse}; wait until it ends and run this again") from None
    except OSError as error:
        lock.release()
        raise StoreError(f"cannot write to {warehouse} ({error.strerror or error}); check its permissions") from error
    try:
        yield
    finally:
        if brief:
            holder.unlink(missing_ok=True)
        lock.release()


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the store at this path, for the process that only_writer let in. Raises StoreError, also for what fails inside."""
    try:
        with duckdb.connect(path, config=SETTINGS) as connection:
            yield connection
    except duckdb.Error as error:
        raise StoreError(_in_one_line(error, path)) from error


def prepare(path: Path) -> list[str]:
    """Make the store, or bring it to this schema; a note for what a person should know. Raises StoreError."""
    if not path.exists():
        _make(path)
        return []
    with opened(path) as connection:
        version = _version_of(connection, path)
        # What a killed run left in the log beside the file goes into the file, before that may be copied.
        connection.execute("checkpoint")
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{path} has schema {version}, and this program knows {SCHEMA_VERSION}; update the program, or move the file away"
        )
    return [_migrate(path, version)] if version < SCHEMA_VERSION else []


def create_tables(connection: duckdb.DuckDBPyConnection, *files: str) -> None:
    """Run files of SQL that stand beside this one."""
    for file in files:
        connection.execute((HERE / file).read_text(encoding="utf-8"))


def _make(path: Path) -> None:
    """A store under another name first: one that was half made when the machine stopped is never taken for a store."""
    fresh = path.with_name(f"{path.name}.new")
    for left in (fresh, fresh.with_name(f"{fresh.name}.wal")):
        left.unlink(missing_ok=True)
    with opened(fresh) as connection:
        create_tables(connection, "schema.sql", "stories.sql", "bookkeeping.sql", "signatures.sql")
        made = [("schema_version", str(SCHEMA_VERSION)), ("store_id", secrets.token_hex(4))]
        connection.executemany("insert into meta values (?, ?)", made)
        connection.execute("checkpoint")
    # A log without its database is of a store that somebody took away.
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    fresh.replace(path)


def _version_of(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    try:
        return int(connection.execute("select value from meta where key = 'schema_version'").fetchall()[0][0])
    except (duckdb.CatalogException, duckdb.BinderException, IndexError, TypeError, ValueError):
        raise StoreError(f"{path} is a database, but not this program's; move it away and run again") from None


def _migrate(path: Path, version: int) -> str:
    if any(step not in MIGRATIONS for step in range(version, SCHEMA_VERSION)):
        raise StoreError(f"{path} has schema {version}, too old for this program; move it away and run again")
    aside = path.with_name(f"store.schema-{version}.duckdb")
    shutil.copy2(path, aside)
    with opened(path) as connection:
        connection.execute("begin")
        for step in range(version, SCHEMA_VERSION):
            connection.execute(MIGRATIONS[step])
        connection.execute("update meta set value = ? where key = 'schema_version'", [str(SCHEMA_VERSION)])
        connection.execute("commit")
    return f"{path.name} was brought from schema {version} to {SCHEMA_VERSION}; the old one is kept as {aside.name}"


def _in_one_line(error: duckdb.Error, path: Path) -> str:
    told = " ".join(str(error).split())
    if "not a valid DuckDB" in told or "extension" in told.casefold():
        return f"{path} is not a database of this program; move it away and run again to make a new one"
    if "Could not set lock" in told:
        return f"another program has {path} open; close it and run this again"
    if "orrupt" in told or "not read enough bytes" in told or "replaying WAL" in told:
        return (
            f"{path} is damaged ({told[:160]}); put a copy of it back, or move it away and run again to make a new one"
        )
    full = "Could not write file" in told or "No space left" in told
    mend = "make room and run this again: " if full else ""
    return f"{path} cannot be used ({told[:200]}); {mend}nothing was published, and what was loaded before is kept"
