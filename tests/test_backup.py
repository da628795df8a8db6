"""A backup holds what would be missed and comes back elsewhere with its links; an archive that is not whole, or hostile, changes nothing."""

import io
import json
import shutil
import tarfile

import pytest
import zstandard

from etl import pipeline, requests, writer
from etl.backup import BackupError, Places, backup
from etl.paths import ROOT
from etl.requests import Review
from etl.restore import restore
from etl.sources.adding import record_of_bytes
from etl.sources.raw import Raw
from tests.plain_reader import plain_reader
from tests.test_writer import published, read, values
from tests.views import view_of


def places(folder) -> Places:
    home = folder / "warehouse"
    return Places(home, home / "raw", folder / "inbox", home / "names", folder / "sources.toml")


@pytest.fixture
def here(tmp_path):
    found = places(tmp_path / "here")
    fact_id = read(found.warehouse)
    asks = Review(action="correct", article_id="a1", kind="figure", fact_id=fact_id, after={"value": 21.0})
    requests.ask(found.warehouse, "ann", asks)
    writer.work(found.warehouse)
    for path in (found.raw / "content/ab/abc.zst", found.inbox / "deep/a.txt", found.names / "companies.csv"):
        path.parent.mkdir(parents=True)
        path.write_text(path.name)
    found.sources.write_text("[web]")
    return found


def store_id(warehouse) -> str:
    return published(warehouse, "select value from meta where key = 'store_id'")[0][0]


def test_what_was_backed_up_is_back_elsewhere_with_its_frozen_links(here, tmp_path):
    archive, there = tmp_path / "x.tar.zst", places(tmp_path / "there")
    assert "load 2" in backup(here, archive)
    assert any("load 2 is published" in line for line in restore(there, archive))
    assert store_id(there.warehouse) == store_id(here.warehouse)
    assert values(there.warehouse, load=1) == [(20.0, 0.6)]
    assert values(there.warehouse) == [(21.0, 1.0)]
    assert published(there.warehouse, "select who, action from reviews") == [("ann", "correct")]
    assert (there.inbox / "deep/a.txt").read_text() == "a.txt"
    assert (there.raw / "content/ab/abc.zst").exists() and (there.names / "companies.csv").exists()
    assert there.sources.read_text() == "[web]"
    assert not list(there.warehouse.glob(".restore-*"))


def test_what_is_there_is_only_replaced_by_force_and_then_kept_aside(here, tmp_path):
    archive = tmp_path / "x.tar.zst"
    backup(here, archive)
    (here.inbox / "new.txt").write_text("new")
    with pytest.raises(BackupError, match="--force"):
        list(restore(here, archive))
    assert (here.inbox / "new.txt").exists()
    list(restore(here, archive, force=True))
    assert not (here.inbox / "new.txt").exists()
    (aside,) = here.warehouse.glob("before-restore-*")
    assert (aside / "inbox/new.txt").read_text() == "new" and (aside / "store.duckdb").exists()
    assert values(here.warehouse) == [(21.0, 1.0)]


def test_after_a_restore_frozen_links_hold_and_kept_documents_are_not_read_again(tmp_path):
    here, there, archive = places(tmp_path / "here"), places(tmp_path / "there"), tmp_path / "x.tar.zst"
    content = b"OULU, 3 May 2021\n\nNokia holds 15% of the market."
    Raw(here.raw).keep(record_of_bytes(content, "nokia.txt"), content)

    def run(at: Places) -> pipeline.Summary:
        kept = [("added", Raw(at.raw).listing("added"))]
        return pipeline.run(at.warehouse, kept=kept, usual=False, reader=plain_reader())

    run(here)
    [(article_id, fact_id)] = published(here.warehouse, "select article_id, fact_id from figures")
    asks = Review(action="correct", article_id=article_id, kind="figure", fact_id=fact_id, after={"value": 16.0})
    requests.ask(here.warehouse, "ann", asks)
    writer.work(here.warehouse)
    backup(here, archive)
    link = f"{store_id(here.warehouse)}.1"
    list(restore(there, archive))
    for again in (False, True):
        view = view_of(there.warehouse / "published.duckdb", v=link)
        assert (view.load.number, values(there.warehouse, load=1)) == (1, [(15.0, 0.9)])
        assert view_of(there.warehouse / "published.duckdb").load.number == 2
        assert values(there.warehouse) == [(16.0, 1.0)]
        if not again:
            summary = run(there)
            assert (summary.unchanged, summary.new, summary.changed, summary.missing) == (1, 0, 0, 0)
            assert (summary.published, summary.load) == (False, 2)


def as_delivered(folder) -> Places:
    """A fresh copy of the program, with what of these places git holds; nothing was read there yet."""
    there = places(folder)
    folder.mkdir()
    shutil.copy(ROOT / "data/sources.toml", there.sources)
    return there


def test_a_fresh_copy_of_the_program_takes_an_archive_without_force(here, tmp_path):
    archive, there = tmp_path / "x.tar.zst", as_delivered(tmp_path / "there")
    before = there.sources.read_text()
    backup(here, archive)
    told = list(restore(there, archive))
    (aside,) = there.warehouse.glob("before-restore-*")
    assert (aside / "sources.toml").read_text() == before and str(aside) in told[0]
    assert there.sources.read_text() == "[web]" and values(there.warehouse) == [(21.0, 1.0)]


@pytest.mark.parametrize("own", ["[web]\ndelay = 5\n", "what is this"])
def test_sources_that_a_person_told_are_only_replaced_by_force(here, tmp_path, own):
    archive, there = tmp_path / "x.tar.zst", as_delivered(tmp_path / "there")
    backup(here, archive)
    there.sources.write_text(own)
    with pytest.raises(BackupError, match=r"sources\.toml is there already; --force"):
        list(restore(there, archive))
    assert there.sources.read_text() == own and not there.warehouse.exists()


def test_no_archive_is_written_over_another(here, tmp_path):
    (tmp_path / "x").write_text("mine")
    with pytest.raises(BackupError, match="there already"):
        backup(here, tmp_path / "x")
    assert (tmp_path / "x").read_text() == "mine"


def archive_of(path, *members: tuple[str, bytes], kind: bytes = tarfile.REGTYPE, files: dict | None = None) -> None:
    with (
        path.open("wb") as file,
        zstandard.ZstdCompressor().stream_writer(file, closefd=False) as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        told = json.dumps({"format": 1, "made": "2026", "store_id": "x", "files": files or {}}).encode()
        for name, content in (*members, ("manifest.json", told)):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            member.type = kind if name != "manifest.json" else tarfile.REGTYPE
            member.linkname = "/etc/passwd" if kind == tarfile.SYMTYPE else ""
            archive.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize(
    "name",
    ["../evil", "/evil", "raw/../../evil", "inbox/./a", "evil.py", "raw", "queue/done/x", "inbox/..\\evil", "etl.lock"],
)
def test_a_path_that_has_no_place_in_an_archive_is_refused(tmp_path, name):
    archive_of(tmp_path / "x", (name, b"evil"))
    refused(tmp_path, "has no place")
    assert not list(tmp_path.rglob("evil*"))


def test_a_link_in_an_archive_is_refused(tmp_path):
    archive_of(tmp_path / "x", ("inbox/a.txt", b""), kind=tarfile.SYMTYPE)
    refused(tmp_path, "has no place")


def test_a_wrong_checksum_is_refused(tmp_path):
    archive_of(tmp_path / "x", ("inbox/a.txt", b"a"), files={"inbox/a.txt": {"size": 1, "sha256": "0" * 64}})
    refused(tmp_path, "inbox/a.txt is not what was backed up")


def test_an_archive_without_a_database_is_refused(tmp_path):
    archive_of(tmp_path / "x")
    refused(tmp_path, "no database")


def test_an_archive_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path):
    archive_of(tmp_path / "x", ("inbox/a.txt", b"\0" * (80 << 20)))
    refused(tmp_path, "far more")


@pytest.mark.parametrize("left", [0, 10, 2000, -40])
def test_an_archive_that_was_cut_off_is_refused(here, tmp_path, left):
    backup(here, tmp_path / "whole")
    (tmp_path / "x").write_bytes((tmp_path / "whole").read_bytes()[:left])
    refused(tmp_path)


def test_a_flipped_byte_is_refused(here, tmp_path):
    backup(here, tmp_path / "whole")
    content = bytearray((tmp_path / "whole").read_bytes())
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "x").write_bytes(content)
    refused(tmp_path)


def refused(tmp_path, told: str | None = None) -> None:
    there = places(tmp_path / "there")
    with pytest.raises(BackupError, match=told) as caught:
        list(restore(there, tmp_path / "x"))
    assert "\n" not in str(caught.value)
    assert not (there.warehouse / "store.duckdb").exists() and not list(there.warehouse.glob(".restore-*"))
    assert not there.inbox.exists()
