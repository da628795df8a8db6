"""Messages (.eml) and web pages that a browser saved as one (.mhtml): both are MIME, parts under headers.

A message tells its date, subject and sender in its headers; a newsletter's publisher is its sender's name. Attachments are
not read; they are told. The date of a saved page is the day on which somebody saved it, so it counts for nothing.
"""

from __future__ import annotations

import email
import email.errors
import re
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime

from etl.documents.characters import clean, decode
from etl.documents.page import Page, UnreadableDocument
from etl.documents.web_page import read_html
from etl.documents.written import read_text
from etl.metadata import web_address

MAX_PARTS = 1_000
MAX_DEPTH = 3  # of messages inside messages


def read_mail(raw: bytes) -> Page:
    """Raises UnreadableDocument: broken, or without a part of text."""
    return _page(_message(raw))


def read_saved_page(raw: bytes) -> Page:
    """The page of an .mhtml file. Raises UnreadableDocument when no part of it is HTML."""
    message = _message(raw)
    part = _body(message, "html") or next((p for p in message.walk() if p.get_content_type() == "text/html"), None)
    if part is None:
        raise UnreadableDocument("no HTML part in it; save the page again, as .html or .mhtml")
    page = read_html(_words(part))
    address = _header(message, "Snapshot-Content-Location") or _header(part, "Content-Location")
    return replace(page, source_url=web_address(address) or page.source_url)


def _message(raw: bytes) -> EmailMessage:
    try:
        message = email.message_from_bytes(raw.lstrip(b"\xef\xbb\xbf\r\n"), policy=default)
        parts = sum(1 for _ in message.walk())
    except (RecursionError, email.errors.MessageError, ValueError, LookupError) as error:
        raise UnreadableDocument("the message is broken and cannot be taken apart; save its text as .txt") from error
    if parts > MAX_PARTS:
        raise UnreadableDocument(f"{parts:,} parts, more than any article's message has; save its text as .txt")
    return message


def _page(message: EmailMessage, depth: int = 0) -> Page:
    attached = _attached(message)
    page = None
    for kind in ("html", "plain"):
        part = _body(message, kind)
        if part is not None and (words := _words(part)).strip():
            page = _read(kind, words)
            if page and page.text.strip():
                break
    if page is None or not page.text.strip():
        inner = [part for part in attached if part.get_content_type() == "message/rfc822"]
        if inner and depth < MAX_DEPTH:  # a message that was only sent on
            return _page(inner[0].get_payload(0), depth + 1)
        files = (
            f", only {_named(attached)}; save these as files of their own" if attached else "; save its text as .txt"
        )
        raise UnreadableDocument(f"no text in the message{files}")
    subject = re.sub(r"^((re|fwd?|aw|wg)\s*:\s*)+", "", _header(message, "Subject") or "", flags=re.IGNORECASE)
    day = _day(message)
    warnings = (f"not read: {_named(attached)} attached to it; save what is an article as a file of its own",)
    return replace(
        page,
        title=subject or page.title,
        published=day or page.published,
        published_from="header" if day else page.published_from,
        publisher=_sender(message) or page.publisher,
        warnings=(page.warnings if not day else ()) + (warnings if attached else ()),
    )


def _read(kind: str, words: str) -> Page | None:
    if kind == "plain":
        return read_text(words)
    try:
        return read_html(words)
    except UnreadableDocument:
        return None


def _body(message: EmailMessage, kind: str) -> EmailMessage | None:
    try:
        return message.get_body((kind,))
    except (
        AttributeError,
        KeyError,
        IndexError,
        ValueError,
        LookupError,
    ):  # a multipart that holds no parts, or odd headers
        return next((part for part in message.walk() if part.get_content_type() == f"text/{kind}"), None)


def _words(part: EmailMessage) -> str:
    """The characters of a part, whatever it says of its encoding."""
    raw = part.get_payload(decode=True) or b""
    try:
        declared = part.get_content_charset()
    except (LookupError, ValueError, AttributeError, TypeError):
        declared = None
    return clean(decode(raw, declared))


def _attached(message: EmailMessage) -> list[EmailMessage]:
    """Files and messages attached; pictures that stand in the text are none."""
    try:
        parts = list(message.iter_attachments()) if message.is_multipart() else []
    except (AttributeError, KeyError, ValueError, TypeError):
        parts = []
    return [part for part in parts if isinstance(part, EmailMessage) and not _is_picture(part)]


def _is_picture(part: EmailMessage) -> bool:
    return part.get_content_maintype() == "image"


def _named(attached: list[EmailMessage]) -> str:
    names = []
    for part in attached[:3]:
        try:
            name = part.get_filename()
        except (LookupError, ValueError, AttributeError, TypeError):
            name = None
        inner = part.get_content_type() == "message/rfc822"
        names.append(" ".join(clean(name).split())[:60] if name else "a message" if inner else part.get_content_type())
    more = f" and {len(attached) - 3} more" if len(attached) > 3 else ""
    return ", ".join(names) + more


def _header(message: EmailMessage, name: str) -> str | None:
    """A header in one line; None when it is not there or cannot be understood."""
    try:
        written = str(message[name] or "")
    except Exception:  # the parser of headers fails in many ways on hostile ones
        return None
    return " ".join(clean(written).split()) or None


def _day(message: EmailMessage) -> str | None:
    """The day on which it was sent, in its sender's own time."""
    try:
        sent = parsedate_to_datetime(_header(message, "Date") or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return sent.date().isoformat() if 1990 <= sent.year <= 2100 else None


def _sender(message: EmailMessage) -> str | None:
    try:
        addresses = message["From"].addresses if message["From"] else ()
        name = addresses[0].display_name if addresses else ""
    except Exception:  # as above
        return None
    return " ".join(clean(name).split()) or None
