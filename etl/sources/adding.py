"""Documents that a person adds: a page, a feed, a file, a folder, or bytes handed over. Each is copied into the raw folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO

from etl.article import ENDINGS, MAX_BYTES, UnreadableDocument
from etl.documents.kinds import ending_of, is_feed, kind_by_bytes, kind_by_words
from etl.sources.addresses import shown
from etl.sources.feeds import FEED_TYPES, Entry, FeedError, looks_like_feed, parse_feed
from etl.sources.files import Document, list_folder, one_file
from etl.sources.gathering import Faults
from etl.sources.keeping import DOCUMENT_TYPES, keep_fetched, keep_page, keep_text
from etl.sources.raw import Raw, Record
from etl.sources.web import Fetcher

SOURCE = "added"
MOST_OF_A_FEED = 50  # entries
_OF_KIND = {"html": ".html", "markdown": ".md", "text": ".txt", "pdf": ".pdf", "word": ".docx", "mail": ".eml"}
_OF_KIND |= {"mhtml": ".mhtml", "warc": ".warc"}


@dataclass(frozen=True)
class Added:
    """What became of one document. change: "new", "changed" or "unchanged"; None: it was not kept, and failure says why."""

    asked: str
    change: str | None = None
    failure: str | None = None


def add(asked: list[str], raw: Raw, fetcher: Callable[[], Fetcher], stdin: BinaryIO) -> Iterator[Added]:
    """Keep what is asked for, in its order: addresses, files, folders, "-" for standard input. Raises RawError alone.

    fetcher: makes one when the first address comes.
    """
    web = cache(fetcher)
    for one in asked:
        if one == "-":
            yield from _bytes(stdin.read(MAX_BYTES + 1), "stdin", raw, web)
        elif re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", one):
            yield from _address(one, raw, web())
        else:
            yield from _path(Path(one), raw, web)


def _address(url: str, raw: Raw, fetcher: Fetcher) -> Iterator[Added]:
    """A page or PDF of the web, or the articles that a feed names."""
    before = raw.whole(SOURCE, url)
    try:
        fetched = fetcher.fetch(
            url,
            DOCUMENT_TYPES | FEED_TYPES,
            etag=before and before.etag,
            last_modified=before and before.last_modified,
        )
        if fetched.not_modified or not looks_like_feed(fetched.content, fetched.content_type):
            yield Added(shown(url), keep_fetched(raw, SOURCE, url, fetched))
            return
    except Faults as error:
        yield Added(shown(url), failure=str(error))
        return
    yield from _feed(shown(url), fetched.content, fetched.url, raw, fetcher)


def _feed(asked: str, content: bytes, base: str, raw: Raw, fetcher: Fetcher) -> Iterator[Added]:
    """The articles that a feed names. base: its address, "" when it has none."""
    try:
        feed = parse_feed(content, base)
    except FeedError as error:
        yield Added(asked, failure=str(error))
        return
    yield from (Added(address or asked, failure=reason) for address, reason in feed.faults)
    if not feed.entries:
        yield Added(asked, failure="a feed that names no articles; give the address of an article")
    for entry in feed.entries[:MOST_OF_A_FEED]:
        yield _entry(entry, raw, fetcher)


def _path(path: Path, raw: Raw, web: Callable[[], Fetcher]) -> Iterator[Added]:
    """A file, the articles of one that is a feed, or all documents of a folder with what its index.csv says of them."""
    try:
        if path.is_dir():
            listing = list_folder(path, SOURCE)
            yield from (Added(place, failure=reason) for place, reason in listing.faults)
            if not listing.documents and not listing.faults:
                yield Added(str(path), failure=f"no documents in it; it needs files ending in {', '.join(ENDINGS)}")
            documents = listing.documents
        elif path.exists():
            documents = [one_file(path)]
        else:
            raise FileNotFoundError(2, "no such file or folder; check the path")
    except OSError as error:
        yield Added(str(path), failure=error.strerror or str(error))
        return
    for document in documents:
        yield from _file(document, raw, web)


def _bytes(content: bytes, name: str, raw: Raw, web: Callable[[], Fetcher]) -> Iterator[Added]:
    """Bytes that were handed over, or the articles of a feed that they are."""
    if is_feed(content):
        yield from _feed(name, content, "", raw, web())
        return
    try:
        record = record_of_bytes(content, name)
    except UnreadableDocument as error:
        yield Added(name, failure=str(error))
        return
    yield Added(name, _change(raw, record, content))


def record_of_bytes(content: bytes, name: str) -> Record:
    """What is to be kept of bytes that were handed over. Raises UnreadableDocument."""
    if len(content) > MAX_BYTES:
        raise UnreadableDocument(f"more than the {MAX_BYTES / 1e6:.0f} MB that an article can need")
    number = hashlib.sha256(content).hexdigest()
    path = f"{_slug(Path(name).stem)}-{number[:8]}{_ending(name, content)}"
    return Record(source=SOURCE, key=f"bytes:{number}", path=path, at=_now())


def _entry(entry: Entry, raw: Raw, fetcher: Fetcher) -> Added:
    try:
        return Added(shown(entry.url), keep_page(raw, fetcher, SOURCE, entry.url, entry=entry))
    except Faults as error:
        if not entry.html:
            return Added(shown(entry.url), failure=str(error))
        change = keep_text(raw, SOURCE, entry, _now(), partial=True)
        return Added(shown(entry.url), change, f"{error}; the feed's own short text is kept")


def _file(document: Document, raw: Raw, web: Callable[[], Fetcher]) -> Iterator[Added]:
    asked = str(document.location)
    try:
        content = document.read()
        if is_feed(content):
            yield from _feed(asked, content, "", raw, web())
            return
        ending = _ending(document.path, content)
    except UnreadableDocument as error:
        yield Added(asked, failure=str(error))
        return
    # The same file, added again when it changed, is the same document: it is known by where it lay, not by what is in it.
    key = f"file:{document.location.resolve()}"
    before = raw.record(SOURCE, key)
    path = f"{_slug(document.name)}-{hashlib.sha256(content).hexdigest()[:8]}{ending}"
    known = document.known
    record = Record(
        source=SOURCE,
        key=key,
        path=before.path if before else path,
        at=_now(),
        title=known.title,
        published=known.published,
        publisher=known.publisher,
        source_url=known.source_url,
    )
    yield Added(asked, _change(raw, record, content))


def _change(raw: Raw, record: Record, content: bytes) -> str:
    before = raw.record(record.source, record.key)
    kept = raw.keep(record, content)
    return "new" if before is None else "unchanged" if before.sha256 == kept.sha256 else "changed"


def _ending(name: str, content: bytes) -> str:
    """The ending under which a document is kept. Raises UnreadableDocument for what is of no kind that is read."""
    if not content.strip():
        raise UnreadableDocument("it is empty")
    kind = kind_by_bytes(name, content)
    if kind is None and ending_of(name) in ENDINGS:
        return ending_of(name)
    return _OF_KIND[kind or kind_by_words(name, content[:2000].decode("utf-8", errors="replace"))]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "document"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
