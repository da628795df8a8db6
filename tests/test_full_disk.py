"""A disk that is full: who writes is told so in one line, and all that was there is whole.

The limit of a process for the size of its files stands in for the disk: it needs no rights, and holds for the database's own writing too.
"""

from __future__ import annotations

import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from etl import __main__, pipeline, published, requests, store, writer
from etl.backup import BackupError, backup
from etl.errors import EtlError
from etl.gold_export import GoldExportError, export_gold
from etl.requests import Review
from etl.restore import restore
from etl.sources.raw import Raw
from tests.plain_reader import plain_reader
from tests.test_backup import places
from tests.test_writer import read, say, values


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def files_of(folder: Path) -> set[str]:
    """What lies in a folder, but for locks and the store's own log."""
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return {name for name in found if not name.endswith((".lock", ".wal", "etl.brief"))}


def correction(fact_id: str) -> Review:
    return Review(action="correct", article_id="a1", kind="figure", fact_id=fact_id, after={"value": 21.0})


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


# Not even the store's log; the log, but not the store.
@pytest.mark.parametrize("size", [0, 100_000])
def test_a_writer_without_room_leaves_the_request_and_the_old_facts(tmp_path, size):
    fact_id = read(tmp_path)
    number = requests.ask(tmp_path, "ann", correction(fact_id))
    before = files_of(tmp_path)
    with room_for(size), pytest.raises(EtlError, match="make room") as told:
        writer.work(tmp_path)
    assert "\n" not in str(told.value)
    assert requests.answer_of(tmp_path, number).state == "waiting"
    assert values(tmp_path) == [(20.0, 0.6)] and files_of(tmp_path) == before
    assert writer.work(tmp_path) == 1
    assert requests.answer_of(tmp_path, number).state == "done"
    assert values(tmp_path) == [(21.0, 1.0)] and values(tmp_path, load=1) == [(20.0, 0.6)]


def test_a_backup_without_room_leaves_no_archive(tmp_path):
    here = places(tmp_path / "here")
    read(here.warehouse)
    before = files_of(tmp_path)
    with room_for(100_000), pytest.raises(BackupError, match="make room") as told:
        backup(here, tmp_path / "x.tar.zst")
    assert "\n" not in str(told.value) and files_of(tmp_path) == before
    assert values(here.warehouse) == [(20.0, 0.6)]


def full_while(monkeypatch, room: object, name: str, size: int = 0) -> None:
    """The disk is full for as long as this function of a room is at work, and for nobody else."""
    does = getattr(room, name)

    def without_room(*given, **told):
        with room_for(size):
            return does(*given, **told)

    monkeypatch.setattr(room, name, without_room)


@pytest.mark.parametrize("what", ["write_search_index", "write_read_file", "put"])
def test_a_disk_that_fills_while_the_published_file_is_written_leaves_the_old_one(tmp_path, monkeypatch, what):
    fact_id = read(tmp_path)
    number = requests.ask(tmp_path, "ann", correction(fact_id))
    before = files_of(tmp_path)
    with monkeypatch.context() as patched:
        if what == "put":
            patched.setattr(published, what, full)
        else:
            full_while(patched, published, what)
        with pytest.raises(EtlError, match="make room") as told:
            writer.work(tmp_path)
    assert "\n" not in str(told.value)
    assert requests.answer_of(tmp_path, number).state == "waiting"
    assert values(tmp_path) == [(20.0, 0.6)] and files_of(tmp_path) == before
    assert writer.work(tmp_path) == 1
    assert values(tmp_path) == [(21.0, 1.0)] and values(tmp_path, load=1) == [(20.0, 0.6)]


# Not even the document; the document, but not what was read in it.
@pytest.mark.parametrize(
    ("size", "told"), [(0, "cannot keep a document"), (20_000, "are kept; the next run reads them")]
)
def test_a_document_added_without_room_is_told_and_the_next_run_has_it_or_it_is_added_again(
    tmp_path, monkeypatch, capsys, size, told
):
    home, document = tmp_path / "warehouse", tmp_path / "nokia.txt"
    document.write_text("OULU, 3 May 2021\n\nNokia holds 15% of the market.")
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(home))
    monkeypatch.setenv("VENDOR_TRACKER_SOURCES", str(tmp_path / "none.toml"))
    monkeypatch.setattr(pipeline, "the_reader", plain_reader)
    (home / "raw").mkdir(parents=True)
    with room_for(size):
        assert command(monkeypatch, "add", str(document)) == 1
    said = capsys.readouterr().err
    assert told in said and "make room" in said.splitlines()[-1] and "Traceback" not in said
    assert not list(home.rglob("*.part")) and not (home / "published.duckdb").exists()
    if size:
        pipeline.run(home, kept=[("added", Raw(home / "raw").listing("added"))], usual=False)
    else:
        assert command(monkeypatch, "add", str(document)) == 0
    assert [value for value, _ in values(home)] == [15.0]


def command(monkeypatch, *words: str) -> int:
    """The exit code of a command, here."""
    monkeypatch.setattr("sys.argv", ["etl", *words])
    try:
        return __main__.main()
    except SystemExit as ended:
        return ended.code


@pytest.mark.parametrize("size", [0, 100_000])
def test_an_archive_put_back_without_room_changes_nothing(tmp_path, size):
    here, there, archive = places(tmp_path / "here"), places(tmp_path / "there"), tmp_path / "x.tar.zst"
    read(here.warehouse)
    backup(here, archive)
    read(there.warehouse)
    say(there.warehouse, read(there.warehouse), "correct", value=21.0)
    before = files_of(there.warehouse)
    with room_for(size), pytest.raises(BackupError, match="make room") as told:
        list(restore(there, archive, force=True))
    assert "\n" not in str(told.value) and files_of(there.warehouse) == before
    assert values(there.warehouse) == [(21.0, 1.0)]
    list(restore(there, archive, force=True))
    assert values(there.warehouse) == [(20.0, 0.6)]


def test_an_archive_that_is_back_and_cannot_be_shown_says_so_and_where_the_old_is(tmp_path, monkeypatch):
    here, there, archive = places(tmp_path / "here"), places(tmp_path / "there"), tmp_path / "x.tar.zst"
    read(here.warehouse)
    backup(here, archive)
    say(there.warehouse, read(there.warehouse), "correct", value=21.0)
    lines = restore(there, archive, force=True)
    assert "what was there before is in" in next(lines)
    with monkeypatch.context() as patched:
        full_while(patched, store, "write_both")
        with pytest.raises(BackupError, match=r"all is back, and the next run .* shows it") as told:
            next(lines)
    assert "\n" not in str(told.value) and values(there.warehouse) == [(21.0, 1.0)]
    pipeline.run(there.warehouse, usual=False, reader=plain_reader())
    assert values(there.warehouse) == [(20.0, 0.6)]


def test_gold_without_room_leaves_no_half_files(tmp_path, monkeypatch):
    home, gold = tmp_path / "warehouse", tmp_path / "gold"
    say(home, read(home), "correct", value=21.0)
    with room_for(30), pytest.raises(GoldExportError, match="make room") as told:
        list(export_gold(home, gold))
    assert "\n" not in str(told.value) and not list(gold.iterdir())
    list(export_gold(home, gold))
    before = {path.name: path.read_bytes() for path in gold.iterdir()}
    with room_for(100), pytest.raises(GoldExportError):  # room for the text, and not for the answers
        list(export_gold(home, gold))
    assert {path.name: path.read_bytes() for path in gold.iterdir()} == before
