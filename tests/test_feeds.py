"""Feeds and sitemaps: what they name, in every form, and what is refused in them."""

from __future__ import annotations

import gzip
import json

import pytest

from etl.article import read_document
from etl.sources.feeds import FeedError, looks_like_feed, parse_feed, parse_sitemap, whole_page

BASE = "https://news.example/feed.xml"
RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>5G &amp; networks</title><link>https://news.example/</link>
<item><title>Nokia &lt;b&gt;wins&lt;/b&gt; in Oulu</title><link>/2021/nokia</link><pubDate>Mon, 03 May 2021 23:30:00 -0500</pubDate>
<description>Short.</description><content:encoded><![CDATA[<p>Nokia holds 15% of the market.</p>]]></content:encoded></item>
<item><title>Ericsson</title><link>https://news.example/ericsson</link><description>Ericsson leads.</description></item>
<item><title>No address</title></item>
<item><title>Inside</title><link>https://me:secret@news.example/x</link></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><title>Nokia</title>
<link href="https://news.example/nokia"/><published>2021-05-03T08:00:00Z</published><updated>2021-05-05T08:00:00Z</updated>
<content type="html">&lt;p&gt;Nokia holds 15% of the market.&lt;/p&gt;</content></entry></feed>"""
SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://news.example/a</loc><lastmod>2021-05-03</lastmod></url>
<url><loc>https://news.example/b</loc><n:news><n:publication_date>2021-05-04T10:00:00Z</n:publication_date><n:title>B &amp; C</n:title></n:news></url>
<url><loc>ftp://news.example/c</loc></url></urlset>"""


def json_feed(**item: object) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [item]}).encode()


def test_rss_tells_addresses_titles_days_and_the_longer_text():
    feed = parse_feed(RSS, BASE)
    nokia, ericsson = feed.entries
    assert feed.title == "5G & networks"
    assert (nokia.url, nokia.title) == ("https://news.example/2021/nokia", "Nokia wins in Oulu")
    assert nokia.published == "2021-05-04"  # in UTC
    assert "Nokia holds 15%" in nokia.html
    assert (ericsson.html, ericsson.published) == ("Ericsson leads.", None)


def test_an_entry_that_cannot_be_fetched_is_told_and_the_others_stay():
    faults = parse_feed(RSS, BASE).faults
    assert [place for place, _ in faults] == [BASE, "https://news.example/x"]
    assert 'without an address was left out: "No address"' in faults[0][1]
    assert "user name or password" in faults[1][1]


def test_atom_tells_publication_and_last_change():
    [entry] = parse_feed(ATOM, BASE).entries
    assert (entry.published, entry.marker, entry.changed_on) == ("2021-05-03", "2021-05-05T08:00:00Z", "2021-05-05")


def test_a_json_feed_tells_the_same():
    nokia = {"id": 7, "url": "/nokia", "title": "Nokia", "date_published": "2021-05-03T08:00:00Z"}
    [entry] = parse_feed(json_feed(**nokia, content_text="Nokia <holds>\n\n15%"), BASE).entries
    assert (entry.url, entry.title, entry.published) == ("https://news.example/nokia", "Nokia", "2021-05-03")
    assert entry.html == "<p>Nokia &lt;holds&gt;</p>\n<p>15%</p>"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html><body>Sign in</body></html>", "no RSS, Atom or JSON feed; it begins with '<html><body>Sign in"),
        (b"just words", "no RSS, Atom or JSON feed"),
        (b"", "no RSS, Atom or JSON feed"),
        (b"\x89PNG\r\n\x1a\n\0\0", "no RSS, Atom or JSON feed"),
        (b'{"items": 3}', "no JSON Feed"),
        (b"{", "no JSON Feed"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel>&a;</channel></rss>', "declares entities"),
        (b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>', "declares entities"),
    ],
)
def test_what_is_no_feed_is_told_in_one_line(content, why):
    with pytest.raises(FeedError, match=why) as raised:
        parse_feed(content, BASE)
    assert "\n" not in str(raised.value)


def test_a_feed_that_breaks_off_gives_the_entries_before():
    cut = RSS[: RSS.index(b"<item><title>Ericsson")]
    assert [entry.title for entry in parse_feed(cut, BASE).entries] == ["Nokia wins in Oulu"]


def test_a_feed_is_told_from_a_page():
    assert looks_like_feed(RSS, "text/xml")
    assert looks_like_feed(ATOM, "text/plain")
    assert looks_like_feed(json_feed(), "application/json")
    assert not looks_like_feed(b"<!DOCTYPE html><html><body><feed>", "text/html")


def test_the_text_of_a_feed_becomes_a_page_that_the_reader_reads():
    article = read_document("a.html", whole_page(parse_feed(RSS, BASE).entries[0]))
    assert article.title == "Nokia wins in Oulu"
    assert "Nokia holds 15% of the market." in article.text


def test_a_sitemap_tells_addresses_and_days_packed_or_not():
    for content in (SITEMAP, gzip.compress(SITEMAP)):
        feed = parse_sitemap(content, BASE)
        assert [(one.url, one.title, one.published, one.changed_on) for one in feed.entries] == [
            ("https://news.example/a", None, None, "2021-05-03"),
            ("https://news.example/b", "B & C", "2021-05-04", "2021-05-04"),
        ]
        assert feed.faults == [
            ("ftp://news.example/c", 'only http and https addresses are fetched, not "ftp:"; write https://...')
        ]


def test_an_index_of_sitemaps_names_further_ones():
    index = (
        SITEMAP.replace(b"urlset", b"sitemapindex").replace(b"<url>", b"<sitemap>").replace(b"</url>", b"</sitemap>")
    )
    feed = parse_sitemap(index, BASE)
    assert ([one.url for one in feed.sitemaps], feed.entries) == (
        ["https://news.example/a", "https://news.example/b"],
        [],
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (RSS, "its root is <rss>"),
        (b"<html>", "no sitemap"),
        (b"", "no sitemap"),
        (gzip.compress(SITEMAP)[:-30], "not whole"),
        (gzip.compress(b" " * 60_000_000), "unpacks to more than the 50 MB"),
        (
            b'<!DOCTYPE urlset [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>',
            "entities",
        ),
    ],
)
def test_what_is_no_sitemap_is_told(content, why):
    with pytest.raises(FeedError, match=why):
        parse_sitemap(content, BASE)
