"""A disk that is full: who writes is told so in one line, and all that was there is whole.

The limit of a process for the size of its files stands in for the disk: it needs no rights, and holds for the database's own writing too.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from etl import requests, writer
from etl.backup import BackupError, backup
from etl.errors import EtlError
from etl.requests import Review
from tests.test_backup import places
from tests.test_writer import read, values


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


# Not even the store's log; the log, but not the store.
@pytest.mark.parametrize("size", [0, 100_000])
def test_a_writer_without_room_leaves_the_request_and_the_old_facts(tmp_path, size):
    fact_id = read(tmp_path)
    asks = Review(action="correct", article_id="a1", kind="figure", fact_id=fact_id, after={"value": 21.0})
    number = requests.ask(tmp_path, "ann", asks)
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
