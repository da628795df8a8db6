"""Sources at the command line: added, fetched, cut off with kill -9, read again; one line for each fault, and nothing lost."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.loopback import Loopback
from tests.test_cli import run  # noqa: F401 (a fixture, asked for by name below)

ROOT = Path(__file__).resolve().parent.parent
NOKIA = "OULU, 3 May 2021\n\nNokia holds 15% of the market, the research firm said."


@pytest.fixture
def server():
    with Loopback() as running:
        yield running


@pytest.fixture
def etl(request, tmp_path, monkeypatch):
    """Run a command with the plain reader, a warehouse and a file of sources of its own."""
    monkeypatch.setenv("VENDOR_TRACKER_SOURCES", str(tmp_path / "sources.toml"))
    return request.getfixturevalue("run")


def configure(tmp_path: Path, server: Loopback, *sources: str, **web: object) -> None:
    told = {"delay": 0, "attempts": 1, "timeout": 5, **web}
    lines = ["[web]", 'contact = "desk@analysts.example"', f'allow = ["{server.place}"]']
    lines += [f"{key} = {value}" for key, value in told.items()]
    (tmp_path / "sources.toml").write_text("\n".join([*lines, *(f"[[source]]\n{one}" for one in sources)]))


def pages(name: str, *urls: str) -> str:
    listed = ", ".join(f'"{url}"' for url in urls)
    return f'name = "{name}"\nkind = "pages"\nurls = [{listed}]\n'


def page(words: str) -> str:
    return f"<html><head><title>News</title></head><body><article><h1>News</h1><p>{words}</p></article></body></html>"


def shares(tmp_path: Path) -> dict[str, float]:
    with duckdb.connect(tmp_path / "warehouse" / "published.duckdb", read_only=True) as connection:
        return dict(connection.execute("select companies[1], value from figures where known_to is null").fetchall())


def failures(tmp_path: Path) -> list[tuple]:
    with duckdb.connect(tmp_path / "warehouse" / "published.duckdb", read_only=True) as connection:
        newest = "select source, path, reason from failures where load = (select max(load) from loads)"
        return connection.execute(newest).fetchall()


# ---- add


def test_files_folders_and_standard_input_are_copied_and_read(etl, tmp_path):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "nec.txt").write_text("NEC holds 0.7% of the market.")
    (tmp_path / "news" / "index.csv").write_text("file,title,published\nnec.txt,NEC is small,2020-06-26\n")
    (tmp_path / "nokia.txt").write_text(NOKIA)
    ended = etl("add", tmp_path / "nokia.txt", tmp_path / "news", "-", stdin=b"ZTE holds 11% of the market.")
    assert (ended.code, ended.err.count("new: ")) == (0, 3)
    for left in tmp_path.rglob("n*.txt"):
        left.unlink()
    assert shares(tmp_path) == {"Nokia": 15, "NEC": 0.7, "ZTE": 11}
    ended = etl("add", "-", stdin=b"ZTE holds 11% of the market.")
    assert "unchanged: stdin" in ended.err
    assert "documents: 0 new, 0 changed, 0 read again, 3 unchanged, 0 missing" in ended.err
    with duckdb.connect(tmp_path / "warehouse" / "published.duckdb", read_only=True) as connection:
        told = connection.execute("select title, published, source, path from articles where published = '2020-06-26'")
        title, _, source, path = told.fetchone()
    assert (title, source) == ("NEC is small", "added")
    assert re.fullmatch(r"nec-[0-9a-f]{8}\.txt", path)


def test_a_file_that_is_added_again_after_it_changed_is_the_same_document(etl, tmp_path):
    (tmp_path / "nokia.txt").write_text(NOKIA)
    etl("add", tmp_path / "nokia.txt")
    (tmp_path / "nokia.txt").write_text(NOKIA.replace("15", "16"))
    assert "documents: 0 new, 1 changed" in etl("add", tmp_path / "nokia.txt").err
    assert shares(tmp_path) == {"Nokia": 16}


def test_a_page_and_the_articles_of_a_feed_are_added_by_address(etl, tmp_path, server):
    configure(tmp_path, server)
    server.page("/nokia", page("Nokia holds 15% of the market."))
    server.page("/zte", page("ZTE holds 11% of the market."))
    item = f"<item><title>ZTE</title><link>{server.url('/zte')}</link></item>"
    server.pages["/feed"] = (
        200,
        {"Content-Type": "text/xml"},
        f"<rss version='2.0'><channel>{item}</channel></rss>".encode(),
    )
    ended = etl("add", server.url("/nokia"), server.url("/feed"))
    assert ended.code == 0, ended.err
    assert f"new: {server.url('/zte')}" in ended.err
    assert shares(tmp_path) == {"Nokia": 15, "ZTE": 11}


@pytest.mark.parametrize("by", ["file", "stdin"])
@pytest.mark.parametrize("kind", ["rss", "json"])
def test_a_feed_that_lies_here_gives_its_articles_each_for_itself(etl, tmp_path, server, by, kind):
    configure(tmp_path, server)
    server.page("/nokia", page("Nokia holds 15% of the market."))
    urls = server.url("/nokia"), server.url("/gone")
    items = "".join(
        f"<item><link>{url}</link><description>ZTE holds 11% of the market.</description></item>" for url in urls
    )
    feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{items}<item><title>X</title></item></channel></rss>"
    if kind == "json":
        named = [{"id": url, "url": url, "content_text": "ZTE holds 11% of the market."} for url in urls]
        feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [*named, {"id": "1", "title": "X"}]})
    (tmp_path / "feed.xml").write_text(feed)
    ended = etl("add", "-", stdin=feed.encode()) if by == "stdin" else etl("add", tmp_path / "feed.xml")
    assert f"new: {urls[0]}\n" in ended.err
    assert f"new: {urls[1]}: there is nothing at this address (404)" in ended.err
    assert (
        f"failed: {'stdin' if by == 'stdin' else tmp_path / 'feed.xml'}: an entry without an address was left out"
        in ended.err
    )
    assert ended.code == 3
    assert shares(tmp_path) == {"Nokia": 15, "ZTE": 11}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("https://me:secret@news.example/a", "failed: https://news.example/a: holds a user name or password"),
        ("file:///etc/passwd", 'only http and https addresses are fetched, not "file:"'),
        ("http://127.0.0.1:9/a", "a loopback address, which is never asked"),
        ("nowhere.txt", "failed: nowhere.txt: no such file or folder; check the path"),
    ],
)
def test_what_cannot_be_added_is_one_line(etl, asked, told):
    ended = etl("add", asked)
    assert (ended.code, ended.err.count("\n")) == (3, 1)
    assert told in ended.err
    assert "secret" not in ended.err


def test_binary_and_empty_files_are_told_and_the_others_are_read(etl, tmp_path):
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
    (tmp_path / "empty.txt").touch()
    (tmp_path / "nokia.txt").write_text(NOKIA)
    ended = etl("add", tmp_path / "old.doc", tmp_path / "empty.txt", tmp_path / "nokia.txt")
    assert ended.code == 3
    assert "an old Word file (.doc)" in ended.err
    assert "empty.txt: it is empty" in ended.err
    assert shares(tmp_path) == {"Nokia": 15}


# ---- run


def test_a_run_takes_all_sources_and_says_of_each_what_happened(etl, tmp_path, server):
    server.page("/nokia", page("Nokia holds 15% of the market."))
    (tmp_path / "clippings").mkdir()
    (tmp_path / "clippings" / "zte.txt").write_text("ZTE holds 11% of the market.")
    folder = 'name = "clippings"\nkind = "folder"\npath = "clippings"\n'
    configure(tmp_path, server, pages("vendor", server.url("/nokia"), server.url("/gone")), folder)
    ended = etl("run", "--no-bundled")
    assert ended.code == 3
    assert "vendor: 1 new, 0 changed, 0 unchanged, 1 failed" in ended.err
    assert f"failed: vendor/{server.url('/gone')}: there is nothing at this address (404)" in ended.err
    assert {"Nokia": 15, "ZTE": 11}.items() <= shares(tmp_path).items()
    [failed] = [one for one in failures(tmp_path) if one[0] == "vendor"]
    assert failed[1] == server.url("/gone")
    server.page("/gone", page("NEC holds 0.7% of the market."))
    etl("run", "--source", "vendor")
    assert [one for one in failures(tmp_path) if one[0] == "vendor"] == []
    assert shares(tmp_path)["NEC"] == 0.7


def test_one_source_is_taken_alone(etl, tmp_path, server):
    server.page("/a", page("Nokia holds 15% of the market."))
    server.page("/b", page("ZTE holds 11% of the market."))
    configure(tmp_path, server, pages("first", server.url("/a")), pages("second", server.url("/b")))
    assert etl("run", "--source", "second").code == 0
    assert (server.paths(), shares(tmp_path)) == (["/b"], {"ZTE": 11})
    ended = etl("run", "--source", "third")
    assert (ended.code, ended.err.strip()) == (
        1, 'error: no source "third"; sources.toml has first, second, and there are bundled, inbox and added',
    )  # fmt: skip


def test_what_was_added_is_a_source_before_anything_was(etl, tmp_path):
    ended = etl("run", "--source", "added")
    assert (ended.code, "0 new" in ended.err) == (0, True), ended.err
    (tmp_path / "nokia.txt").write_text(NOKIA)
    etl("add", tmp_path / "nokia.txt")
    assert "1 unchanged" in etl("run", "--source", "added").err


def test_a_dry_run_tells_and_changes_nothing(etl, tmp_path, server):
    server.page("/a", page("Nokia holds 15% of the market."))
    configure(tmp_path, server, pages("vendor", server.url("/a")))
    ended = etl("run", "--dry-run", "--source", "vendor")
    assert ended.code == 0
    assert f"would fetch: {server.url('/a')}" in ended.err
    assert "would read: 0 new" in ended.err
    assert server.asked == []
    assert not (tmp_path / "warehouse").exists()


def test_since_leaves_older_entries_of_a_feed_out(etl, tmp_path, server):
    items = ""
    for name, share, day in (("old", 11, "03 May 2021"), ("new", 15, "03 May 2022")):
        server.page(f"/{name}", page(f"ZTE holds {share}% of the market."))
        items += f"<item><title>{name}</title><link>{server.url('/' + name)}</link><pubDate>{day} 08:00:00 GMT</pubDate></item>"
    told = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"
    server.pages["/feed"] = (200, {"Content-Type": "text/xml"}, told.encode())
    configure(tmp_path, server, f'name = "wire"\nkind = "feed"\nurl = "{server.url("/feed")}"\n')
    ended = etl("run", "--source", "wire", "--since", "2022-01-01")
    assert ended.code == 0, ended.err
    assert shares(tmp_path) == {"ZTE": 15}
    etl("run", "--source", "wire")
    assert "/old" in server.paths()


@pytest.mark.parametrize("wrong", [("--since", "31.1.2024"), ("--since", "2024-13-01"), ("tests", "--source", "a")])
def test_wrong_usage_is_told(etl, wrong):
    assert etl("run", *wrong).code == 2


def test_a_fault_in_the_file_of_sources_is_one_line_and_nothing_is_read(etl, tmp_path, server):
    configure(tmp_path, server, pages("vendor", "https://me:secret@news.example/"))
    ended = etl("run")
    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert ended.err.startswith("error: sources.toml line 10: urls: holds a user name or password")
    assert not (tmp_path / "warehouse" / "published.duckdb").exists()


# ---- reread, and cut off


def test_what_is_kept_is_read_again_by_a_better_reader_without_the_network(etl, tmp_path, server, monkeypatch):
    from etl import pipeline
    from tests.plain_reader import plain_reader

    server.page("/a", page("Nokia holds 15% of the market."))
    configure(tmp_path, server, pages("vendor", server.url("/a")))
    etl("run", "--source", "vendor")
    asked = len(server.asked)
    assert "nothing to read again" in etl("reread", "--no-bundled").err
    monkeypatch.setattr(pipeline, "the_reader", lambda: plain_reader("plain 2"))
    assert "1 read again" in etl("reread", "--no-bundled").err
    assert len(server.asked) == asked
    assert shares(tmp_path) == {"Nokia": 15}


def test_folders_that_a_run_was_given_are_read_again_too(etl, tmp_path, monkeypatch):
    from etl import pipeline
    from tests.plain_reader import plain_reader

    for name in ("here", "gone"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text(NOKIA)
        etl("run", tmp_path / name)
    (tmp_path / "gone" / "gone.txt").unlink()
    (tmp_path / "gone").rmdir()
    monkeypatch.setattr(pipeline, "the_reader", lambda: plain_reader("plain 2"))
    ended = etl("reread", "--no-bundled")
    assert "1 read again, 0 unchanged, 0 missing" in ended.err
    assert f"gone: its folder {tmp_path / 'gone'} is not there now; its facts stay as they are" in ended.err
    assert "nothing to read again" in etl("reread", "--no-bundled").err


def test_a_run_killed_between_fetching_and_reading_loses_nothing(etl, tmp_path, server):
    server.page("/a", page("Nokia holds 15% of the market."))
    server.pages["/b"] = lambda handler: server.closing.wait(60)
    configure(tmp_path, server, pages("vendor", server.url("/a"), server.url("/b")), timeout=50, longest=60)
    surroundings = {**os.environ, "VENDOR_TRACKER_HOME": str(tmp_path / "warehouse")}
    process = subprocess.Popen([sys.executable, "-m", "etl", "run", "--source", "vendor"], cwd=ROOT, env=surroundings)
    while "/b" not in server.paths():
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert not (tmp_path / "warehouse" / "published.duckdb").exists()
    asked = len(server.asked)
    # The configuration is gone, and so is the network: what was fetched is read all the same.
    (tmp_path / "sources.toml").unlink()
    assert "documents: 1 new" in etl("run", "--source", "vendor").err
    assert shares(tmp_path) == {"Nokia": 15}
    assert len(server.asked) == asked
    assert not list((tmp_path / "warehouse").rglob("*.part"))


def test_a_run_that_is_killed_while_it_keeps_documents_leaves_whole_ones(etl, tmp_path, server):
    """Killed at whatever moment, every record that is there leads to a whole content."""
    many = [server.page(f"/{n}", page(f"Nokia holds {n}% of the market.")) for n in range(40)]
    configure(tmp_path, server, pages("vendor", *many))
    surroundings = {**os.environ, "VENDOR_TRACKER_HOME": str(tmp_path / "warehouse")}
    process = subprocess.Popen([sys.executable, "-m", "etl", "run", "--source", "vendor"], cwd=ROOT, env=surroundings)
    while len(server.paths()) < 15:
        assert process.poll() is None
        time.sleep(0.005)
    process.kill()
    process.wait()
    from etl.sources.raw import Raw

    listing = Raw(tmp_path / "warehouse" / "raw").listing("vendor")
    assert listing.faults == []
    assert len(listing.documents) >= 10
    assert all(b"Nokia holds" in document.read() for document in listing.documents)
    assert "40 new" in etl("run", "--source", "vendor").err
