"""Which kind of document some bytes are: by their first characters, and by the file's name where these leave it open."""

from __future__ import annotations

import re
from pathlib import PurePath

from etl.documents.page import UnreadableDocument

# A name's ending and the kind it promises.
ENDINGS = {
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".txt": "text",
    ".pdf": "pdf",
    ".docx": "word",
    ".eml": "mail",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".warc": "warc",
    ".warc.gz": "warc",
}
_HTML = re.compile(r"<(!doctype html|html|head|body|\?xml|article|div|p\b|!--)", re.IGNORECASE)
_PROMISED = {  # what a kind that is told by its first bytes should have been, and what to do
    "pdf": "no PDF inside; download the file again",
    "word": "no Word document inside (it is no zip archive); save it from Word again as .docx",
    "warc": "no WARC inside; save the page again",
}


def ending_of(name: str) -> str:
    """The ending of a file's name that tells its kind (".warc.gz" is one), lower-case; else its last one, or ""."""
    return ".warc.gz" if name.lower().endswith(".warc.gz") else PurePath(name).suffix.lower()


def is_feed(raw: bytes) -> bool:
    """Whether some bytes are an RSS, Atom or JSON feed, by their beginning."""
    start = raw[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(b"{"):
        return b"jsonfeed.org/version" in start
    if not start.startswith(b"<") or re.search(rb"<(html|!doctype html)", start):
        return False
    return bool(re.search(rb"<(rss|feed|rdf:rdf)[\s>]", start))


def kind_by_bytes(name: str, raw: bytes) -> str | None:
    """The kind of a document that is packed ("pdf", "word", "warc", "mail", "mhtml"), whatever its name says; None: it is text.

    Raises UnreadableDocument for a file of no kind that is read.
    """
    promised = ENDINGS.get(ending_of(name))
    # A PDF may have a few bytes of others before it.
    if raw.startswith(b"%PDF-") or (b"%PDF-" in raw[:1024] and promised == "pdf"):
        return "pdf"
    if raw.startswith(b"PK\x03\x04"):
        return "word"
    if raw.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise UnreadableDocument("an old Word file (.doc), or one with a password; save it as .docx without a password")
    if raw.startswith(b"WARC/") or (raw.startswith(b"\x1f\x8b") and promised == "warc"):
        return "warc"
    if raw.startswith(b"\x1f\x8b"):
        raise UnreadableDocument("packed with gzip; unpack it first")
    if is_feed(raw):
        raise UnreadableDocument("a feed, no article; python -m etl add takes the articles that it names")
    if mail := _mail(raw, promised):
        return mail
    if promised in _PROMISED and not _HTML.match(raw[:2000].decode("utf-8", errors="replace").lstrip("\ufeff \r\n\t")):
        raise UnreadableDocument(_PROMISED[promised])
    return None


def kind_by_words(name: str, words: str) -> str:
    """The kind of a document of characters: "html", "markdown" or "text"."""
    promised = ENDINGS.get(ending_of(name))
    if promised in ("html", "markdown", "text"):
        return promised
    if _HTML.match(words.lstrip()[:200]):
        return "html"
    return "markdown" if re.match(r"---\n|#{1,3} ", words.lstrip()[:200]) else "text"


def _mail(raw: bytes, promised: str | None) -> str | None:
    """ "mail" or "mhtml" when the document begins with a message's headers."""
    head = re.split(rb"\r?\n\r?\n", raw[:50_000].lstrip(b"\xef\xbb\xbf\r\n"), maxsplit=1)[0]
    if not re.match(rb"(From |[A-Za-z][A-Za-z0-9-]*:)", head):
        return None
    sure = re.search(rb"^MIME-Version:", head, re.IGNORECASE | re.MULTILINE) and re.search(
        rb"^Content-Type:", head, re.IGNORECASE | re.MULTILINE
    )
    saved = re.search(rb"^(Snapshot-Content-Location:|From: <Saved by |X-MAF)", head, re.IGNORECASE | re.MULTILINE)
    if promised == "mhtml" or (sure and saved):
        return "mhtml"
    return "mail" if promised == "mail" or sure else None
