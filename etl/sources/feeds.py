"""Feeds and sitemaps as lists of entries: RSS, Atom, JSON Feed, sitemaps and their indexes. Bytes in, entries out; nothing is fetched."""

from __future__ import annotations

import gzip
import html
import io
import re
import zlib
from dataclasses import dataclass, field
from datetime import date

import feedparser
import httpx
from lxml import etree
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from etl.documents.kinds import is_feed
from etl.errors import EtlError
from etl.sources.addresses import AddressRefused, checked_url, shown

FEED_TYPES = frozenset(
    [
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
        "application/xml",
        "text/xml",
        "text/html",
        "text/plain",
        "application/octet-stream",
    ]
)
SITEMAP_TYPES = frozenset(
    ["application/xml", "text/xml", "text/plain", "application/gzip", "application/x-gzip", "application/octet-stream"]
)
MOST_ENTRIES = 50_000  # the limit of the sitemaps' own protocol
LARGEST_SITEMAP = 50_000_000  # bytes, unpacked; the protocol's limit too


class FeedError(EtlError):
    """A feed or sitemap that cannot be read. One line without its address."""


@dataclass(frozen=True)
class Entry:
    """An article that a feed or sitemap names.

    published: YYYY-MM-DD or None. marker: what is said of its last change, whatever its form. html: the text that the feed
    itself carries, as HTML; None when it carries none.
    """

    url: str
    title: str | None = None
    published: str | None = None
    marker: str | None = None
    html: str | None = None

    @property
    def changed_on(self) -> str | None:
        """The day (YYYY-MM-DD) of its publication or last change, as far as told."""
        told = re.match(r"\d{4}-\d\d-\d\d", self.marker or "")
        return max(filter(None, (self.published, told and told[0])), default=None)


@dataclass
class Feed:
    """What a feed or sitemap says. sitemaps: addresses of further ones. faults: (address, reason) of entries left out."""

    title: str | None = None
    entries: list[Entry] = field(default_factory=list)
    sitemaps: list[Entry] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)


def looks_like_feed(content: bytes, content_type: str) -> bool:
    """Whether a fetched document is a feed rather than an article, by its bytes, or its host's word when these are no page."""
    named = content_type in ("application/rss+xml", "application/atom+xml", "application/feed+json")
    return is_feed(content) or (named and not re.search(rb"<(html|!doctype html)", content[:2000].lower()))


def parse_feed(content: bytes, base: str) -> Feed:
    """The entries of an RSS, Atom or JSON feed; base: its address. Raises FeedError."""
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return _json_feed(content, base)
    _refuse_entities(content)
    # The name of a file or an address would be opened; bytes are not.
    parsed = feedparser.parse(io.BytesIO(content), response_headers={"content-location": base})
    if not parsed.get("version") and not parsed.entries:
        start = " ".join(content[:60].decode("utf-8", errors="replace").split())
        raise FeedError(f"no RSS, Atom or JSON feed; it begins with {start!r}: give the address of the feed itself")
    feed = Feed(title=_line(parsed.feed.get("title")))
    for one in parsed.entries[:MOST_ENTRIES]:
        contents = [piece.get("value", "") for piece in one.get("content", ())]
        text = max([*contents, one.get("summary", "")], key=len)
        # Asked for an update that is not told, feedparser would give the publication instead.
        changed = "updated" in one
        published = _day(one.get("published_parsed")) or (_day(one["updated_parsed"]) if changed else None)
        marker = one["updated"] if changed else one.get("published")
        _take(feed, one.get("link"), base, _line(one.get("title")), published, marker, text)
    return feed


def parse_sitemap(content: bytes, base: str) -> Feed:
    """The addresses of a sitemap (packed with gzip or not), or the further sitemaps of an index. Raises FeedError."""
    content = _ungzipped(content)
    _refuse_entities(content)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FeedError(
            f"no sitemap ({' '.join(str(error).split())[:120]}); give the address of the XML itself"
        ) from error
    kind = etree.QName(root).localname
    if kind not in ("urlset", "sitemapindex"):
        raise FeedError(f"no sitemap: its root is <{kind[:40]}>, not <urlset> or <sitemapindex>")
    feed = Feed()
    for place in list(root)[:MOST_ENTRIES]:
        told = {etree.QName(one).localname: (one.text or "").strip() for one in place.iter("{*}*") if one.text}
        published = told.get("publication_date", "")[:10]
        _take(
            feed, told.get("loc"), base, _line(told.get("title")), _sound_day(published),
            told.get("lastmod") or published or None, "",
        )  # fmt: skip
    if kind == "sitemapindex":
        feed.sitemaps, feed.entries = feed.entries, []
    return feed


def whole_page(entry: Entry) -> bytes:
    """The text that a feed carries, as a page of its own."""
    title = html.escape(entry.title or "")
    head = f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head>'
    return f"{head}<body><article><h1>{title}</h1>\n{entry.html or ''}\n</article></body></html>".encode()


def _take(
    feed: Feed, link: str | None, base: str, title: str | None, published: str | None, marker: str | None, text: str
) -> None:
    """Put an entry into the feed, or the reason why it cannot be."""
    if not link:
        feed.faults.append((shown(base), f'an entry without an address was left out: "{(title or "untitled")[:80]}"'))
        return
    try:
        url = str(checked_url(str(httpx.URL(base).join(link.strip()))))
    except (AddressRefused, httpx.InvalidURL) as error:
        feed.faults.append((shown(link)[:200], str(error)))
        return
    feed.entries.append(Entry(url, title, published, marker and marker.strip()[:100], text.strip() or None))


def _refuse_entities(content: bytes) -> None:
    """A few letters of an XML document may stand for megabytes, or for a file of this machine; no feed needs that."""
    if b"<!ENTITY" in content or "<!ENTITY".encode("utf-16-le") in content or "<!ENTITY".encode("utf-16-be") in content:
        raise FeedError("it declares entities of its own, which no feed or sitemap needs; it was not read")


def _ungzipped(content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            content = packed.read(LARGEST_SITEMAP + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FeedError(f"packed with gzip, but not whole ({error})") from error
    if len(content) > LARGEST_SITEMAP:
        raise FeedError(f"unpacks to more than the {LARGEST_SITEMAP / 1e6:.0f} MB that a sitemap may have")
    return content


def _line(words: str | None) -> str | None:
    """A title as plain words in one line; feeds write them as HTML."""
    plain = html.unescape(re.sub(r"<[^<>]{0,200}>", "", words or ""))
    return " ".join(plain.split())[:300] or None


def _day(moment: object) -> str | None:
    try:
        return date(*moment[:3]).isoformat() if moment else None
    except (TypeError, ValueError):
        return None


def _sound_day(written: str | None) -> str | None:
    try:
        return date.fromisoformat((written or "")[:10]).isoformat()
    except ValueError:
        return None


# ---- JSON Feed (jsonfeed.org, versions 1 and 1.1)


class _Item(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str | None = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None
    date_modified: str | None = None


class _JsonFeed(BaseModel):
    model_config = ConfigDict(extra="ignore")

    version: str = Field(pattern=r"^https?://(www\.)?jsonfeed\.org/version/")
    title: str | None = None
    items: list[_Item] = Field(max_length=MOST_ENTRIES)


def _json_feed(content: bytes, base: str) -> Feed:
    try:
        told = _JsonFeed.model_validate_json(content.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "its JSON"
        raise FeedError(f"no JSON Feed ({where}: {fault['msg'][:120]}); give the address of the feed itself") from None
    feed = Feed(title=_line(told.title))
    for item in told.items:
        link = item.url or item.external_url or (item.id if (item.id or "").startswith("http") else None)
        paragraphs = (item.content_text or item.summary or "").split("\n\n")
        plain = "".join(f"<p>{html.escape(words)}</p>\n" for words in paragraphs if words.strip())
        published = _sound_day(item.date_published)
        marker = item.date_modified or item.date_published
        _take(feed, link, base, _line(item.title), published, marker, item.content_html or plain)
    return feed
