"""Bytes -> the characters that they stand for, without those that nobody sees."""

from __future__ import annotations

import re
import unicodedata

import charset_normalizer

from etl.documents.page import UnreadableDocument

# Control characters, soft hyphens, zero-width and direction marks, halves of surrogate pairs.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def decode(raw: bytes, declared: str | None = None) -> str:
    """A document's characters: by byte order mark, as UTF-8, as the page declares, else as the bytes look.

    declared: the encoding that a header outside the document names.

    Raises UnreadableDocument for a binary file.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    control = sum(raw[:20_000].count(code) for code in (*range(1, 9), *range(14, 27), *range(28, 32), 0))
    if control > 20 + len(raw[:20_000]) // 50:
        raise UnreadableDocument(
            "a binary file of no kind that is read; save the article as HTML, PDF, .docx or plain text"
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        # A page cut off in the middle of a character, or with a few spoiled ones, is UTF-8 all the same.
        if error.start > len(raw) - 4 or _mostly_utf8(raw):
            return raw.decode("utf-8", errors="replace")
    inside = re.search(rb"""<meta[^>]{0,200}charset=["']?([\w-]{2,20})""", raw[:4096], re.IGNORECASE)
    western = sum(byte > 127 for byte in raw[:50_000]) * 20 < len(raw[:50_000])
    for encoding in (declared, inside and inside.group(1).decode(), "cp1252" if western else None):
        try:
            if encoding and encoding.lower() not in {"utf-8", "utf8"}:
                return raw.decode("cp1252" if encoding.lower() == "iso-8859-1" else encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    guess = charset_normalizer.from_bytes(raw[:200_000]).best()
    return raw.decode(guess.encoding if guess else "cp1252", errors="replace")


def clean(words: str) -> str:
    """Characters that are seen: composed, with plain line ends and blanks, without control and zero-width ones."""
    words = unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))
    words = re.sub("[\u00a0\u2000-\u200a\u202f\u205f\u3000]", " ", words)
    words = re.sub("[\u0085\u2028\u2029\f\v]", "\n", words)
    return _UNSEEN.sub("", words)


def _mostly_utf8(raw: bytes) -> bool:
    """Whether there are more whole characters of several bytes than spoiled ones."""
    words = raw[:200_000].decode("utf-8", errors="replace")
    spoiled = words.count("\ufffd")
    return sum(character > "\x7f" for character in words) - spoiled > spoiled
