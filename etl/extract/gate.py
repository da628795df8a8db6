"""Which articles are worth reading at all: in English, and about a vendor or operator and the trade."""

from __future__ import annotations

import py3langid

from etl.extract.mentions import TRADE
from etl.names import Registry


def language(text: str) -> str:
    """ISO 639-1 code of the language that most of the text is in, told from its beginning, middle and end."""
    third = max(len(text) // 3, 1)
    sample = text if len(text) < 6_000 else "\n".join(text[n * third : n * third + 2_000] for n in range(3))
    return py3langid.classify(sample)[0]


def reason_to_skip(text: str, registry: Registry) -> tuple[str | None, str | None]:
    """(why an article is not read, its language); the reason is None for one that is read.

    The cheap tests come first: an article without a known name is dismissed before its language is looked at.
    """
    if not text.strip():
        return "no text", None
    foreign = sum(character > "\x7f" for character in text[:2_000]) > len(text[:2_000]) // 5
    if not foreign and (not TRADE.search(text) or not registry.find(text)):
        return "names no vendor or operator of the trade", None
    found = language(text)
    if found != "en":
        return f"language {found} is not read (only English is)", found
    if foreign and (not TRADE.search(text) or not registry.find(text)):
        return "names no vendor or operator of the trade", found
    return None, found
