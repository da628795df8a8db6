"""Commands that keep a warehouse, ended by kill -9 at each step: nothing is lost or half written, and the same command again does it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from etl import pipeline
from etl.backup import Places, backup
from etl.evaluate import load_gold
from etl.gold_export import export_gold
from etl.paths import ROOT
from etl.restore import restore
from etl.sources.adding import record_of_bytes
from etl.sources.raw import Raw
from tests.plain_reader import plain_reader
from tests.test_backup import places
from tests.test_writer import read, say, values

# Does a command, and dies when a function of a room is called the nth time.
DYING = """
import os, signal, sys
from importlib import import_module
from pathlib import Path
folder, room, name, number, *words = sys.argv[1:]
left = [int(number)]
def dying(does):
    def called(*given, **told):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return does(*given, **told)
    return called
if __name__ == "__main__":
    from etl import __main__, backup, pipeline
    from tests.plain_reader import plain_reader
    from tests.test_backup import places
    pipeline.the_reader, pipeline.BATCH = lambda: plain_reader("plain 2"), 1
    pipeline.INBOX = Path(folder) / "inbox"
    backup.Places.usual = lambda: places(Path(folder))
    at = import_module(room)
    setattr(at, name, dying(getattr(at, name)))
    sys.argv = ["etl", *words]
    sys.exit(__main__.main())
"""


def die(folder: Path, monkeypatch, step: str, *words: object, number: int = 1) -> None:
    """Lose `python -m etl WORDS` when it calls the function `step` (ROOM.NAME) for this time."""
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(folder / "warehouse"))
    monkeypatch.setenv("VENDOR_TRACKER_SOURCES", str(folder / "sources.toml"))
    told = [str(folder), *step.rsplit(".", 1), str(number), *map(str, words)]
    ended = subprocess.run([sys.executable, "-c", DYING, *told], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL


def furnished(folder: Path, share: float) -> Places:
    """A warehouse of one fact that a person corrected, with a file in every place."""
    found = places(folder)
    say(found.warehouse, read(found.warehouse), "correct", value=share)
    for path in (found.raw / "content/ab/abc.zst", found.inbox / "a.txt", found.names / "companies.csv"):
        path.parent.mkdir(parents=True)
        path.write_text(f"{share}")
    found.sources.write_text(f"[web]\ndelay = {share}\n")
    return found


def told_in(found: Places) -> set[str]:
    """What the files say that `furnished` wrote."""
    return {path.read_text() for path in (found.raw / "content/ab/abc.zst", found.inbox / "a.txt")}


@pytest.mark.parametrize("step", ["etl.backup._copy_store", "etl.backup._write", "etl.backup.put"])
def test_a_backup_that_is_killed_leaves_no_archive_and_the_next_one_no_trace_of_it(tmp_path, monkeypatch, step):
    here, archive = furnished(tmp_path / "here", 21.0), tmp_path / "x.tar.zst"
    die(tmp_path / "here", monkeypatch, step, "backup", archive)
    assert not archive.exists() and list(tmp_path.glob(".backup-*"))
    backup(here, archive)
    assert not list(tmp_path.glob(".backup-*"))
    there = places(tmp_path / "there")
    list(restore(there, archive))
    assert values(there.warehouse) == [(21.0, 1.0)] and told_in(there) == {"21.0"}


# The first of a place was moved aside; another took its place; the store was moved aside; all is back, and not shown yet.
@pytest.mark.parametrize(
    ("step", "number"),
    [("etl.restore._unpack", 1), ("etl.restore._move", 2), ("etl.restore._move", 3), ("etl.restore._move", 10), ("etl.restore._publish", 1)],
)  # fmt: skip
def test_a_restore_that_is_killed_loses_nothing_and_is_done_by_the_next(tmp_path, monkeypatch, step, number):
    archive, there = tmp_path / "x.tar.zst", furnished(tmp_path / "there", 22.0)
    backup(furnished(tmp_path / "here", 21.0), archive)
    die(tmp_path / "there", monkeypatch, step, "restore", "--force", archive, number=number)
    assert values(there.warehouse) == [(22.0, 1.0)]  # what readers see
    list(restore(there, archive, force=True))
    assert values(there.warehouse) == [(21.0, 1.0)] and told_in(there) == {"21.0"}
    assert not list(there.warehouse.glob(".restore-*"))
    aside = [path.parent for path in there.warehouse.glob("before-restore-*/*")]
    assert any((one / "inbox/a.txt").exists() and (one / "inbox/a.txt").read_text() == "22.0" for one in aside)
    assert any((one / "store.duckdb").exists() for one in aside)


@pytest.mark.parametrize("number", [1, 2])
def test_an_export_of_gold_that_is_killed_leaves_whole_files_and_the_next_one_completes_them(
    tmp_path, monkeypatch, number
):
    here, gold = furnished(tmp_path / "here", 21.0), tmp_path / "gold"
    die(tmp_path / "here", monkeypatch, "etl.gold_export.write_whole", "export-gold", gold, number=number)
    assert [path.suffix for path in gold.iterdir()] == [".txt"][: number - 1]
    list(export_gold(here.warehouse, gold))
    (one,) = load_gold(gold)
    assert one.facts[0]["value"] == 21.0 and one.article is not None


# At the third of four documents; when readers are to be shown it.
@pytest.mark.parametrize(
    ("step", "number", "left"),
    [("etl.pipeline.load", 3, 2), ("etl.store.write_both", 1, 0)],
    ids=["reads", "publishes"],
)
def test_a_reread_that_is_killed_goes_on_where_it_was(tmp_path, monkeypatch, step, number, left):
    here = places(tmp_path)
    for share in (11, 12, 13, 14):
        content = f"Nokia holds {share}% of the market.".encode()
        Raw(here.raw).keep(record_of_bytes(content, f"{share}.txt"), content)

    def run(reader: str) -> pipeline.Summary:
        kept = [("added", Raw(here.raw).listing("added"))]
        return pipeline.run(here.warehouse, kept=kept, usual=False, reader=plain_reader(reader))

    assert run("plain 1").new == 4
    die(tmp_path, monkeypatch, step, "reread", "--no-bundled", number=number)
    assert [value for value, _ in values(here.warehouse)] == [11.0, 12.0, 13.0, 14.0]
    summary = run("plain 2")
    assert (summary.reread, summary.unchanged, summary.failed) == (left, 4 - left, [])
    assert [value for value, _ in values(here.warehouse)] == [11.0, 12.0, 13.0, 14.0]
    assert run("plain 2").published is False
