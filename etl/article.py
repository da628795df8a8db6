"""A document -> an article: its text, title, date, publisher and source, whatever it was written in.

The text is what every offset counts into (code points), so it is made once, here, and never changed afterwards. How each
kind of document is read stands in etl/documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl.dates import find_dateline
from etl.documents.characters import clean, decode
from etl.documents.kinds import ENDINGS as KINDS
from etl.documents.kinds import kind_by_bytes, kind_by_words
from etl.documents.page import MAX_BYTES, MAX_CHARACTERS, Page, UnreadableDocument, too_large
from etl.documents.written import read_markdown, read_text

__all__ = ["ENDINGS", "MAX_BYTES", "Article", "Known", "UnreadableDocument", "read_document"]

ENDINGS = tuple(KINDS)
LONGEST_TITLE = 300


@dataclass(frozen=True)
class Known:
    """What an index says about a document. It wins over the document's own words; None: the index does not say."""

    title: str | None = None
    published: str | None = None  # YYYY-MM-DD, YYYY-MM or YYYY
    publisher: str | None = None
    source_url: str | None = None
    is_brief: bool = False  # our own brief, "after PUBLISHER, DATE"
    published_from: str = "index"  # who told the date: "index", or "feed", which gives way to the page's own


@dataclass(frozen=True)
class Article:
    """What a document says, and who said it when.

    text: the words that are read and quoted; offsets into it count code points.
    published: YYYY-MM-DD, YYYY-MM, YYYY or None; published_from: what told it: "index", "feed", the document's "metadata",
    "json-ld", a message's "header", the "url", or the "text".
    language: ISO 639-1 as the page declares it, unchecked.
    warnings: one line each for what the document tells wrongly ('published "31/06/2020" is no date ...').
    """

    text: str
    title: str | None = None
    published: str | None = None
    published_from: str | None = None
    publisher: str | None = None
    source_url: str | None = None
    language: str | None = None
    is_brief: bool = False
    warnings: tuple[str, ...] = ()


def read_document(name: str, raw: bytes, *, known: Known | None = None) -> Article:
    """Turn a document's bytes into an article. `name` is a file name, whose ending tells the kind where the bytes do not.

    Raises UnreadableDocument when it is empty, of no kind that is read, too large, or has no words of an article.
    """
    known = known or Known()
    if len(raw) > MAX_BYTES:
        raise too_large(len(raw))
    page = _read(name, raw)
    if not page.text.strip():
        raise UnreadableDocument("no article text found in it; save the article's own page, or its text as .txt")
    if len(page.text) > MAX_CHARACTERS:
        raise UnreadableDocument(
            f"{len(page.text):,} characters, more than the {MAX_CHARACTERS:,} of any article; save each article alone"
        )
    return _with_known(page, known)


def _read(name: str, raw: bytes) -> Page:
    # Each room is loaded when it is needed: their libraries take long to load, and most runs need one or two.
    kind = kind_by_bytes(name, raw)
    if kind == "pdf":
        from etl.documents.pdf import read_pdf

        return read_pdf(raw)
    if kind == "word":
        from etl.documents.word import read_word

        return read_word(raw)
    if kind == "warc":
        from etl.documents.warc import read_warc

        return read_warc(raw)
    if kind in ("mail", "mhtml"):
        from etl.documents.mail import read_mail, read_saved_page

        return read_mail(raw) if kind == "mail" else read_saved_page(raw)
    words = clean(decode(raw))
    if not words.strip():
        raise UnreadableDocument("the file is empty; save the page again")
    kind = kind_by_words(name, words)
    if kind == "html":
        from etl.documents.web_page import read_html

        return read_html(words)
    return read_markdown(words) if kind == "markdown" else read_text(words)


def _with_known(page: Page, known: Known) -> Article:
    warnings = list(page.warnings)
    published, published_from = page.published, page.published_from
    # The mastheads and addresses inside our own briefs are invented: only the index is true of them.
    source_url = known.source_url or (None if known.is_brief else page.source_url)
    # A feed's date is a machine's note on its entry, the page's own is the publisher's on the article.
    if known.published and not (known.published_from == "feed" and published):
        published, published_from = known.published, known.published_from
    if not published and not warnings and source_url:
        from etl.metadata import date_in_address

        published, published_from = date_in_address(source_url), "url"
    if not published:
        published, warning = find_dateline(page.text, page.title)
        published_from = "text"
        warnings += [warning] if warning and not warnings else []
    if not published and not warnings:
        published, published_from = page.made, "metadata"
    title = page.title if page.title and len(page.title) <= LONGEST_TITLE else None
    untitled = title and not _opens_with(page.text, title)
    return Article(
        text=f"{title}\n\n{page.text}" if untitled else page.text,
        title=known.title or title,
        published=published,
        published_from=published_from if published else None,
        publisher=known.publisher or (None if known.is_brief else page.publisher),
        source_url=source_url,
        language=page.language,
        is_brief=known.is_brief,
        warnings=tuple(warnings),
    )


def _opens_with(text: str, title: str) -> bool:
    """Whether the title is one of the first lines, page chrome before it allowed, whatever its quotes and case."""
    lines = [line for line in text[:3000].splitlines() if line.strip()][:12]
    return any(_bare(line) == _bare(title) for line in lines)


def _bare(words: str) -> str:
    return re.sub(r"\W+", " ", words).strip().casefold()
