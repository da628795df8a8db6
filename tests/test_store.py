"""The store: opened by one, refused when it is none, migrated, published whole; its numbers of loads never lie."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from etl import store_file
from etl.store import StoreError, Versions, open_store

ROOT = Path(__file__).resolve().parent.parent
DAY = datetime(2024, 3, 1, 12)


@pytest.fixture
def warehouse(tmp_path) -> Path:
    return tmp_path / "warehouse"


def opened(warehouse: Path, at: datetime = DAY):
    return open_store(warehouse, at, Versions("test 1", "names 1", 0.5))


def article(article_id: str, text: str = "NEC holds 0.7% of the market.") -> dict:
    row = {"article_id": article_id, "source": "news", "path": f"{article_id}.txt", "name": article_id, "text": text}
    return row | {"content_hash": "x", "is_brief": False, "state": "read"}


def figure(article_id: str, value: float, fact_id: str = "f") -> dict:
    row = {"fact_id": fact_id, "article_id": article_id, "quote": "NEC", "start": 0, "end": 3, "confidence": 0.9}
    row |= {"reader": "test 1", "companies": ["NEC"], "metric": "market_share", "status": "actual", "unit": "percent"}
    return row | {"value": value, "qualifier": "exact", "market": "ran", "region": "global"}


def load(warehouse: Path, value: float, article_id: str = "a", publish: bool = True) -> None:
    """One command that makes this value the only figure of an article."""
    with opened(warehouse) as store:
        with store.transaction():
            store.replace("articles", [article_id], [article(article_id)])
            store.replace("figures", [article_id], [figure(article_id, value, f"{article_id}-{value}")])
        if publish:
            store.publish("loaded")


def published(warehouse: Path, question: str) -> list[tuple]:
    with duckdb.connect(warehouse / "published.duckdb", read_only=True) as connection:
        return connection.execute(question).fetchall()


# ---- facts and time


def test_a_fact_is_known_from_one_load_until_another(warehouse):
    load(warehouse, 0.7)
    load(warehouse, 0.8)
    rows = published(warehouse, "select value, known_from, known_to from figures order by known_from")
    assert rows == [(0.7, 1, 2), (0.8, 2, None)]
    assert published(warehouse, 'select load, what, "at" from loads') == [(1, "loaded", DAY), (2, "loaded", DAY)]


def test_what_is_told_a_second_time_stays_as_it_is(warehouse):
    load(warehouse, 0.7)
    load(warehouse, 0.7)
    assert published(warehouse, "select value, known_from, known_to from figures") == [(0.7, 1, None)]
    assert published(warehouse, "select max(load) from loads") == [(1,)]


def test_all_that_one_command_changes_is_one_load(warehouse):
    with opened(warehouse) as store:
        for name in ("a", "b"):
            with store.transaction():
                store.replace("articles", [name], [article(name)])
        store.publish("two transactions")
    assert published(warehouse, "select known_from from articles") == [(1,), (1,)]


def test_a_transaction_that_fails_leaves_nothing(warehouse):
    with opened(warehouse) as store:
        with pytest.raises(ZeroDivisionError), store.transaction():
            store.replace("articles", ["a"], [article("a")])
            raise ZeroDivisionError
        assert store.open_load() is None
        assert store.publish("nothing") is True  # the first read file, empty
    assert published(warehouse, "select count(*) from articles, loads") == [(0,)]


def test_a_load_that_nobody_saw_is_taken_back_rather_than_closed(warehouse):
    load(warehouse, 0.7, publish=False)
    load(warehouse, 0.8)
    assert published(warehouse, "select value, known_from, known_to from figures") == [(0.8, 1, None)]


def test_article_text_goes_in_and_out_unchanged(warehouse):
    hostile = '\'; drop table articles; -- \u202e {x} $1 ? \\ \t "quoted" 日本 😀 <script>'
    with opened(warehouse) as store:
        with store.transaction():
            store.replace("articles", ["a"], [article("a", hostile)])
        store.publish("hostile")
    assert published(warehouse, "select text from articles") == [(hostile,)]


# ---- publishing


def test_the_published_file_is_whole_by_itself(warehouse):
    load(warehouse, 0.7)
    assert sorted(path.name for path in warehouse.iterdir()) == [
        "etl.lock",
        "published.duckdb",
        "search.sqlite",
        "store.duckdb",
    ]
    alone = warehouse.parent / "alone.duckdb"
    shutil.copy(warehouse / "published.duckdb", alone)
    with duckdb.connect(alone, read_only=True) as connection:
        tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert {
        "articles",
        "figures",
        "selections",
        "deals",
        "restrictions",
        "unread",
        "meta",
        "loads",
        "failures",
    } <= tables
    assert not {"documents", "sources"} & tables


def test_readers_keep_their_version_while_a_new_one_is_published(warehouse):
    load(warehouse, 0.7)
    with duckdb.connect(warehouse / "published.duckdb", read_only=True) as reader:
        load(warehouse, 0.8)
        assert reader.execute("select value from figures where known_to is null").fetchall() == [(0.7,)]
    assert published(warehouse, "select value from figures where known_to is null") == [(0.8,)]


@pytest.mark.parametrize("what", ["older", "gone", "garbage", "of another store"])
def test_a_read_file_that_is_not_the_stores_newest_is_written_anew(warehouse, tmp_path, what):
    """So it looks after a kill between the store's last commit and the moment when readers see it."""
    read_file = warehouse / "published.duckdb"
    load(warehouse, 0.7)
    before = read_file.read_bytes()
    load(warehouse, 0.8)
    if what == "older":
        read_file.write_bytes(before)
    elif what == "gone":
        read_file.unlink()
    elif what == "garbage":
        read_file.write_bytes(b"nonsense" * 999)
    else:
        load(tmp_path / "other", 0.1)
        load(tmp_path / "other", 0.2)
        shutil.copy(tmp_path / "other" / "published.duckdb", read_file)
    with opened(warehouse) as store:
        assert store.publish("again") is True
        assert store.publish("again") is False
    assert published(warehouse, "select value, known_from from figures where known_to is null") == [(0.8, 2)]


def test_what_a_killed_publication_left_is_swept_away(warehouse):
    load(warehouse, 0.7)
    (warehouse / "published.duckdb.new").write_bytes(b"half")
    (warehouse / "published.duckdb.new.wal").write_bytes(b"half")
    (warehouse / "search.sqlite.new").write_bytes(b"half")
    load(warehouse, 0.8)
    assert sorted(path.name for path in warehouse.iterdir()) == [
        "etl.lock",
        "published.duckdb",
        "search.sqlite",
        "store.duckdb",
    ]


def test_a_number_that_readers_have_seen_is_never_given_to_another_load(warehouse):
    """Somebody put an older copy of the store back: links to load 2 must not show other rows from now on."""
    load(warehouse, 0.7)
    shutil.copy(warehouse / "store.duckdb", warehouse.parent / "copy.duckdb")
    load(warehouse, 0.8)
    shutil.copy(warehouse.parent / "copy.duckdb", warehouse / "store.duckdb")
    load(warehouse, 0.9)
    assert published(warehouse, "select load from loads order by 1") == [(1,), (3,)]
    assert published(warehouse, "select value, known_from, known_to from figures order by 2") == [
        (0.7, 1, 3),
        (0.9, 3, None),
    ]


def test_a_store_put_back_without_anything_new_is_told_under_a_number_of_its_own(warehouse):
    load(warehouse, 0.7)
    shutil.copy(warehouse / "store.duckdb", warehouse.parent / "copy.duckdb")
    load(warehouse, 0.8)
    shutil.copy(warehouse.parent / "copy.duckdb", warehouse / "store.duckdb")
    with opened(warehouse) as store:
        assert store.publish("put back") is True
    assert published(warehouse, "select load from loads order by 1") == [(1,), (3,)]
    assert published(warehouse, "select value from figures") == [(0.7,)]


# ---- killed


def crash(warehouse: Path, code: str) -> None:
    """Run code with an open `store` in a process that is then gone at once, as after a power cut."""
    program = f"import os\nfrom pathlib import Path\nfrom tests.test_store import *\nwith opened(Path({str(warehouse)!r})) as store:\n"
    lines = [*code.splitlines(), "os._exit(9)"]
    ended = subprocess.run(
        [sys.executable, "-c", program + "".join(f"    {line}\n" for line in lines)], cwd=ROOT, check=False
    )
    assert ended.returncode == 9


def test_a_process_gone_in_the_middle_of_a_transaction_leaves_nothing_of_it(warehouse):
    load(warehouse, 0.7)
    crash(warehouse, "store._connection.execute('begin'); store.replace('figures', ['a'], [])")
    with opened(warehouse) as store:
        assert store.open_load() is None
        assert store.counts()["figure"] == 1


def test_a_commit_outlives_the_process_and_counts_once_it_is_published(warehouse):
    load(warehouse, 0.7)
    crash(warehouse, "with store.transaction(): store.replace('figures', ['a'], [figure('a', 0.8, 'new')])")
    assert (warehouse / "store.duckdb.wal").exists()
    assert published(warehouse, "select value from figures") == [(0.7,)]
    with opened(warehouse) as store:
        assert store.publish("went on") is True
    assert not (warehouse / "store.duckdb.wal").exists()
    assert published(warehouse, "select value, known_from from figures where known_to is null") == [(0.8, 2)]


def test_a_store_half_made_is_made_anew(warehouse):
    warehouse.mkdir()
    (warehouse / "store.duckdb.new").write_bytes(b"half")
    load(warehouse, 0.7)
    assert published(warehouse, "select value from figures") == [(0.7,)]


# ---- one writer, and files that are no store


def test_a_second_writer_is_told_so(warehouse):
    with (
        opened(warehouse),
        pytest.raises(StoreError, match=r"another ETL is running on .*warehouse; wait until it ends"),
        opened(warehouse),
    ):
        pass
    with opened(warehouse):
        pass


def test_another_program_that_has_the_store_open_is_named_as_the_cause(warehouse):
    load(warehouse, 0.7)
    program = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program, str(warehouse / "store.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        with pytest.raises(StoreError, match=r"another program has .*store.duckdb open; close it"), opened(warehouse):
            pass
        other.stdin.close()


def damaged(path: Path) -> None:
    """Spoil all of a file but its beginning, by which it is taken for a database or a log."""
    raw = path.read_bytes()
    kept = 12_300 if path.suffix == ".duckdb" else 200
    path.write_bytes(raw[:kept] + os.urandom(len(raw) - kept))


def of_sqlite(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("create table meta (key, value)")
    connection.close()


def of_another_program(path: Path) -> None:
    path.unlink()
    with duckdb.connect(path) as connection:
        connection.execute("create table figures (a integer)")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda path: path.write_bytes(b""), "is not a database"),
        (lambda path: path.write_bytes(b"hello\n" * 5000), "is not a database"),
        (of_sqlite, "is not a database"),
        (of_another_program, "is a database, but not this program's"),
        (lambda path: path.write_bytes(path.read_bytes()[:9000]), "is damaged"),
        (damaged, "is damaged"),
        (lambda path: path.unlink() or path.mkdir(), "Is a directory"),
    ],
    ids=["empty", "text", "sqlite", "another-program", "cut-off", "spoiled", "folder"],
)
def test_a_file_that_is_no_store_is_refused_in_one_line_and_left_alone(warehouse, spoil, told):
    load(warehouse, 0.7)
    path = warehouse / "store.duckdb"
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=told) as refused, opened(warehouse):
        pass
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert published(warehouse, "select value from figures") == [(0.7,)]


def test_a_spoiled_log_is_told_and_nothing_is_published_from_it(warehouse):
    load(warehouse, 0.7)
    crash(warehouse, "with store.transaction(): store.replace('figures', ['a'], [figure('a', 0.8, 'new')])")
    log = warehouse / "store.duckdb.wal"
    damaged(log)
    with pytest.raises(StoreError, match="is damaged"), opened(warehouse):
        pass
    assert published(warehouse, "select value from figures") == [(0.7,)]


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot write to .*file"), opened(tmp_path / "file"):
        pass


def test_a_full_disk_is_told_and_readers_keep_what_they_had(warehouse):
    load(warehouse, 0.7)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with (
            pytest.raises(StoreError, match=r"store.duckdb cannot be used .*what was loaded before is kept"),
            opened(warehouse) as store,
        ):
            text = "".join(map(str, range(400_000)))
            with store.transaction():
                store.replace("articles", ["b"], [article("b", text)])
            store.publish("too much")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert published(warehouse, "select value from figures") == [(0.7,)]
    load(warehouse, 0.8)
    assert published(warehouse, "select value from figures where known_to is null") == [(0.8,)]


# ---- schemas


def test_a_store_of_a_newer_schema_is_refused(warehouse):
    load(warehouse, 0.7)
    with duckdb.connect(warehouse / "store.duckdb") as connection:
        connection.execute("update meta set value = '99' where key = 'schema_version'")
    with (
        pytest.raises(StoreError, match=r"has schema 99, and this program knows [0-9]+; update the program"),
        opened(warehouse),
    ):
        pass


def of_schema_0(warehouse: Path) -> None:
    load(warehouse, 0.7)
    with duckdb.connect(warehouse / "store.duckdb") as connection:
        connection.execute(
            "drop table new_names; drop table failures; drop table reviews; drop table verdicts; drop table as_read"
        )
        connection.execute("alter table articles drop column published_from")
        connection.execute("update meta set value = '0' where key = 'schema_version'")


def test_a_store_of_an_older_schema_is_copied_aside_and_brought_to_this_one(warehouse):
    of_schema_0(warehouse)
    with opened(warehouse) as store:
        assert store.notes == [
            f"store.duckdb was brought from schema 0 to {store_file.SCHEMA_VERSION}; the old one is kept as store.schema-0.duckdb"
        ]
        assert store.publish("migrated") is False  # what readers see had this schema already
    load(warehouse, 0.8)
    rows = published(warehouse, "select value, known_from, known_to from figures order by 2")
    assert rows == [(0.7, 1, 2), (0.8, 2, None)]
    with duckdb.connect(warehouse / "store.schema-0.duckdb", read_only=True) as old:
        assert old.execute("select value from meta where key = 'schema_version'").fetchall() == [("0",)]
        assert old.execute("select value from figures").fetchall() == [(0.7,)]
    with opened(warehouse) as store:
        assert store.notes == []


def test_a_store_of_before_the_origins_of_dates_gets_their_column_and_is_published_with_it(warehouse):
    load(warehouse, 0.7)
    for name in ("store", "published"):
        with duckdb.connect(warehouse / f"{name}.duckdb") as connection:
            connection.execute("alter table articles drop column published_from")
            connection.execute("update meta set value = '2' where key = 'schema_version'")
    with opened(warehouse) as store:
        assert store.publish("migrated") is True
    assert published(warehouse, "select article_id, published_from from articles") == [("a", None)]


def test_a_migration_that_fails_leaves_the_store_as_it_was(warehouse, monkeypatch):
    of_schema_0(warehouse)
    monkeypatch.setitem(store_file.MIGRATIONS, 0, "create table new_names (a integer); select * from nowhere;")
    with pytest.raises(StoreError, match="cannot be used"), opened(warehouse):
        pass
    monkeypatch.undo()
    with opened(warehouse) as store:
        assert len(store.notes) == 1
        assert store.counts()["figure"] == 1


def test_every_older_schema_has_its_migration():
    assert set(store_file.MIGRATIONS) == set(range(store_file.SCHEMA_VERSION))
