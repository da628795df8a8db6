"""Raw documents: kept as they came, found again, and never half there."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from etl.article import UnreadableDocument, read_document
from etl.sources.raw import Raw, RawError, Record, path_of

URL = "https://news.example/2021/05/nokia-wins.html?page=2"


@pytest.fixture
def raw(tmp_path) -> Raw:
    return Raw(tmp_path / "raw")


def record(**more) -> Record:
    return Record(**{"source": "news", "key": URL, "path": path_of(URL, ".html"), "at": "2021-05-03T08:00:00Z", **more})


def files(raw: Raw) -> list[str]:
    return sorted(path.name for path in raw.folder.rglob("*") if path.is_file())


def test_what_was_kept_is_a_document_with_all_that_is_known_of_it(raw):
    raw.keep(record(title="Nokia wins", published="2021-05-03", published_from="feed", source_url=URL), b"<p>Nokia")
    [document] = raw.listing("news").documents
    assert document.read() == b"<p>Nokia"
    assert (document.source, document.path) == ("news", path_of(URL, ".html"))
    assert (document.known.title, document.known.published, document.known.published_from) == (
        "Nokia wins", "2021-05-03", "feed",
    )  # fmt: skip
    assert document.known.source_url == URL
    assert raw.sources() == ["news"]


def test_the_same_bytes_are_kept_once_and_earlier_ones_stay(raw):
    raw.keep(record(), b"first")
    raw.keep(record(at="2021-05-04T08:00:00Z"), b"second")
    raw.keep(record(at="2021-05-05T08:00:00Z"), b"second")
    raw.keep(record(key="https://other.example/", path="other.html"), b"first")
    assert len([name for name in files(raw) if name.endswith(".zst")]) == 2
    kept = raw.record("news", URL)
    assert [one.at for one in kept.earlier] == ["2021-05-03T08:00:00Z"]
    assert raw.content(kept.model_copy(update={"sha256": kept.earlier[0].sha256, "size": 5})) == b"first"


def test_an_address_makes_a_path_that_no_other_address_has(raw):
    assert path_of(URL, ".html") == path_of(URL, ".html")
    assert path_of(URL, ".html").startswith("news.example/nokia-wins-")
    assert path_of(URL, ".html") != path_of(URL.replace("page=2", "page=3"), ".html")
    for hostile in ("https://a.example/../../etc/passwd", "https://a.example/..%2f..%2fx", "https://a.example/\\..\\x"):
        assert ".." not in path_of(hostile, ".txt")
        assert path_of(hostile, ".txt").count("/") == 1


def test_a_full_disk_leaves_nothing_half_written(raw, monkeypatch):
    raw.keep(record(), b"first")
    before = files(raw)

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RawError, match=r"cannot keep a document in .*\(No space left on device\); make room"):
        raw.keep(record(), b"second")
    assert files(raw) == before
    assert raw.listing("news").documents[0].read() == b"first"


def test_a_record_is_never_there_before_its_content(raw, monkeypatch):
    written = []
    replace = Path.replace

    def watched(path, target):
        written.append(target.suffix)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", watched)
    raw.keep(record(), b"first")
    assert written == [".zst", ".json"]


def test_what_a_killed_run_left_is_swept_away(raw):
    raw.keep(record(), b"first")
    left = raw.folder / "content" / "ab" / ".abcd.zst.1.part"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half")
    with raw.writing():
        assert not left.exists()
        with pytest.raises(RawError, match="another ETL is fetching"), Raw(raw.folder).writing():
            pass


@pytest.mark.parametrize("damage", ["other bytes", "cut", "gone"])
def test_a_damaged_copy_is_told_and_not_read(raw, damage):
    raw.keep(record(), b"first" * 1000)
    [document] = raw.listing("news").documents
    if damage == "gone":
        document.location.unlink()
    else:
        packed = document.location.read_bytes()
        document.location.write_bytes(packed[:-3] if damage == "cut" else packed[:-6] + b"\0\0\0\0\0\0")
    with pytest.raises(UnreadableDocument, match="damaged or gone"):
        document.read()


@pytest.mark.parametrize("damage", ["other bytes", "gone"])
def test_a_damaged_copy_is_mended_by_the_same_bytes(raw, damage):
    raw.keep(record(), b"first")
    [document] = raw.listing("news").documents
    document.location.unlink()
    if damage == "other bytes":
        document.location.write_bytes(b"others")
    assert raw.whole("news", URL) is None
    raw.keep(record(), b"first")
    assert document.read() == b"first"
    assert raw.whole("news", URL).earlier == []


def test_a_damaged_record_is_a_fault_and_the_others_are_there(raw):
    raw.keep(record(), b"first")
    raw.keep(record(key="https://b.example/", path="b.html"), b"second")
    path = next((raw.folder / "records").rglob("*.json"))
    path.write_text("{")
    listing = raw.listing("news")
    assert len(listing.documents) == 1
    assert [place for place, _ in listing.faults] == [path.name]


@pytest.mark.parametrize("odd", ["idna", "punycode", "undefined", "no-such"])
def test_characters_that_no_text_is_in_are_not_believed(raw, odd):
    raw.keep(record(charset=odd), "<html><body><p>Нокиа</p></body></html>".encode("windows-1251"))
    [document] = raw.listing("news").documents
    assert document.read()


def test_the_hosts_word_on_characters_counts_where_the_page_is_silent(raw):
    words = "<html><body><p>Нокиа и «Эрикссон» делят рынок пополам</p></body></html>"
    raw.keep(record(charset="windows-1251"), words.encode("windows-1251"))
    [document] = raw.listing("news").documents
    assert "Эрикссон" in read_document(document.path, document.read()).text
    assert raw.content(raw.record("news", URL)) == words.encode("windows-1251")
