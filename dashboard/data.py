"""The published database: opened read-only, a cursor for each call, its version, and the loads it knows.

DuckDB hands back an old file while a connection to its path is open, and threads that share a connection get wrong
rows. So each version of the file is attached under a name of its own, and each question gets a cursor of its own.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from etl.paths import warehouse
from etl.store_file import SCHEMA_VERSION

HOW_TO_LOAD = "run `make etl` (or `python -m etl run`) and reload this page"


class NoData(Exception):
    """There is nothing to show yet, or it cannot be read. The message is one line: what is wrong and what to do."""


class NotThisLoad(NoData):
    """A link asks for another database's load, or for one that this database does not have. Without it the link shows today's."""


@dataclass(frozen=True)
class Load:
    """One load of the store: its number, when it was (UTC), what was done."""

    number: int
    at: datetime
    what: str

    @property
    def on(self) -> date:
        """Its day."""
        return self.at.date()


@dataclass(frozen=True)
class Snapshot:
    """One version of the published file. Equal snapshots hold equal rows, so answers may be kept by them.

    stamp: STORE.LOAD of the file, as the search file bears it; the same where only its first loads are looked at.
    """

    version: str
    alias: str
    store: str
    min_confidence: float
    loads: tuple[Load, ...]
    stamp: str = ""

    @property
    def newest(self) -> Load:
        """The load that a page shows when its link names none."""
        return self.loads[-1]

    def load(self, number: int) -> Load | None:
        """The load with this number, if this store has it."""
        return next((load for load in self.loads if load.number == number), None)


class Database:
    """The published file at one path, whichever version of it is there now."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # A stream may be dropped, and so end, while its own thread holds the lock.
        self._lock = threading.RLock()
        self._connection = duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": False})
        self._snapshots: dict[tuple[int, int], Snapshot] = {}
        self._asking: Counter[str] = Counter()
        self._attached: list[str] = []
        self._number = 0

    def snapshot(self) -> Snapshot:
        """The version that is published now. Raises NoData: no file, no database, another schema, or no load in it."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            raise NoData(f"No data yet: {HOW_TO_LOAD}.") from None
        except OSError as error:
            raise NoData(f"Cannot read {self.path.name} ({error.strerror}): check its permissions.") from None
        version = (found.st_ino, found.st_mtime_ns)
        with self._lock:
            if version not in self._snapshots:
                fresh = self._attach(f"{self.path}:{version[0]}:{version[1]}")
                # The version before stays: a page that is half drawn from it is drawn to its end.
                self._snapshots = {**dict(list(self._snapshots.items())[-1:]), version: fresh}
                self._detach_unused()
            return self._snapshots[version]

    def ask(self, snapshot: Snapshot, sql: str, parameters: dict[str, object]) -> pd.DataFrame:
        """Rows of a question; `{db}` in it stands for the snapshot. Parameters that it does not name are left out."""
        with self._asking_of(snapshot, sql, parameters) as (cursor, question, named):
            return _with_none(cursor.execute(question, named).df())

    def stream(
        self, snapshot: Snapshot, sql: str, parameters: dict[str, object], size: int
    ) -> Iterator[pa.RecordBatch]:
        """Rows of a question as they come, about `size` at once; the version stays until the last is taken or dropped."""
        with self._asking_of(snapshot, sql, parameters) as (cursor, question, named):
            # A statement that is executed reads all rows before it hands over the first as Arrow; a relation does not.
            yield from cursor.sql(question, params=named).to_arrow_reader(size)

    @contextmanager
    def _asking_of(
        self, snapshot: Snapshot, sql: str, parameters: dict[str, object]
    ) -> Iterator[tuple[duckdb.DuckDBPyConnection, str, dict[str, object]]]:
        """A cursor, the question to this snapshot and its parameters; the version stays while they are in use."""
        with self._lock:
            self._asking[snapshot.alias] += 1
        try:
            named = {name: value for name, value in parameters.items() if f"${name}" in sql}
            # A version cannot be let go while an answer from it is open.
            with closing(self._connection.cursor()) as cursor:
                yield cursor, sql.replace("{db}", snapshot.alias), named
        except duckdb.CatalogException:
            raise NoData("The data was replaced while this page was drawn: reload the page.") from None
        finally:
            with self._lock:
                self._asking[snapshot.alias] -= 1
                self._detach_unused()

    def _attach(self, version: str) -> Snapshot:
        self._number += 1
        alias = f"published_{self._number}"
        try:
            self._connection.execute(f"attach '{str(self.path).replace(chr(39), chr(39) * 2)}' as {alias} (read_only)")
        except duckdb.Error:
            raise NoData(f"{self.path.name} is not a database: move it away, then {HOW_TO_LOAD}.") from None
        try:
            snapshot = self._describe(version, alias)
        except NoData:
            self._connection.execute(f"detach {alias}")
            raise
        self._attached.append(alias)
        return snapshot

    def _describe(self, version: str, alias: str) -> Snapshot:
        try:
            meta = dict(self._connection.execute(f"select key, value from {alias}.meta").fetchall())
            schema = int(meta["schema_version"])
            rows = self._connection.execute(f'select load, "at", what from {alias}.loads order by load').fetchall()
        except (duckdb.Error, KeyError, ValueError):
            raise NoData(f"{self.path.name} is a database, but not this program's: {HOW_TO_LOAD}.") from None
        if schema > SCHEMA_VERSION:
            raise NoData(
                f"The data has schema {schema}, and this program knows {SCHEMA_VERSION}: update the program and reload."
            )
        if schema < SCHEMA_VERSION:
            raise NoData(f"The data has the older schema {schema}: {HOW_TO_LOAD}.")
        if not rows:
            raise NoData(f"No data yet: {HOW_TO_LOAD}.")
        loads = tuple(Load(*row) for row in rows)
        store = meta.get("store_id", "")
        stamp = f"{store}.{loads[-1].number}"
        return Snapshot(version, alias, store, float(meta.get("default_min_confidence", 0)), loads, stamp)

    def _detach_unused(self) -> None:
        """Let go of old versions that nobody is asking any more."""
        current = {snapshot.alias for snapshot in self._snapshots.values()}
        for alias in [alias for alias in self._attached if alias not in current and not self._asking[alias]]:
            with suppress(duckdb.Error):
                self._connection.execute(f"detach {alias}")
                self._attached.remove(alias)


def _with_none(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows in which a text that is not told is None, which equals itself, and no NaN, which does not."""
    words = rows.select_dtypes(include=["object", "string"]).columns
    return rows.assign(**{name: rows[name].astype(object).where(rows[name].notna(), None) for name in words})


def published_path() -> Path:
    """Where the ETL publishes."""
    return warehouse() / "published.duckdb"
