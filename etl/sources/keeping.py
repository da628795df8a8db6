"""From an address or some bytes to a raw document: fetched if it changed, looked at, kept. Which ones, others decide."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import urlsplit

from etl.article import ENDINGS
from etl.documents.kinds import ending_of
from etl.sources.asking import FetchError
from etl.sources.feeds import Entry, whole_page
from etl.sources.raw import Raw, Record, path_of
from etl.sources.walls import why_no_article
from etl.sources.web import Fetched, Fetcher

Change = Literal["new", "changed", "unchanged"]

_ENDING_OF_TYPE = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "message/rfc822": ".eml",
    "multipart/related": ".mhtml",
    "application/x-mimearchive": ".mhtml",
    "application/warc": ".warc",
}
_LOOSE = ("application/octet-stream", "binary/octet-stream", "application/zip", "application/gzip", "")
DOCUMENT_TYPES = frozenset([*_ENDING_OF_TYPE, *_LOOSE[:-1]])


def keep_page(
    raw: Raw, fetcher: Fetcher, source: str, url: str, *, entry: Entry | None = None, publisher: str | None = None
) -> Change:
    """Fetch a page when it changed since it was kept, and keep it. entry: what a feed says of it.

    Raises FetchError, AddressRefused and RawError; what was kept before stays.
    """
    before = raw.whole(source, url)
    asked = before if before and not before.partial and before.url else None
    fetched = fetcher.fetch(url, DOCUMENT_TYPES, etag=asked and asked.etag, last_modified=asked and asked.last_modified)
    return keep_fetched(raw, source, url, fetched, entry=entry, publisher=publisher)


def keep_fetched(
    raw: Raw, source: str, url: str, fetched: Fetched, *, entry: Entry | None = None, publisher: str | None = None
) -> Change:
    """Keep what was fetched, when it can be an article. Raises FetchError and RawError."""
    before = raw.record(source, url)
    told = _told_by(entry, publisher) | {"marker": entry and entry.marker, "partial": False, "at": fetched.at}
    if fetched.not_modified and before:
        told |= {"etag": fetched.etag, "last_modified": fetched.last_modified}
        raw.note(before.model_copy(update=told))
        return "unchanged"
    record = record_of_fetched(source, url, fetched).model_copy(update=told)
    return _kept(raw, before, record, fetched.content)


def record_of_fetched(source: str, url: str, fetched: Fetched) -> Record:
    """What is to be kept of a document that was fetched. url: as it was asked for. Raises FetchError when it can be no article."""
    return Record(
        source=source,
        key=url,
        path=path_of(url, article_ending(fetched)),
        at=fetched.at,
        url=fetched.url,
        source_url=fetched.url,
        content_type=fetched.content_type,
        charset=fetched.charset,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
    )


def keep_text(raw: Raw, source: str, entry: Entry, at: str, *, partial: bool, publisher: str | None = None) -> Change:
    """Keep the text that a feed itself carries. partial: its page is to be tried again. Raises FetchError and RawError."""
    if not entry.html:
        raise FetchError('the feed carries no text of it; write text = "partial", so that its page is fetched')
    before = raw.record(source, entry.url)
    told = _told_by(entry, publisher) | {"marker": entry.marker, "partial": partial, "at": at}
    told |= {"path": path_of(entry.url, ".html"), "content_type": "text/html", "source_url": entry.url}
    record = Record(source=source, key=entry.url, **told)
    return _kept(raw, before, record, whole_page(entry))


def article_ending(fetched: Fetched) -> str:
    """The ending for a file of what was fetched. Raises FetchError when it can be no article, or is of no kind that is read."""
    ending = _ending_for(fetched)
    why = why_no_article(fetched.content) if ending == ".html" else None
    if why:
        raise FetchError(why)
    return ending


def _ending_for(fetched: Fetched) -> str:
    by_address = ending_of(PurePosixPath(urlsplit(fetched.url).path).name)
    if fetched.content.startswith(b"%PDF-"):
        ending = ".pdf"
    elif fetched.content_type in _LOOSE:
        ending = by_address
    else:
        ending = _ENDING_OF_TYPE.get(fetched.content_type, "")
    # Servers call Markdown and messages plain text.
    if ending == ".txt" and by_address in (".md", ".eml"):
        ending = by_address
    if ending not in ENDINGS:
        raise FetchError(
            f'the answer is of type "{fetched.content_type[:60]}", and its bytes and address do not tell of what kind; '
            "save it under a name with its ending and add the file"
        )
    return ".html" if ending == ".htm" else ending


def _told_by(entry: Entry | None, publisher: str | None) -> dict:
    """What a feed and the operator say of a document. The page's own title is better than the feed's, its own text has none."""
    return {
        "title": entry.title if entry else None,
        "published": entry.published if entry else None,
        "published_from": "feed" if entry and entry.published else "index",
        "publisher": publisher,
    }


def _kept(raw: Raw, before: Record | None, record: Record, content: bytes) -> Change:
    if before is None:
        raw.keep(record, content)
        return "new"
    # A document keeps its place, and with it its id, also when it comes from elsewhere or in another form now.
    kept = raw.keep(record.model_copy(update={"path": before.path}), content)
    return "unchanged" if before.sha256 == kept.sha256 else "changed"
