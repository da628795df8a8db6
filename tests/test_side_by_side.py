"""Sources of different hosts are asked side by side, one host never twice at once, and whoever stops it finds all whole."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from etl.sources.asking import Stopped, Switch
from etl.sources.gathering import Errand, gather_all
from etl.sources.raw import Raw, RawError
from etl.sources.settings import PagesSource, Web
from etl.sources.web import Fetcher
from tests.loopback import HTML, Loopback

PAGE = (
    b"<html><head><title>Shares</title></head><body><article><p>Nokia holds 15% of the market, a firm said on Monday in its "
    b"report.</p></article></body></html>"
)
PATIENCE = 60  # seconds after which what never comes fails


@pytest.fixture
def servers() -> Iterator[list[Loopback]]:
    with ExitStack() as stack:
        yield [stack.enter_context(Loopback()) for _ in range(3)]


@pytest.fixture
def raw(tmp_path) -> Raw:
    return Raw(tmp_path / "raw")


@contextmanager
def errand(raw: Raw, servers: list[Loopback], delay: float = 0) -> Iterator[Errand]:
    allowed = tuple(server.place for server in servers)
    web = Web(contact="desk@analysts.example", delay=delay, attempts=1, timeout=PATIENCE, allow=allowed)
    with Fetcher(web) as fetcher:
        yield Errand(raw, fetcher)


def pages(name: str, *urls: str) -> PagesSource:
    return PagesSource(name=name, kind="pages", urls=urls)


def send(handler) -> None:
    handler.send_response(200)
    for name, value in (HTML | {"Content-Length": str(len(PAGE))}).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(PAGE)


def test_hosts_are_asked_side_by_side_and_told_in_the_order_of_the_sources(servers, raw):
    # Each host answers when all of them have been asked; the first when the others have been told.
    asked = threading.Barrier(3)
    others = threading.Semaphore(0)

    def together(first: bool):
        def answer(handler) -> None:
            asked.wait(PATIENCE)
            if first:
                assert all(others.acquire(timeout=PATIENCE) for _ in range(2))
            send(handler)
            others.release()

        return answer

    for number, server in enumerate(servers):
        server.pages["/a"] = together(first=number == 0)
    sources = [pages(name, server.url("/a")) for name, server in zip("zab", servers, strict=True)]
    with errand(raw, servers) as of:
        told = list(gather_all(sources, of))
    assert [(one.source, one.changes["new"], one.faults) for one in told] == [("z", 1, []), ("a", 1, []), ("b", 1, [])]


def test_one_host_is_asked_once_at_a_time_whichever_sources_name_it(servers, raw):
    here, there, _ = servers
    within, most, guard = 0, [], threading.Lock()

    def counted(handler) -> None:
        nonlocal within
        with guard:
            within += 1
            most.append(within)
        time.sleep(0.1)  # or two that overlap would hardly meet
        with guard:
            within -= 1
        send(handler)

    for n in range(4):
        here.pages[f"/{n}"] = counted
    there.pages["/0"] = send
    # The second source's lane is another host's, but its later pages lie here.
    sources = [
        pages("one", here.url("/0"), here.url("/1")),
        pages("two", there.url("/0"), here.url("/2"), here.url("/3")),
        pages("three", here.url("/2")),
    ]
    with errand(raw, servers) as of:
        told = list(gather_all(sources, of))
    assert [one.changes["new"] for one in told] == [2, 3, 1]
    assert set(most) == {1}
    assert len([one for one in here.asked if one.path == "/robots.txt"]) == 1


def test_who_stops_it_ends_what_goes_on_and_leaves_no_false_fault(servers, raw):
    slow, fast, _ = servers

    def stopped_by_the_person(handler) -> None:
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        slow.closing.wait(PATIENCE)  # the host never answers

    fast.pages["/a"] = send
    slow.pages["/a"] = stopped_by_the_person
    slow.pages["/b"] = send
    sources = [pages("fast", fast.url("/a")), pages("slow", slow.url("/a")), pages("later", slow.url("/b"))]
    told = []
    with errand(raw, servers) as of, pytest.raises(KeyboardInterrupt):
        told.extend(gather_all(sources, of))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("gather")]
    assert slow.paths() == ["/a"] and not slow.closing.is_set()
    assert raw.faults("slow") == [] and not list(raw.folder.rglob("*.part"))
    assert len(raw.listing("fast").documents) <= 1


def test_a_pause_ends_when_it_is_stopped():
    switch, begun, ended = Switch(), threading.Event(), []

    def pause() -> None:
        begun.set()
        try:
            switch.sleep(3600)
        except Stopped:
            ended.append(True)

    thread = threading.Thread(target=pause, daemon=True)
    thread.start()
    assert begun.wait(PATIENCE)
    switch.off()
    thread.join(PATIENCE)
    assert ended == [True]


def test_a_disk_that_is_full_ends_all_and_is_told(servers, raw, monkeypatch):
    first, second, _ = servers
    keep = Raw.keep

    def full(self, record, content):
        if record.source == "full":
            raise RawError("cannot keep a document (No space left on device)")
        return keep(self, record, content)

    monkeypatch.setattr(Raw, "keep", full)
    first.pages["/a"] = lambda handler: first.closing.wait(PATIENCE)
    second.pages["/a"] = send
    sources = [pages("waiting", first.url("/a")), pages("full", second.url("/a"))]
    with errand(raw, servers) as of, pytest.raises(RawError, match="No space left"):
        list(gather_all(sources, of))
    assert not first.closing.is_set() and raw.faults("waiting") == []
