"""Sources asked in their turn: feeds, sitemaps and pages of a loopback server, what is kept of them, and what is said."""

from __future__ import annotations

import json

import pytest

from etl.article import read_document
from etl.sources.gathering import Errand, Gathered, gather
from etl.sources.raw import Raw, RawError
from etl.sources.settings import FeedSource, PagesSource, SitemapSource, Web
from etl.sources.web import Fetcher
from tests.loopback import HTML, Loopback

XML = {"Content-Type": "application/rss+xml"}
WORDS = "Nokia holds 15% of the market, the research firm said on Monday in a report on radio access networks."


@pytest.fixture
def server():
    with Loopback() as running:
        yield running


@pytest.fixture
def raw(tmp_path) -> Raw:
    return Raw(tmp_path / "raw")


@pytest.fixture
def ask(server, raw):
    """Ask a source of the server: `ask(source, since=..., dry=...) -> Gathered`."""
    web = Web(contact="desk@analysts.example", delay=0, attempts=1, timeout=5, allow=(server.place,))

    def asked(source, **more) -> Gathered:
        with Fetcher(web, sleep=lambda seconds: None) as fetcher:
            return gather(source, Errand(raw, fetcher, **more))

    return asked


def page(title: str, words: str = WORDS, head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1><p>{words}</p></article></body></html>"


def rss(server: Loopback, *names: str, text: str = "", day: str = "03 May 2021") -> None:
    items = "".join(
        f"<item><title>{name}</title><link>{server.url('/' + name)}</link><description>{text}</description>"
        f"<pubDate>{day} 08:00:00 GMT</pubDate></item>"
        for name in names
    )
    server.pages["/feed"] = (
        200,
        XML,
        f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode(),
    )


def feed_of(server: Loopback, **more) -> FeedSource:
    return FeedSource(name="news", kind="feed", url=server.url("/feed"), **more)


def texts(raw: Raw, source: str = "news") -> list[str]:
    return [read_document(one.path, one.read(), known=one.known).text for one in raw.listing(source).documents]


# ---- feeds


def test_the_pages_of_a_feed_are_kept_once(server, raw, ask):
    rss(server, "nokia", "zte")
    server.page("/nokia", page("Nokia"))
    server.page("/zte", page("ZTE"))
    assert ask(feed_of(server)).line() == "news: 2 new, 0 changed, 0 unchanged, 0 failed"
    assert ask(feed_of(server)).line() == "news: 0 new, 0 changed, 0 unchanged, 2 known, 0 failed"
    assert server.paths() == ["/feed", "/nokia", "/zte", "/feed"]
    [nokia, zte] = raw.listing("news").documents
    assert nokia.read().decode() == page("Nokia")
    assert (nokia.known.source_url, zte.known.source_url) == (server.url("/nokia"), server.url("/zte"))


def test_a_feed_that_did_not_change_is_not_sent_again_and_what_failed_is_tried_again(server, raw, ask):
    rss(server, "nokia")
    status, headers, body = server.pages["/feed"]
    server.pages["/feed"] = [(status, headers | {"ETag": '"1"'}, body), (304, {}, b"")]
    server.pages["/nokia"] = [(500, HTML, b""), (200, HTML, page("Nokia").encode())]
    first = ask(feed_of(server))
    assert first.faults == [(server.url("/nokia"), "the host answers 500 and asks to come back later; run again later")]
    assert raw.listing("news").faults == first.faults
    assert ask(feed_of(server)).changes["new"] == 1
    assert [one.headers.get("if-none-match") for one in server.asked if one.path == "/feed"] == [None, '"1"']
    assert raw.listing("news").faults == []


def test_an_entry_that_its_feed_calls_changed_is_asked_for_again(server, raw, ask):
    rss(server, "nokia")
    server.page("/nokia", page("Nokia"))
    ask(feed_of(server))
    rss(server, "nokia", day="04 May 2021")
    server.page("/nokia", page("Nokia", WORDS.replace("15", "16")))
    assert ask(feed_of(server)).changes["changed"] == 1
    [text] = texts(raw)
    assert "16%" in text


def test_a_feed_of_whole_texts_asks_for_no_page(server, raw, ask):
    rss(server, "nokia", text=f"&lt;p&gt;{WORDS}&lt;/p&gt;")
    assert ask(feed_of(server, text="full", publisher="Wire")).changes["new"] == 1
    assert server.paths() == ["/feed"]
    [document] = raw.listing("news").documents
    article = read_document(document.path, document.read(), known=document.known)
    assert WORDS in article.text
    assert (article.title, article.published, article.published_from) == ("nokia", "2021-05-03", "feed")
    assert (article.publisher, article.source_url) == ("Wire", server.url("/nokia"))


def test_when_a_page_fails_the_feeds_own_text_stands_in_for_it_until_it_comes(server, raw, ask):
    rss(server, "nokia", text=WORDS)
    server.pages["/nokia"] = [(404, HTML, b""), (200, HTML, page("Nokia", f"{WORDS} It holds 3% in China.").encode())]
    first = ask(feed_of(server))
    assert first.faults == []
    assert first.notes == [
        f"{server.url('/nokia')}: there is nothing at this address (404); check it in a browser; "
        "the feed's own short text is kept until its page can be had"
    ]
    [text] = texts(raw)
    assert WORDS in text
    assert ask(feed_of(server)).changes["changed"] == 1
    [text] = texts(raw)
    assert "3% in China" in text
    assert ask(feed_of(server)).changes["known"] == 1


def test_a_pages_own_date_is_better_than_its_feeds(server, raw, ask):
    rss(server, "dated", "undated")
    dated = {"@type": "NewsArticle", "datePublished": "2021-04-30", "headline": "Dated"}
    server.page("/dated", page("Dated", head=f'<script type="application/ld+json">{json.dumps(dated)}</script>'))
    server.page("/undated", page("Undated"))
    ask(feed_of(server))
    told = [read_document(one.path, one.read(), known=one.known) for one in raw.listing("news").documents]
    dates = {one.source_url.rpartition("/")[2]: (one.published, one.published_from) for one in told}
    assert dates["undated"] == ("2021-05-03", "feed")
    assert dates["dated"][0] == "2021-04-30"


def test_older_entries_are_left_out_and_the_rest_waits_when_there_are_many(server, ask):
    rss(server, "a", "b", "c")
    for name in "abc":
        server.page(f"/{name}", page(name))
    assert ask(feed_of(server), since="2021-05-04").changes["older"] == 3
    assert (
        ask(feed_of(server, limit=2)).line()
        == "news: 2 new, 0 changed, 0 unchanged, 1 waiting for the next run, 0 failed"
    )
    assert ask(feed_of(server, limit=2)).line() == "news: 1 new, 0 changed, 0 unchanged, 2 known, 0 failed"


def test_a_dry_run_tells_what_it_would_fetch_and_keeps_nothing(server, raw, ask):
    rss(server, "a", "b")
    assert ask(feed_of(server), dry=True).would == [server.url("/a"), server.url("/b")]
    assert server.paths() == ["/feed"]
    assert not raw.folder.exists()


# ---- sitemaps and pages


def test_a_sitemap_gives_the_newest_first_of_those_that_match(server, ask):
    places = "".join(
        f"<url><loc>{server.url(f'/{part}/{n}')}</loc><lastmod>2021-05-0{n}</lastmod></url>"
        for n in (1, 2, 3)
        for part in ("5g", "sport")
    )
    server.pages["/sitemap.xml"] = (200, {"Content-Type": "text/xml"}, f"<urlset>{places}</urlset>".encode())
    index = f"<sitemapindex><sitemap><loc>{server.url('/sitemap.xml')}</loc></sitemap></sitemapindex>"
    server.pages["/index.xml"] = (200, {"Content-Type": "text/xml"}, index.encode())
    for n in (1, 2, 3):
        server.page(f"/5g/{n}", page(f"News {n}"))
    source = SitemapSource(name="site", kind="sitemap", url=server.url("/index.xml"), match=("/5g/",), limit=2)
    assert ask(source).changes["new"] == 2
    assert server.paths() == ["/index.xml", "/sitemap.xml", "/5g/3", "/5g/2"]


def test_a_page_is_looked_at_in_every_run_and_sent_when_it_changed(server, raw, ask):
    server.pages["/a"] = [
        (200, HTML | {"ETag": '"1"'}, page("A").encode()),
        (304, {}, b""),
        (200, HTML | {"ETag": '"2"'}, page("A", WORDS.replace("15", "16")).encode()),
    ]
    source = PagesSource(name="pages", kind="pages", urls=(server.url("/a"),))
    assert [+ask(source).changes for _ in range(3)] == [{"new": 1}, {"unchanged": 1}, {"changed": 1}]
    assert [one.headers.get("if-none-match") for one in server.asked if one.path == "/a"] == [None, '"1"', '"1"']
    kept = raw.record("pages", server.url("/a"))
    assert (len(kept.earlier), kept.etag) == (1, '"2"')
    assert "16%" in texts(raw, "pages")[0]


@pytest.mark.parametrize("kind", ["feed", "pages"])
def test_a_document_whose_copy_is_damaged_is_fetched_anew(server, raw, ask, kind):
    def answer(handler):
        told = "if-none-match" in {name.lower() for name in handler.headers}
        handler.send_response(304 if told else 200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("ETag", '"v1"')
        handler.end_headers()
        handler.wfile.write(b"" if told else page("Nokia").encode())

    rss(server, "nokia")
    server.pages["/nokia"] = answer
    source = PagesSource(name="news", kind="pages", urls=(server.url("/nokia"),))
    source = feed_of(server) if kind == "feed" else source
    ask(source)
    [document] = raw.listing("news").documents
    document.location.write_bytes(b"others")
    assert ask(source).faults == []
    assert document.read().decode() == page("Nokia")


def test_a_pdf_is_kept_as_one_whatever_its_address_is_called(server, raw, ask):
    server.pages["/report"] = (200, {"Content-Type": "application/octet-stream"}, b"%PDF-1.7\n%nothing more")
    assert ask(PagesSource(name="pages", kind="pages", urls=(server.url("/report"),))).faults == []
    assert raw.listing("pages").documents[0].path.endswith(".pdf")


# ---- bad input


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((200, HTML, page("Page not found | News", "Sorry.").encode()), "an error page though the host calls it fine"),
        ((200, HTML, page("404", "Sorry.").encode()), "an error page though the host calls it fine"),
        (
            (
                200,
                HTML,
                page(
                    "Before you continue",
                    "We use cookies and data to deliver and maintain our services. If you choose to accept all, we will also use "
                    "cookies and data to develop new services. If you choose to reject all, we will not use cookies for these "
                    "additional purposes. You can change your mind at any time. Select more options to see further information, "
                    "including details about managing your privacy settings.",
                ).encode(),
            ),
            "behind a consent wall",
        ),
        (
            (200, HTML, page("News", "We value your privacy. We and our partners use cookies. Accept all").encode()),
            "behind a consent wall",
        ),
        ((200, HTML, page("Just a moment...", "Enable JavaScript and cookies").encode()), "only a check for robots"),
        ((200, {"Content-Type": "image/png"}, b"\x89PNG"), 'of type "image/png", which is not read'),
        ((200, {"Content-Type": "application/octet-stream"}, b"\x89PNG"), "its bytes and address do not tell"),
        ((404, HTML, b""), "nothing at this address (404)"),
    ],
)
def test_a_page_that_is_no_article_is_told_and_not_kept(server, raw, ask, answer, told):
    server.pages["/a"] = answer
    [(address, reason)] = ask(PagesSource(name="pages", kind="pages", urls=(server.url("/a"),))).faults
    assert (address, told in reason, "\n" in reason) == (server.url("/a"), True, False)
    assert raw.listing("pages").documents == []


@pytest.mark.parametrize(
    "words",
    [
        f"{WORDS} Ericsson holds 27% of it, and Huawei leads with more than both of them. We use cookies. Privacy. Accept all.",
        "Huawei said the phone was not found in any shop. Nokia holds 15% of the market.",
        "The regulator asked for consent of the operators to its privacy rules on Monday. " + WORDS * 20,
    ],
)
def test_a_short_article_with_a_banner_is_still_an_article(server, ask, words):
    server.page("/a", page("Nokia's market share", words))
    assert ask(PagesSource(name="pages", kind="pages", urls=(server.url("/a"),))).faults == []


def test_what_was_kept_stays_when_its_page_turns_into_an_error_page(server, raw, ask):
    server.pages["/a"] = [(200, HTML, page("A").encode()), (200, HTML, page("Page not found", "Sorry.").encode())]
    source = PagesSource(name="pages", kind="pages", urls=(server.url("/a"),))
    ask(source)
    assert len(ask(source).faults) == 1
    assert WORDS in texts(raw, "pages")[0]


def test_a_feed_that_is_no_xml_is_one_line_of_its_own(server, ask):
    server.page("/feed", "<html><body>Please sign in</body></html>")
    [(address, reason)] = ask(feed_of(server)).faults
    assert address == server.url("/feed")
    assert reason.startswith("no RSS, Atom or JSON feed; it begins with '<html><body>Please sign in")


def test_an_entry_that_leads_into_this_machine_is_told_and_the_others_are_kept(server, ask):
    with Loopback() as inside:
        inside.page("/secret", page("Secret"))
        rss(server, "nokia")
        feed = server.pages["/feed"][2].replace(
            b"</channel>", f"<item><title>x</title><link>{inside.url('/secret')}</link></item></channel>".encode()
        )
        server.pages["/feed"] = (200, XML, feed)
        server.page("/nokia", page("Nokia"))
        gathered = ask(feed_of(server))
        assert inside.asked == []
    assert gathered.changes["new"] == 1
    [(address, reason)] = gathered.faults
    assert (address, "a loopback address, which is never asked" in reason) == (inside.url("/secret"), True)


def test_a_full_disk_ends_the_run_and_what_was_kept_is_there(server, raw, ask, monkeypatch):
    rss(server, "a", "b")
    server.page("/a", page("A"))
    server.page("/b", page("B"))
    keep, kept = Raw.keep, []

    def full(self, record, content):
        if len(kept) == 2:  # the feed, and its first page
            raise RawError("cannot keep a document in raw (No space left on device); make room there and run again")
        kept.append(record)
        return keep(self, record, content)

    monkeypatch.setattr(Raw, "keep", full)
    with pytest.raises(RawError, match="No space left"):
        ask(feed_of(server))
    monkeypatch.undo()
    assert len(raw.listing("news").documents) == 1
    assert ask(feed_of(server)).changes == {"known": 1, "new": 1, "waiting": 0}
