"""Web archives of one page (.warc, .warc.gz): the first HTML page that a server gave, with the address it was asked for."""

from __future__ import annotations

import io
import zlib
from dataclasses import replace

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from etl.documents.characters import clean, decode
from etl.documents.page import MAX_BYTES, Page, UnreadableDocument, too_large
from etl.documents.web_page import read_html
from etl.metadata import web_address

MAX_UNPACKED = 200_000_000  # bytes
MAX_RECORDS = 5_000
_BROKEN = "the WARC is broken and cannot be read; save the page again"


def read_warc(raw: bytes) -> Page:
    """Raises UnreadableDocument: broken, one that swells, or without an HTML page that was found (status 200)."""
    if raw.startswith(b"\x1f\x8b"):
        _check(raw)
    try:
        for number, record in enumerate(ArchiveIterator(io.BytesIO(raw))):
            if number >= MAX_RECORDS:
                raise UnreadableDocument(f"no page among its first {MAX_RECORDS:,} records; save the page alone")
            if _is_page(record):
                return _page(record)
    except (ArchiveLoadFailed, zlib.error, EOFError, OSError, ValueError, AttributeError, KeyError) as error:
        raise UnreadableDocument(_BROKEN) from error
    raise UnreadableDocument("no HTML page in it that a server gave with status 200; save the page again")


def _check(raw: bytes) -> None:
    """Whether the packed records stay within bounds; nothing of them is kept."""
    unpacked, rest = 0, raw
    try:
        while rest.startswith(b"\x1f\x8b"):
            member = zlib.decompressobj(31)
            while not member.eof:
                piece = member.decompress(rest, 1_000_000)
                unpacked += len(piece)
                if unpacked > MAX_UNPACKED:
                    raise too_large(unpacked, MAX_UNPACKED, "and more unpacked")
                rest = member.unconsumed_tail
                if not piece and not rest:
                    break
            rest = member.unused_data
    except zlib.error as error:
        raise UnreadableDocument(_BROKEN) from error


def _is_page(record: ArcWarcRecord) -> bool:
    answer = record.http_headers
    if record.rec_type != "response" or answer is None or answer.get_statuscode() != "200":
        return False
    return (answer.get_header("Content-Type") or "").split(";")[0].strip().lower() in {
        "text/html",
        "application/xhtml+xml",
    }


def _page(record: ArcWarcRecord) -> Page:
    stream, pieces, size = record.content_stream(), [], 0
    while piece := stream.read(65_536):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            raise too_large(size, what="and more unpacked")
    _, _, declared = (record.http_headers.get_header("Content-Type") or "").lower().partition("charset=")
    page = read_html(clean(decode(b"".join(pieces), declared.split(";")[0].strip(" \"'") or None)))
    address = web_address((record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>"))
    return replace(page, source_url=address or page.source_url)
