"""Asking the web: politely, patiently, within limits, and never a place that is not of the public web. Servers on loopback answer."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import httpx
import pytest

from etl.sources import web
from etl.sources.addresses import AddressRefused
from etl.sources.asking import FetchError
from etl.sources.settings import Web
from etl.sources.web import Fetcher
from tests.loopback import HTML, Loopback

PAGE = "<html><body><p>Nokia holds 15% of the market.</p></body></html>"
WITH_CONTACT = "desk@analysts.example"


@pytest.fixture
def server():
    with Loopback() as running:
        yield running


@pytest.fixture
def fetcher(server):
    """A fetcher that is allowed to ask the server; its naps are kept in `fetcher.naps` and not slept."""
    made = []

    def with_settings(**settings) -> Fetcher:
        naps: list[float] = []
        usual = {"contact": WITH_CONTACT, "delay": 0, "allow": (server.place,), "attempts": 3, "timeout": 5}
        one = Fetcher(Web(**{**usual, **settings}), sleep=naps.append)
        one.naps = naps
        made.append(one)
        return one

    yield with_settings
    for one in made:
        one.__exit__()


@pytest.fixture
def clock(monkeypatch):
    """The fetcher's clock, which goes when a test says so."""
    one = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(web, "time", SimpleNamespace(monotonic=lambda: one.now))
    return one


def fault_of(fetcher: Fetcher, url: str, *arguments, **more) -> str:
    with pytest.raises((FetchError, AddressRefused)) as raised:
        fetcher.fetch(url, *arguments, **more)
    assert "\n" not in str(raised.value)
    return str(raised.value)


# ---- what is said and kept


def test_a_page_comes_as_it_is_with_what_is_needed_to_ask_again(server, fetcher):
    url = server.page("/a", PAGE, ETag='"v1"', **{"Last-Modified": "Mon, 03 May 2021 08:00:00 GMT"})
    fetched = fetcher().fetch(f"{url}#part")
    assert (fetched.content.decode(), fetched.content_type, fetched.charset) == (PAGE, "text/html", "utf-8")
    assert (fetched.url, fetched.etag, fetched.not_modified) == (url, '"v1"', False)
    assert fetched.last_modified == "Mon, 03 May 2021 08:00:00 GMT"


def test_the_host_is_told_who_asks_and_nothing_of_the_surroundings(server, fetcher, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.page("/a", PAGE, **{"Set-Cookie": "seen=1"})
    one = fetcher()
    one.fetch(server.url("/a"))
    one.fetch(server.url("/a"))
    asked = server.asked[-1].headers
    assert asked["user-agent"] == f"5GVendorTracker/0.1 (+{WITH_CONTACT})"
    assert asked["host"] == server.place
    assert not {"cookie", "authorization", "referer"} & set(asked)


def test_a_copy_that_is_still_true_is_not_sent_again(server, fetcher):
    server.pages["/a"] = (304, {}, b"")
    fetched = fetcher().fetch(server.url("/a"), etag='"v1"', last_modified="Mon, 03 May 2021 08:00:00 GMT")
    asked = server.asked[-1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"v1"', "Mon, 03 May 2021 08:00:00 GMT")
    assert (fetched.not_modified, fetched.content, fetched.etag) == (True, b"", '"v1"')


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate"])
def test_a_packed_answer_is_unpacked(server, fetcher, coding):
    raw = zlib.compressobj(wbits=-15)
    body = {
        "gzip": gzip.compress(PAGE.encode()),
        "deflate": zlib.compress(PAGE.encode()),
        "raw deflate": raw.compress(PAGE.encode()) + raw.flush(),
    }[coding]
    server.pages["/a"] = (200, HTML | {"Content-Encoding": coding.split()[-1]}, body)
    assert fetcher().fetch(server.url("/a")).content.decode() == PAGE


# ---- robots.txt and pauses


def test_robots_txt_is_asked_once_and_obeyed(server, fetcher):
    server.pages["/robots.txt"] = (200, {}, b"User-agent: 5GVendorTracker\nDisallow: /private\n")
    server.page("/private/a", PAGE)
    server.page("/open", PAGE)
    one = fetcher()
    assert "robots.txt asks programs not to fetch it" in fault_of(one, server.url("/private/a"))
    assert one.fetch(server.url("/open")).content
    assert [asked.path for asked in server.asked] == ["/robots.txt", "/open"]


def test_a_redirect_is_no_way_around_robots_txt(server, fetcher):
    server.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /private\n")
    server.pages["/open"] = (302, {"Location": "/private/a"}, b"")
    assert "robots.txt asks programs not to" in fault_of(fetcher(), server.url("/open"))
    assert server.paths() == ["/open"]


def test_a_host_whose_robots_txt_fails_is_left_alone_for_ten_minutes(server, fetcher, clock):
    server.pages["/robots.txt"] = (503, {}, b"")
    server.page("/a", PAGE)
    one = fetcher(attempts=2)
    for _ in range(2):
        told = fault_of(one, server.url("/a"))
        assert "robots.txt cannot be had, so nothing is asked of it for 10 minutes: the host answers 503" in told
    assert [asked.path for asked in server.asked] == ["/robots.txt"] * 2
    server.pages["/robots.txt"] = (404, {}, b"")
    clock.now += 601
    assert one.fetch(server.url("/a")).content


def test_robots_txt_is_asked_again_after_a_day(server, fetcher, clock):
    server.page("/a", PAGE)
    one = fetcher()
    one.fetch(server.url("/a"))
    clock.now += 86_000
    one.fetch(server.url("/a"))
    clock.now += 1000
    server.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /\n")
    assert "robots.txt asks programs not to" in fault_of(one, server.url("/a"))


def test_http_and_https_of_a_host_are_one_and_a_port_of_its_own_is_another():
    naps = []
    nothing = httpx.MockTransport(lambda request: httpx.Response(404))
    slow = Web(delay=30, attempts=1)
    with Fetcher(slow, resolver=lambda host, port: ["93.184.216.34"], transport=nothing, sleep=naps.append) as one:
        fault_of(one, "http://news.example/a")
        assert len(naps) == 1  # between robots.txt and the page
        fault_of(one, "https://NEWS.example./a")
        assert len(naps) == 3
        fault_of(one, "https://news.example:8443/a")
        assert len(naps) == 4


def test_a_host_is_given_the_longer_of_our_pause_and_the_one_it_asks_for(server, fetcher):
    server.page("/a", PAGE)
    ours = fetcher(delay=30)
    ours.fetch(server.url("/a"))
    assert [round(nap) for nap in ours.naps] == [30]
    server.pages["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 50\n")
    theirs = fetcher(delay=30)
    theirs.fetch(server.url("/a"))
    theirs.fetch(server.url("/a"))
    assert round(theirs.naps[-1]) == 50


def test_a_pause_that_is_too_long_ends_the_run_for_that_host(server, fetcher):
    server.pages["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 5000\n")
    server.page("/a", PAGE)
    one = fetcher()
    one.fetch(server.url("/a"))
    assert "asks for a pause of 5000 s; the next run goes on" in fault_of(one, server.url("/a"))
    assert server.paths() == ["/a"]


# ---- patience


def test_a_host_that_asks_to_wait_is_asked_again_after_that_time(server, fetcher):
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=61), usegmt=True)
    server.pages["/a"] = [
        (429, {"Retry-After": "7"}, b""),
        (503, {"Retry-After": in_a_minute}, b""),
        (200, HTML, PAGE.encode()),
    ]
    one = fetcher()
    assert one.fetch(server.url("/a")).content
    first, second = (nap for nap in one.naps if nap)
    assert round(first) == 7
    assert 30 < second <= 61


def test_waits_grow_and_come_to_an_end(server, fetcher):
    server.pages["/a"] = (502, {}, b"")
    one = fetcher(attempts=4)
    assert "answers 502 and asks to come back later" in fault_of(one, server.url("/a"))
    assert server.paths() == ["/a"] * 4
    assert len(one.naps) == 3
    assert one.naps == sorted(one.naps)
    assert one.naps[-1] >= 8


@pytest.mark.parametrize("odd", ["\u00b2", "soon", "Mon, 01 Jan 2024 00:00:00 +99999999999999999999", ""])
def test_an_odd_wish_to_wait_is_as_none(server, fetcher, odd):
    server.pages["/a"] = [(503, {"Retry-After": odd}, b""), (200, HTML, PAGE.encode())]
    assert fetcher().fetch(server.url("/a")).content


def test_a_host_that_asks_for_an_hour_is_not_waited_for(server, fetcher):
    server.pages["/a"] = (429, {"Retry-After": "3600"}, b"")
    one = fetcher()
    assert "answers 429 and asks to wait 3600 s; run again after that" in fault_of(one, server.url("/a"))
    assert (server.paths(), one.naps) == (["/a"], [])


def test_a_host_that_asks_for_an_hour_is_asked_for_nothing_else_in_it(server, fetcher):
    server.pages["/a"] = (429, {"Retry-After": "3600"}, b"")
    server.page("/b", PAGE)
    one = fetcher()
    fault_of(one, server.url("/a"))
    assert "its host asks for a pause of 3600 s; the next run goes on with it" in fault_of(one, server.url("/b"))
    assert (server.paths(), one.naps) == (["/a"], [])


def test_a_time_that_a_host_asks_for_is_waited_for_before_any_of_its_documents(server, fetcher):
    server.pages["/a"] = (503, {"Retry-After": "50"}, b"")
    server.page("/b", PAGE)
    one = fetcher(attempts=1)
    fault_of(one, server.url("/a"))
    assert one.fetch(server.url("/b")).content
    assert [round(nap) for nap in one.naps] == [50]


@pytest.mark.parametrize(("status", "told"), [(404, "nothing at this address"), (410, "nothing"), (403, "refuses it")])
def test_a_plain_no_is_taken_for_an_answer(server, fetcher, status, told):
    server.pages["/a"] = (status, {}, b"")
    assert told in fault_of(fetcher(), server.url("/a"))
    assert server.paths() == ["/a"]


# ---- limits


def test_a_host_that_never_answers_is_left(server, fetcher):
    server.pages["/robots.txt"] = (404, {}, b"")
    server.pages["/a"] = lambda handler: server.closing.wait(60)
    assert "did not answer for 0.3 s" in fault_of(fetcher(timeout=0.3), server.url("/a"))
    assert server.paths() == ["/a"]


@pytest.mark.parametrize("where", ["head", "body"])
def test_a_host_that_drips_is_cut_off(server, fetcher, where):
    def drip(handler):
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n" + (b"\r\n" if where == "body" else b""))
        while not server.closing.wait(0.05):
            handler.wfile.write(b"x" if where == "body" else b"X-More: 1\r\n")
            handler.wfile.flush()

    server.pages["/a"] = drip
    assert "took more than 0.5 s" in fault_of(fetcher(longest=0.5, timeout=5), server.url("/a"))


def test_a_document_that_is_too_large_is_not_taken_whether_it_says_so_or_not(server, fetcher):
    sent = []

    def endless(handler):
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while not server.closing.is_set():
            handler.wfile.write(b"x" * 65_536)
            sent.append(65_536)

    server.pages["/said"] = (200, HTML, b"x" * 1_100_000)
    server.pages["/endless"] = endless
    one = fetcher(megabytes=1)
    assert "1 MB, more than the 1 MB that are taken" in fault_of(one, server.url("/said"))
    assert "is more than the 1 MB that are taken" in fault_of(one, server.url("/endless"))
    assert sum(sent) < 50_000_000


def test_a_bomb_is_stopped_before_it_is_unpacked(server, fetcher):
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(60)) + packer.flush()
    assert len(bomb) < 100_000
    server.pages["/a"] = (200, HTML | {"Content-Encoding": "gzip"}, bomb)
    one = fetcher(megabytes=1)
    tracemalloc.start()
    try:
        assert "unpacks to more than the 1 MB" in fault_of(one, server.url("/a"))
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd"])
def test_packing_that_was_not_asked_for_is_refused(server, fetcher, coding):
    server.pages["/a"] = (200, HTML | {"Content-Encoding": coding}, gzip.compress(gzip.compress(b"x")))
    assert "which was not asked for" in fault_of(fetcher(), server.url("/a"))


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {"Content-Length": "9000"}])
def test_half_an_answer_is_none(server, fetcher, headers):
    body = gzip.compress(PAGE.encode() * 50)[:-20] if "Content-Encoding" in headers else PAGE.encode()
    server.pages["/a"] = (200, HTML | headers, body)
    fault = fault_of(fetcher(attempts=2), server.url("/a"))
    assert "broke" in fault
    assert server.paths() == ["/a"] * 2


def test_a_document_of_a_wrong_type_is_not_taken(server, fetcher):
    server.pages["/a"] = (200, {"Content-Type": "video/mp4"}, b"\0" * 100)
    server.pages["/b"] = (200, {}, b"x")
    assert 'of type "video/mp4", which is not read' in fault_of(fetcher(), server.url("/a"), {"text/html"})
    assert "of no type" in fault_of(fetcher(), server.url("/b"), {"text/html"})


# ---- redirects


def test_redirects_are_followed_and_the_last_address_is_told(server, fetcher):
    server.pages["/a"] = (301, {"Location": "/b?x=1"}, b"")
    server.pages["/b?x=1"] = (307, {"Location": server.url("/c#part")}, b"")
    server.page("/c", PAGE)
    assert fetcher().fetch(server.url("/a")).url == server.url("/c")


def test_redirects_in_a_circle_and_without_end_are_told(server, fetcher):
    server.pages["/a"] = (302, {"Location": "/b"}, b"")
    server.pages["/b"] = (302, {"Location": "/a"}, b"")
    assert "lead in a circle" in fault_of(fetcher(), server.url("/a"))
    for n in range(20):
        server.pages[f"/{n}"] = (302, {"Location": f"/{n + 1}"}, b"")
    assert "more than 5 redirects" in fault_of(fetcher(), server.url("/0"))
    assert server.paths()[-1] == "/5"


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{other}/secret", "http://localhost:{other}/secret", "http://[::ffff:127.0.0.1]:{other}/secret",
        "http://0x7f.1:{other}/secret", "http://2130706433:{other}/secret", "//127.0.0.1:{other}/secret",
        "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "http://me:secret@127.0.0.1:{other}/secret",
    ],
)  # fmt: skip
def test_no_redirect_leads_into_this_machine_or_its_network(server, fetcher, target):
    with Loopback() as other:
        other.page("/secret", PAGE)
        server.pages["/a"] = (302, {"Location": target.format(other=other.place.partition(":")[2])}, b"")
        fault = fault_of(fetcher(), server.url("/a"))
        assert "secret@" not in fault
        assert other.asked == []


def test_a_name_that_leads_to_this_machine_is_not_asked_even_when_it_did_not_before(server):
    """The first answer of the resolver is allowed (as a public one would be), the second is this machine without leave."""
    answers = []

    def turning(host, port):
        answers.append(host)
        return ["127.0.0.1"]

    port = server.place.partition(":")[2]
    server.pages["/a"] = (302, {"Location": f"http://rebound.example:{port}/b"}, b"")
    server.page("/b", PAGE)
    with Fetcher(Web(delay=0, attempts=1, allow=(f"news.example:{port}",)), resolver=turning) as one:
        fault = fault_of(one, f"http://news.example:{port}/a")
    assert "rebound.example leads to 127.0.0.1, a loopback address" in fault
    assert server.paths() == ["/a"]
    assert answers == ["news.example", "news.example", "rebound.example"]
